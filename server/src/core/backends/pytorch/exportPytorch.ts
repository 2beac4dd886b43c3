/**
 * A network as a Python file that a person could have written: blocks as classes, repeats as loops, labels as attributes,
 * so that its state_dict has the names of lwnet's weights. It holds no weights: they are loaded by name.
 */
import { getTextEncoding } from "@bufbuild/protobuf/wire";
import type { Graph } from "../../ir/graph.ts";
import type { ExportResult, Format, FormatOptions } from "../backend.ts";
import { classesOf } from "./classes.ts";
import { printClass } from "./print.ts";
import { supportFor, supportNames } from "./support.ts";

export const pytorchFormat: Format = {
  title: "PyTorch",
  extension: ".py",
  description: "Python source with an nn.Module, to train it; without weights",
  write: (graph, options) => exportPytorch(graph, options),
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
  const title = `"""${graph.name}, written by lwnet ${options.version}."""`;
  const bytes = getTextEncoding().encodeUtf8(`${title}\n\n${imports.join("\n")}\n\n\n${all}\n`);
  return { ok: true, files: [{ name: options.fileName, size: bytes.length, chunks: () => [bytes] }] };
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
