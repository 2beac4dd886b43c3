/** What a layer, a block or a network costs, for a batch of one. Sums of costs are costs. */
import { add, type Dim, multiply } from "../shape/dim.ts";

export interface Cost {
  /** Trainable parameters. */
  readonly params: Dim;
  /** Values that are stored but not trained: the running statistics of batch normalisation. */
  readonly buffers: Dim;
  /** Multiply-adds of convolutions, linear layers and products of matrices: what papers and torchvision call FLOPs. */
  readonly macs: Dim;
  /** All arithmetic operations; a multiply-add counts as two. */
  readonly flops: Dim;
  /** Bytes of every layer's output at 32 bits. */
  readonly activationBytes: Dim;
}

export const noCost: Cost = { params: 0, buffers: 0, macs: 0, flops: 0, activationBytes: 0 };
export const unknownCost: Cost = {
  params: undefined,
  buffers: undefined,
  macs: undefined,
  flops: undefined,
  activationBytes: undefined,
};

export function addCosts(a: Cost, b: Cost): Cost {
  return {
    params: add(a.params, b.params),
    buffers: add(a.buffers, b.buffers),
    macs: add(a.macs, b.macs),
    flops: add(a.flops, b.flops),
    activationBytes: add(a.activationBytes, b.activationBytes),
  };
}

export function scaleCost(cost: Cost, times: number): Cost {
  if (times === 1) return cost;
  return {
    params: multiply(cost.params, times),
    buffers: multiply(cost.buffers, times),
    macs: multiply(cost.macs, times),
    flops: multiply(cost.flops, times),
    activationBytes: multiply(cost.activationBytes, times),
  };
}

export function differenceOf(a: Cost, b: Cost): Cost {
  return addCosts(a, scaleCost(b, -1));
}

export function totalCost(costs: Iterable<Cost>): Cost {
  let [params, buffers, macs, flops, activationBytes]: Dim[] = [0, 0, 0, 0, 0];
  for (const cost of costs) {
    params = add(params, cost.params);
    buffers = add(buffers, cost.buffers);
    macs = add(macs, cost.macs);
    flops = add(flops, cost.flops);
    activationBytes = add(activationBytes, cost.activationBytes);
  }
  return { params, buffers, macs, flops, activationBytes };
}

/** Bytes of one element: every tensor is 32-bit floating point. */
export const bytesPerElement = 4;

/** Bytes of the trainable parameters at 32 bits. */
export function sizeBytes(cost: Cost): Dim {
  return multiply(cost.params, bytesPerElement);
}
