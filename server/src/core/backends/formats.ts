/** The formats that networks are exported to, in the order in which pickers list them. */
import type { Format } from "./backend.ts";
import { onnxFormat } from "./onnx/exportOnnx.ts";
import { pytorchFormat } from "./pytorch/exportPytorch.ts";
import { safetensorsFormat } from "./safetensors/exportSafetensors.ts";
import { tfjsFormat } from "./tfjs/exportTfjs.ts";

export const formats = {
  onnx: onnxFormat,
  pytorch: pytorchFormat,
  tfjs: tfjsFormat,
  safetensors: safetensorsFormat,
} as const satisfies Record<string, Format>;

export type FormatId = keyof typeof formats;

export const formatIds = Object.keys(formats) as readonly FormatId[];
