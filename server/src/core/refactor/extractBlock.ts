/**
 * Extract block: the selected statements become a block of their own. Names from around them become parameters, labels
 * among them parameters of type `tensor`. Where the file has the same statements again, these may use the block too.
 */
import type { Body, Expr, Statement, SyntaxNode } from "../../../../grammar/ast.ts";
import { applyEdits, shift, type TextEdit, type TextRange } from "../../../../grammar/text.ts";
import { visit } from "../../../../grammar/walk.ts";
import type { LocalSymbol } from "../sema/symbols.ts";
import { keeping } from "./changes.ts";
import { enteringName, freeNames, keywordsIn, labelUsedOutside } from "./freeNames.ts";
import type { Changes, Draft } from "./refactoring.ts";
import {
  freshName,
  isEmpty,
  itemStart,
  type Owner,
  offsetOf,
  type Run,
  runOf,
  type Site,
  selectedRun,
  textOf,
} from "./site.ts";

export function extractBlock(site: Site): Draft[] {
  const run = !isEmpty(site) ? selectedRun(site) : undefined;
  const plan = run && planOf(run);
  if (!plan) return [];
  const kind = "refactor.extract";
  const copies = copiesOf(site, plan);
  const drafts: Draft[] = [{ title: "Extract block", kind, make: () => extract(site, [plan]) }];
  if (copies.length > 0) {
    const all = [plan, ...copies];
    drafts.unshift({
      title: `Extract block and use it in ${all.length} places`,
      kind,
      make: () => extract(site, all),
    });
  }
  return drafts;
}

/** How statements become a block. */
interface Plan {
  readonly run: Run;
  readonly params: readonly Param[];
  /** A tensor parameter stands for `in`, which means another tensor in the block. */
  readonly passesIn: boolean;
  /** What the call must be named for those who use it. */
  readonly label: string | undefined;
}

interface Param {
  readonly name: string;
  readonly type: string | undefined;
}

const fixedStatements: readonly Statement["kind"][] = ["input", "budget", "bad"];

function planOf(run: Run): Plan | undefined {
  const { owner, statements, range, body, first } = run;
  if (statements.some(({ kind }) => fixedStatements.includes(kind))) return undefined;
  // A block that is all of a block says nothing new.
  if (
    owner.item.kind === "block" &&
    body === owner.item.body &&
    body.statements.length === statements.length
  ) {
    return undefined;
  }
  if (statements.slice(0, -1).some((statement) => labelUsedOutside(owner, statement, range)))
    return undefined;
  const last = statements.at(-1);
  const label = last && labelUsedOutside(owner, last, range) ? last.label?.texts[0] : undefined;
  if (last?.kind === "tap" && label !== undefined) return undefined;
  const passesIn = keywordsIn(statements, "in").length > 0 && enteringName(owner, body, first) !== "in";
  const params = freeNames(owner, statements).map((symbol) => ({
    name: symbol.name,
    type: typeOf(owner, symbol),
  }));
  return { run, params, passesIn, label };
}

// ── parameters ───────────────────────────────────────────────────────────────────────────────────

/** The type of a name's values, where it can be told. */
function typeOf(owner: Owner, symbol: LocalSymbol): string | undefined {
  const { kind, node } = symbol;
  if (kind === "label" || kind === "input" || kind === "in") return "tensor";
  if (kind === "dim") return "int";
  if (kind === "param" && node.kind === "param") return node.type?.name ?? typeOfValue(owner, node.default);
  return loopType(owner, symbol);
}

function loopType(owner: Owner, { node }: LocalSymbol): string | undefined {
  let type: string | undefined;
  visit(owner.item, (outer) => {
    if (outer.kind === "repeat" && outer.variable === node) type = "int";
    if (outer.kind !== "for") return;
    const index = outer.variables.map((variable): SyntaxNode => variable).indexOf(node);
    if (index < 0) return;
    const elements = outer.list.kind === "list" ? outer.list.elements : [];
    const parts = elements.map((element) => (element.kind === "list" ? element.elements : [element]));
    const count = outer.variables.length;
    const isIndex = count > 1 && index === 0 && parts.every((part) => part.length === count - 1);
    if (isIndex && parts.length > 0) type = "int";
    else if (count === 1) type = commonType(elements.map((element) => typeOfValue(owner, element)));
    else {
      const skipped = parts[0]?.length === count ? 0 : 1;
      type = commonType(parts.map((part) => typeOfValue(owner, part[index - skipped])));
    }
  });
  return type;
}

