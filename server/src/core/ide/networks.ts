/** The networks of a file, as pickers list them, and the graph of one of them. */
import type { FileId } from "../../../../grammar/ast.ts";
import { placeOfName } from "../analysis.ts";
import { severityOf } from "../diagnostics/codes.ts";
import { expand } from "../ir/expand.ts";
import type { Graph } from "../ir/graph.ts";
import { didYouMean, nearestName } from "../sema/suggest.ts";
import type { Analysis } from "../workspace.ts";
import { placeOf } from "./places.ts";
import type { NetworkEntry } from "./types.ts";

export function networks(analysis: Analysis, id: FileId): NetworkEntry[] {
  return (analysis.of(id)?.networks ?? []).flatMap((network) => {
    const { name, problem } = network;
    const place = placeOf(analysis, placeOfName(network));
    return place ? [{ name, range: place.range, problem }] : [];
  });
}

/** The flat graph of a network, or why there is none. A file with errors is neither exported nor run. */
export function networkGraph(
  analysis: Analysis,
  id: FileId,
  name: string,
): Graph | { readonly problem: string } {
  const file = analysis.of(id);
  const network = file?.networks.find((n) => n.name === name);
  if (!file || !network) {
    const names = file?.networks.map((n) => n.name) ?? [];
    return { problem: `there is no network \`${name}\`${didYouMean(nearestName(name, names))}` };
  }
  if (!network.instance) return { problem: network.problem ?? `network ${name} can't stand alone` };
  const errors = file.diagnostics.filter((d) => severityOf(d.code) === "error");
  const [first] = errors;
  if (first) {
    const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : "";
    return { problem: `the file has errors: ${first.message}${more}` };
  }
  return expand(name, network.instance, placeOfName(network));
}
