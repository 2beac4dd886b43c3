/**
 * A network as a Python file that a person could have written: blocks as classes, repeats as loops, labels as attributes,
 * so that its state_dict has the names of lwnet's weights. It holds no weights: they are loaded by name, from a file
 * that may be written beside it.
 */
import { getTextEncoding } from "@bufbuild/protobuf/wire";
import type { Graph } from "../../ir/graph.ts";
import { add } from "../../shape/dim.ts";
import { formatShape, type Shape } from "../../shape/shape.ts";
import type { ExportResult, Format, FormatOptions } from "../backend.ts";
import { exportSafetensors } from "../safetensors/exportSafetensors.ts";
import { classesOf } from "./classes.ts";
import { printClass } from "./print.ts";
import { supportFor, supportNames } from "./support.ts";

export const pytorchFormat: Format = {
  title: "PyTorch",
  extension: ".py",
  description: "Python source with an nn.Module, to train it; without weights",
  write: exportPytorch,
  variants: [
    {
      title: "PyTorch with weights",
      description: "Python source, and the weights beside it as safetensors",
      options: { pytorch: { weights: true } },
    },
  ],
};

export function exportPytorch(graph: Graph, options: FormatOptions): ExportResult {
  if (graph.nodes.length === 0) return { ok: false, problems: [{ message: "The network has no layer." }] };
  const { classes, problems } = classesOf(graph, new Set(supportNames));
  if (problems.length > 0) return { ok: false, problems };
  const body = classes.map(printClass);
  const network = classes.at(-1)?.name ?? graph.name;
  const main = mainOf(graph, network);
  const needed = supportFor(body.join("\n"));
  const all = [...needed, ...body, main].join("\n\n\n");
  const imports = [
    ...(/\bOrderedDict\(/.test(all) ? ["from collections import OrderedDict", ""] : []),
    "import torch",
    ...(/\bF\./.test(all) ? ["import torch.nn.functional as F"] : []),
    "from torch import nn",
  ];
  const beside = `${options.fileName.replace(/\.py$/i, "")}.safetensors`;
  const header = headerOf(graph, network, options, beside);
  const bytes = getTextEncoding().encodeUtf8(`${header}\n\n${imports.join("\n")}\n\n\n${all}\n`);
  const source = { name: options.fileName, size: bytes.length, chunks: () => [bytes] };
  if (!(options.pytorch?.weights ?? options.given !== undefined)) return { ok: true, files: [source] };
  const weights = exportSafetensors(graph, { ...options, fileName: beside });
  if (!weights.ok) return weights;
  return {
    ok: true,
    files: [...weights.files, source],
    notes: () => [`The weights are in ${beside}: the top of ${options.fileName} tells how they are loaded.`],
  };
}

/** What it is, what it takes and costs, and how it gets its weights. */
function headerOf(graph: Graph, network: string, { version }: FormatOptions, weights: string): string {
  const from = graph.source ? ` of ${graph.source.file}` : "";
  const ends = (values: readonly { readonly name: string; readonly shape: Shape }[]) =>
    values.map(({ name, shape }) => `${name} ${formatShape(shape)}`).join(", ");
  const outputs = graph.outputs.map(({ name, value }) => ({ name, shape: value.shape }));
  const trained = graph.nodes.flatMap((node) => node.weights).filter((weight) => weight.trainable);
  const count = trained.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
  const macs = graph.nodes.map((node) => node.macs).reduce(add, 0);
  const loading = graph.nodes.some((node) => node.weights.length > 0)
    ? [
        "",
        "The state_dict has the names of lwnet's weights (lwnet export --format safetensors):",
        "",
        "    from safetensors.torch import load_file",
        "",
        `    model = ${network}()`,
        `    model.load_state_dict(load_file("${weights}"))`,
      ]
    : [];
  const lines = [
    `${network}${from}, written by lwnet ${version}.`,
    "",
    ...wrapped(`From ${ends(graph.inputs)} to ${ends(outputs)}.`),
    `${thousands(count)} parameters${typeof macs === "number" ? `, ${thousands(macs)} multiply-adds for one input` : ""}.`,
    ...loading,
  ];
  const text = lines.join("\n").replaceAll("\\", "\\\\").replaceAll('"""', "'''");
  return `"""${text}\n"""`;
}

function thousands(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ",");
}

function wrapped(text: string): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > 88) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}

/** Sizes that are known by name only are tried with a number that divides by many. */
const tried = 224;

function mainOf(graph: Graph, network: string): string {
  const inputs = graph.inputs.map(({ shape }) => {
    const sizes = shape.map((size) => (typeof size === "number" ? size : tried));
    return `torch.zeros(${[1, ...sizes].join(", ")})`;
  });
  const several = graph.outputs.length > 1;
  return [
    'if __name__ == "__main__":',
    `    model = ${network}().eval()`,
    "    with torch.no_grad():",
    `        ${several ? "outputs" : "output"} = model(${inputs.join(", ")})`,
    several ? "    print([tuple(output.shape) for output in outputs])" : "    print(tuple(output.shape))",
    "    count = sum(parameter.numel() for parameter in model.parameters())",
    '    print(f"{count:,} parameters")',
  ].join("\n");
}
