/**
 * Every name that an item writes, with what it means as far as the item alone can tell. Kept with the item's
 * resolution: an edit elsewhere in the file costs nothing here. Knows no other item and no other file.
 */
import type {
  Argument,
  Declaration,
  For,
  Identifier,
  ImportDecl,
  ImportName,
  Item,
  ParamDecl,
  SyntaxNode,
  TextRange,
} from "../../../../../grammar/ast.ts";
import { children } from "../../../../../grammar/walk.ts";
import type { Resolution } from "../../sema/resolve.ts";
import type { Resolved } from "../../sema/symbols.ts";

export interface NameUse {
  /** Relative to the section of the item. */
  readonly range: TextRange;
  /** As written. */
  readonly name: string;
  readonly means: Meaning;
  /** Whether the name is brought into being here: by its declaration, or by an import. */
  readonly role: "declaration" | "import" | "use";
  readonly item: Item;
  /** Where its value goes, as far as that may be a block. */
  readonly place?: Place;
}

export type Place =
  | { readonly kind: "callee"; readonly call: Call }
  | { readonly kind: "argument"; readonly call: Call; readonly argument: Argument }
  | { readonly kind: "loop"; readonly loop: For }
  | { readonly kind: "default"; readonly param: ParamDecl };

export type Meaning =
  | { readonly kind: "item"; readonly declaration: Declaration }
  | { readonly kind: "import"; readonly item: ImportDecl; readonly imported: ImportName }
  | { readonly kind: "resolved"; readonly resolved: Resolved }
  /** The name of an argument: a parameter of what is called. */
  | { readonly kind: "argument"; readonly call: Call }
  /** A name that nothing in the text can refer to: an output, a branch's label. */
  | { readonly kind: "bare"; readonly node: SyntaxNode }
  | { readonly kind: "entry" };

export interface Call {
  readonly callee: Identifier;
  readonly resolved: Resolved | undefined;
  readonly args: readonly Argument[];
}

/** The uses of an item by name. Names in an import are read off the import alone. */
export function usesOfImport(item: ImportDecl): ReadonlyMap<string, readonly NameUse[]> {
  return kept(importUses, item, () => {
    const uses = new Uses(item);
    for (const imported of item.names) {
      const means = { kind: "import", item, imported } as const;
      uses.add(imported.name, means, imported.alias ? "use" : "import");
      if (imported.alias) uses.add(imported.alias, means, "import");
    }
    return uses.byName;
  });
}

export function usesOfDeclaration(
  item: Declaration,
  resolution: Resolution,
): ReadonlyMap<string, readonly NameUse[]> {
  return kept(declarationUses, resolution, () => {
    const uses = new Uses(item);
    collect({ uses, resolution }, item, undefined);
    return uses.byName;
  });
}

const importUses = new WeakMap<ImportDecl, ReadonlyMap<string, readonly NameUse[]>>();
const declarationUses = new WeakMap<Resolution, ReadonlyMap<string, readonly NameUse[]>>();

class Uses {
  readonly byName = new Map<string, NameUse[]>();
  readonly #item: Item;

  constructor(item: Item) {
    this.#item = item;
  }

  add(
    node: { readonly name: string; readonly range: TextRange },
    means: Meaning,
    role: NameUse["role"],
    place?: Place,
  ): void {
    // What the text lacks has an empty name.
    if (node.name === "") return;
    const use: NameUse = {
      range: node.range,
      name: node.name,
      means,
      role,
      item: this.#item,
      ...(place ? { place } : {}),
    };
    const same = this.byName.get(node.name);
    if (same) same.push(use);
    else this.byName.set(node.name, [use]);
  }
}

interface Context {
  readonly uses: Uses;
  readonly resolution: Resolution;
}

function collect(ctx: Context, node: SyntaxNode, place: Place | undefined): void {
  const { uses } = ctx;
  switch (node.kind) {
    case "const":
    case "block":
    case "network":
    case "instance":
      uses.add(node.name, { kind: "item", declaration: node }, "declaration");
      if (node.kind === "instance") return collectCall(ctx, node.base, node.args);
      break;
    case "layer":
      if (node.label) collect(ctx, node.label, undefined);
      return collectCall(ctx, node.callee, node.args);
    case "param":
      declare(ctx, node, node.name);
      if (node.default) collect(ctx, node.default, { kind: "default", param: node });
      return;
    case "for":
      for (const variable of node.variables) declare(ctx, variable, variable);
      if (node.label) collect(ctx, node.label, undefined);
      collect(ctx, node.list, { kind: "loop", loop: node });
      return collect(ctx, node.body, undefined);
    case "repeat":
      if (node.variable) declare(ctx, node.variable, node.variable);
      break;
    case "input":
      declare(ctx, node, node.name);
      break;
    case "output":
      uses.add(node.name, { kind: "bare", node }, "declaration");
      break;
    case "label":
      if (!node.template) declare(ctx, node, { name: node.texts[0] ?? "", range: node.range });
      break;
    case "tensor":
      if (node.keyword === "in") uses.add({ name: "in", range: node.nameRange }, { kind: "entry" }, "use");
      break;
    case "name":
      refer(ctx, node, { name: node.name, range: node.nameRange }, place);
      break;
  }
  for (const child of children(node)) collect(ctx, child, place);
}

function collectCall(ctx: Context, callee: Identifier | undefined, args: readonly Argument[]): void {
  const call = callee && { callee, resolved: ctx.resolution.references.get(callee), args };
  if (call) refer(ctx, callee, callee, { kind: "callee", call });
  for (const argument of args) {
    if (call && argument.name) ctx.uses.add(argument.name, { kind: "argument", call }, "use");
    collect(ctx, argument.value, call && { kind: "argument", call, argument });
  }
}

function declare(ctx: Context, node: SyntaxNode, name: { readonly name: string; readonly range: TextRange }) {
  const symbol = ctx.resolution.declared.get(node);
  const means: Meaning = symbol ? { kind: "resolved", resolved: symbol } : { kind: "bare", node };
  ctx.uses.add(name, means, "declaration");
}

function refer(
  ctx: Context,
  node: SyntaxNode,
  name: { readonly name: string; readonly range: TextRange },
  place: Place | undefined,
): void {
  const resolved = ctx.resolution.references.get(node);
  if (!resolved) return;
  // A dimension known by name is declared where an input first has it.
  const declares = resolved.kind === "dim" && resolved.node === node;
  ctx.uses.add(name, { kind: "resolved", resolved }, declares ? "declaration" : "use", place);
}

function kept<K extends object, V>(memo: WeakMap<K, V>, key: K, make: () => V): V {
  const known = memo.get(key);
  if (known !== undefined) return known;
  const made = make();
  memo.set(key, made);
  return made;
}
