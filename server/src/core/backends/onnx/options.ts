/** What one may choose of an ONNX file, and which versions of the format there are. */
import type { Precision } from "./precision.ts";
import type { Ranges } from "./quantization.ts";

export type { Ranges };

export interface OnnxOptions {
  /** Version of ONNX's operators, from 13 to 21; default 17, which engines since 2022 load. */
  readonly opset?: number;
  /** Makes the batch a number; else it is free, by the name `batch`. */
  readonly batch?: number;
  /** Bytes of weights above which they get a file of their own, `NAME.data`; default 256 MiB. */
  readonly externalAbove?: number;
  /** Puts batch normalisations into the layers before them, where these have no other use. */
  readonly foldBatchNorm?: boolean;
  /** Default `fp32`. */
  readonly precision?: Precision;
  /** For `int8`, which needs them: of every tensor of the network with its batch normalisations folded. */
  readonly ranges?: Ranges;
  /** Of inputs and outputs under `fp16`; default `fp32`. Inputs that are indices keep it. */
  readonly io?: "fp32" | "fp16";
}

export const opsets = { least: 13, most: 21, usual: 17 } as const;

/** The version of the file's layout that came with a version of the operators. */
export function irVersionOf(opset: number): bigint {
  if (opset >= 21) return 10n;
  if (opset >= 19) return 9n;
  return opset >= 15 ? 8n : 7n;
}
