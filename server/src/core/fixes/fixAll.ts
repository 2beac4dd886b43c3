/**
 * All fixes at once that need no thought: those that change neither what a network computes nor the names of its weights.
 * One fix may make room for the next, so that it goes on until nothing is left.
 */
import type { FileId } from "../../../../grammar/ast.ts";
import { applyEdits, type TextEdit } from "../../../../grammar/text.ts";
import type { DiagnosticCode, LintSettings } from "../diagnostics/codes.ts";
import { placedDiagnostics } from "../ide/diagnostics.ts";
import { composeEdits } from "../refactor/composeEdits.ts";
import type { Analysis } from "../workspace.ts";
import { fixesOf } from "./index.ts";

const safe: readonly DiagnosticCode[] = [
  "unused-import",
  "unused-variable",
  "redundant-budget",
  "unneeded-allow",
];

const maxRounds = 50;

/** Undefined where there is nothing to do. */
export function fixAll(analysis: Analysis, id: FileId, lint?: LintSettings): TextEdit[] | undefined {
  const text = analysis.file(id)?.text;
  if (text === undefined) return undefined;
  let now = analysis;
  let all: TextEdit[] = [];
  for (let round = 0; round < maxRounds; round++) {
    const current = now.file(id)?.text ?? text;
    const edits = safeEdits(now, id, lint);
    if (edits.length === 0) break;
    all = composeEdits(text, all, edits);
    now = now.withText(id, applyEdits(current, edits));
  }
  return all.length > 0 ? all : undefined;
}

/** Of as many fixes as stay out of each other's way. */
function safeEdits(analysis: Analysis, id: FileId, lint: LintSettings | undefined): TextEdit[] {
  const edits: TextEdit[] = [];
  const isFree = ({ range }: TextEdit) =>
    edits.every((edit) => range.end < edit.range.start || edit.range.end < range.start);
  for (const diagnostic of placedDiagnostics(analysis, id, lint)) {
    if (!safe.includes(diagnostic.code)) continue;
    const fix = fixesOf(analysis, id, diagnostic).find(({ silences }) => !silences);
    if (fix?.edits.every(isFree)) edits.push(...fix.edits);
  }
  return edits;
}
