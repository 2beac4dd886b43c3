/**
 * Copies to `repeat`: statements that are the same several times in a row, but for numbers, become one body. Numbers that
 * grow in equal steps are computed from the index, others come from a list. The reverse is in unroll.ts.
 */
import type { Statement, TextRange } from "../../../../grammar/ast.ts";
import { lex } from "../../../../grammar/lexer.ts";
import { applyEdits, type TextEdit } from "../../../../grammar/text.ts";
import { visit } from "../../../../grammar/walk.ts";
import { rewriting } from "./changes.ts";
import { isCheck, labelUsedOutside } from "./freeNames.ts";
import type { Draft } from "./refactoring.ts";
import { freshName, isChained, isEmpty, type Run, runOf, type Site, selectedRun, textOf } from "./site.ts";

/** Statements of one copy, when only a cursor says where to look. */
const maxPeriod = 12;

export function copiesToRepeat(site: Site): Draft[] {
  const selected = selectedRun(site);
  if (!selected) return [];
  const copies = isEmpty(site) ? copiesAround(site, selected) : copiesAmong(site, selected);
  if (!copies) return [];
  const { head, content, range, count } = copies;
  const isOneLine = !content.includes("\n") && head.length + content.length < 80;
  const newText = isOneLine ? `${head} { ${content} }` : `${head} {\n${content}\n}`;
  const [word = ""] = head.split(" ");
  return [rewriting(site, `Turn ${count} copies into \`${word}\``, [{ range, newText }])];
}

interface Copies {
  readonly count: number;
  readonly range: TextRange;
  /** `repeat 3 as i`. */
  readonly head: string;
  readonly content: string;
}

// ── which statements ─────────────────────────────────────────────────────────────────────────────

/** The selection is all copies: the shortest ones that it splits into. */
function copiesAmong(site: Site, run: Run): Copies | undefined {
  const { length } = run.statements;
  for (let period = 1; period <= length / 2; period++) {
    if (length % period > 0) continue;
    const copies = unify(site, run, period, length / period);
    if (copies) return copies;
  }
  return undefined;
}

/** The longest series of copies that begins or goes on at the line of the cursor. Two must be equal, three may vary. */
function copiesAround(site: Site, { owner, body, first }: Run): Copies | undefined {
  const { statements } = body;
  let start = first;
  while (isChained(site.section, statements[start - 1], statements[start])) start--;
  const unified = (from: number, period: number, count: number) => {
    const run = from < 0 ? undefined : runOf(owner, body, from, period * count);
    return run && unify(site, run, period, count);
  };
  for (let period = 1; period <= maxPeriod && start + period <= statements.length; period++) {
    let from = start;
    let count = 1;
    while (unified(from, period, count + 1)) count++;
    while (unified(from - period, period, count + 1)) {
      from -= period;
      count++;
    }
    const copies = count > 1 ? unified(from, period, count) : undefined;
    const [word, , index] = copies?.head.split(" ") ?? [];
    if (copies && (count > 2 || (word === "repeat" && index === undefined))) return copies;
  }
  return undefined;
}

// ── what they have in common ─────────────────────────────────────────────────────────────────────

/** A place where the copies differ, with the number that each has there. */
interface Variation {
  /** In the first copy's text. */
  readonly range: TextRange;
  readonly values: readonly string[];
  /** Of a label: `conv` of `conv1`. */
  readonly stem: string | undefined;
  /** The name of the argument that it is the value of. */
  readonly argument: string | undefined;
  /** Between brackets and commas: what stands for it needs no parentheses. */
  readonly isAlone: boolean;
}

function unify(site: Site, run: Run, period: number, count: number): Copies | undefined {
  const { statements, owner, body, first, range } = run;
  if (
    statements.some(
      (s) => s.kind === "input" || s.kind === "output" || s.kind === "bad" || s.kind === "budget",
    )
  ) {
    return undefined;
  }
  if (statements.every(isCheck) || statements.some((s) => labelUsedOutside(owner, s, range)))
    return undefined;
  const copies = Array.from({ length: count }, (_, i) => runOf(owner, body, first + i * period, period));
  const [model] = copies;
  const hasComments = site.section.comments.some(
    (comment) => model && comment.range.start >= model.range.end && comment.range.end <= range.end,
  );
  if (!model || hasComments) return undefined;
  const words = copies.map((copy) => wordsOf(textOf(site.section, copy?.range ?? range)));
  const labels = labelPlaces(model.statements, model.range.start);
  const variations = differences(words, labels);
  if (!variations) return undefined;
  return { count, range, ...rewritten(site, textOf(site.section, model.range), variations, count) };
}

