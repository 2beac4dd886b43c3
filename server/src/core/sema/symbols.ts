/** What names can mean, and the scopes that say which. */
import type { Declaration, FileId, SyntaxNode } from "../../../../grammar/ast.ts";
import type { Parameter } from "./arguments.ts";

/** A name declared inside a block or network. */
export interface LocalSymbol {
  readonly kind: "param" | "loop" | "label" | "input" | "dim" | "in";
  readonly name: string;
  readonly node: SyntaxNode;
}

/** What a name in the text refers to. */
export type Resolved =
  | LocalSymbol
  | { readonly kind: "declaration"; readonly name: string }
  | { readonly kind: "operator"; readonly name: string }
  | { readonly kind: "function"; readonly name: string }
  /** A word of the language that stands for itself: `same`, `valid`. */
  | { readonly kind: "word"; readonly name: string };

/** The declarations that a file sees: its own and imported ones. */
export interface FileScope {
  readonly file: FileId;
  lookup(name: string): Declaration | undefined;
  readonly names: readonly string[];
  /** Names that imports bring from where they are not: what they mean is unknown, and reported at the import. */
  readonly unresolved: ReadonlySet<string>;
  /** The parameters of a block, a network, or the network that a named instance builds on. */
  parametersOf(declaration: Declaration): readonly Parameter[];
  /** What the names look like from where they are used: a resolution holds while this is the same. */
  readonly signature: string;
}

/** Names declared in one body, inside those of the bodies around it. */
export class Scope {
  readonly #symbols = new Map<string, LocalSymbol>();
  readonly parent: Scope | undefined;
  readonly depth: number;

  constructor(parent: Scope | undefined) {
    this.parent = parent;
    this.depth = parent ? parent.depth + 1 : 0;
  }

  /** Declares a name; returns what this very scope had under it before. */
  declare(symbol: LocalSymbol): LocalSymbol | undefined {
    const previous = this.#symbols.get(symbol.name);
    this.#symbols.set(symbol.name, symbol);
    return previous;
  }

  find(name: string): { readonly symbol: LocalSymbol; readonly depth: number } | undefined {
    const symbol = this.#symbols.get(name);
    return symbol ? { symbol, depth: this.depth } : this.parent?.find(name);
  }

  /** All names in scope. */
  *names(): Generator<string> {
    yield* this.#symbols.keys();
    if (this.parent) yield* this.parent.names();
  }
}
