/** The fixes of the diagnostics in a range. */
import type { FileId } from "../../../../grammar/ast.ts";
import type { TextRange } from "../../../../grammar/text.ts";
import type { Fix, FixContext } from "../fixes/fix.ts";
import { renameToSuggestion } from "../fixes/rename.ts";
import { projectionShortcut } from "../fixes/shortcutMismatch.ts";
import type { Analysis } from "../workspace.ts";
import { type PlacedDiagnostic, placedDiagnostics } from "./diagnostics.ts";
import type { CodeAction } from "./types.ts";

export function codeActions(analysis: Analysis, id: FileId, range: TextRange): CodeAction[] {
  return placedDiagnostics(analysis, id)
    .filter((diagnostic) => touches(diagnostic, range))
    .flatMap((diagnostic) =>
      fixesOf({ analysis, file: id, diagnostic }).map((fix, index): CodeAction => {
        const { source: _, ...shown } = diagnostic;
        return { ...fix, diagnostic: shown, preferred: index === 0 };
      }),
    );
}

/** The diagnostic's own range, or a place that it points at: the cursor is often on the layer to blame. */
function touches(diagnostic: PlacedDiagnostic, range: TextRange): boolean {
  const inRange = (other: TextRange) => other.start <= range.end && range.start <= other.end;
  return inRange(diagnostic.range);
}

/** One row per kind of fix. */
function fixesOf(ctx: FixContext): Fix[] {
  const data = ctx.diagnostic.source.data;
  switch (data?.kind) {
    case "shortcut":
      return projectionShortcut(ctx, data);
    case "rename":
      return renameToSuggestion(ctx, data);
    case undefined:
      return [];
  }
}
