/**
 * What the editor offers to do at a place: the fixes of the diagnostics there, and refactorings. Their tables are
 * fixes/index.ts and refactor/index.ts. Refactorings are made only when chosen: `codeActions` may leave their edits
 * out, and `resolveAction` makes them.
 */
import type { FileId } from "../../../../grammar/ast.ts";
import type { TextEdit, TextRange } from "../../../../grammar/text.ts";
import type { LintSettings } from "../diagnostics/codes.ts";
import { fixAll, fixEverywhere } from "../fixes/fixAll.ts";
import { fixesOf } from "../fixes/index.ts";
import { organizeImports } from "../fixes/organizeImports.ts";
import { refactorings } from "../refactor/index.ts";
import type { Draft } from "../refactor/refactoring.ts";
import type { Analysis } from "../workspace.ts";
import { type PlacedDiagnostic, placedDiagnostics } from "./diagnostics.ts";
import type { ActionKind, CodeAction } from "./types.ts";

export interface ActionRequest {
  /** Kinds that are wanted, each with those below it: `refactor` means `refactor.extract` too. All when left out. */
  readonly only?: readonly string[];
  /** Leaves out the edits of refactorings, and of fixes of a whole file. */
  readonly lazy?: boolean;
  /** Of which lints there are diagnostics. */
  readonly lint?: LintSettings;
}

/** An action that may have to be resolved. */
export type OfferedAction = Omit<CodeAction, "edits"> & Partial<Pick<CodeAction, "edits">>;

export function codeActions(
  analysis: Analysis,
  id: FileId,
  range: TextRange,
  request: ActionRequest & { readonly lazy: true },
): OfferedAction[];
export function codeActions(
  analysis: Analysis,
  id: FileId,
  range: TextRange,
  request?: ActionRequest,
): CodeAction[];
export function codeActions(
  analysis: Analysis,
  id: FileId,
  range: TextRange,
  { only, lazy = false, lint }: ActionRequest = {},
): OfferedAction[] {
  const wanted = (kind: ActionKind) => isWanted(kind, only);
  const fixes = wanted("quickfix") ? quickFixes(analysis, id, range, lint) : [];
  const selection = { analysis, file: id, range };
  const drafts = [
    ...(wanted("quickfix") ? fixEverywhere(selection, lint) : []),
    ...(mayBeWanted("refactor", only) ? refactorings.flatMap((refactoring) => refactoring(selection)) : []),
  ];
  const offered = drafts.filter(({ kind }) => wanted(kind));
  return [
    ...fixes,
    ...sourceActions(analysis, id, only, lint),
    ...(lazy ? offered.map(withoutEdits) : offered.flatMap(withEdits)),
  ];
}

/** The action of this title, edits and all; undefined when it is no longer there. */
export function resolveAction(
  analysis: Analysis,
  id: FileId,
  range: TextRange,
  title: string,
): CodeAction | undefined {
  const selection = { analysis, file: id, range };
  const drafts = [
    ...fixEverywhere(selection),
    ...refactorings.flatMap((refactoring) => refactoring(selection)),
  ];
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

function withoutEdits({ title, kind }: Draft): OfferedAction {
  return { title, kind, preferred: false };
}

function withEdits({ title, kind, make }: Draft): CodeAction[] {
  const changes = make();
  return changes ? [{ title, kind, preferred: false, ...changes }] : [];
}

// ── the whole file ────────────────────────────────────────────────────────────────────────────────

/** Only when asked for by their kind, as on saving: they have nothing to do with the place. */
function sourceActions(
  analysis: Analysis,
  id: FileId,
  only: readonly string[] | undefined,
  lint: LintSettings | undefined,
): CodeAction[] {
  const action = (title: string, kind: ActionKind, make: () => readonly TextEdit[] | undefined) => {
    const edits = only && isWanted(kind, only) ? make() : undefined;
    return edits ? [{ title, kind, edits, preferred: false }] : [];
  };
  return [
    ...action("Fix all that needs no thought", "source.fixAll.lwnet", () => fixAll(analysis, id, lint)),
    ...action("Organize imports", "source.organizeImports", () => organizeImports(analysis, id)),
  ];
}

// ── fixes ────────────────────────────────────────────────────────────────────────────────────────

function quickFixes(
  analysis: Analysis,
  id: FileId,
  range: TextRange,
  lint: LintSettings | undefined,
): CodeAction[] {
  return placedDiagnostics(analysis, id, lint)
    .filter((diagnostic) => touches(diagnostic, range))
    .flatMap((diagnostic) =>
      fixesOf(analysis, id, diagnostic).map(({ preferred, ...fix }, index): CodeAction => {
        const { source: _, ...shown } = diagnostic;
        return { ...fix, kind: "quickfix", diagnostic: shown, preferred: preferred ?? index === 0 };
      }),
    );
}

function touches({ range: own }: PlacedDiagnostic, range: TextRange): boolean {
  return own.start <= range.end && range.start <= own.end;
}
