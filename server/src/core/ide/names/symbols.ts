/**
 * What a name means across files: one symbol for a thing, whatever it is called where it is used. A named argument may
 * mean several, when the block that it is given to is itself a value.
 */
import type {
  BlockDecl,
  Declaration,
  FileId,
  Item,
  Location,
  NetworkDecl,
  ParamDecl,
  SyntaxNode,
} from "../../../../../grammar/ast.ts";
import { declarations } from "../../../../../grammar/parse.ts";
import { contains } from "../../../../../grammar/text.ts";
import type { FileNames } from "../../analysis.ts";
import { operatorNamed } from "../../ops/registry.ts";
import { importedFile, stdScheme } from "../../sema/imports.ts";
import type { LocalSymbol, Resolved } from "../../sema/symbols.ts";
import type { Analysis } from "../../workspace.ts";
import { nodesAt } from "../places.ts";
import { calledBlocks } from "./blockValues.ts";
import { type Call, type NameUse, usesOfDeclaration, usesOfImport } from "./uses.ts";

export type NameSymbol =
  | { readonly kind: "declaration"; readonly declaration: Declaration }
  | { readonly kind: "param"; readonly param: ParamDecl; readonly owner: BlockDecl | NetworkDecl }
  | {
      readonly kind: "loop" | "label" | "input" | "dim" | "output";
      readonly name: string;
      readonly node: SyntaxNode;
      readonly owner: Declaration;
    }
  /** The keyword `in`: the tensor that entered a block. */
  | { readonly kind: "entry"; readonly owner: Declaration }
  | { readonly kind: "operator" | "function" | "word"; readonly name: string }
  | { readonly kind: "operatorParam"; readonly operator: string; readonly name: string };

/** Equal for the same symbol: the node that declares it, or a name of the language's own. */
export function keyOf(symbol: NameSymbol): object | string {
  switch (symbol.kind) {
    case "declaration":
      return symbol.declaration;
    case "param":
      return symbol.param;
    case "entry":
      return "body" in symbol.owner ? symbol.owner.body : "in";
    case "operator":
    case "function":
    case "word":
      return `${symbol.kind} ${symbol.name}`;
    case "operatorParam":
      return `parameter ${symbol.operator}.${symbol.name}`;
    default:
      return symbol.node;
  }
}

/** The name that a symbol is declared with. */
export function nameOf(symbol: NameSymbol): string {
  if (symbol.kind === "declaration") return symbol.declaration.name.name;
  if (symbol.kind === "param") return symbol.param.name.name;
  return symbol.kind === "entry" ? "in" : symbol.name;
}

/** Where it is declared; the language's own words are declared nowhere. */
export function declarationOf(symbol: NameSymbol): Location | undefined {
  switch (symbol.kind) {
    case "declaration":
      return { section: symbol.declaration.section, range: symbol.declaration.name.range };
    case "param":
      return { section: symbol.owner.section, range: symbol.param.name.range };
    case "loop":
    case "label":
    case "input":
    case "dim":
    case "output": {
      const { node, owner } = symbol;
      const range =
        node.kind === "input" || node.kind === "output"
          ? node.name.range
          : node.kind === "name"
            ? node.nameRange
            : node.range;
      return { section: owner.section, range };
    }
    default:
      return undefined;
  }
}

/** The file that declares it; undefined for the language's own words. */
export function fileOf(symbol: NameSymbol): FileId | undefined {
  return symbol.kind === "entry" ? symbol.owner.section.file : declarationOf(symbol)?.section.file;
}

export function isShipped(symbol: NameSymbol): boolean {
  return fileOf(symbol)?.startsWith(stdScheme) ?? false;
}

export interface UseAt {
  readonly file: FileNames;
  readonly use: NameUse;
  /** Offset of the use's section in the file. */
  readonly offset: number;
  readonly symbols: readonly NameSymbol[];
}

/** The name under the cursor, and what it means; undefined where there is none, or nothing declares it. */
export function useAt(analysis: Analysis, id: FileId, offset: number): UseAt | undefined {
  const file = analysis.names(id);
  const path = file && nodesAt(file.source, offset);
  if (!file || !path) return undefined;
  const at = offset - path.offset;
  const touching = [...usesIn(file, path.item).values()].flat().filter(({ range }) => contains(range, at));
  // Between two names that touch, as in `a:b`, the one that begins at the cursor.
  const use = touching.findLast(({ range }) => range.start === at) ?? touching[0];
  if (!use) return undefined;
  const symbols = symbolsOf(analysis, file, use);
  return symbols.length > 0 ? { file, use, offset: path.offset, symbols } : undefined;
}

export function usesIn(file: FileNames, item: Item): ReadonlyMap<string, readonly NameUse[]> {
  return item.kind === "import" ? usesOfImport(item) : usesOfDeclaration(item, file.resolutionOf(item));
}

export function symbolsOf(analysis: Analysis, file: FileNames, use: NameUse): readonly NameSymbol[] {
  const { means, item } = use;
  switch (means.kind) {
    case "item":
      return [{ kind: "declaration", declaration: means.declaration }];
    case "import": {
      const target = means.item.path && importedFile(file.source.id, means.item.path.value);
      const source = target === undefined ? undefined : analysis.file(target);
      const name = means.imported.name.name;
      const declaration = source && declarations(source).find((each) => each.name.name === name);
      return declaration ? [{ kind: "declaration", declaration }] : [];
    }
    case "argument":
      return parametersNamed(analysis, file, item, means.call, use.name);
    case "bare":
      if (item.kind === "import") return [];
      return [
        {
          kind: means.node.kind === "output" ? "output" : "label",
          name: use.name,
          node: means.node,
          owner: item,
        },
      ];
    case "entry":
      return item.kind === "import" ? [] : [{ kind: "entry", owner: item }];
    case "resolved": {
      const symbol = symbolOf(file, item, means.resolved);
      return symbol ? [symbol] : [];
    }
  }
}

export function symbolOf(file: FileNames, item: Item, resolved: Resolved): NameSymbol | undefined {
  switch (resolved.kind) {
    case "declaration": {
      const declaration = file.scope.lookup(resolved.name);
      return declaration && { kind: "declaration", declaration };
    }
    case "operator":
    case "function":
    case "word":
      return { kind: resolved.kind, name: resolved.name };
    default:
      return item.kind === "import" ? undefined : localSymbol(item, resolved);
  }
}

function localSymbol(owner: Declaration, symbol: LocalSymbol): NameSymbol | undefined {
  const { kind, name, node } = symbol;
  if (kind === "in") return { kind: "entry", owner };
  if (node.kind !== "param") return kind === "param" ? undefined : { kind, name, node, owner };
  return owner.kind === "block" || owner.kind === "network"
    ? { kind: "param", param: node, owner }
    : undefined;
}

// ── parameters ───────────────────────────────────────────────────────────────────────────────────

/** The parameters that an argument's name means: of each block that the callee may be. */
function parametersNamed(
  analysis: Analysis,
  file: FileNames,
  item: Item,
  call: Call,
  name: string,
): readonly NameSymbol[] {
  if (item.kind === "import" || !call.resolved) return [];
  return calledBlocks(analysis, file, item, call).flatMap((called): NameSymbol[] => {
    if (called.kind === "operator") {
      const known = Object.hasOwn(operatorNamed(called.name)?.params ?? {}, name);
      return known ? [{ kind: "operatorParam", operator: called.name, name }] : [];
    }
    const param = called.declaration.params.find((each) => each.name.name === name);
    return param ? [{ kind: "param", param, owner: called.declaration }] : [];
  });
}
