/** What nodes of a picture are called: short, as papers' figures have it. `conv 3×3, 64, /2`. */
import type { Statement } from "../../../../grammar/ast.ts";
import type { Instance, LayerStep } from "../elaborate/instance.ts";
import { formatShape, type Shape } from "../shape/shape.ts";
import { formatValue, isTensor, type Value } from "../values.ts";

export function layerTitle({ operator, args, output }: LayerStep): string {
  const name = words(operator.name);
  const axes = Math.max((output.shape?.length ?? 3) - 1, 1);
  const kernel = sizeText(args.kernel, axes);
  const stride = strideText(args.stride, axes);
  switch (operator.name) {
    case "concat":
      return "concat";
    case "add":
      return "+";
    case "mul":
      return "×";
    case "conv":
    case "separable":
    case "conv_transpose": {
      const groups = typeof args.groups === "number" && args.groups > 1 ? `${args.groups} groups` : "";
      const sign = operator.name === "conv_transpose" ? stride.replace("/", "×") : stride;
      return joined(`${name} ${kernel}`, text(args.channels), sign, dilationText(args.dilation), groups);
    }
    case "depthwise":
    case "max_pool":
    case "avg_pool":
      return joined(`${name} ${kernel}`, stride, dilationText(args.dilation));
    case "adaptive_avg_pool":
    case "adaptive_max_pool":
      return joined(`${name} ${sizeText(args.size, axes)}`);
    case "linear":
      return joined(`${name} ${text(args.features)}`);
    case "attention":
      return joined(name, typeof args.heads === "number" ? `${args.heads} heads` : "");
    case "reshape":
      return `${name} ${formatShape(output.shape)}`;
    default:
      return name;
  }
}

/** Of a block's use, without arguments that are as by default: `basic(128, stride: 2)`; without many. */
export function callTitle({ owner, values }: Instance): string {
  if (owner.kind !== "block") return "";
  const given = new Map(
    [...values].map(([symbol, value]) => [symbol.kind === "param" ? symbol.name : "", value]),
  );
  const args = owner.params.flatMap(({ name, default: usual }, i) => {
    const value = given.get(name.name);
    if (value === undefined || isTensor(value) || (usual && "value" in usual && usual.value === value))
      return [];
    return [i === 0 ? formatValue(value) : `${name.name}: ${formatValue(value)}`];
  });
  const name = words(owner.name.name);
  const title = args.length === 0 ? name : `${name}(${args.join(", ")})`;
  return title.length <= longest ? title : name;
}

const longest = 32;

/** The word that a statement begins with in the text: `residual`, or what it calls. */
export function headOf(node: Statement): string {
  if (node.kind === "layer") return words(node.callee.name);
  return node.kind === "combine" ? node.operator : node.kind;
}

/** What the words of a language have for a gap. */
export function words(name: string): string {
  return name.replaceAll("_", " ");
}

function joined(...parts: readonly string[]): string {
  return parts.filter((part) => part !== "").join(", ");
}

function text(value: unknown): string {
  return value === undefined ? "" : formatValue(value as Value);
}

/** `3×3`. */
function sizeText(value: unknown, axes: number): string {
  if (typeof value === "number") return formatShape(Array.from({ length: axes }, () => value));
  if (!Array.isArray(value)) return "";
  const [first] = value as Shape;
  return formatShape(value.length === 1 ? Array.from({ length: axes }, () => first) : (value as Shape));
}

/** `/2`, or `/2×1` where the axes differ. */
function strideText(value: unknown, axes: number): string {
  const sizes = Array.isArray(value) ? (value as readonly unknown[]) : value === undefined ? [] : [value];
  if (sizes.every((size) => size === 1)) return "";
  return sizes.every((size) => size === sizes[0]) ? `/${sizes[0]}` : `/${sizeText(value, axes)}`;
}

function dilationText(value: unknown): string {
  const sizes = Array.isArray(value) ? (value as readonly unknown[]) : [value ?? 1];
  return sizes.every((size) => size === 1) ? "" : `dilation ${sizes[0]}`;
}
