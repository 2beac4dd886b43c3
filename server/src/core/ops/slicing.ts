/** Operators that take a part of a tensor or put cells around it. Axes are counted without the batch. */
import { add, ceilDivide, type Dim, floorDivide, subtract } from "../shape/dim.ts";
import { channels, formatShape, type Shape, spatial } from "../shape/shape.ts";
import { axisOf, indivisible, resolveAxis } from "./axes.ts";
import { type ArgsOf, defineOperator, noWork, type Window } from "./operator.ts";
import {
  axes,
  choice,
  dimensions,
  float,
  int,
  optionalSizes,
  type Pair,
  padding,
  pair,
  position,
} from "./params.ts";
import { isFeatureMap, resolvePadding } from "./window.ts";

const sliceParams = {
  axis: axes({ doc: "The axis to cut, or several to be cut alike; 0 is the channels of a feature map." }),
  start: position({ doc: "The first place that is kept; a negative one counts from the end.", default: 0 }),
  end: position({
    doc: "The place after the last that is kept; a negative one counts from the end.",
    defaultText: "the end",
  }),
  step: int({ doc: "Distance between two places that are kept.", default: 1 }),
};

export const slice = defineOperator({
  name: "slice",
  family: "reshaping",
  doc: "Places start, start + step, … before end along an axis: `slice(axis: 0, end: 58)` keeps the first 58 channels, `slice(axis: [1, 2], step: 2)` every other pixel of height and width.",
  params: sliceParams,
  infer(args, [input], ctx) {
    if (!input) return undefined;
    let result: Shape = input;
    for (const given of args.axis) {
      const axis = resolveAxis(given, input, ctx);
      if (axis === undefined) return undefined;
      const size = input[axis];
      const [first, last] = bounds(args, size);
      const beyond = typeof size === "number" && typeof last === "number" && last > size;
      if (beyond || (typeof first === "number" && first < 0)) {
        const wrong = beyond ? "end" : "start";
        ctx.report(
          "wrong-argument",
          `\`${wrong}\` is ${args[wrong]}, but axis ${given} of ${formatShape(input)} has ${size} places`,
          wrong,
        );
        return undefined;
      }
      const length = subtract(last, first);
      if (typeof length === "number" && length <= 0) {
        const cause =
          args.end === undefined
            ? `it has ${size} places and is cut before place ${first}`
            : `the end, ${last}, must come after the start, ${first}`;
        ctx.report(
          "wrong-argument",
          `nothing is left of axis ${given} of ${formatShape(input)}: ${cause}`,
          args.end === undefined ? "start" : "end",
        );
        return undefined;
      }
      result = result.with(axis, ceilDivide(length, args.step));
    }
    return result;
  },
  work: () => noWork,
  window(args, [input]): Window | undefined {
    if (!input || args.step === 1) return undefined;
    const cut = args.axis.map((axis) => axisOf(axis, input));
    const ones = spatial(input).map(() => 1);
    return {
      kernel: ones,
      stride: spatial(input).map((_, i) => (cut.includes(i + 1) ? args.step : 1)),
      dilation: ones,
    };
  },
});

/** Start and end, counted from the start of an axis of this size. */
function bounds({ start, end }: ArgsOf<typeof sliceParams>, size: Dim): readonly [Dim, Dim] {
  const fromStart = (place: number): Dim => (place < 0 ? add(size, place) : place);
  return [fromStart(start), end === undefined ? size : fromStart(end)];
}

const chunkParams = {
  index: int({ doc: "Which of the parts, counted from 0.", min: 0 }),
  of: int({ doc: "Number of parts." }),
  axis: position({ doc: "The axis that is divided; 0 is the channels of a feature map.", default: 0 }),
};

export const chunk = defineOperator({
  name: "chunk",
  family: "reshaping",
  doc: "One of several equal parts along an axis: `chunk(0, of: 2)` is the first half of the channels, the channel split of ShuffleNetV2 (Ma et al. 2018).",
  params: chunkParams,
  infer(args, [input], ctx) {
    if (!input) return undefined;
    const axis = resolveAxis(args.axis, input, ctx);
    if (axis === undefined) return undefined;
    if (args.index >= args.of) {
      ctx.report(
        "wrong-argument",
        `there is no part ${args.index} of ${args.of}: they are counted from 0 to ${args.of - 1}`,
        "index",
      );
      return undefined;
    }
    const size = input[axis];
    if (typeof size === "number" && size % args.of !== 0) {
      ctx.report(
        "channels-not-divisible",
        indivisible(size, `places of axis ${args.axis}`, args.of, "equal parts"),
        "of",
      );
      return undefined;
    }
    return input.with(axis, floorDivide(size, args.of));
  },
  work: () => noWork,
});

