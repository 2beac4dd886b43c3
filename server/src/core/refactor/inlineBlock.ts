/** Inline block: its statements in place of a call, or of all calls, after which the block goes. */
import type { BlockDecl, Body, Item, LayerCall } from "../../../../grammar/ast.ts";
import { imports } from "../../../../grammar/parse.ts";
import { shift, type TextEdit } from "../../../../grammar/text.ts";
import { visit } from "../../../../grammar/walk.ts";
import { importedFile } from "../sema/imports.ts";
import { keeping } from "./changes.ts";
import { enteringName } from "./freeNames.ts";
import type { Changes, Draft } from "./refactoring.ts";
import {
  freshName,
  isChained,
  isIdentifier,
  itemStart,
  type Owner,
  offsetOf,
  placeInBody,
  type Site,
  statementAt,
} from "./site.ts";
import { inlinedBody } from "./substitute.ts";

export function inlineBlock(site: Site): Draft[] {
  const kind = "refactor.inline";
  const call = callAt(site);
  const block = call ? calledBlock(site, call) : declaredBlock(site);
  if (!block) return [];
  const name = call?.call.callee.name ?? block.item.name.name;
  const drafts: Draft[] = [];
  if (call && inlineAt(site, block, call, new Map())) {
    drafts.push({
      title: `Inline \`${name}\``,
      kind,
      make: () => keep(site, inlineAt(site, block, call, new Map())),
    });
  }
  const all = block.item.section.file === site.source.id ? allCalls(site, block.item) : undefined;
  if (all && all.length > 0) {
    drafts.push({
      title:
        all.length === 1
          ? `Inline \`${name}\` and remove the block`
          : `Inline all ${all.length} uses of \`${name}\` and remove the block`,
      kind,
      make: () => keep(site, inlineAll(site, block, all)),
    });
  }
  return drafts;
}

function keep(site: Site, edits: readonly TextEdit[] | undefined): Changes | undefined {
  return edits && keeping(site.selection, "costs and shapes", edits);
}

type Block = Owner & { readonly item: BlockDecl };

interface Call {
  readonly owner: Owner;
  readonly call: LayerCall;
}

// ── which block, which calls ─────────────────────────────────────────────────────────────────────

function callAt(site: Site): Call | undefined {
  const statement = statementAt(site);
  const { item } = site;
  if (statement?.kind !== "layer" || (item.kind !== "block" && item.kind !== "network")) return undefined;
  return { owner: { item, resolution: site.file.resolutionOf(item) }, call: statement };
}

/** The block that is called, if all that it uses of its own file means the same here. */
function calledBlock(site: Site, { owner, call }: Call): Block | undefined {
  const resolved = owner.resolution.references.get(call.callee);
  const declaration = resolved?.kind === "declaration" ? site.file.scope.lookup(resolved.name) : undefined;
  if (declaration?.kind !== "block" || declaration === owner.item) return undefined;
  const home = site.selection.analysis.of(declaration.section.file);
  const resolution = home?.resolutionOf(declaration);
  if (!home || !resolution) return undefined;
  const outer = [...resolution.references.values()].filter(({ kind }) => kind === "declaration");
  const sameHere = outer.every(({ name }) => home.scope.lookup(name) === site.file.scope.lookup(name));
  const shadowed = [...resolution.references.values()].some(
    ({ kind, name }) => (kind === "operator" || kind === "function") && site.file.scope.lookup(name),
  );
  return sameHere && !shadowed ? { item: declaration, resolution } : undefined;
}

/** The block whose name the cursor is on. */
function declaredBlock(site: Site): Block | undefined {
  const { item, nodes } = site;
  const node = nodes.at(-1);
  const onName = item.kind === "block" && isIdentifier(node) && node === item.name;
  return onName ? { item, resolution: site.file.resolutionOf(item) } : undefined;
}

/** All calls of a block; undefined where it is used as a value, inside itself or by another file. */
function allCalls(site: Site, block: BlockDecl): Call[] | undefined {
  const calls: Call[] = [];
  for (const item of site.file.source.items) {
    if (item.kind === "import") continue;
    const resolution = site.file.resolutionOf(item);
    const places = [...resolution.references].filter(
      ([, resolved]) => resolved.kind === "declaration" && resolved.name === block.name.name,
    );
    if (places.length === 0) continue;
    if (item === block || (item.kind !== "block" && item.kind !== "network")) return undefined;
    const found = callsIn(item, new Set(places.map(([node]) => node)));
    if (found.length < places.length) return undefined;
    calls.push(...found.map((call) => ({ owner: { item, resolution }, call })));
  }
  return isImported(site, block) ? undefined : calls;
}

