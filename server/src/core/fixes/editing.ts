/** Edits of arguments, of statements and of lists, as fixes need them. Syntax is in the offsets of a section. */
import type { Argument, Item, LayerCall, Section, Statement } from "../../../../grammar/ast.ts";
import { shift, type TextEdit, type TextRange } from "../../../../grammar/text.ts";
import { operatorNamed } from "../ops/registry.ts";
import { isChained, placeInBody } from "../refactor/site.ts";
import { bindArguments, operatorParameters } from "../sema/arguments.ts";

/** The section that is edited, and its place in the file. */
export interface EditSite {
  readonly section: Section;
  readonly offset: number;
}

export function edit({ offset }: EditSite, range: TextRange, newText: string): TextEdit {
  return { range: shift(range, offset), newText };
}

export function textOf({ section }: EditSite, { start, end }: TextRange): string {
  return section.text.slice(start, end);
}

export function insert(site: EditSite, at: number, newText: string): TextEdit {
  return edit(site, { start: at, end: at }, newText);
}

// ── arguments ────────────────────────────────────────────────────────────────────────────────────

/** The argument that an operator's parameter gets; of a block held by a parameter only one by name is known. */
export function boundArgument(call: LayerCall, name: string): Argument | undefined {
  const operator = operatorNamed(call.callee.name);
  if (!operator) return call.args.find((argument) => argument.name?.name === name);
  return bindArguments(operatorParameters(operator), call.args, call.callee).bound.get(name);
}

/** Gives an argument a value: in the place of the one that is bound, or by name at the end. */
export function withArgument(site: EditSite, call: LayerCall, name: string, value: string): TextEdit {
  const given = boundArgument(call, name);
  if (given) return edit(site, given.value.range, value);
  const written = `${name}: ${value}`;
  if (!call.argsRange) return insert(site, call.callee.range.end, `(${written})`);
  const last = call.args.at(-1);
  return insert(site, last?.range.end ?? call.argsRange.end - 1, last ? `, ${written}` : written);
}

/** Takes one out of a list that is separated by commas, with its comma. */
export function withoutElement(
  site: EditSite,
  elements: readonly { readonly range: TextRange }[],
  element: { readonly range: TextRange },
): TextEdit {
  const index = elements.indexOf(element);
  const next = elements[index + 1];
  const previous = elements[index - 1];
  if (next) return edit(site, { start: element.range.start, end: next.range.start }, "");
  if (previous) return edit(site, { start: previous.range.end, end: element.range.end }, "");
  return edit(site, element.range, "");
}

/** Takes an argument out of a call; the last one with the brackets. */
export function withoutArgument(site: EditSite, call: LayerCall, argument: Argument): TextEdit {
  if (call.args.length === 1 && call.argsRange) return edit(site, call.argsRange, "");
  return withoutElement(site, call.args, argument);
}

// ── statements ───────────────────────────────────────────────────────────────────────────────────

/** Takes a statement out of its body, with the arrow or the line that was its own. */
export function withoutStatement(site: EditSite, item: Item, statement: Statement): TextEdit | undefined {
  const place = placeInBody(item, statement);
  if (!place) return undefined;
  const { section } = site;
  const { statements } = place.body;
  const previous = statements[place.index - 1];
  const next = statements[place.index + 1];
  if (previous && isChained(section, previous, statement))
    return edit(site, { start: previous.range.end, end: statement.range.end }, "");
  if (next && isChained(section, statement, next))
    return edit(site, { start: statement.range.start, end: next.range.start }, "");
  return edit(site, wholeLines(section.text, statement.range), "");
}

/** The range with its lines, where nothing else stands on them. */
export function wholeLines(text: string, { start, end }: TextRange): TextRange {
  const lineStart = text.lastIndexOf("\n", start - 1) + 1;
  const nextLine = text.indexOf("\n", end);
  const lineEnd = nextLine < 0 ? text.length : nextLine;
  const alone = text.slice(lineStart, start).trim() === "" && text.slice(end, lineEnd).trim() === "";
  return alone ? { start: lineStart, end: Math.min(lineEnd + 1, text.length) } : { start, end };
}

/** Puts statements before one: on its line where it is in a chain or a body on one line, else on a line above. */
export function before(site: EditSite, item: Item, statement: Statement, layers: string): TextEdit {
  const { text } = site.section;
  const lineStart = text.lastIndexOf("\n", statement.range.start - 1) + 1;
  const lead = text.slice(lineStart, statement.range.start);
  const place = placeInBody(item, statement);
  const next = place?.body.statements[place.index + 1];
  const joins = lead.trim() !== "" || isChained(site.section, statement, next);
  return insert(site, statement.range.start, joins ? `${layers} -> ` : `${layers}\n${lead}`);
}
