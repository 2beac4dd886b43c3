/** The options of `lwnet export` that belong to one format alone, under a heading of their own in its help. */
import { type Command, InvalidArgumentError, Option } from "commander";
import type { FormatChoice } from "../core/backends/backend.ts";
import { type FormatId, formatIds, formats } from "../core/backends/formats.ts";
import { type OnnxOptions, opsets } from "../core/backends/onnx/options.ts";
import { type Precision, precisions } from "../core/backends/onnx/precision.ts";
import { type TfjsKind, tfjsKinds } from "../core/backends/tfjs/options.ts";
import { CommandError } from "./terminal.ts";

/** As commander names what it has read. */
export interface FormatFlags {
  readonly opset?: number;
  readonly batch?: number;
  readonly externalAbove?: number;
  readonly foldBn?: boolean;
  readonly precision?: Precision;
  readonly io?: "fp32" | "fp16";
  readonly calibration?: string;
  readonly tfjsFormat?: TfjsKind;
  readonly withWeights?: boolean;
}

const options: Partial<Readonly<Record<FormatId, readonly Option[]>>> = {
  onnx: [
    new Option(
      "--opset <number>",
      `version of ONNX's operators, ${opsets.least} to ${opsets.most} (default: ${opsets.usual})`,
    ).argParser(opset),
    new Option("--batch <number>", "fix the batch (default: free, as a dimension named batch)").argParser(
      count,
    ),
    new Option(
      "--external-above <size>",
      "size of the weights, as in 500MB, above which they get a file of their own (default: 268MB)",
    ).argParser(bytes),
    new Option("--fold-bn", "put batch normalisation into the weights of the layer before it"),
    new Option(
      "--precision <kind>",
      "fp16 halves the file, int8-weights quarters it, int8 computes in 8 bits as well (default: fp32)",
    ).choices(precisions),
    new Option(
      "--calibration <path>",
      "with --precision int8: a .npy file of inputs, or a folder of them (default: random input)",
    ),
    new Option("--io <kind>", "type of inputs and outputs with --precision fp16 (default: fp32)").choices([
      "fp32",
      "fp16",
    ]),
  ],
  pytorch: [
    new Option(
      "--with-weights",
      "write the weights beside the source, as safetensors (default: if --weights gives them)",
    ),
  ],
  tfjs: [
    new Option(
      "--tfjs-format <kind>",
      "layers can be trained, a graph has what no layer has (default: auto, layers where all are there)",
    ).choices(tfjsKinds),
  ],
};

export function addFormatOptions(command: Command): Command {
  for (const format of formatIds) {
    for (const option of options[format] ?? [])
      command.addOption(option.helpGroup(`Options of ${formats[format].title}:`));
  }
  return command;
}

/** The options of the format; one of another format that was given is refused. */
export function readFormatOptions(
  format: FormatId,
  flags: FormatFlags,
  command: Command,
): FormatChoice & { readonly calibration?: string } {
  for (const other of formatIds.filter((id) => id !== format)) {
    for (const option of options[other] ?? []) {
      if (command.getOptionValueSource(option.attributeName()) !== "cli") continue;
      const [title, chosen] = [formats[other].title, formats[format].title];
      throw new CommandError(`${option.long} is an option of ${title}, and the format is ${chosen}`);
    }
  }
  if (format === "tfjs") return flags.tfjsFormat ? { tfjs: { kind: flags.tfjsFormat } } : {};
  if (format === "pytorch") return flags.withWeights ? { pytorch: { weights: true } } : {};
  if (format !== "onnx") return {};
  const { calibration, precision } = flags;
  if (calibration !== undefined && precision !== "int8")
    throw new CommandError("--calibration goes with --precision int8: nothing else is computed from it");
  return { onnx: onnxOptions(flags), ...(calibration === undefined ? {} : { calibration }) };
}

function onnxOptions({ opset, batch, externalAbove, foldBn, precision, io }: FormatFlags): OnnxOptions {
  if (io === "fp16" && precision !== "fp16")
    throw new CommandError("--io fp16 goes with --precision fp16: otherwise the network computes in 32 bits");
  return {
    ...(opset === undefined ? {} : { opset }),
    ...(batch === undefined ? {} : { batch }),
    ...(externalAbove === undefined ? {} : { externalAbove }),
    ...(foldBn ? { foldBatchNorm: true } : {}),
    ...(precision === undefined ? {} : { precision }),
    ...(io === undefined ? {} : { io }),
  };
}

function opset(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < opsets.least || value > opsets.most)
    throw new InvalidArgumentError(`It is a whole number from ${opsets.least} to ${opsets.most}.`);
  return value;
}

function count(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1)
    throw new InvalidArgumentError("It is a whole number, 1 or more.");
  return value;
}

const units: Readonly<Record<string, number>> = { "": 1, b: 1, kb: 1e3, mb: 1e6, gb: 1e9 };

function bytes(text: string): number {
  const [, value = "", unit = ""] = /^(\d+(?:\.\d+)?) ?([kmg]?b)?$/i.exec(text.trim()) ?? [];
  if (value === "") throw new InvalidArgumentError("Write it as in 500MB, 1.5GB or 0.");
  return Math.round(Number(value) * (units[unit.toLowerCase()] ?? 1));
}
