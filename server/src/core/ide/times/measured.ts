/**
 * A run of a network put back on its text: which layer of the plan took how long. The run brings the texts that were
 * measured, so that its times can be told of them after the text has changed. Pure: nothing here runs a network.
 */
import type { FileId } from "../../../../../grammar/ast.ts";
import { imports } from "../../../../../grammar/parse.ts";
import type { FileAnalysis } from "../../analysis.ts";
import type { Instance } from "../../elaborate/instance.ts";
import { fileKey } from "../../fileKey.ts";
import type { GraphNode } from "../../ir/graph.ts";
import { importedFile, stdScheme } from "../../sema/imports.ts";
import type { Analysis } from "../../workspace.ts";
import { networkGraph } from "../networks.ts";

/** What is known of a run. */
export interface MeasuredRun {
  readonly file: FileId;
  readonly network: string;
  /** ISO 8601. */
  readonly ranAt: string;
  /** `AMD EPYC 7763`. */
  readonly device: string;
  readonly medianMs: number;
  readonly layers: readonly MeasuredLayer[];
  /** The most that the device can do, in 10⁹ a second. */
  readonly ceilings?: Ceilings;
  /** The files that the network was made of, as they were. */
  readonly texts: readonly FileText[];
}

export interface MeasuredLayer {
  /** The full name. */
  readonly name: string;
  readonly ms?: number | undefined;
  /** In one run. */
  readonly macs?: number | undefined;
  readonly flops?: number | undefined;
  readonly bytes?: number | undefined;
}

export interface Ceilings {
  readonly gflops: number;
  readonly gbps: number;
}

export interface FileText {
  readonly file: FileId;
  readonly text: string;
}

/** A run with the plan that was measured. */
export interface Measured {
  readonly run: MeasuredRun;
  readonly root: Instance;
  /** The files as they were. */
  readonly then: Analysis;
  /** The executed layers, in the order of the plan. */
  readonly nodes: readonly GraphNode[];
  /** What each of them took; undefined of one that was not measured. */
  readonly layers: readonly (MeasuredLayer | undefined)[];
  /** The time of all layers, of which lines have their shares. */
  readonly totalMs: number;
}

/** Undefined where the texts do not make the network: a run of another version of lwnet, say. */
export function measure(analysis: Analysis, run: MeasuredRun): Measured | undefined {
  const then = run.texts.reduce((known, { file, text }) => known.withText(file, text), analysis);
  const root = networkOf(then.of(run.file), run.network);
  const graph = root && networkGraph(then, run.file, run.network);
  if (!root || !graph || "problem" in graph) return undefined;
  const byName = new Map(run.layers.map((layer) => [layer.name, layer]));
  const { nodes } = graph;
  const layers = nodes.map(({ name }) => byName.get(name));
  const totalMs = run.layers.reduce((sum, { ms }) => sum + (ms ?? 0), 0);
  return layers.some((layer) => layer !== undefined) || run.layers.length === 0
    ? { run, root, then, nodes, layers, totalMs }
    : undefined;
}

export function networkOf(file: FileAnalysis | undefined, name: string): Instance | undefined {
  return file?.networks.find((network) => network.name === name)?.instance;
}

/** The texts that a network of a file is made of: of the file and of what it imports, except what ships with lwnet. */
export function textsOf(analysis: Analysis, id: FileId): FileText[] {
  const seen = new Map([[fileKey(id), id]]);
  const texts: FileText[] = [];
  for (const file of seen.values()) {
    const source = analysis.file(file);
    if (!source) continue;
    texts.push({ file, text: source.text });
    for (const { path } of imports(source)) {
      const target = path && importedFile(file, path.value);
      if (target !== undefined && !target.startsWith(stdScheme) && !seen.has(fileKey(target)))
        seen.set(fileKey(target), target);
    }
  }
  return texts;
}
