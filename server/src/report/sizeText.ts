/** A network's bytes at fewer bits as text, with all that was assumed. */
import { formatBytes, formatExact } from "../core/cost/format.ts";
import type { Storage, StorageRow } from "../core/cost/storage.ts";
import { formatTable } from "./table.ts";

export function sizeText(made: Storage, strong = (text: string) => text): string {
  const { network, params, weights, keep, rows } = made;
  const right = { align: "right" } as const;
  const columns = [
    { title: "bits", ...right },
    { title: "all weights", ...right },
    { title: "", ...right },
    ...(keep === null
      ? []
      : [
          { title: `${percent(keep)} kept`, ...right },
          { title: "", ...right },
          { title: "index", ...right },
        ]),
  ];
  const table = formatTable(columns, rows.map(cells), { strong });
  const head = `${strong(network)}  ${formatExact(params)} parameters, ${formatExact(weights)} of them in kernels and matrices`;
  return [head, "", table, "", ...assumptions(made)].join("\n");
}

function cells({ bits, bytes, ratio, pruned }: StorageRow): string[] {
  return [
    String(bits),
    formatBytes(bytes),
    times(ratio),
    ...(pruned ? [formatBytes(pruned.bytes), times(pruned.ratio), `${pruned.indexBits} bits`] : []),
  ];
}

function assumptions({ keep, rows }: Storage): string[] {
  const { bits = 0, pruned } = rows.at(-1) ?? {};
  const ofPruning = [
    `Pruning leaves ${percent(keep ?? 1)} of each kernel and matrix, at random places.`,
    "What is left takes its bits, and those of the index: the distance from the one before.",
    `Where a distance is too long for the index a zero is kept between: ${((pruned?.fillers ?? 0) * 100).toFixed(1)} for 100 weights at ${bits} bits.`,
    `At 8 bits and fewer the bits stand for values in a table of each tensor: ${formatBytes(pruned?.parts.codebooks)} of tables at ${bits} bits.`,
    "Coding by frequency (Huffman) is not counted; what it saves depends on the weights.",
  ];
  return [
    ...(keep === null ? [] : ofPruning),
    "Where all weights are kept, each tensor has a scale of 32 bits at 8 bits and fewer.",
    "Biases, scales and shifts stay at 32 bits, at 16 where weights have 16.",
    "Not counted: buffers, and what a file adds to its numbers.",
  ];
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(3))} %`;
}

function times(ratio: number): string {
  return `${ratio.toFixed(1)}×`;
}
