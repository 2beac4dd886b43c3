/**
 * What editor features answer with: plain data in offsets of one file's text. The language server translates it
 * to its protocol, the command line prints it; neither computes anything of its own.
 */
import type { FileId } from "../../../../grammar/ast.ts";
import type { TextEdit, TextRange } from "../../../../grammar/text.ts";
import type { DiagnosticCode, Severity } from "../diagnostics/codes.ts";

/** A diagnostic of one version of a file, with everything resolved to offsets. */
export interface FileDiagnostic {
  readonly code: DiagnosticCode;
  readonly severity: Severity;
  readonly message: string;
  readonly range: TextRange;
  readonly related: readonly RelatedPlace[];
  /** The text could go: editors show it faded. */
  readonly unnecessary?: true;
}

export interface RelatedPlace {
  readonly file: FileId;
  readonly range: TextRange;
  readonly message: string;
}

export interface InlayHint {
  /** Where the hint stands: the end of a line's text. */
  readonly offset: number;
  readonly label: string;
  /** The label cut into what leads to different places; for hints that have details. */
  readonly parts?: readonly HintPart[];
  /** Where the statement begins that `hintDetails` tells more of. */
  readonly statement?: number;
  /** Markdown. */
  readonly tooltip: string | undefined;
}

export interface HintPart {
  readonly text: string;
  /** What of the shape it is, or that it is of the costs; plain parts lead nowhere. */
  readonly of: "channels" | "sizes" | "costs" | undefined;
}

/** What is told of a hint when it is pointed at. */
export interface HintDetails {
  readonly channels: HintOrigin | undefined;
  readonly sizes: HintOrigin | undefined;
  /** Markdown. */
  readonly costs: string;
}

/** Where a part of a shape was decided. */
export interface HintOrigin {
  readonly place: FileRange;
  /** Markdown. */
  readonly tooltip: string;
}

export interface HintSettings {
  readonly shapes: boolean;
  readonly params: boolean;
  readonly work: boolean;
  /** Which count of arithmetic the hints show. */
  readonly workUnit: "macs" | "flops";
  /** Totals at the line that names a network, unless told otherwise: for editors that show no lenses. */
  readonly totals?: boolean;
}

export interface Hover {
  readonly range: TextRange;
  readonly markdown: string;
}

export interface FileRange {
  readonly file: FileId;
  readonly range: TextRange;
}

export interface Highlight {
  readonly range: TextRange;
  /** Whether a name is declared or imported here, or used; `text` for words of the language. */
  readonly kind: "read" | "write" | "text";
}

/** Where a name is declared. */
export interface Definition {
  /** The name that was asked about. */
  readonly origin: TextRange;
  readonly file: FileId;
  readonly range: TextRange;
  /** All of what is declared, for a preview. */
  readonly whole: TextRange;
}

export type SymbolKind =
  | "block"
  | "network"
  | "instance"
  | "const"
  | "layer"
  | "group"
  | "connection"
  | "output";

export interface DocumentSymbol {
  readonly name: string;
  readonly detail: string;
  readonly kind: SymbolKind;
  readonly range: TextRange;
  readonly selectionRange: TextRange;
  readonly children: readonly DocumentSymbol[];
}

/** The protocol's names: a kind stands for those below it, too. */
export type ActionKind =
  | "quickfix"
  | "refactor"
  | "refactor.extract"
  | "refactor.inline"
  | "refactor.move"
  | "refactor.rewrite"
  | "source.fixAll.lwnet"
  | "source.organizeImports";

export interface CodeAction {
  readonly title: string;
  readonly kind: ActionKind;
  /** Of the file that was asked about. */
  readonly edits: readonly TextEdit[];
  readonly others?: readonly FileEdits[];
  /** Where a name that had to be made up stands after the edits. */
  readonly madeUp?: number;
  /** The diagnostic that it repairs, or only keeps quiet. */
  readonly diagnostic?: FileDiagnostic;
  readonly silences?: true;
  readonly preferred: boolean;
}

/** Edits of another file. */
export interface FileEdits {
  readonly file: FileId;
  readonly edits: readonly TextEdit[];
  /** The file is made first. */
  readonly create?: boolean;
}

/** A network that can be summarised, exported and run, as pickers and commands list it. */
export interface NetworkEntry {
  readonly name: string;
  readonly range: TextRange;
  /** Why it can't be elaborated on its own, such as a parameter without a default. */
  readonly problem: string | undefined;
  /** Dimensions of its inputs that are known by name only: a run needs numbers for them. */
  readonly sizes: readonly string[];
}
