/** Where a refactoring is asked for: the item, the nodes around the selection and the statements that it touches. */
import type {
  BlockDecl,
  Body,
  Identifier,
  Item,
  LayerCall,
  NetworkDecl,
  Section,
  Statement,
  SyntaxNode,
  TextRange,
} from "../../../../grammar/ast.ts";
import { type SourceFile, sectionAt } from "../../../../grammar/parse.ts";
import { contains, shift } from "../../../../grammar/text.ts";
import { children, visit } from "../../../../grammar/walk.ts";
import type { FileAnalysis } from "../analysis.ts";
import { type AnyOperator, operatorNamed } from "../ops/registry.ts";
import type { Resolution } from "../sema/resolve.ts";
import type { Selection } from "./refactoring.ts";

/** All ranges are relative to the section. */
export interface Site {
  readonly selection: Selection;
  readonly file: FileAnalysis;
  readonly source: SourceFile;
  readonly item: Item;
  readonly section: Section;
  readonly offset: number;
  /** The selection without the blanks at its ends. */
  readonly range: TextRange;
  /** The nodes that hold all of the selection, outermost first. */
  readonly nodes: readonly SyntaxNode[];
}

/** Consecutive statements of one body. */
export interface Run {
  readonly owner: Owner;
  readonly body: Body;
  readonly first: number;
  readonly statements: readonly Statement[];
  readonly range: TextRange;
}

/** An item with a body, and what the names in it mean. */
export interface Owner {
  readonly item: BlockDecl | NetworkDecl;
  readonly resolution: Resolution;
}

export function siteAt(selection: Selection): Site | undefined {
  const file = selection.analysis.of(selection.file);
  if (!file) return undefined;
  const { source } = file;
  const trimmed = withoutBlanks(source.text, selection.range);
  const placed = sectionAt(source, trimmed.start);
  if (!placed || trimmed.end > placed.offset + placed.section.text.length) return undefined;
  const range = shift(trimmed, -placed.offset);
  for (const item of placed.section.items) {
    const nodes = nodesAround(item, range);
    if (nodes.length > 0) return { selection, file, source, item, ...placed, range, nodes };
  }
  return undefined;
}

export function isEmpty({ range }: Site): boolean {
  return range.start === range.end;
}

export function ownerOf(site: Site): Owner | undefined {
  const { item } = site;
  if (item.kind !== "block" && item.kind !== "network") return undefined;
  return { item, resolution: site.file.resolutionOf(item) };
}

/** The statements that the selection touches, of the innermost body that holds it. */
export function selectedRun(site: Site): Run | undefined {
  const owner = ownerOf(site);
  const body = site.nodes.findLast((node): node is Body => node.kind === "body");
  if (!owner || !body || site.nodes.some((node) => node.kind === "param")) return undefined;
  const touched = body.statements.filter(
    ({ range }) =>
      range.start <= site.range.end && site.range.start <= range.end && overlaps(range, site.range),
  );
  const [start] = touched;
  if (!start) return undefined;
  return runOf(owner, body, body.statements.indexOf(start), touched.length);
}

export function runOf(owner: Owner, body: Body, first: number, count: number): Run | undefined {
  const statements = body.statements.slice(first, first + count);
  const [start, end] = [statements[0], statements.at(-1)];
  if (!start || !end || statements.length < count) return undefined;
  return { owner, body, first, statements, range: { start: start.range.start, end: end.range.end } };
}

/** The statement whose head, label or arguments the selection is in. */
export function statementAt(site: Site): Statement | undefined {
  const statement = site.nodes.findLast((node): node is Statement => "head" in node);
  const body =
    statement && children(statement).find((child) => child.kind === "body" || child.kind === "branch");
  return statement && (!body || site.range.end <= body.range.start) ? statement : undefined;
}

/** The operator that a layer calls by its name. */
export function calledOperator(owner: Owner, { callee }: LayerCall): AnyOperator | undefined {
  const resolved = owner.resolution.references.get(callee);
  return resolved?.kind === "operator" ? operatorNamed(resolved.name) : undefined;
}

/** The body and the index in it of a statement. */
export function placeInBody(item: Item, statement: Statement): { body: Body; index: number } | undefined {
  let found: { body: Body; index: number } | undefined;
  visit(item, (node) => {
    const index = node.kind === "body" ? node.statements.indexOf(statement) : -1;
    if (node.kind === "body" && index >= 0) found = { body: node, index };
  });
  return found;
}

export function textOf(section: Section, { start, end }: TextRange): string {
  return section.text.slice(start, end);
}

/** Whether the statements are joined by an arrow, with nothing else between them. */
export function isChained(
  section: Section,
  before: Statement | undefined,
  after: Statement | undefined,
): boolean {
  if (!before || !after) return false;
  return /^\s*->\s*$/.test(section.text.slice(before.range.end, after.range.start));
}

/** Where an item's text begins, with the comments right above it: all of them, or its documentation alone. */
export function itemStart(item: Item, comments: "//" | "///" = "//"): number {
  const { text } = item.section;
  let start = item.range.start;
  for (;;) {
    const lineStart = start < 2 ? 0 : text.lastIndexOf("\n", start - 2) + 1;
    if (start === 0 || !text.startsWith(comments, lineStart)) return start;
    start = lineStart;
  }
}

/** The offset of a section in its file. */
export function offsetOf(source: SourceFile, section: Section): number {
  return source.sections.find((placed) => placed.section === section)?.offset ?? 0;
}

/** A name that nothing in the file's scope and the item is called by: `block1`, `block2`, … or `count`, `count2`, …. */
export function freshName(site: Site, base: string, also: ReadonlySet<string> = new Set()): string {
  const words = namesIn(site.item);
  const isTaken = (name: string) =>
    words.has(name) || also.has(name) || site.file.scope.lookup(name) || operatorNamed(name);
  if (!/\d$/.test(base) && !isTaken(base)) return base;
  const stem = base.replace(/\d+$/, "");
  for (let n = /\d$/.test(base) ? 1 : 2; ; n++) if (!isTaken(`${stem}${n}`)) return `${stem}${n}`;
}

/** All names in an item but those that belong to others: of arguments and members. */
function namesIn(item: Item): Set<string> {
  const names = new Set<string>();
  const foreign = new Set<SyntaxNode>();
  visit(item, (node) => {
    if (node.kind === "argument" && node.name) foreign.add(node.name);
    if (node.kind === "member") foreign.add(node.member);
    if (node.kind === "label") for (const text of node.texts) names.add(text);
    if ((node.kind === "name" || node.kind === "identifier") && !foreign.has(node)) names.add(node.name);
  });
  return names;
}

export function isIdentifier(node: SyntaxNode | undefined): node is Identifier {
  return node?.kind === "identifier";
}

function nodesAround(item: Item, range: TextRange): SyntaxNode[] {
  const nodes: SyntaxNode[] = [];
  const holds = (node: SyntaxNode) => contains(node.range, range.start) && contains(node.range, range.end);
  let node: SyntaxNode | undefined = holds(item) ? item : undefined;
  while (node) {
    nodes.push(node);
    node = children(node).findLast(holds);
  }
  return nodes;
}

function overlaps(a: TextRange, b: TextRange): boolean {
  return b.start === b.end || (a.start < b.end && b.start < a.end);
}

function withoutBlanks(text: string, { start, end }: TextRange): TextRange {
  const selected = text.slice(start, end);
  if (selected.trim() === "") return { start, end: start };
  const from = start + (selected.length - selected.trimStart().length);
  return { start: from, end: from + selected.trim().length };
}
