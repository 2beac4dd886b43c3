/**
 * Texts with marks: `$0` is the cursor, `«…»` a selection or an expected range. Several files stand in one text with
 * `//- file: NAME` between them; the first is `main.lwnet`.
 */
import type { TextRange } from "../../grammar/text.ts";
import { type Analysis, Workspace } from "../../server/src/core/index.ts";

export const folder = "file:///w";
export const mainFile = `${folder}/main.lwnet`;

export interface Marked {
  readonly analysis: Analysis;
  /** Ids of all files, the main one first. */
  readonly files: readonly string[];
  /** The text of a file without its marks. */
  readonly text: (id?: string) => string;
  /** Where `$0` is, in the main file. */
  readonly cursor: number;
  /** What `«…»` mark, in the order of files and text. */
  readonly ranges: readonly { readonly file: string; readonly range: TextRange }[];
}

export function openMarked(marked: string): Marked {
  const [main = "", ...rest] = marked.split(/^\/\/- file: (.+)\n/m);
  const sources = new Map([[mainFile, main]]);
  for (let i = 0; i < rest.length; i += 2) sources.set(`${folder}/${rest[i]}`, rest[i + 1] ?? "");
  const texts = new Map<string, string>();
  const ranges: { file: string; range: TextRange }[] = [];
  let cursor = -1;
  for (const [file, source] of sources) {
    let text = "";
    const starts: number[] = [];
    for (const part of source.split(/(\$0|[«»])/)) {
      if (part === "$0") cursor = text.length;
      else if (part === "«") starts.push(text.length);
      else if (part === "»") ranges.push({ file, range: { start: starts.pop() ?? 0, end: text.length } });
      else text += part;
    }
    texts.set(file, text);
  }
  const workspace = new Workspace({
    read: (id) => texts.get(id),
    list: (parent) =>
      [...texts.keys()].filter((id) => id.startsWith(`${parent}/`)).map((id) => id.slice(parent.length + 1)),
    find: (parent) => [...texts.keys()].filter((id) => id.startsWith(`${parent}/`)),
  });
  workspace.setFolders([folder]);
  workspace.setFile(mainFile, texts.get(mainFile) ?? "");
  return {
    analysis: workspace.analysis(),
    files: [...texts.keys()],
    text: (id = mainFile) => texts.get(id) ?? "",
    cursor,
    ranges,
  };
}
