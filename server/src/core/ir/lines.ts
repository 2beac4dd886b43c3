/** The line of each node in the file of its network. */
import type { SourceFile } from "../../../../grammar/parse.ts";
import type { GraphNode } from "./graph.ts";

/** One-based lines; sections are looked up once for all nodes. */
export function nodeLines(source: SourceFile): (node: GraphNode) => number {
  const offsets = new Map(source.sections.map(({ section, offset }) => [section, offset]));
  return ({ origin: { location } }) => {
    const offset = offsets.get(location.section) ?? 0;
    return source.lines.position(location.range.start + offset).line + 1;
  };
}
