/** What one may choose of TensorFlow.js files. */

/** In the order in which they are offered; `auto` takes layers where all layers of the network have one. */
export const tfjsKinds = ["auto", "layers", "graph"] as const;

export type TfjsKind = (typeof tfjsKinds)[number];

export interface TfjsOptions {
  /** Default `auto`. */
  readonly kind?: TfjsKind;
  /** Bytes of a file of weights; default 4 MiB. */
  readonly shardBytes?: number;
}
