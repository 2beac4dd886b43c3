/** Diagnostics of one file in its own offsets. */
import type { FileId } from "../../../../grammar/ast.ts";
import { isLint, isUnnecessary, type LintSettings, severityOf } from "../diagnostics/codes.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { lintsOf, prepareLints } from "../lint/index.ts";
import type { Steps } from "../steps.ts";
import type { Analysis } from "../workspace.ts";
import { placeOf } from "./places.ts";
import type { FileDiagnostic, RelatedPlace } from "./types.ts";

/** A diagnostic with the finding that it was made from, which fixes need. */
export interface PlacedDiagnostic extends FileDiagnostic {
  readonly source: Diagnostic;
}

/** The faults of a file and its lints, with the severities that the user set. */
export function placedDiagnostics(
  analysis: Analysis,
  id: FileId,
  settings: LintSettings = {},
): PlacedDiagnostic[] {
  const faults = analysis.of(id)?.diagnostics ?? [];
  return placed(analysis, id, [...faults, ...lintsOf(analysis, id)], settings);
}

/** Without lints. */
export function placedFaults(analysis: Analysis, id: FileId): PlacedDiagnostic[] {
  return placed(analysis, id, analysis.of(id)?.diagnostics ?? [], {});
}

function placed(
  analysis: Analysis,
  id: FileId,
  found: readonly Diagnostic[],
  settings: LintSettings,
): PlacedDiagnostic[] {
  return found
    .flatMap((source): PlacedDiagnostic[] => {
      const { code, message } = source;
      const severity = (isLint(code) ? settings[code] : undefined) ?? severityOf(code);
      const place = severity === "off" ? undefined : placeOf(analysis, source.location);
      if (severity === "off" || !place || place.file !== id) return [];
      const related = source.related.flatMap(({ message: text, location }): RelatedPlace[] => {
        const at = placeOf(analysis, location);
        return at ? [{ ...at, message: text }] : [];
      });
      const faded = isUnnecessary(code) ? ({ unnecessary: true } as const) : {};
      return [{ code, severity, message, range: place.range, related, ...faded, source }];
    })
    .sort((a, b) => a.range.start - b.range.start || a.range.end - b.range.end);
}

export function diagnostics(analysis: Analysis, id: FileId, settings?: LintSettings): FileDiagnostic[] {
  return placedDiagnostics(analysis, id, settings).map(({ source: _, ...diagnostic }) => diagnostic);
}

/** The same work in pieces, for a server that has other requests to answer meanwhile. */
export function prepareDiagnostics(analysis: Analysis, id: FileId): Steps<void> {
  return prepareLints(analysis, id);
}
