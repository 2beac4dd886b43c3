/** What completion answers with: plain data in offsets. Documentation is made when an item is looked at. */
import type { FileId } from "../../../../../grammar/ast.ts";
import type { TextEdit, TextRange } from "../../../../../grammar/text.ts";

export type CompletionKind =
  | "operator"
  | "block"
  | "network"
  | "constant"
  | "keyword"
  | "parameter"
  | "variable"
  | "tensor"
  | "value"
  | "function"
  | "member"
  | "type"
  | "file";

/** Where an item's documentation comes from, small enough to travel with it. */
export type DocumentationKey =
  | { readonly of: "operator" | "function" | "keyword" | "metric"; readonly name: string }
  | { readonly of: "declaration"; readonly file: FileId; readonly name: string }
  | { readonly of: "parameter"; readonly file: FileId; readonly callee: string; readonly name: string };

export interface Completion {
  readonly label: string;
  readonly kind: CompletionKind;
  /** One line: a signature, a value, a type. */
  readonly detail: string | undefined;
  /** Where it comes from, such as a file that would be imported. */
  readonly origin: string | undefined;
  /** Plain text to insert. */
  readonly text: string;
  /** The same with places to fill in, in the syntax that editors share. */
  readonly snippet: string | undefined;
  /** Items are shown in the order of these. */
  readonly sort: string;
  readonly preferred: boolean;
  /** Edits elsewhere in the file, such as an import. */
  readonly edits: readonly TextEdit[];
  readonly documentation: DocumentationKey | undefined;
}

export interface CompletionList {
  /** What is typed of the word so far. */
  readonly typed: TextRange;
  /** The whole word, also what stands behind the cursor. */
  readonly word: TextRange;
  /** Whether typing on only leaves out some of these. */
  readonly complete: boolean;
  readonly items: readonly Completion[];
}
