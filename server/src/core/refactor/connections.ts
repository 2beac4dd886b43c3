/**
 * One connection for another: `residual` and `dense`, `concat` and `add`. What follows sees other channels, so the title
 * says what a network costs before and after.
 */
import type { Combine, Dense, Residual } from "../../../../grammar/ast.ts";
import { applyEdits, shift, type TextEdit, type TextRange } from "../../../../grammar/text.ts";
import { fixContext } from "../fixes/fix.ts";
import { projectionShortcut } from "../fixes/shortcutMismatch.ts";
import { placedFaults } from "../ide/diagnostics.ts";
import { costChange, type Effect, tryOut } from "./changes.ts";
import { composeEdits } from "./composeEdits.ts";
import type { Draft } from "./refactoring.ts";
import { isEmpty, type Site, statementAt } from "./site.ts";

export function convertConnection(site: Site): Draft[] {
  const { selection } = site;
  const statement = isEmpty(site) ? statementAt(site) : undefined;
  switch (statement?.kind) {
    case "residual":
      return statement.when ? [] : draft("dense", tryOut(selection, toDense(site, statement)));
    case "dense":
      return draft("residual", toResidual(site, statement));
    case "combine": {
      const others = (["concat", "add", "mul"] as const).filter((other) => other !== statement.operator);
      return others
        .filter((other) => other !== "mul" && statement.operator !== "mul")
        .flatMap((other) => draft(other, tryOut(selection, [head(site, statement, other)])));
    }
    default:
      return [];
  }
}

function draft(to: string, effect: Effect | undefined): Draft[] {
  // Without a network that uses it there is nothing that could be measured, or go wrong.
  if (!effect) return [];
  const { edits } = effect;
  return [
    { title: `Convert to \`${to}\`${costChange(effect)}`, kind: "refactor.rewrite", make: () => ({ edits }) },
  ];
}

function head(site: Site, statement: Residual | Dense | Combine, word: string): TextEdit {
  return { range: shift(statement.head, site.offset), newText: word };
}

/** Concatenation carries the input along as it is: a projection has no place there. */
function toDense(site: Site, statement: Residual): TextEdit[] {
  const edits = [head(site, statement, "dense")];
  if (statement.shortcut) {
    const range: TextRange = { start: statement.body.range.end, end: statement.shortcut.range.end };
    edits.push({ range: shift(range, site.offset), newText: "" });
  }
  return edits;
}

/** A sum needs equal shapes: where they differ, the fix for that adds a projection. */
function toResidual(site: Site, statement: Dense): Effect | undefined {
  const { selection } = site;
  const edits = [head(site, statement, "residual")];
  const plain = tryOut(selection, edits);
  if (!plain) return undefined;
  const at = statement.head.start + site.offset;
  const mismatch = placedFaults(plain.analysis, selection.file).find(
    (found) => found.code === "shortcut-mismatch" && found.range.start === at,
  );
  const ctx = mismatch && fixContext(plain.analysis, selection.file, mismatch);
  const [fix] = ctx ? projectionShortcut(ctx) : [];
  if (!fix) return plain;
  // The fix is of the text after the first edits.
  const { text } = site.source;
  const both = composeEdits(text, plain.edits, fix.edits);
  return applyEdits(text, both) === text ? undefined : tryOut(selection, both);
}