const cropParams = {
  size: dimensions({ doc: "Height and width of what is kept, as in `[it.height, it.width]`." }),
  offset: optionalSizes({
    doc: "Rows above and columns before what is kept.",
    defaultText: "the middle",
    min: 0,
  }),
};

export const crop = defineOperator({
  name: "crop",
  family: "reshaping",
  doc: "A part of each channel, from the middle unless told otherwise: C×H×W to C×height×width, as U-Net does before it joins (Ronneberger et al. 2015).",
  params: cropParams,
  infer(args, [input], ctx) {
    if (!input || !isFeatureMap(input, "crop", ctx)) return undefined;
    const offsets = cropOffsets(args, input);
    const misfit = args.size.some((size, i) => {
      const room = subtract(subtract(spatial(input)[i], size), offsets[i]);
      return typeof room === "number" && room < 0;
    });
    if (!misfit) return [channels(input), ...args.size];
    const [size, whole] = [formatShape(args.size), formatShape(spatial(input))];
    const problem = args.offset
      ? `${size} from ${args.offset.join(", ")} on reaches past the edge of ${whole}`
      : `${size} can't be cut out of ${whole}; \`pad\` would make it larger`;
    ctx.report("wrong-argument", problem, args.offset ? "offset" : "size");
    return undefined;
  },
  work: () => noWork,
});

export function cropOffsets(args: ArgsOf<typeof cropParams>, input: Shape): Dim[] {
  return spatial(input).map((size, i) => {
    const left = subtract(size, args.size[i]);
    // Where nothing fits, from the start: the message is about the size then.
    return args.offset?.[i] ?? (typeof left === "number" && left < 0 ? 0 : floorDivide(left, 2));
  });
}

const padParams = {
  padding: padding({
    doc: "Cells around each channel: an int, one for each axis, or [before, after] pairs.",
    default: "valid",
    defaultText: "0",
  }),
  channels: pair({
    doc: "Channels before and after: ResNet's parameter-free shortcut (option A) adds channels of zeros.",
    default: [0, 0],
  }),
  value: float({ doc: "What the new cells hold.", default: 0 }),
  mode: choice({
    doc: "Fills the new cells with `value`, with the edge's mirror image, or with the edge itself.",
    words: ["constant", "reflect", "replicate"],
    default: "constant",
  }),
};

export const pad = defineOperator({
  name: "pad",
  family: "reshaping",
  doc: "Puts cells around height and width, or channels before and after the others.",
  params: padParams,
  infer(args, [input], ctx) {
    if (!input || !isFeatureMap(input, "pad", ctx)) return undefined;
    if (args.padding === "same") {
      ctx.report(
        "wrong-argument",
        "`pad` has no window that `same` could follow; give the cells as numbers",
        "padding",
      );
      return undefined;
    }
    const pads = padPairs(args, input);
    const odd = pads.findIndex((cells, axis) => {
      const size = input[axis];
      return args.mode === "reflect" && typeof size === "number" && Math.max(...cells) >= size;
    });
    if (odd >= 0) {
      const most = Math.max(...(pads[odd] ?? []));
      ctx.report(
        "wrong-argument",
        `a mirror image of ${most} cells needs ${most + 1} at least, but axis ${odd} of ${formatShape(input)} has ${input[odd]}`,
        odd === 0 ? "channels" : "padding",
      );
      return undefined;
    }
    return input.map((size, axis) => add(size, add(pads[axis]?.[0] ?? 0, pads[axis]?.[1] ?? 0)));
  },
  work: () => noWork,
});

/** Cells before and after each axis, the channels first. */
export function padPairs(args: ArgsOf<typeof padParams>, input: Shape): Pair[] {
  const ones = spatial(input).map(() => 1);
  const window = { kernel: ones, stride: ones, dilation: ones, padding: args.padding };
  return [
    args.channels,
    ...resolvePadding(window, input).map(([before, after]): Pair => [Number(before), Number(after)]),
  ];
}
