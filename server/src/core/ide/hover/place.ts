/** Where a hover is asked for. */
import type { Item, Statement, SyntaxNode } from "../../../../../grammar/ast.ts";
import type { FileAnalysis } from "../../analysis.ts";
import type { Analysis } from "../../workspace.ts";
import type { Choices } from "../instances.ts";
import type { Measured } from "../times/measured.ts";

export interface Place {
  readonly analysis: Analysis;
  readonly file: FileAnalysis;
  readonly item: Item;
  /** From the item down to the innermost node. */
  readonly nodes: readonly SyntaxNode[];
  /** The innermost statement around it. */
  readonly statement: Statement | undefined;
  readonly choices: Choices;
  /** Runs whose times are told. */
  readonly measured: readonly Measured[];
  /** In the file. */
  readonly offset: number;
  /** In the item's section. */
  readonly at: number;
}
