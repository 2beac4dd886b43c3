/**
 * Words that belong together: `residual` and its `shortcut`, `concat` and its branches, `if` and `else`. And `it` with the
 * statement that left the tensor.
 */
import type { FileId, Statement, SyntaxNode, TextRange } from "../../../../grammar/ast.ts";
import { contains, shift } from "../../../../grammar/text.ts";
import type { Analysis } from "../workspace.ts";
import { currentTensor } from "./currentTensor.ts";
import { nodesAt } from "./places.ts";

/** The words that go with the one under the cursor, itself among them; nothing for a word that stands alone. */
export function relatedWords(analysis: Analysis, id: FileId, offset: number): TextRange[] {
  const source = analysis.file(id);
  const path = source && nodesAt(source, offset);
  if (!path) return [];
  const at = offset - path.offset;
  const node = path.nodes.at(-1);
  if (node?.kind === "tensor" && node.keyword === "it") {
    const from = currentTensor(path.nodes);
    return from ? [from.range, node.nameRange].map((range) => shift(range, path.offset)) : [];
  }
  for (const [i, holder] of [...path.nodes.entries()].reverse()) {
    // An `else if` belongs to the chain that it is in.
    if (holder.kind === "if" && path.nodes[i - 1]?.kind === "if") continue;
    const words = wordsOf(holder, path.item.section.text).filter((range) => range !== undefined);
    if (words.length > 1 && words.some((range) => contains(range, at))) {
      return words.map((range) => shift(range, path.offset));
    }
  }
  return [];
}

function wordsOf(node: SyntaxNode, text: string): (TextRange | undefined)[] {
  switch (node.kind) {
    case "residual":
      return node.shortcut ? [node.head, word(text, "shortcut", node.shortcut.range)] : [];
    case "combine":
      return [
        node.head,
        ...(node.branches ?? []).map(({ range, label, body }) =>
          word(text, "branch", { start: label?.range.end ?? range.start, end: body.range.start }),
        ),
      ];
    case "if":
      return [node.head, ...elseWords(node, text)];
    default:
      return [];
  }
}

function elseWords(
  { consequent, alternative }: Extract<Statement, { kind: "if" }>,
  text: string,
): (TextRange | undefined)[] {
  if (!alternative) return [];
  const own = word(text, "else", { start: consequent.range.end, end: alternative.range.start });
  return alternative.kind === "if" ? [own, alternative.head, ...elseWords(alternative, text)] : [own];
}

/** Where a keyword stands in a part of the text; comments may stand before it. */
function word(text: string, keyword: string, { start, end }: TextRange): TextRange | undefined {
  const part = text
    .slice(start, Math.max(start, end))
    .replace(/\/\/[^\n]*/g, (comment) => " ".repeat(comment.length));
  const found = part.search(new RegExp(`\\b${keyword}\\b`));
  return found < 0 ? undefined : { start: start + found, end: start + found + keyword.length };
}
