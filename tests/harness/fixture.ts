/**
 * Fixtures: `.lwnet` files with what lwnet says of them written below the lines it belongs to.
 *
 *     conv(8, kernel: 3) -> rellu
 *     //                    ^^^^^ error[unknown-name]: there is no layer or block `rellu`; did you mean `relu`?
 *     //                        | 3: a related place, by its line
 *
 * A file is stripped of its markers, analysed and annotated anew: the result must be the file, letter by letter, so
 * that neither a missing nor an extra finding passes. `//! hints fixes` in the first lines asks for more than
 * diagnostics; `//- after fix: TITLE` is followed by the text after that fix, `//- after format` by the formatted text.
 */
import { applyEdits } from "../../grammar/text.ts";
import { codeActions, diagnostics, formatting, inlayHints, Workspace } from "../../server/src/core/index.ts";

type Directive = "hints" | "flops" | "fixes" | "format";

const id = "file:///fixture.lwnet";
const markerLine =
  /^[ \t]*\/\/(?:[ \t]*(?:\^+|<\d+\+\d+>) (?:error|warning|information)\[|[ \t]*\| |[ \t]*hint: )/;
const afterFix = "//- after fix: ";
const afterFormat = "//- after format";

/** The fixture's text without markers. */
export function sourceOf(fixture: string): string {
  const [text = ""] = fixture.split(/\n\/\/- after (?:fix: |format\n)/);
  return text
    .split("\n")
    .filter((line) => !markerLine.test(line))
    .join("\n");
}

export function directivesOf(fixture: string): Set<Directive> {
  const line = fixture.split("\n").find((l) => l.startsWith("//! "));
  return new Set((line?.slice(4).split(/\s+/) ?? []) as Directive[]);
}

/** The text with what lwnet says of it today. */
export function annotate(source: string, directives: ReadonlySet<Directive>): string {
  const workspace = new Workspace();
  workspace.setFile(id, source);
  const analysis = workspace.analysis();
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
  const found = diagnostics(analysis, id);
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
    for (const place of related)
      mark(line, `//${indent}| ${lineOf(place.range.start) + 1}: ${place.message}`);
  }
  const annotated = source.split("\n").flatMap((line, i) => [line, ...(below.get(i) ?? [])]);
  if (directives.has("format"))
    return `${annotated.join("\n")}\n${afterFormat}\n${applyEdits(source, formatting(analysis, id))}`;
  if (!directives.has("fixes")) return annotated.join("\n");
  const actions = found.flatMap((diagnostic) => codeActions(analysis, id, diagnostic.range));
  const after = actions.map(({ title, edits }) => `${afterFix}${title}\n${applyEdits(source, edits)}`);
  return [annotated.join("\n"), ...after].join("\n");
}
