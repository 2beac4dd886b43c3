/**
 * What names mean, for colours: a block or a layer, a parameter or a label. A section is read once while it and the names
 * that it sees stay the same, so that a keystroke costs one section.
 */
import type { Declaration, FileId, Item, Section, SyntaxNode, TextRange } from "../../../../grammar/ast.ts";
import { visit } from "../../../../grammar/walk.ts";
import type { FileAnalysis } from "../analysis.ts";
import { stdScheme } from "../sema/imports.ts";
import type { Resolution } from "../sema/resolve.ts";
import type { FileScope, Resolved } from "../sema/symbols.ts";
import type { Analysis } from "../workspace.ts";

/** In the order of the protocol's legend. */
export const tokenKinds = [
  "class",
  "struct",
  "layer",
  "function",
  "parameter",
  "variable",
  "dimension",
  "tensor",
  "label",
  "property",
  "enumMember",
  "type",
] as const;
export type TokenKind = (typeof tokenKinds)[number];

/** For editors that know none but the protocol's own: what comes nearest to ours. */
export const standardKinds: { readonly [K in TokenKind]?: TokenKind } = {
  layer: "function",
  dimension: "variable",
  tensor: "variable",
  label: "property",
};

export const tokenModifiers = ["declaration", "readonly", "defaultLibrary"] as const;
export type TokenModifier = (typeof tokenModifiers)[number];

export interface SemanticToken {
  /** Relative to the section. */
  readonly range: TextRange;
  readonly kind: TokenKind;
  readonly modifiers: readonly TokenModifier[];
}

/** The tokens of a section in order. The list is the same object until something in it changes. */
export interface SectionTokens {
  readonly section: Section;
  readonly offset: number;
  readonly tokens: readonly SemanticToken[];
}

interface Known {
  readonly names: string;
  readonly tokens: readonly SemanticToken[];
}

const known = new WeakMap<Section, Known>();

export function semanticTokens(analysis: Analysis, id: FileId): SectionTokens[] {
  const file = analysis.of(id);
  if (!file) return [];
  const names = namesOf(file.scope);
  return file.source.sections.map(({ section, offset }) => {
    const before = known.get(section);
    if (before?.names === names) return { section, offset, tokens: before.tokens };
    const tokens = section.items.flatMap((item) => itemTokens(file, item));
    tokens.sort((a, b) => a.range.start - b.range.start);
    known.set(section, { names, tokens });
    return { section, offset, tokens };
  });
}

/** What the names of a file mean, as far as colours go. */
function namesOf(scope: FileScope): string {
  const kinds = scope.names.map((name) => {
    const declaration = scope.lookup(name);
    return `${name} ${declaration?.kind}${declaration && isStd(declaration) ? " std" : ""}`;
  });
  return [scope.signature, ...kinds].join("\n");
}

function isStd({ section }: Declaration): boolean {
  return section.file.startsWith(stdScheme);
}

interface Context {
  readonly file: FileAnalysis;
  readonly references: Resolution["references"] | undefined;
  readonly tokens: SemanticToken[];
}

function itemTokens(file: FileAnalysis, item: Item): SemanticToken[] {
  const references = item.kind === "import" ? undefined : file.resolutionOf(item).references;
  const ctx: Context = { file, references, tokens: [] };
  visit(item, (node) => nodeTokens(ctx, node));
  return ctx.tokens;
}

function nodeTokens(ctx: Context, node: SyntaxNode): void {
  switch (node.kind) {
    case "block":
      return add(ctx, node.name, "class", "declaration");
    case "network":
      return add(ctx, node.name, "struct", "declaration");
    case "instance":
      add(ctx, node.name, "struct", "declaration");
      return node.base && addResolved(ctx, node.base);
    case "const":
      return add(ctx, node.name, "variable", "declaration", "readonly");
    case "importName": {
      const declaration = ctx.file.scope.lookup((node.alias ?? node.name).name);
      for (const name of [node.name, node.alias])
        if (name && declaration) addDeclared(ctx, name, declaration);
      return;
    }
    case "param":
      add(ctx, node.name, "parameter", "declaration");
      return node.type && add(ctx, node.type, "type", "defaultLibrary");
    case "label":
      // A template has expressions in it: its own text is coloured by the grammar.
      return node.template ? undefined : add(ctx, node, "label", "declaration");
    case "layer":
      return addResolved(ctx, node.callee);
    case "repeat":
      return node.variable && add(ctx, node.variable, "variable", "declaration");
    case "for":
      for (const variable of node.variables) add(ctx, variable, "variable", "declaration");
      return;
    case "input":
    case "output":
      return add(ctx, node.name, "tensor", "declaration");
    case "budgetEntry":
      return add(ctx, node.metric, "property");
    case "argument":
      return node.name && add(ctx, node.name, "parameter");
    case "member":
      return add(ctx, node.member, "property");
    case "name":
      return addResolved(ctx, node);
  }
}

function addResolved(ctx: Context, node: SyntaxNode): void {
  const resolved = ctx.references?.get(node);
  if (!resolved) return;
  if (resolved.kind !== "declaration") return add(ctx, node, ...meaning(resolved));
  const declaration = ctx.file.scope.lookup(resolved.name);
  if (declaration) addDeclared(ctx, node, declaration);
}

function addDeclared(ctx: Context, node: SyntaxNode, declaration: Declaration): void {
  const library: TokenModifier[] = isStd(declaration) ? ["defaultLibrary"] : [];
  if (declaration.kind === "const") add(ctx, node, "variable", "readonly", ...library);
  else add(ctx, node, declaration.kind === "block" ? "class" : "struct", ...library);
}

function meaning(resolved: Exclude<Resolved, { kind: "declaration" }>): [TokenKind, ...TokenModifier[]] {
  switch (resolved.kind) {
    case "operator":
      return ["layer", "defaultLibrary"];
    case "function":
      return ["function", "defaultLibrary"];
    case "word":
      return ["enumMember", "defaultLibrary"];
    case "param":
      return ["parameter"];
    case "dim":
      return ["dimension", "readonly"];
    case "loop":
      return ["variable"];
    case "label":
    case "input":
    case "in":
      return ["tensor"];
  }
}

function add(
  ctx: Context,
  node: { readonly range: TextRange; readonly nameRange?: TextRange },
  kind: TokenKind,
  ...modifiers: TokenModifier[]
): void {
  // A name in parentheses is coloured without them.
  const range = node.nameRange ?? node.range;
  if (range.end > range.start) ctx.tokens.push({ range, kind, modifiers });
}
