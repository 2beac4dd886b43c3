/**
 * A `lwnet` block of the documentation, made anew from what lwnet says of it: the result must be the block, letter by
 * letter. The words after `lwnet` say how it is read:
 *
 * - none: a file. Errors stand below their lines as in fixtures.
 * - `fragment [3, 32, 32]`: statements of a network with this input.
 * - `step`: items that are added to the file of the document, or take the place of those of the same name.
 * - `lints`: lints are told as errors are.
 * - `hints`: shapes and counts stand as comments at the ends of the lines, as the editor shows them.
 */
import { parse } from "../../grammar/parse.ts";
import { annotate, markerLine, type Source, sourcesOf } from "./fixture.ts";
import type { Fence } from "./markdown.ts";

export interface DocBlock {
  /** The body as it should be. */
  readonly body: string;
  /** The whole file that it is, or is part of. */
  readonly file: string;
}

/** `before` is the document's file so far. `silent`: its problems are told elsewhere. */
export function docBlock({ info, body: written }: Fence, before: string, silent = false): DocBlock {
  const hints = info.includes("hints");
  const input = /^fragment (\[[^\]]*\])/.exec(info)?.[1];
  if (!input && !info.includes("step")) {
    const source = hints ? { main: withoutMarkers(written, hints), others: [] } : sourcesOf(written);
    const body = info.includes("lints") ? annotate(source, new Set(["lints"])) : annotated(source, hints);
    return { body, file: source.main };
  }
  const stripped = withoutMarkers(written, hints);
  const file = input ? `network Fragment { input image: ${input}\n${stripped}}\n` : merged(before, stripped);
  if (silent) return { body: written, file };
  if (input) {
    const lines = annotated({ main: file, others: [] }, hints).split("\n");
    return { body: lowered(lines.slice(1, -2).join("\n")), file };
  }
  // The step comes first, so that lines in its markers count from its own start.
  const known = new Set(itemsOf(stripped).map(({ name }) => name));
  const others = itemsOf(before).filter(({ name }) => !known.has(name));
  const rest = others.map(({ text }) => text).join("");
  const lines = annotated({ main: stripped + rest, others: [] }, hints).split("\n");
  const end = lines.length - rest.split("\n").length;
  return { body: `${lines.slice(0, end).join("\n")}\n`, file };
}

function annotated(source: Source, hints: boolean): string {
  return hints ? foldHints(annotate(source, new Set(["hints"]))) : annotate(source, new Set());
}

/** Lines in markers count from the fragment's own first. */
function lowered(text: string): string {
  const renumbered = text.replaceAll(
    /^(\s*\/\/ *\| )(\d+):/gm,
    (_, lead, line) => `${lead}${Number(line) - 1}:`,
  );
  return renumbered === "" ? "" : `${renumbered}\n`;
}

/** The file with the items of a step: in the place of those of their names, or before the first network. */
function merged(before: string, step: string): string {
  const items = itemsOf(before);
  const fresh: string[] = [];
  for (const { name, text } of itemsOf(step)) {
    const at = items.findIndex((item) => item.name === name);
    if (at < 0) fresh.push(text);
    else items[at] = { name, text };
  }
  const network = items.findIndex(({ text }) => /^network\b/m.test(text));
  const texts = items.map(({ text }) => text);
  if (network < 0) texts.push(...fresh);
  else if (fresh.every((text) => /^network\b/m.test(text))) texts.push(...fresh);
  else texts.splice(network, 0, ...fresh);
  return `${texts.map((text) => text.trim()).join("\n\n")}\n`;
}

function itemsOf(text: string): { readonly name: string; readonly text: string }[] {
  return parse("file:///items.lwnet", text).sections.map(({ section }) => {
    const [item] = section.items;
    const name = item?.kind === "import" ? `import ${item.path?.value}` : (item?.name.name ?? "");
    return { name, text: section.text };
  });
}

const endComment = /(?<=\S)[ \t]+\/\/ .*$/;

function withoutMarkers(body: string, hints: boolean): string {
  const lines = body.split("\n").filter((line) => !markerLine.test(line));
  return lines.map((line) => (hints ? line.replace(endComment, "") : line)).join("\n");
}

/** `// hint: …` lines to the ends of the lines above them, one below the other. */
function foldHints(text: string): string {
  const lines: { code: string; hint: string }[] = [];
  for (const line of text.split("\n")) {
    const hint = /^[ \t]*\/\/ hint: (.*)$/.exec(line)?.[1];
    const last = lines.at(-1);
    if (hint !== undefined && last) last.hint = hint;
    else lines.push({ code: line, hint: "" });
  }
  const column = Math.max(0, ...lines.map(({ code, hint }) => (hint === "" ? 0 : code.length)));
  return lines
    .map(({ code, hint }) => (hint === "" ? code : `${code.padEnd(column)}  // ${hint}`))
    .join("\n");
}
