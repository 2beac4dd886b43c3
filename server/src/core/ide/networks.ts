/** The networks of a file, as pickers list them, and the graph of one of them. */
import type { FileId } from "../../../../grammar/ast.ts";
import { type FileAnalysis, type NetworkAnalysis, placeOfName } from "../analysis.ts";
import { severityOf } from "../diagnostics/codes.ts";
import type { Instance } from "../elaborate/instance.ts";
import { fileKey } from "../fileKey.ts";
import { expand } from "../ir/expand.ts";
import type { Graph, GraphSource } from "../ir/graph.ts";
import { nodeLines } from "../ir/lines.ts";
import { didYouMean, nearestName } from "../sema/suggest.ts";
import { formatValue } from "../values.ts";
import type { Analysis } from "../workspace.ts";
import { placeOf } from "./places.ts";
import type { NetworkEntry } from "./types.ts";

export function networks(analysis: Analysis, id: FileId): NetworkEntry[] {
  return (analysis.of(id)?.networks ?? []).flatMap((network) => {
    const { name, problem } = network;
    const place = placeOf(analysis, placeOfName(network));
    return place ? [{ name, range: place.range, problem, sizes: namedSizes(network.instance) }] : [];
  });
}

function namedSizes(plan: Instance | undefined): string[] {
  const dims = (plan?.declaredInputs ?? []).flatMap(({ tensor }) => tensor.shape ?? []);
  return [...new Set(dims.filter((dim) => typeof dim === "object").map(String))];
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
  const graph = expand(name, network.instance, placeOfName(network));
  return "problem" in graph ? graph : { ...graph, source: sourceOf(file, network, network.instance) };
}

function sourceOf({ source }: FileAnalysis, { declaration }: NetworkAnalysis, plan: Instance): GraphSource {
  const path = fileKey(source.id);
  const file = path.slice(path.lastIndexOf("/") + 1);
  const lineOf = nodeLines(source);
  const values = [...plan.values].filter(([symbol]) => symbol.kind === "param");
  return {
    file,
    doc: declaration.doc ?? ("doc" in plan.owner ? plan.owner.doc : undefined),
    arguments: values.map(([symbol, value]) => `${symbol.name}: ${formatValue(value)}`).join(", "),
    placeOf: (node) => `${file}:${lineOf(node)}`,
  };
}
