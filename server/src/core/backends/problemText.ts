/** Why a network can't be written, as sentences: layers of one reason together, then what concerns the network. */
import type { ExportProblem } from "./backend.ts";

/** Reasons that are told; a network of many layers rarely has more. */
const mostReasons = 4;

export function problemSentences(problems: readonly ExportProblem[]): string[] {
  const nodes = new Map<string, string[]>();
  for (const { node, message } of problems)
    if (node !== undefined) nodes.set(message, [...(nodes.get(message) ?? []), node]);
  const reasons = [...nodes];
  const told = reasons.slice(0, mostReasons).map(([message, [first = "", ...others]]) => {
    const more = others.length === 1 ? "does another layer" : `do ${others.length} more layers`;
    return `${first} ${message}${others.length > 0 ? `, as ${more}` : ""}.`;
  });
  const untold = reasons.slice(mostReasons).reduce((sum, [, layers]) => sum + layers.length, 0);
  return [
    ...told,
    ...(untold > 0 ? [`So it is with ${untold === 1 ? "another layer" : `${untold} more layers`}.`] : []),
    ...problems.filter(({ node }) => node === undefined).map(({ message }) => message),
  ];
}
