/** What stands at a cursor: which construct could go on there, in which bodies and calls, and the names in scope. */
import type { TextRange } from "../../../../../grammar/text.ts";

export type BodyKind =
  | "block"
  | "network"
  | "group"
  | "residual"
  | "shortcut"
  | "dense"
  | "branch"
  | "repeat"
  | "for"
  | "if"
  | "tap";

/** An open body. Offsets are relative to the section, and those of whole statements, labels included. */
export interface OpenBody {
  readonly kind: BodyKind;
  /** The statement or item that the body belongs to. */
  readonly owner: number;
  /** The statements before the one at the cursor. */
  readonly statements: readonly number[];
}

export interface ScopeName {
  readonly kind: "param" | "loop" | "label" | "input" | "dim";
  readonly name: string;
  /** Where its declaration begins. */
  readonly start: number;
  /** A parameter's type, when it says one. */
  readonly type: string | undefined;
}

export interface GivenArgument {
  readonly name: string | undefined;
  readonly value: TextRange;
}

/** A call whose brackets the cursor is in. */
export interface OpenCall {
  readonly form: "layer" | "combine" | "instance" | "function";
  readonly callee: string;
  /** Where the callee stands. */
  readonly start: number;
  /** The arguments before the one at the cursor. */
  readonly before: readonly GivenArgument[];
  /** The name of the argument at the cursor. */
  readonly name: string | undefined;
  /** Names of the arguments after the cursor. */
  readonly namesAfter: readonly string[];
}

/** What an expression is for. */
export type Role =
  | "value"
  | "argument"
  | "condition"
  | "count"
  | "list"
  | "expected"
  | "dimension"
  | "limit"
  | "default";

export type Place =
  | { readonly kind: "item" }
  | {
      readonly kind: "statement";
      readonly labelled: boolean;
      /** The clause that could still follow the statement before. */
      readonly clause: "shortcut" | "else" | undefined;
    }
  | { readonly kind: "branch" }
  /** Only these words of the language fit. */
  | { readonly kind: "words"; readonly words: readonly string[] }
  | {
      readonly kind: "expression";
      readonly role: Role;
      /** Of `expect`'s and `input`'s lists, which element. */
      readonly index: number;
      /** The first word of an argument that has no name, so that it may be one. */
      readonly mayName: boolean;
      /** Of a parameter's default, the type that it is declared with. */
      readonly type: string | undefined;
    }
  | { readonly kind: "argumentName" }
  /** After `it.`, `in.`, `label.`: the object, when it is a single name. */
  | { readonly kind: "member"; readonly object: string | undefined }
  /** Before the brackets. */
  | { readonly kind: "shape"; readonly of: "expect" | "input" }
  | { readonly kind: "from" }
  | { readonly kind: "type" }
  | { readonly kind: "network" }
  | { readonly kind: "metric"; readonly given: readonly string[] }
  | { readonly kind: "importName"; readonly path: string | undefined; readonly given: readonly string[] }
  | { readonly kind: "importPath" }
  /** A new name, or nothing that could be proposed. */
  | { readonly kind: "nothing" };

export interface PlaceAt {
  readonly place: Place;
  /** Outermost first. */
  readonly bodies: readonly OpenBody[];
  /** Outermost first. */
  readonly calls: readonly OpenCall[];
  /** Inner names after outer ones. */
  readonly names: readonly ScopeName[];
  /** The block or network around the cursor. */
  readonly declaration: { readonly kind: "block" | "network"; readonly name: string } | undefined;
}
