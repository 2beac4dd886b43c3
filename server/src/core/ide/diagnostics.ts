/** Diagnostics of one file in its own offsets. */
import type { FileId } from "../../../../grammar/ast.ts";
import { severityOf } from "../diagnostics/codes.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Analysis } from "../workspace.ts";
import { placeOf } from "./places.ts";
import type { FileDiagnostic, RelatedPlace } from "./types.ts";

/** A diagnostic with the finding that it was made from, which fixes need. */
export interface PlacedDiagnostic extends FileDiagnostic {
  readonly source: Diagnostic;
}

export function placedDiagnostics(analysis: Analysis, id: FileId): PlacedDiagnostic[] {
  const file = analysis.of(id);
  if (!file) return [];
  return file.diagnostics
    .flatMap((source): PlacedDiagnostic[] => {
      const place = placeOf(analysis, source.location);
      if (!place || place.file !== id) return [];
      const related = source.related.flatMap(({ message, location }): RelatedPlace[] => {
        const at = placeOf(analysis, location);
        return at ? [{ ...at, message }] : [];
      });
      const { code, message } = source;
      return [{ code, severity: severityOf(code), message, range: place.range, related, source }];
    })
    .sort((a, b) => a.range.start - b.range.start || a.range.end - b.range.end);
}

export function diagnostics(analysis: Analysis, id: FileId): FileDiagnostic[] {
  return placedDiagnostics(analysis, id).map(({ source: _, ...diagnostic }) => diagnostic);
}