type Word = ReturnType<typeof lex>["tokens"][number];

/** The tokens that mean something: separators don't differ. */
function wordsOf(text: string): readonly Word[] {
  return lex(text).tokens.filter(({ tokenType: { name } }) => name !== "Newline" && name !== "Arrow");
}

function labelPlaces(statements: readonly Statement[], from: number): Set<number> {
  const places = new Set<number>();
  for (const statement of statements) {
    visit(statement, (node) => {
      if (node.kind === "label" && !node.template) places.add(node.range.start - from);
    });
  }
  return places;
}

function differences(
  copies: readonly (readonly Word[])[],
  labels: ReadonlySet<number>,
): Variation[] | undefined {
  const [model = []] = copies;
  if (copies.some((words) => words.length !== model.length)) return undefined;
  const variations: Variation[] = [];
  for (const [i, word] of model.entries()) {
    const images = copies.map((words) => words[i]?.image ?? "");
    if (images.every((image) => image === word.image)) continue;
    const range = { start: word.startOffset, end: word.startOffset + word.image.length };
    const around = { before: model[i - 1]?.image ?? "", after: model[i + 1]?.image ?? "" };
    if (labels.has(word.startOffset)) {
      const stem = word.image.replace(/\d+$/, "");
      const values = images.map((image) => image.slice(stem.length));
      const fits =
        images.every((image) => image.startsWith(stem)) && values.every((v) => /^(?:0|[1-9]\d*)$/.test(v));
      if (!fits) return undefined;
      variations.push({ range, values, stem, argument: undefined, isAlone: true });
    } else {
      if (!copies.every((words) => words[i]?.tokenType.name === "NumberLiteral")) return undefined;
      const isAlone = /^[(,:[]$/.test(around.before) && /^[),\]]$/.test(around.after);
      const argument = around.before === ":" ? model[i - 2]?.image : undefined;
      variations.push({ range, values: images, stem: undefined, argument, isAlone });
    }
  }
  return variations;
}

// ── the one body ─────────────────────────────────────────────────────────────────────────────────

function rewritten(
  site: Site,
  text: string,
  variations: readonly Variation[],
  count: number,
): { head: string; content: string } {
  const lists = new Map<string, string>();
  const taken = new Set<string>();
  const fresh = (base: string) => {
    const name = freshName(site, base, taken);
    taken.add(name);
    return name;
  };
  const index = fresh("i");
  let usesIndex = false;
  const edits = variations.map((variation): TextEdit => {
    const { range, values, stem } = variation;
    const step = stepOf(values);
    let expression: string;
    if (step !== undefined && (count > 2 || stem !== undefined)) {
      usesIndex = true;
      expression = series(Number(values[0]), step, index);
    } else {
      const list = values.join(", ");
      const name = lists.get(list) ?? fresh(variation.argument ?? "n");
      lists.set(list, name);
      expression = name;
    }
    if (stem !== undefined) return { range, newText: `\`${stem}{${expression}}\`` };
    const isName = !expression.includes(" ");
    return { range, newText: variation.isAlone || isName ? expression : `(${expression})` };
  });
  const content = applyEdits(text, edits);
  if (lists.size === 0) return { head: `repeat ${count}${usesIndex ? ` as ${index}` : ""}`, content };
  const columns = [...lists.keys()].map((list) => list.split(", "));
  const elements = Array.from({ length: count }, (_, row) => {
    const parts = columns.map((column) => column[row] ?? "");
    return parts.length === 1 ? parts[0] : `[${parts.join(", ")}]`;
  });
  const names = [...(usesIndex ? [index] : []), ...lists.values()];
  return { head: `for ${names.join(", ")} in [${elements.join(", ")}]`, content };
}

/** By how much each number is more than the one before it, if it is always the same. */
function stepOf(values: readonly string[]): number | undefined {
  if (!values.every((value) => /^\d+$/.test(value))) return undefined;
  const numbers = values.map(Number);
  const step = (numbers[1] ?? 0) - (numbers[0] ?? 0);
  return numbers.every((value, i) => value === (numbers[0] ?? 0) + i * step) ? step : undefined;
}

/** `64 + 32 * i`. */
function series(first: number, step: number, index: string): string {
  const size = Math.abs(step);
  const term = size === 1 ? index : `${size} * ${index}`;
  if (step < 0) return `${first} - ${term}`;
  if (first === 0) return term;
  return size === 1 ? `${term} + ${first}` : `${first} + ${term}`;
}
