/** A refactoring: edits that keep what a network computes, offered where the cursor or the selection is. */
import type { FileId } from "../../../../grammar/ast.ts";
import type { TextEdit, TextRange } from "../../../../grammar/text.ts";
import type { ActionKind, FileEdits } from "../ide/types.ts";
import type { Analysis } from "../workspace.ts";
import type { Site } from "./site.ts";

export interface Selection {
  readonly analysis: Analysis;
  readonly file: FileId;
  /** The selected text; empty for a cursor alone. */
  readonly range: TextRange;
}

export interface Draft {
  readonly title: string;
  readonly kind: ActionKind;
  /** Made when the action is chosen; undefined when it turns out not to be possible. */
  readonly make: () => Changes | undefined;
}

export interface Changes {
  /** Of the file that was asked about. */
  readonly edits: readonly TextEdit[];
  readonly others?: readonly FileEdits[];
  /** Where a name that had to be made up stands after the edits: the user will want another. */
  readonly madeUp?: number;
}

/** Says whether it can be done here: it is asked at every move of the cursor, and tries out one change at most. */
export type Refactoring = (site: Site) => readonly Draft[];
