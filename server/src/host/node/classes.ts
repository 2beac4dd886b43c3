/** Whether a run can tell classes, and what they are called: a file of labels, held against the network's output. */
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import type { Graph, GraphNode } from "../../core/index.ts";
import { operatorNamed } from "../../core/ops/registry.ts";
import type { Classification } from "../../run/protocol.ts";
import { JobError } from "./jobs.ts";
import type { RunJob } from "./runNetwork.ts";

export interface Classes {
  readonly classify?: Classification;
  /** Why there are no predictions, where some seem to be wanted. */
  readonly notes: readonly string[];
}

/** Predictions are made from an input that means something, by weights that do. */
export async function classification(
  job: Pick<RunJob, "graph" | "given" | "input" | "labels">,
): Promise<Classes> {
  const labels = job.labels === undefined ? undefined : await readLabels(job.labels);
  const fromFile = job.input?.kind === "image" || job.input?.kind === "npy";
  const wanted = labels !== undefined || (fromFile && job.given !== undefined);
  if (!wanted) return { notes: [] };
  const reason = (why: string): Classes => ({
    notes: labels || job.input?.kind === "image" ? [`There are no predictions: ${why}.`] : [],
  });
  if (!fromFile) return reason("the input is made up; give a picture or a .npy file");
  if (!job.given) return reason("the weights are random; give trained ones");
  const output = classesOf(job.graph);
  if (!output) return reason("the network has not one output that is a list of classes");
  if (labels && labels.length !== output.classes)
    throw new JobError(
      `${basename(job.labels ?? "")} names ${labels.length} ${labels.length === 1 ? "class" : "classes"}, but ${job.graph.name} tells ${output.classes} apart.`,
    );
  const { name, values } = output;
  return { classify: { output: name, values, ...(labels ? { labels } : {}) }, notes: [] };
}

/** The output of a classifier, and whether a softmax has made probabilities of it. */
export function classesOf(
  graph: Graph,
):
  | { readonly name: string; readonly classes: number; readonly values: Classification["values"] }
  | undefined {
  const [output, ...others] = graph.outputs;
  const [classes, ...more] = output?.value.shape ?? [];
  if (!output || others.length > 0 || typeof classes !== "number" || classes < 2 || more.length > 0)
    return undefined;
  return { name: output.name, classes, values: valuesOf(graph, output.value.name) };
}

function valuesOf(graph: Graph, tensor: string): Classification["values"] {
  const makers = new Map(graph.nodes.map((node) => [node.output.name, node]));
  let node: GraphNode | undefined = makers.get(tensor);
  // A flatten after the softmax changes nothing.
  while (node && operatorNamed(node.op)?.view) node = makers.get(node.inputs[0]?.name ?? "");
  if (node?.op === "softmax") return "probabilities";
  return node?.op === "log_softmax" ? "log-probabilities" : "logits";
}

/** One label a line; or JSON: a list, or an object from an index to a label or to `["n01440764", "tench"]`. */
async function readLabels(path: string): Promise<readonly string[]> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw new JobError(
      `The labels ${path} can't be read: ${error.code === "ENOENT" ? "they are not there" : (error.code ?? error.message)}.`,
    );
  });
  return path.endsWith(".json") ? jsonLabels(path, text) : textLabels(text);
}

function textLabels(text: string): readonly string[] {
  return text
    .replace(/\n$/, "")
    .split("\n")
    .map((line) => line.trim());
}

function jsonLabels(path: string, text: string): readonly string[] {
  const bad = new JobError(
    `${basename(path)} is no file of labels: it takes a JSON list of names, or an object from numbers to names.`,
  );
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw bad;
  }
  if (typeof value !== "object" || value === null) throw bad;
  // An object's whole numbers come in their order.
  const labels = Object.entries(value).map(([key, label], i) => {
    const name = Array.isArray(label) ? label.at(-1) : label;
    if (key !== String(i) || typeof name !== "string") throw bad;
    return name;
  });
  return labels;
}
