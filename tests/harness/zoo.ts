/** Every network of the examples, at a smaller input where it takes one, with weights that hide no mistake. */
import { readdirSync, readFileSync } from "node:fs";
import { networkGraph } from "../../server/src/core/index.ts";
import type { Graph } from "../../server/src/core/ir/graph.ts";
import type { Initializer } from "../../server/src/core/ops/operator.ts";
import { type Opened, openText } from "./open.ts";

export interface ZooNetwork {
  readonly file: string;
  readonly name: string;
  /** Height and width of the input, where they are not the file's own. */
  readonly side: number | undefined;
  readonly params: number;
  readonly graph: () => Graph;
}

/** Heights and widths, tried in this order: the networks without padding fit few. */
const sides = [64, 96, 128, 188];

const squareInput = /(input \w+: \[\w+, )(\w+), \2\]/g;

export function zooNetworks(): ZooNetwork[] {
  return readdirSync("examples")
    .filter((file) => file.endsWith(".lwnet"))
    .flatMap(networksOf);
}

function networksOf(file: string): ZooNetwork[] {
  const path = `examples/${file}`;
  const text = readFileSync(path, "utf8");
  const whole = openText(text, path);
  // Sizes that the text states hold for its own input only.
  const free = text.replaceAll(/^ *expect \[.*\n/gm, "");
  const smaller = sides.map((side) => ({
    side,
    opened: openText(free.replaceAll(squareInput, `$1${side}, ${side}]`), path),
  }));
  const macsOf = ({ file: analysed }: Opened, name: string) =>
    Number(analysed.networks.find((network) => network.name === name)?.instance?.cost.macs);
  return whole.file.networks
    .filter(({ instance }) => instance)
    .map(({ name }) => {
      const found = smaller.find(
        ({ opened }) =>
          macsOf(opened, name) < macsOf(whole, name) &&
          !("problem" in networkGraph(opened.analysis, opened.id, name)),
      );
      const { analysis, id } = found?.opened ?? whole;
      const params = Number(whole.file.networks.find((n) => n.name === name)?.instance?.cost.params);
      return { file, name, side: found?.side, params, graph: () => lively(networkGraph(analysis, id, name)) };
    });
}

/**
 * No weight is 0 or 1, as many start out. Each of a chain of shortcuts adds to the variance: the deeper the chain, the
 * less a normalisation lets through.
 */
function lively(graph: Graph | { readonly problem: string }): Graph {
  if ("problem" in graph) throw new Error(graph.problem);
  const sums = graph.nodes.filter(({ op }) => op === "add").length;
  const gain = Math.min(0.5, Math.sqrt(10 ** (30 / Math.max(1, sums)) - 1));
  const factor = uniform(gain * Math.sqrt(3));
  const shift = uniform(0.3);
  const initializerOf = (op: string, name: string, given: Initializer): Initializer => {
    if (name === "running_var") return { kind: "constant", value: 0.8 };
    if (op === "scale" || (name === "weight" && given.kind === "ones")) return factor;
    return given.kind === "scaled" || given.kind === "spread" ? given : shift;
  };
  const nodes = graph.nodes.map((node) => ({
    ...node,
    weights: node.weights.map((weight) => ({
      ...weight,
      initializer: initializerOf(node.op, weight.name, weight.initializer),
    })),
  }));
  return { ...graph, nodes };
}

/** Over ±bound. */
function uniform(bound: number): Initializer {
  const fan = 6 / bound ** 2;
  return { kind: "scaled", fanIn: fan, fanOut: fan };
}
