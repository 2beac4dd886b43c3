/**
 * Fixtures: `.lwnet` files with what lwnet says of them written below the lines it belongs to.
 *
 *     conv(8, kernel: 3) -> rellu
 *     //                    ^^^^^ error[unknown-name]: there is no layer or block `rellu`; did you mean `relu`?
 *     //                        | 3: a related place, by its line
 *
 * A file is stripped of its markers, analysed and annotated anew: the result must be the file, letter by letter, so
 * that neither a missing nor an extra finding passes. `//! hints fixes lints` in the first lines asks for more than
 * errors; `//- after fix: TITLE` is followed by the text after that fix, with `changes` for `fixes` by what it changes, `//- file: NAME` by another
 * file, `//- after format` by the formatted text.
 */
import { applyEdits } from "../../grammar/text.ts";
import {
  type Analysis,
  codeActions,
  diagnostics,
  formatting,
  inlayHints,
  type LintCode,
  type LintSettings,
  lints,
  type RelatedPlace,
  Workspace,
} from "../../server/src/core/index.ts";

type Directive = "hints" | "flops" | "fixes" | "changes" | "format" | "lints";

const folder = "file:///fixture";
const id = `${folder}/main.lwnet`;
/** A line that says what lwnet says of a line above. */
export const markerLine =
  /^[ \t]*\/\/(?:[ \t]*(?:\^+|<\d+\+\d+>) (?:error|warning|information)\[|[ \t]*\| |[ \t]*hint: )/;
const afterFix = "//- after fix: ";
const afterFormat = "//- after format";
const otherFile = /^\/\/- file: (.+)$/m;

export interface Source {
  /** The main file, without markers. */
  readonly main: string;
  /** Other files by name, as they stand in the fixture. */
  readonly others: readonly { readonly name: string; readonly text: string }[];
}

/** The texts of a fixture. */
export function sourcesOf(fixture: string): Source {
  const [texts = ""] = fixture.split(/\n\/\/- after (?:fix: |format\n)/);
  const [main = "", ...parts] = texts.split(otherFile);
  const lines = main.split("\n").filter((line) => !markerLine.test(line));
  const others = parts.flatMap((name, i) => (i % 2 === 0 ? [{ name, text: parts[i + 1] ?? "" }] : []));
  return { main: lines.join("\n"), others };
}

export function directivesOf(fixture: string): Set<Directive> {
  const line = fixture.split("\n").find((l) => l.startsWith("//! "));
  return new Set((line?.slice(4).split(/\s+/) ?? []) as Directive[]);
}

/** The text with what lwnet says of it today. */
export function annotate(source: Source, directives: ReadonlySet<Directive>): string {
  const { main, others } = source;
  const analysis = analysisOf(source);
  const lines = analysis.file(id)?.lines;
  if (!lines) throw new Error("the fixture was not parsed");
  const below = new Map<number, string[]>();
  const mark = (line: number, text: string) => below.set(line, [...(below.get(line) ?? []), text]);
  const lineOf = (offset: number) => lines.position(offset).line;

  if (directives.has("hints")) {
    const workUnit = directives.has("flops") ? "flops" : "macs";
    for (const { offset, label } of inlayHints(analysis, id, {
      shapes: true,
      params: true,
      work: true,
      workUnit,
    })) {
      mark(lineOf(offset), `// hint: ${label}`);
    }
  }
  const lint = directives.has("lints") ? {} : noLints;
  const found = diagnostics(analysis, id, lint);
  for (const { range, severity, code, message, related } of found) {
    const { line, character } = lines.position(range.start);
    const lineEnd = lines.line(line).end - lines.line(line).start;
    const width = Math.max(1, Math.min(character + range.end - range.start, lineEnd) - character);
    const what = `${severity}[${code}]: ${message}`;
    // Carets can't stand under the marker's own `//`.
    const carets =
      character >= 3 ? `//${" ".repeat(character - 2)}${"^".repeat(width)}` : `// <${character}+${width}>`;
    mark(line, `${carets} ${what}`);
    const indent = " ".repeat(Math.max(1, character + width - 3));
    for (const place of related) mark(line, `//${indent}| ${placeText(analysis, place)}: ${place.message}`);
  }
  const annotated = main.split("\n").flatMap((line, i) => [line, ...(below.get(i) ?? [])]);
  const rest = others.map(({ name, text }) => `//- file: ${name}${text}`).join("");
  const whole = annotated.join("\n") + rest;
  if (directives.has("format"))
    return `${whole}\n${afterFormat}\n${applyEdits(main, formatting(analysis, id))}`;
  if (!directives.has("fixes") && !directives.has("changes")) return whole;
  const actions = found.flatMap(({ code, range }) =>
    codeActions(analysis, id, range, { only: ["quickfix"], lint }).filter(
      ({ silences, diagnostic }) =>
        !silences && diagnostic?.code === code && diagnostic.range.start === range.start,
    ),
  );
  const after = actions.map(({ title, edits }) => {
    const text = applyEdits(main, edits);
    return `${afterFix}${title}\n${directives.has("changes") ? changedLines(main, text) : text}`;
  });
  return [whole, ...after].join("\n");
}

/** The codes of a fixture's diagnostics that something mends. */
export function fixedCodes(source: Source): string[] {
  const analysis = analysisOf(source);
  return diagnostics(analysis, id).flatMap(({ range }) =>
    codeActions(analysis, id, range, { only: ["quickfix"] }).flatMap(({ diagnostic, silences }) =>
      diagnostic && !silences ? [diagnostic.code] : [],
    ),
  );
}

function analysisOf({ main, others }: Source): Analysis {
  const files = new Map(others.map(({ name, text }) => [`${folder}/${name}`, text]));
  const workspace = new Workspace({
    read: (file) => files.get(file),
    list: (parent) => (parent === folder ? others.map(({ name }) => name) : []),
    find: () => [...files.keys()],
  });
  workspace.setFolders([folder]);
  workspace.setFile(id, main);
  return workspace.analysis();
}

/** What differs between two texts: from the first line that does to the last. */
function changedLines(before: string, after: string): string {
  const [old, now] = [before.split("\n"), after.split("\n")];
  while (old.length > 0 && now.length > 0 && old[0] === now[0]) {
    old.shift();
    now.shift();
  }
  while (old.length > 0 && now.length > 0 && old.at(-1) === now.at(-1)) {
    old.pop();
    now.pop();
  }
  return [...old.map((line) => `-${line}`), ...now.map((line) => `+${line}`)].join("\n");
}

/** Fixtures of other things are short: much in them has no use. */
const noLints: LintSettings = Object.fromEntries(
  (Object.keys(lints) as LintCode[]).map((code) => [code, "off"] as const),
);

/** `3` in the main file, `common.lwnet 3` in another. */
function placeText(analysis: Analysis, { file, range }: RelatedPlace): string {
  const line = (analysis.file(file)?.lines.position(range.start).line ?? 0) + 1;
  return file === id ? String(line) : `${file.slice(file.lastIndexOf("/") + 1)} ${line}`;
}
