/** Layers that rearrange, cut or surround. */
import type { GraphNode } from "../../ir/graph.ts";
import { axisOf } from "../../ops/axes.ts";
import { permutation } from "../../ops/reshaping.ts";
import { cropOffsets, padPairs } from "../../ops/slicing.ts";
import { equal } from "../../shape/dim.ts";
import { spatial } from "../../shape/shape.ts";
import { call, type Expr, keyword, type Slot, slot, suffix, text } from "./expression.ts";
import { cells, dimensionality, first, inputShape, numbers, type Refusal, type Row } from "./row.ts";

export function flatten(node: GraphNode<"flatten">): Row | Refusal {
  const input = inputShape(node);
  if (input.length === 0) return { plain: (inputs) => suffix(first(inputs), ".unsqueeze(1)") };
  const start = slot("start", 1 + axisOf(node.args.start, input));
  return {
    module: call("nn.Flatten", keyword("start_dim", start, 1)),
    plain: (inputs) => call("torch.flatten", first(inputs), start),
  };
}

export function reshape(node: GraphNode<"reshape">): Row | Refusal {
  const input = inputShape(node);
  const { shape } = node.output;
  let free = 0;
  const slots: Slot[] = [];
  const sizes = shape.map((size, axis) => {
    if (typeof size === "number") {
      slots.push(slot("size", size));
      return "#";
    }
    if (equal(size, input[axis])) return `INPUT.shape[${axis + 1}]`;
    free += 1;
    return "-1";
  });
  if (free > 1) return { problem: "has more than one size that is known by name only" };
  return {
    plain: (inputs) =>
      suffix(first(inputs), subscripted(`.reshape(INPUT.shape[0], ${sizes.join(", ")})`, inputs), ...slots),
  };
}

/** Sizes are read off the variable that holds the input. */
function subscripted(of: string, inputs: readonly Expr[]): string {
  const given = first(inputs);
  return of.replaceAll("INPUT", given.kind === "text" ? given.text : "x");
}

export function permute(node: GraphNode<"permute">): Row {
  const order = permutation(node.args, inputShape(node)).map((axis) => axis + 1);
  return { plain: (inputs) => suffix(first(inputs), `.permute(0, ${order.join(", ")})`) };
}

export function transpose(node: GraphNode<"transpose">): Row {
  const input = inputShape(node);
  const [a, b] = [1 + axisOf(node.args.first, input), 1 + axisOf(node.args.second, input)];
  return { plain: (inputs) => suffix(first(inputs), `.transpose(${a}, ${b})`) };
}

export function slice(node: GraphNode<"slice">): Row {
  const { start, end, step } = node.args;
  const cut = node.args.axis.map((axis) => axisOf(axis, inputShape(node)));
  const slots: Slot[] = [];
  const last = Math.max(...cut);
  const ranges = Array.from({ length: last + 1 }, (_, axis) => {
    if (!cut.includes(axis)) return ":";
    if (start !== 0) slots.push(slot("start", start));
    if (end !== undefined) slots.push(slot("end", end));
    if (step !== 1) slots.push(slot("stride", step));
    return `${start === 0 ? "" : "#"}:${end === undefined ? "" : "#"}${step === 1 ? "" : ":#"}`;
  });
  return { plain: (inputs) => suffix(first(inputs), `[:, ${ranges.join(", ")}]`, ...slots) };
}

export function chunk(node: GraphNode<"chunk">): Row {
  const axis = 1 + axisOf(node.args.axis, inputShape(node));
  return {
    plain: (inputs) =>
      suffix(
        call(suffix(first(inputs), ".chunk"), slot("parts", node.args.of), text(String(axis))),
        `[${node.args.index}]`,
      ),
  };
}

export function crop(node: GraphNode<"crop">): Row | Refusal {
  const offsets = numbers(cropOffsets(node.args, inputShape(node)));
  const sizes = numbers(node.args.size);
  if (!offsets || !sizes) return { problem: "needs height and width as numbers, its own and its input's" };
  const whole = spatial(inputShape(node));
  if (sizes.every((size, i) => size === whole[i])) return { plain: first };
  if (sizes.length === 2 && !node.args.offset)
    return { plain: (inputs) => call("center_crop", first(inputs), slot("size", sizes)) };
  const slots = offsets.flatMap((offset, i) => [
    slot("offset", offset),
    slot(["bottom", "right"][i - offsets.length + 2] ?? "end", offset + (sizes[i] ?? 0)),
  ]);
  return {
    plain: (inputs) => suffix(first(inputs), `[:, :, ${offsets.map(() => "#:#").join(", ")}]`, ...slots),
  };
}

export function pad(node: GraphNode<"pad">): Row | Refusal {
  const input = inputShape(node);
  const pads = padPairs(node.args, input);
  const [channelPads = [0, 0], ...others] = pads;
  const hasChannels = channelPads.some((count) => count > 0);
  const { mode, value } = node.args;
  const around = cells(hasChannels ? pads : others);
  if (mode === "constant") {
    const fill = slot("value", value);
    const plain = (inputs: readonly Expr[]) =>
      call("F.pad", first(inputs), around, keyword("value", fill, 0));
    return hasChannels
      ? { plain }
      : { module: call(`nn.ConstantPad${dimensionality(node)}`, around, fill), plain };
  }
  const how = keyword("mode", text(`"${mode}"`));
  if (!hasChannels) return { plain: (inputs) => call("F.pad", first(inputs), around, how) };
  if (spatial(input).length > 2)
    return { problem: "mirrors channels of a volume, which PyTorch's `pad` can't" };
  // As one more axis of the image, the channels are padded like the others.
  return {
    plain: (inputs) =>
      suffix(call("F.pad", suffix(first(inputs), ".unsqueeze(1)"), around, how), ".squeeze(1)"),
  };
}
