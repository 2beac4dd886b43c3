/** Where a measured layer stands in the text as it is now: for going from a report to its line. */
import type { TextRange } from "../../../../../grammar/text.ts";
import { placeOfName } from "../../analysis.ts";
import { expand } from "../../ir/expand.ts";
import type { Analysis } from "../../workspace.ts";
import { placeOf } from "../places.ts";
import type { FileRange } from "../types.ts";
import { alignLines } from "./align.ts";
import { isStale } from "./current.ts";
import type { Measured } from "./measured.ts";

/** In the file of the network; undefined of a line that an edit took away. */
export function layerPlace(analysis: Analysis, measured: Measured, layer: string): FileRange | undefined {
  const { run, then, nodes } = measured;
  const index = nodes.findIndex(({ name }) => name === layer);
  const node = nodes[index];
  if (!node) return undefined;
  if (!isStale(analysis, measured)) {
    const network = analysis.of(run.file)?.networks.find(({ name }) => name === run.network);
    const graph = network?.instance && expand(network.name, network.instance, placeOfName(network));
    const now = graph && !("problem" in graph) ? graph.nodes[index] : undefined;
    return now && placeOf(analysis, now.origin.location);
  }
  const before = then.file(run.file);
  const after = analysis.file(run.file);
  const place = placeOf(then, node.origin.location);
  if (!before || !after || !place) return undefined;
  const { line } = before.lines.position(place.range.start);
  const lineNow = alignLines(before.text, after.text).get(line);
  return lineNow === undefined
    ? undefined
    : { file: run.file, range: wordsOf(after.text, after.lines.line(lineNow)) };
}

/** A line without the room around its text. */
function wordsOf(text: string, { start, end }: TextRange): TextRange {
  const line = text.slice(start, end);
  return { start: start + line.length - line.trimStart().length, end: start + line.trimEnd().length };
}
