/**
 * Fixes of many diagnostics at once. One fix may make room for the next, so that it goes on until nothing is left.
 */
import type { FileId } from "../../../../grammar/ast.ts";
import { applyEdits, type TextEdit } from "../../../../grammar/text.ts";
import type { DiagnosticCode, LintSettings } from "../diagnostics/codes.ts";
import { placedDiagnostics } from "../ide/diagnostics.ts";
import { composeEdits } from "../refactor/composeEdits.ts";
import type { Draft, Selection } from "../refactor/refactoring.ts";
import { finished, type Steps } from "../steps.ts";
import type { Analysis } from "../workspace.ts";
import { fixesOf } from "./index.ts";

/** Those that need no thought: they change neither what a network computes nor the names of its weights. */
const safe: readonly DiagnosticCode[] = [
  "unused-import",
  "unused-variable",
  "redundant-budget",
  "unneeded-allow",
];

/** Undefined where there is nothing to do. */
export function fixAll(analysis: Analysis, id: FileId, lint?: LintSettings): Steps<TextEdit[] | undefined> {
  return fixCodes(analysis, id, safe, lint);
}

/** What one diagnostic's fix is called when all of the file with its code are mended alike. */
const everywhere: { readonly [C in DiagnosticCode]?: string } = {
  "bias-before-norm": "Drop every bias before `bn`",
  "doubled-activation": "Remove every activation that changes nothing",
  "unused-import": "Remove all unused imports",
  "unused-const": "Remove all unused constants",
  "unused-block": "Remove all unused blocks",
  "unneeded-allow": "Remove all comments that allow nothing",
};

/** Offered where one of them is and the file has more. */
export function fixEverywhere({ analysis, file, range }: Selection, lint?: LintSettings): Draft[] {
  const all = placedDiagnostics(analysis, file, lint);
  const here = all.filter(({ range: own }) => own.start <= range.end && range.start <= own.end);
  return [...new Set(here.map(({ code }) => code))].flatMap((code): Draft[] => {
    const title = everywhere[code];
    if (title === undefined || all.filter((other) => other.code === code).length < 2) return [];
    const make = () => {
      const edits = finished(fixCodes(analysis, file, [code], lint));
      return edits && { edits };
    };
    return [{ title, kind: "quickfix", make }];
  });
}

const maxRounds = 50;

function* fixCodes(
  analysis: Analysis,
  id: FileId,
  codes: readonly DiagnosticCode[],
  lint: LintSettings | undefined,
): Steps<TextEdit[] | undefined> {
  const text = analysis.file(id)?.text;
  if (text === undefined) return undefined;
  let now = analysis;
  let all: TextEdit[] = [];
  for (let round = 0; round < maxRounds; round++) {
    const current = now.file(id)?.text ?? text;
    const edits = yield* editsOfRound(now, id, codes, lint);
    if (edits.length === 0) break;
    all = composeEdits(text, all, edits);
    now = now.withText(id, applyEdits(current, edits));
  }
  return all.length > 0 ? all : undefined;
}

/** Of as many fixes as stay out of each other's way. */
function* editsOfRound(
  analysis: Analysis,
  id: FileId,
  codes: readonly DiagnosticCode[],
  lint: LintSettings | undefined,
): Steps<TextEdit[]> {
  const edits: TextEdit[] = [];
  const isFree = ({ range }: TextEdit) =>
    edits.every((edit) => range.end < edit.range.start || edit.range.end < range.start);
  for (const diagnostic of placedDiagnostics(analysis, id, lint)) {
    if (!codes.includes(diagnostic.code)) continue;
    const fixes = yield* fixesOf(analysis, id, diagnostic);
    const fix = fixes.find(({ silences }) => !silences);
    if (fix?.edits.every(isFree)) edits.push(...fix.edits);
  }
  return edits;
}
