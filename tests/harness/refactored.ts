/** Refactorings on texts with marks: what is offered at `«…»` or `$0`, and what one of them makes of the text. */
import { applyEdits } from "../../grammar/text.ts";
import { codeActions } from "../../server/src/core/index.ts";
import { mainFile, openMarked } from "./marked.ts";

/** The text after the first refactoring whose title begins so; undefined when there is none. */
export function refactored(marked: string, title: string): string | undefined {
  const { text, action } = offered(marked).find(({ action: { title: own } }) => own.startsWith(title)) ?? {};
  return action && text !== undefined ? applyEdits(text, action.edits) : undefined;
}

/** The titles of the refactorings that are offered and can be done, those of them that begin so. */
export function titles(marked: string, start = ""): string[] {
  return offered(marked)
    .map(({ action }) => action.title)
    .filter((title) => title.startsWith(start));
}

function offered(marked: string) {
  const { analysis, cursor, ranges, text } = openMarked(marked);
  const range = ranges[0]?.range ?? { start: cursor, end: cursor };
  return codeActions(analysis, mainFile, range, { only: ["refactor"] }).map((action) => ({
    action,
    text: text(),
  }));
}

/** Without the indentation that a template literal has in a test. */
export function dedent(text: string): string {
  const lines = text.replace(/^\n/, "").split("\n");
  const indents = lines.filter((line) => line.trim() !== "").map((line) => /^ */.exec(line)?.[0].length ?? 0);
  const least = Math.min(...indents);
  return lines
    .map((line) => line.slice(least))
    .join("\n")
    .replace(/ +$/, "");
}
