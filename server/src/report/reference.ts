/**
 * The generated parts of the language reference (`grammar/reference.md`): operators, the blocks that ship with the
 * product, the functions of expressions and the diagnostic codes, each from its one declaration. Pure: the build
 * reads and writes the file.
 */
import { declarations, parse } from "../../../grammar/parse.ts";
import { formatExact } from "../core/cost/format.ts";
import { type LayerStep, stepsOf } from "../core/elaborate/instance.ts";
import { faults, lints, Workspace } from "../core/index.ts";
import type { Family, ParamSpecs } from "../core/ops/operator.ts";
import { type AnyOperator, type OperatorName, operatorNamed, operators } from "../core/ops/registry.ts";
import { functions } from "../core/sema/functions.ts";
import type { Dim } from "../core/shape/dim.ts";
import { elements, formatShape, type Shape } from "../core/shape/shape.ts";
import { operatorExamples } from "./operatorExamples.ts";

/** A file of `server/std`. */
export interface StdFile {
  readonly name: string;
  readonly text: string;
}

/** The reference with its generated parts made anew. They stand between `<!-- generated: NAME -->` and `<!-- /generated -->`. */
export function withGeneratedParts(text: string, std: readonly StdFile[]): string {
  const parts: Readonly<Record<string, () => string>> = {
    operators: operatorsPart,
    std: () => std.map(stdPart).join("\n\n"),
    functions: functionsPart,
    codes: () => codesPart(faults),
    lints: () => codesPart(lints),
  };
  return text.replaceAll(
    /(<!-- generated: (\w+) -->\n)[\s\S]*?(<!-- \/generated -->)/g,
    (whole, open: string, name: string, close: string) => {
      const part = Object.hasOwn(parts, name) ? parts[name] : undefined;
      return part ? `${open}\n${part()}\n\n${close}` : whole;
    },
  );
}

// ── operators ────────────────────────────────────────────────────────────────────────────────────

const families: Readonly<Record<Family, string>> = {
  convolution: "Convolution",
  linear: "Linear layers and matrix products",
  normalization: "Normalisation",
  activation: "Activation",
  pooling: "Pooling",
  combination: "Joining tensors",
  reshaping: "Rearranging and cutting",
  resampling: "Resizing",
  attention: "Attention",
  embedding: "Tokens and embeddings",
  regularization: "Regularisation",
};

function operatorsPart(): string {
  const all = Object.keys(operators).flatMap((name) => operatorNamed(name) ?? []);
  return Object.entries(families)
    .map(([family, title]) => {
      const entries = all.filter((operator) => operator.family === family).map(operatorEntry);
      return [`### ${title}`, ...entries].join("\n\n");
    })
    .join("\n\n");
}

function operatorEntry(operator: AnyOperator): string {
  const parts = [`#### ${operator.name}`, signature(operator), operator.doc, parameterTable(operator.params)];
  return [...parts, exampleText(operator.name)].filter((part) => part !== "").join("\n\n");
}

/** `dropout(p: float = 0.5)`; a default in words is left to the table, and a layer without parameters to its name. */
function signature({ name, params, arity }: AnyOperator): string {
  if (arity === "many")
    return `\`${name} { branch { … } branch { … } … }\` or \`${name}(tensor, tensor, …)\``;
  const list = Object.entries(params).map(([parameter, { type, default: given, defaultText = "" }]) => {
    const typed = `${parameter}: ${type.replaceAll(/, (?![^[]*\])| or /g, " | ")}`;
    if (given === undefined) return typed;
    return `${typed} = ${/\s/.test(defaultText) && !defaultText.startsWith("[") ? "…" : defaultText}`;
  });
  return list.length === 0 ? "" : `\`${name}(${list.join(", ")})\``;
}