function callsIn(item: Item, callees: ReadonlySet<unknown>): LayerCall[] {
  const calls: LayerCall[] = [];
  visit(item, (node) => {
    if (node.kind === "layer" && callees.has(node.callee)) calls.push(node);
  });
  return calls;
}

function isImported(site: Site, block: BlockDecl): boolean {
  const { analysis, file: id } = site.selection;
  return analysis.files().some((other) => {
    const maySay = other !== id && analysis.text(other)?.includes(block.name.name);
    const source = maySay ? analysis.file(other) : undefined;
    return (source ? imports(source) : []).some(
      ({ path, names }) =>
        path !== undefined &&
        importedFile(other, path.value) === id &&
        names.some(({ name }) => name.name === block.name.name),
    );
  });
}

// ── edits ────────────────────────────────────────────────────────────────────────────────────────

/** Labels that were put into bodies before. */
type Taken = Map<Body, ReadonlySet<string>>;

function inlineAt(site: Site, block: Block, { owner, call }: Call, taken: Taken): TextEdit[] | undefined {
  const place = placeInBody(owner.item, call);
  if (!place) return undefined;
  const entering = namedEntry(site, owner, place.body, place.index);
  const inlined = inlinedBody(block, owner, call, entering.name);
  if (!inlined) return undefined;
  const { section } = owner.item;
  const { body, index } = place;
  const isLink =
    isChained(section, body.statements[index - 1], call) ||
    isChained(section, call, body.statements[index + 1]);
  const content = isLink && !inlined.hasComments ? inlined.statements.join(" -> ") : inlined.text;
  const local = new Set([...owner.resolution.declared.values()].map(({ name }) => name));
  const before = taken.get(body);
  const clashes = [...inlined.labels].some((label) => local.has(label) || before?.has(label));
  const [only] = inlined.statements;
  const isSingle = inlined.statements.length === 1 && inlined.labels.size === 0;
  const labelText = call.label ? `${section.text.slice(call.label.range.start, call.label.range.end)}: ` : "";
  const isMultiline = content.includes("\n");
  const group = isMultiline ? `{\n${content}\n}` : `{ ${content} }`;
  const newText = call.label
    ? labelText + (isSingle && only && !/^\s*`/.test(only) ? only : group)
    : clashes
      ? group
      : content;
  if (!call.label && !clashes) taken.set(body, new Set([...(before ?? []), ...inlined.labels]));
  const by = offsetOf(site.source, section);
  return [
    ...entering.edits().map((edit) => ({ ...edit, range: shift(edit.range, by) })),
    { range: shift(call.range, by), newText },
  ];
}

/** The name of a call's input, made for it if there is none, once it is asked for. */
function namedEntry(site: Site, owner: Owner, body: Body, index: number) {
  const edits: TextEdit[] = [];
  let name: string | undefined;
  return {
    edits: () => edits,
    name(): string | undefined {
      if (name !== undefined) return name;
      const found = enteringName(owner, body, index);
      if (found === undefined || typeof found === "string") {
        name = found;
        return name;
      }
      name = freshName(site, "entering");
      edits.push({ range: { start: found.range.start, end: found.range.start }, newText: `${name}: ` });
      return name;
    },
  };
}

function inlineAll(site: Site, block: Block, calls: readonly Call[]): TextEdit[] | undefined {
  const taken: Taken = new Map();
  const edits: TextEdit[] = [];
  for (const call of calls) {
    const own = inlineAt(site, block, call, taken);
    if (!own) return undefined;
    edits.push(...own);
  }
  // Several inputs that need a name would get the same one.
  const places = edits.filter(({ range }) => range.start === range.end);
  if (places.length > 1) return undefined;
  const { section } = block.item;
  const by = offsetOf(site.source, section);
  const rest = /^[ \t]*(?:\r?\n)*/.exec(section.text.slice(block.item.range.end))?.[0].length ?? 0;
  const removed = { start: itemStart(block.item, "///"), end: block.item.range.end + rest };
  return [...edits, { range: shift(removed, by), newText: "" }];
}
