/** What a node takes of the whole network, by what a picture can be coloured by. */
import type { Cost } from "../cost/cost.ts";
import type { Dim } from "../shape/dim.ts";
import type { PictureNode } from "./picture.ts";

export const metrics = ["params", "macs", "memory"] as const;
export type Metric = (typeof metrics)[number];

const costOf: Readonly<Record<Metric, (cost: Cost) => Dim>> = {
  params: ({ params }) => params,
  macs: ({ macs }) => macs,
  memory: ({ activationBytes }) => activationBytes,
};

/** From 0 to 1; undefined where sizes known by name leave it open. */
export function shareIn({ cost }: PictureNode, total: Cost, metric: Metric): number | undefined {
  const [part, whole] = [costOf[metric](cost), costOf[metric](total)];
  return typeof part === "number" && typeof whole === "number" && whole > 0 ? part / whole : undefined;
}

/** `38%`, `0.4%`, `<0.1%`. */
export function shareText(share: number): string {
  const percent = share * 100;
  if (percent < 0.1) return "<0.1%";
  return `${percent < 9.95 ? Number(percent.toFixed(1)) : Math.round(percent)}%`;
}
