/** Enlarging (and reducing) feature maps by interpolation. */
import { type Dim, multiply } from "../shape/dim.ts";
import { channels, elements, type Shape, spatial } from "../shape/shape.ts";
import { type ArgsOf, defineOperator } from "./operator.ts";
import { bool, choice, dimensions, factors } from "./params.ts";
import { isFeatureMap } from "./window.ts";

const upsampleParams = {
  scale: factors({ doc: "How much higher and wider the output is.", defaultText: "given by `size`" }),
  size: dimensions({
    doc: "Height and width of the output, instead of a scale: `[lateral.height, lateral.width]`.",
    defaultText: "given by `scale`",
  }),
  mode: choice({
    doc: "Repeats the nearest cell, or goes over linearly from cell to cell along each axis.",
    words: ["nearest", "bilinear"],
    default: "nearest",
  }),
  align_corners: bool({
    doc: "The corner cells' centres keep their places, not their outer edges; for `bilinear` only.",
    default: false,
  }),
};

export const upsample = defineOperator({
  name: "upsample",
  family: "resampling",
  doc: "Resizes each channel by interpolation, as PyTorch's `interpolate`: `upsample(2)` doubles height and width.",
  params: upsampleParams,
  mostly: "scale",
  infer(args, [input], ctx) {
    if (!input || !isFeatureMap(input, "upsample", ctx)) return undefined;
    if ((args.scale === undefined) === (args.size === undefined)) {
      if (args.scale !== undefined)
        ctx.report("wrong-argument", "upsample takes a `scale` or a `size`, not both; leave one out", "size");
      else
        ctx.report(
          "missing-argument",
          "upsample needs a scale or a size: `upsample(2)` or `upsample(size: [56, 56])`",
        );
      return undefined;
    }
    if (args.align_corners && args.mode === "nearest") {
      ctx.report(
        "wrong-argument",
        "`align_corners` has a meaning for `mode: bilinear` only",
        "align_corners",
      );
      return undefined;
    }
    const sizes = upsampledSizes(args, input);
    const empty = sizes.indexOf(0);
    if (empty >= 0) {
      ctx.report(
        "wrong-argument",
        `nothing is left of ${spatial(input)[empty]} cells at a scale of ${args.scale?.[empty]}`,
        "scale",
      );
      return undefined;
    }
    return [channels(input), ...sizes];
  },
  work(args, [input], output) {
    // Each axis that is gone over linearly takes two products and a sum for each of its ends.
    const operations = args.mode === "nearest" ? 0 : 2 ** (input?.length ?? 1);
    return { macs: 0, flops: multiply(operations, elements(output)) };
  },
  window(args, [input]) {
    if (!input) return undefined;
    const sizes = upsampledSizes(args, input);
    const stride = spatial(input).map((size, i) => {
      const scaled = sizes[i];
      const ratio = typeof size === "number" && typeof scaled === "number" ? size / scaled : 1;
      return args.scale?.[i] === undefined ? ratio : 1 / args.scale[i];
    });
    const kernel = stride.map(() => (args.mode === "nearest" ? 1 : 2));
    return { kernel, stride, dilation: kernel.map(() => 1) };
  },
});

/** Height and width of the output; a fraction of a cell is dropped. */
export function upsampledSizes(args: ArgsOf<typeof upsampleParams>, input: Shape): Dim[] {
  return spatial(input).map((size, i) => {
    const scale = args.scale?.[i];
    if (scale === undefined) return args.size?.[i];
    if (Number.isInteger(scale)) return multiply(size, scale);
    return typeof size === "number" ? Math.floor(size * scale) : undefined;
  });
}