function parameterTable(params: ParamSpecs): string {
  const rows = Object.entries(params).map(
    ([name, param]) => `| \`${name}\` | ${param.type} | ${param.defaultText ?? "required"} | ${param.doc} |`,
  );
  if (rows.length === 0) return "";
  return ["| parameter | type | default | meaning |", "| --- | --- | --- | --- |", ...rows].join("\n");
}

/** What one use of the operator leaves and costs, as the analysis finds it. */
function exampleText(name: OperatorName): string {
  const { input, code } = operatorExamples[name];
  const step = lastLayer(name, `network Example {\n  input image: [${input.join(", ")}]\n  ${code}\n}\n`);
  const output = step?.output.shape;
  if (!step || !output) throw new Error(`the reference's example of ${name} has errors`);
  const { params, macs, flops } = step.cost;
  const counts = [
    typeof params === "number" && params > 0 ? `${formatExact(params)} parameters` : "",
    typeof macs === "number" && macs > 0 ? `${formatExact(macs)} MACs` : "",
    flops === 0
      ? "no arithmetic"
      : `${formatExact(flops)} FLOPs${macs === 0 ? perElement(flops, output) : ""}`,
  ].filter((text) => text !== "");
  const inputs = step.inputs.map(({ shape }) => formatShape(shape)).join(" and ");
  const sentence = `\`${code}\`: ${inputs} to ${formatShape(output)}; ${counts.join(", ")}.`;
  const tensors = step.weights.map(({ name: part, shape, trainable }) => {
    const buffer = trainable ? "" : " (buffer)";
    return `${part === "" ? "the layer's own name" : `\`${part}\``} ${shape.join("×")}${buffer}`;
  });
  return tensors.length === 0 ? sentence : `${sentence} Tensors: ${tensors.join(", ")}.`;
}

/** How much of the work falls to each element, where all have the same. */
function perElement(flops: Dim, output: Shape): string {
  const count = elements(output);
  if (typeof flops !== "number" || typeof count !== "number" || flops % count !== 0) return "";
  return `, ${formatExact(flops / count)} for each element of the output`;
}

function lastLayer(name: OperatorName, text: string): LayerStep | undefined {
  const id = "file:///example.lwnet";
  const workspace = new Workspace();
  workspace.setFile(id, text);
  const instance = workspace.analysis().of(id)?.networks[0]?.instance;
  return (instance ? stepsOf(instance) : []).findLast(
    (step): step is LayerStep => step.kind === "layer" && step.operator.name === name,
  );
}

// ── std, functions, codes ────────────────────────────────────────────────────────────────────────

function stdPart({ name, text }: StdFile): string {
  const about =
    /^(?:\/\/(?!\/).*\n)*/
      .exec(text)?.[0]
      .replaceAll(/^\/\/ ?/gm, "")
      .trim() ?? "";
  const blocks = declarations(parse(name, text)).flatMap((declaration) => {
    if (declaration.kind !== "block") return [];
    const { section, body, doc = "" } = declaration;
    const head = section.text.slice(declaration.name.range.start, body.range.start);
    return [`- \`${oneLine(head)}\`: ${doc.replaceAll("\n", " ")}`];
  });
  const heading = `### std/${name.replace(/\.lwnet$/, "")}`;
  return [heading, about.replaceAll("\n", " "), blocks.join("\n")].join("\n\n");
}

/** A signature that the formatter has broken. */
function oneLine(head: string): string {
  return head.trim().replaceAll(/\s+/g, " ").replace("( ", "(").replace(", )", ")");
}

function functionsPart(): string {
  const rows = Object.values(functions).map(
    ({ signature: text, doc }) => `| \`${text.replaceAll(" or ", "`, `")}\` | ${doc} |`,
  );
  return ["| function | value |", "| --- | --- |", ...rows].join("\n");
}

function codesPart(table: typeof faults | typeof lints): string {
  const rows = Object.entries(table).map(
    ([code, { severity, title }]) => `| \`${code}\` | ${severity} | ${title} |`,
  );
  return ["| code | severity | meaning |", "| --- | --- | --- |", ...rows].join("\n");
}