function commonType(types: readonly (string | undefined)[]): string | undefined {
  const [first] = types;
  if (types.every((type) => type === first)) return first;
  return types.every((type) => type === "int" || type === "float") ? "float" : undefined;
}

function typeOfValue(owner: Owner, value: Expr | undefined): string | undefined {
  switch (value?.kind) {
    case "number":
      return value.integer ? "int" : "float";
    case "string":
      return "string";
    case "boolean":
      return "bool";
    case "list":
      return "list";
    case "name":
      return owner.resolution.references.get(value)?.kind === "operator" ? "block" : undefined;
    case "unary":
      return value.operator === "not" ? "bool" : typeOfValue(owner, value.operand);
    default:
      return undefined;
  }
}

// ── the same statements elsewhere ────────────────────────────────────────────────────────────────

function copiesOf(site: Site, plan: Plan): Plan[] {
  const { statements } = plan.run;
  const wanted = statements.map((statement) => wordsOf(plan.run.owner, statement));
  const found: Plan[] = [];
  for (const item of site.file.source.items) {
    if (item.kind !== "block" && item.kind !== "network") continue;
    const owner: Owner = { item, resolution: site.file.resolutionOf(item) };
    visit(item, (body) => {
      if (body.kind !== "body") return;
      for (let at = 0; at + wanted.length <= body.statements.length; at++) {
        if (!wanted.every((words, i) => words === wordsOf(owner, body.statements[at + i]))) continue;
        const copy = copyAt(owner, body, at, plan);
        if (!copy || copy.run.statements.some((s) => statements.includes(s))) continue;
        found.push(copy);
        at += wanted.length - 1;
      }
    });
  }
  return found;
}

function copyAt(owner: Owner, body: Body, at: number, like: Plan): Plan | undefined {
  const run = runOf(owner, body, at, like.run.statements.length);
  const copy = run && planOf(run);
  const names = (plan: Plan) => plan.params.map(({ name }) => name).join();
  return copy && names(copy) === names(like) && copy.passesIn === like.passesIn ? copy : undefined;
}

const knownWords = new WeakMap<Statement, string>();

/** The text of a statement but for its blanks. */
function wordsOf({ item }: Owner, statement: Statement | undefined): string | undefined {
  if (!statement) return undefined;
  const words = knownWords.get(statement) ?? textOf(item.section, statement.range).replace(/\s+/g, " ");
  knownWords.set(statement, words);
  return words;
}

// ── edits ────────────────────────────────────────────────────────────────────────────────────────

function extract(site: Site, plans: readonly Plan[]): Changes | undefined {
  const [plan] = plans;
  if (!plan) return undefined;
  const name = freshName(site, "block1");
  const entering = freshName(site, "entering");
  const { statements, range, owner } = plan.run;
  const section = owner.item.section;
  const renamed = plan.passesIn ? keywordsIn(statements, "in") : [];
  const content = applyEdits(
    textOf(section, range),
    renamed.map((place): TextEdit => ({ range: shift(place, -range.start), newText: entering })),
  );
  const own = plan.params.map((param) => param.name + (param.type ? `: ${param.type}` : ""));
  const params = [...own, ...(plan.passesIn ? [`${entering}: tensor`] : [])];
  const args = [...plan.params.map((param) => param.name), ...(plan.passesIn ? ["in"] : [])];
  const list = (parts: readonly string[]) => (parts.length === 0 ? "" : `(${parts.join(", ")})`);
  const absolute = ({ run }: Plan): TextRange =>
    shift(run.range, offsetOf(site.source, run.owner.item.section));
  const uses = plans.map((use): TextEdit => {
    const label = use.label === undefined ? "" : `${use.label}: `;
    return { range: absolute(use), newText: `${label}${name}${list(args)}` };
  });
  const at = Math.min(
    ...plans.map(({ run }) => itemStart(run.owner.item) + offsetOf(site.source, run.owner.item.section)),
  );
  const block = `block ${name}${list(params)} {\n${content}\n}\n\n`;
  const changes = keeping(site.selection, "costs and shapes", [
    { range: { start: at, end: at }, newText: block },
    ...uses,
  ]);
  if (!changes) return undefined;
  // The declaration comes first, then the uses as they stand.
  const before = plans.filter((other) => absolute(other).start < absolute(plan).start).length;
  const text = applyEdits(site.source.text, changes.edits);
  const places = [...text.matchAll(new RegExp(`\\b${name}\\b`, "g"))];
  const madeUp = places[before + 1]?.index;
  return madeUp === undefined ? changes : { ...changes, madeUp };
}
