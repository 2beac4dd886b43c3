/** The times of a layers model's kernels, put together by the layer that they run for. */
import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import type { LayerTime } from "./protocol.ts";
import { median } from "./statistics.ts";

/** Runs the model with the backend's timer on; the median of each layer is over the runs without the warm-ups. */
export async function kernelTimes(
  model: LayersModel,
  run: () => Promise<{ readonly ms: number }>,
  { runs, warmups }: { readonly runs: number; readonly warmups: number },
  on: LayerTime["on"],
): Promise<{ readonly rows: LayerTime[]; readonly runsMs: readonly number[] }> {
  const spans = watchLayers(model);
  const rows = new Map<string, { readonly ops: Set<string>; readonly ms: number[] }>();
  const runsMs: number[] = [];
  for (let i = 0; i < runs + warmups; i++) {
    spans.length = 0;
    let ms = 0;
    const { kernels } = await tf.profile(async () => {
      ms = (await run()).ms;
      return [];
    });
    if (i < warmups) continue;
    runsMs.push(ms);
    const sums = new Map<string, number>();
    for (const { layer, from, to } of spans) {
      const row = rows.get(layer) ?? { ops: new Set(), ms: [] };
      rows.set(layer, row);
      for (const kernel of kernels.slice(from, to)) {
        // A kernel that consists of others is told twice, the second time without a time of its own.
        if (kernel.name.endsWith("__op")) continue;
        row.ops.add(kernel.name);
        const time = await kernel.kernelTimeMs;
        // A GPU that did nothing took no time that was measured.
        if (typeof time === "number" && (on === "cpu" || time > 0))
          sums.set(layer, (sums.get(layer) ?? 0) + time);
      }
    }
    for (const [layer, sum] of sums) rows.get(layer)?.ms.push(sum);
  }
  return {
    rows: [...rows].map(([layer, { ops, ms }]) => ({
      layer,
      ops: [...ops],
      on,
      ...(ms.length > 0 ? { ms: median(ms) } : {}),
    })),
    runsMs,
  };
}

interface Span {
  readonly layer: string;
  readonly from: number;
  readonly to: number;
}

/** Notes which kernels of the profile that is being made each layer runs. */
function watchLayers(model: LayersModel): Span[] {
  const spans: Span[] = [];
  const count = () => tf.engine().state.activeProfile?.kernels.length ?? 0;
  for (const layer of model.layers) {
    if (layer.getClassName() === "InputLayer") continue;
    const call = layer.call.bind(layer);
    // `norm/squares` is a part of the layer `norm`.
    const name = layer.name.split("/")[0] ?? layer.name;
    layer.call = (inputs, kwargs) => {
      const from = count();
      const result = call(inputs, kwargs);
      spans.push({ layer: name, from, to: count() });
      return result;
    };
  }
  return spans;
}
