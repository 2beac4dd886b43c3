/**
 * What the editor offers to do at a place: the fixes of the diagnostics there, and refactorings. Their tables are
 * fixes/index.ts and refactor/index.ts.
 */
import type { FileId } from "../../../../grammar/ast.ts";
import type { TextEdit, TextRange } from "../../../../grammar/text.ts";
import type { LintSettings } from "../diagnostics/codes.ts";
import { fixAll, fixEverywhere } from "../fixes/fixAll.ts";
import { fixesOf } from "../fixes/index.ts";
import { organizeImports } from "../fixes/organizeImports.ts";
import { refactoringsAt } from "../refactor/index.ts";
import type { Draft } from "../refactor/refactoring.ts";
import { finished, type Steps } from "../steps.ts";
import type { Analysis } from "../workspace.ts";
import { type PlacedDiagnostic, placedDiagnostics, prepareDiagnostics } from "./diagnostics.ts";
import type { ActionKind, CodeAction } from "./types.ts";

export interface ActionRequest {
  /** Kinds that are wanted, each with those below it: `refactor` means `refactor.extract` too. All when left out. */
  readonly only?: readonly string[];
  /** Of which lints there are diagnostics. */
  readonly lint?: LintSettings;
}

/** An action that may have to be resolved. */
export type OfferedAction = Omit<CodeAction, "edits"> & Partial<Pick<CodeAction, "edits">>;

export function codeActions(
  analysis: Analysis,
  id: FileId,
  range: TextRange,
  request?: ActionRequest,
): CodeAction[] {
  return finished(actionSteps(analysis, id, range, request, withEdits));
}

/**
 * The same in steps, without the edits of refactorings and of fixes of all of a kind: `resolveAction` makes those of the
 * one that is chosen. What is tried out before it is offered takes a step for each trial.
 */
export function offeredActions(
  analysis: Analysis,
  id: FileId,
  range: TextRange,
  request?: ActionRequest,
): Steps<OfferedAction[]> {
  return actionSteps(analysis, id, range, request, withoutEdits);
}

function* actionSteps<A extends OfferedAction>(
  analysis: Analysis,
  id: FileId,
  range: TextRange,
  { only, lint }: ActionRequest = {},
  shown: (draft: Draft) => readonly A[],
): Steps<(A | CodeAction)[]> {
  const wanted = (kind: ActionKind) => isWanted(kind, only);
  const drafts: Draft[] = [];
  const fixes: CodeAction[] = [];
  const selection = { analysis, file: id, range };
  if (wanted("quickfix")) {
    fixes.push(...(yield* quickFixes(analysis, id, range, lint)));
    drafts.push(...fixEverywhere(selection, lint));
  }
  if (mayBeWanted("refactor", only)) drafts.push(...(yield* refactoringsAt(selection)));
  const offered = drafts.filter(({ kind }) => wanted(kind));
  return [...fixes, ...(yield* sourceActions(analysis, id, only, lint)), ...offered.flatMap(shown)];
}

/** The action of this title, edits and all; undefined when it is no longer there. */
export function resolveAction(
  analysis: Analysis,
  id: FileId,
  range: TextRange,
  title: string,
): CodeAction | undefined {
  const selection = { analysis, file: id, range };
  const drafts = [...fixEverywhere(selection), ...finished(refactoringsAt(selection))];
  return drafts.filter((draft) => draft.title === title).flatMap(withEdits)[0];
}

/** Kinds are hierarchical: the empty one asks for all. */
function isWanted(kind: ActionKind, only: readonly string[] | undefined): boolean {
  return !only || only.some((asked) => asked === "" || kind === asked || kind.startsWith(`${asked}.`));
}

/** Whether something of a kind or of one below it is asked for. */
function mayBeWanted(kind: ActionKind, only: readonly string[] | undefined): boolean {
  return isWanted(kind, only) || only?.some((asked) => asked.startsWith(`${kind}.`)) === true;
}

function withoutEdits({ title, kind }: Draft): OfferedAction[] {
  return [{ title, kind, preferred: false }];
}

function withEdits({ title, kind, make }: Draft): CodeAction[] {
  const changes = make();
  return changes ? [{ title, kind, preferred: false, ...changes }] : [];
}

// ── the whole file ────────────────────────────────────────────────────────────────────────────────

/** Only when asked for by their kind, as on saving: they have nothing to do with the place. */
function* sourceActions(
  analysis: Analysis,
  id: FileId,
  only: readonly string[] | undefined,
  lint: LintSettings | undefined,
): Steps<CodeAction[]> {
  const wanted = (kind: ActionKind) => only && isWanted(kind, only);
  const action = (title: string, kind: ActionKind, edits: readonly TextEdit[] | undefined) =>
    edits ? [{ title, kind, edits, preferred: false }] : [];
  const [fixing, organizing] = ["source.fixAll.lwnet", "source.organizeImports"] as const;
  const fixed = wanted(fixing) ? yield* fixAll(analysis, id, lint) : undefined;
  const organized = wanted(organizing) ? organizeImports(analysis, id) : undefined;
  return [
    ...action("Fix all that needs no thought", fixing, fixed),
    ...action("Organize imports", organizing, organized),
  ];
}

// ── fixes ────────────────────────────────────────────────────────────────────────────────────────

function* quickFixes(
  analysis: Analysis,
  id: FileId,
  range: TextRange,
  lint: LintSettings | undefined,
): Steps<CodeAction[]> {
  yield* prepareDiagnostics(analysis, id);
  const actions: CodeAction[] = [];
  for (const diagnostic of placedDiagnostics(analysis, id, lint)) {
    if (!touches(diagnostic, range)) continue;
    const { source: _, ...shown } = diagnostic;
    for (const [index, { preferred, ...fix }] of (yield* fixesOf(analysis, id, diagnostic)).entries())
      actions.push({ ...fix, kind: "quickfix", diagnostic: shown, preferred: preferred ?? index === 0 });
  }
  return actions;
}

function touches({ range: own }: PlacedDiagnostic, range: TextRange): boolean {
  return own.start <= range.end && range.start <= own.end;
}
