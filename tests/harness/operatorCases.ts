/** For every operator: layers in isolation, and what they compute by the plain loops of reference.ts. */
import type { OperatorArgs, OperatorName } from "../../server/src/core/ops/registry.ts";
import { attentionCases } from "./attentionCases.ts";
import { type OperatorCase, one } from "./operatorCase.ts";
import { rearrangingCases } from "./rearrangingCases.ts";
import * as reference from "./reference.ts";
import { at, plain } from "./reference.ts";
import { resizingCases } from "./resizingCases.ts";

const image = [4, 7, 6];
const unit = [1, 1];

export const operatorCases: readonly OperatorCase[] = [
  ...elementwise("relu", {}, (x) => Math.max(x, 0)),
  ...elementwise("relu6", {}, (x) => Math.min(Math.max(x * 1, 0), 6)),
  ...elementwise("leaky_relu", { slope: 0.2 }, (x) => (x < 0 ? 0.2 * x : x)),
  ...elementwise("elu", {}, (x) => (x < 0 ? Math.expm1(x) : x)),
  ...elementwise("elu", { alpha: 0.7 }, (x) => (x < 0 ? 0.7 * Math.expm1(x) : x)),
  ...elementwise("gelu", {}, (x) => 0.5 * x * (1 + reference.erf(x / Math.SQRT2))),
  ...elementwise("silu", {}, (x) => x / (1 + Math.exp(-x))),
  ...elementwise("sigmoid", {}, (x) => 1 / (1 + Math.exp(-x))),
  ...elementwise("tanh", {}, Math.tanh),
  ...elementwise("hard_sigmoid", {}, hardSigmoid),
  ...elementwise("hard_swish", {}, (x) => x * hardSigmoid(x)),
  ...elementwise("softplus", {}, (x) => Math.log1p(Math.exp(x))),
  ...elementwise("mish", {}, (x) => x * Math.tanh(Math.log1p(Math.exp(x)))),
  ...elementwise("dropout", {}, (x) => x),
  ...elementwise("drop_path", {}, (x) => x),
  one("softmax", {}, [image], ([x]) => reference.softmax(x, 0)),
  one("softmax", {}, [[9]], ([x]) => reference.softmax(x, 0)),
  one("softmax", {}, [[5, 9]], ([x]) => reference.softmax(x, 1)),
  one("softmax", { axis: -1 }, [image], ([x]) => reference.softmax(x, 2)),
  ...[{}, { axis: 1 }].map((args) =>
    one("log_softmax", args, [image], ([x]) => {
      const { shape, data } = reference.softmax(x, args.axis ?? 0);
      return { shape, data: Array.from(data, Math.log) };
    }),
  ),
  ...[1, 4].map((slopes) =>
    one("prelu", { slopes }, [image], ([x], { weight }) =>
      plain(x.shape, (i) => slope(at(x, i) ?? 0, at(weight ?? x, [slopes === 1 ? 0 : (i[0] ?? 0)]) ?? 0)),
    ),
  ),
  one("prelu", { slopes: 5 }, [[5]], ([x], { weight }) =>
    plain(x.shape, (i) => slope(at(x, i) ?? 0, at(weight ?? x, i) ?? 0)),
  ),
  ...[true, false].flatMap((affine) =>
    [image, [5], [5, 3]].map((shape) =>
      one("bn", { affine, eps: 1e-3 }, [shape], ([x], w) =>
        plain(shape, (i) => {
          const of = (name: string, other: number) => {
            const tensor = w[name];
            return tensor ? (at(tensor, [i[0] ?? 0]) ?? 0) : other;
          };
          const normal = ((at(x, i) ?? 0) - of("running_mean", 0)) / Math.sqrt(of("running_var", 1) + 1e-3);
          return normal * of("weight", 1) + of("bias", 0);
        }),
      ),
    ),
  ),
  ...[1, 2, 3, 4, 5].map((size) =>
    one("lrn", { size, alpha: 0.3, beta: 0.75, k: 2 }, [[6, 3, 4]], ([x]) =>
      reference.lrn(x, size, 0.3, 0.75, 2),
    ),
  ),
  one("lrn", { alpha: 0.3 }, [[6, 5]], ([x]) => reference.lrn(x, 5, 0.3, 0.75, 1)),
  one("lrn", { alpha: 0.3 }, [[6, 2, 3, 2]], ([x]) => reference.lrn(x, 5, 0.3, 0.75, 1)),
  conv({ channels: 5, kernel: [3, 3] }, both(1)),
  conv({ channels: 5, kernel: [3, 3], bias: false, stride: [2, 1], padding: both(2) }, both(2)),
  conv({ channels: 6, kernel: [3, 2], groups: 2, dilation: [2, 1] }, [
    [2, 2],
    [0, 1],
  ]),
  conv(
    {
      channels: 5,
      kernel: [3, 3],
      padding: [
        [0, 1],
        [2, 0],
      ],
    },
    [
      [0, 1],
      [2, 0],
    ],
  ),
  conv({ channels: 5, kernel: [3, 3], stride: [2, 2], padding: "same" }, [
    [1, 1],
    [0, 1],
  ]),
  conv({ channels: 5, kernel: [1, 1], padding: "valid" }, both(0)),
  conv({ channels: 5, kernel: [3] }, [[1, 1]], [4, 9]),
  conv(
    { channels: 3, kernel: [3, 1, 2] },
    [
      [1, 1],
      [0, 0],
      [0, 1],
    ],
    [4, 4, 3, 5],
  ),
  ...[1, 2].map((multiplier) =>
    one("depthwise", { kernel: [3, 3], multiplier }, [image], ([x], w) => {
      const window = { kernel: [3, 3], stride: unit, dilation: unit, pads: both(1) };
      return reference.conv(x, w.weight ?? x, w.bias, window, 4, [4 * multiplier, 7, 6]);
    }),
  ),
  ...[
    [4, 9],
    [4, 3, 5, 2],
  ].flatMap((shape) => {
    const ones = shape.slice(1).map(() => 1);
    const kernel = ones.map(() => 3);
    const window = { kernel, stride: ones, dilation: ones, pads: ones.map(() => [1, 1] as const) };
    return [
      one("depthwise", { kernel }, [shape], ([x], w) =>
        reference.conv(x, w.weight ?? x, w.bias, window, 4, shape),
      ),
      one("separable", { channels: 3, kernel }, [shape], ([x], w) => {
        const between = reference.conv(x, w["depthwise.weight"] ?? x, undefined, window, 4, shape);
        const point = { kernel: ones, stride: ones, dilation: ones, pads: ones.map(() => [0, 0] as const) };
        const out = [3, ...shape.slice(1)];
        return reference.conv(between, w["pointwise.weight"] ?? x, w["pointwise.bias"], point, 1, out);
      }),
    ];
  }),
  ...[true, false].flatMap((bias) =>
    [[6], [3, 6]].map((shape) =>
      one("linear", { features: 5, bias }, [shape], ([x], w) => reference.linear(x, w.weight ?? x, w.bias)),
    ),
  ),
  ...[true, false].flatMap((bias) => [
    one("linear", { features: 5, bias, axis: 0 }, [image], ([x], w) =>
      reference.linear(x, w.weight ?? x, w.bias, 0),
    ),
    one("linear", { features: 5, bias, axis: 0 }, [[3, 6]], ([x], w) =>
      reference.linear(x, w.weight ?? x, w.bias, 0),
    ),
    one("linear", { features: 5, bias, axis: 1 }, [image], ([x], w) =>
      reference.linear(x, w.weight ?? x, w.bias, 1),
    ),
    one("linear", { features: 5, bias, axis: -1 }, [image], ([x], w) =>
      reference.linear(x, w.weight ?? x, w.bias, 2),
    ),
    one("separable", { channels: 5, kernel: [3, 2], stride: [2, 1], bias }, [image], ([x], w) => {
      const window = {
        kernel: [3, 2],
        stride: [2, 1],
        dilation: unit,
        pads: [
          [1, 1],
          [0, 1],
        ] as const,
      };
      const between = reference.conv(x, w["depthwise.weight"] ?? x, undefined, window, 4, [4, 4, 6]);
      const point = { kernel: unit, stride: unit, dilation: unit, pads: both(0) };
      return reference.conv(between, w["pointwise.weight"] ?? x, w["pointwise.bias"], point, 1, [5, 4, 6]);
    }),
  ]),
  maxPool({ kernel: [2, 2] }, both(0)),
  maxPool({ kernel: [3, 3], stride: [2, 2], padding: both(1), ceil_mode: true }, both(1)),
  maxPool({ kernel: [2, 3], stride: [2, 2], ceil_mode: true }, both(0)),
  maxPool(
    {
      kernel: [2, 2],
      stride: [1, 1],
      dilation: [3, 2],
      padding: [
        [1, 0],
        [0, 1],
      ],
    },
    [
      [1, 0],
      [0, 1],
    ],
  ),
  maxPool({ kernel: [2, 2], stride: [3, 3], dilation: [3, 3], padding: both(1), ceil_mode: true }, both(1)),
  maxPool({ kernel: [2, 2], stride: [2, 2], padding: "same" }, [
    [0, 1],
    [0, 0],
  ]),
  maxPool({ kernel: [3], stride: [2], ceil_mode: true }, [[0, 0]], [4, 8]),
  maxPool(
    { kernel: [2, 3, 1], stride: [2, 2, 1], ceil_mode: true },
    [
      [0, 0],
      [0, 0],
      [0, 0],
    ],
    [2, 3, 6, 2],
  ),
  ...[true, false].flatMap((count_include_pad) => [
    avgPool({ kernel: [2, 2], count_include_pad }, both(0)),
    avgPool({ kernel: [3, 3], stride: [1, 1], padding: both(1), count_include_pad }, both(1)),
    avgPool(
      {
        kernel: [3, 3],
        stride: [2, 2],
        padding: [
          [0, 1],
          [1, 0],
        ],
        count_include_pad,
      },
      [
        [0, 1],
        [1, 0],
      ],
    ),
    avgPool({ kernel: [3, 3], stride: [2, 2], ceil_mode: true, count_include_pad }, both(0)),
    avgPool(
      { kernel: [3, 4], stride: [3, 3], padding: both(1), ceil_mode: true, count_include_pad },
      both(1),
    ),
    avgPool({ kernel: [2, 2], stride: [2, 2], padding: "same", count_include_pad }, [
      [0, 1],
      [0, 0],
    ]),
    avgPool(
      { kernel: [3], stride: [2], padding: [[1, 1]], ceil_mode: true, count_include_pad },
      [[1, 1]],
      [4, 8],
    ),
    avgPool(
      {
        kernel: [2, 3, 2],
        stride: [1, 2, 2],
        padding: [
          [0, 1],
          [1, 1],
          [0, 0],
        ],
        count_include_pad,
      },
      [
        [0, 1],
        [1, 1],
        [0, 0],
      ],
      [2, 3, 5, 4],
    ),
    avgPool(
      { kernel: [2, 2, 2], ceil_mode: true, count_include_pad },
      [
        [0, 0],
        [0, 0],
        [0, 0],
      ],
      [2, 3, 4, 3],
    ),
  ]),
  one("global_avg_pool", {}, [image], ([x]) => reference.adaptiveAvgPool(x, unit)),
  one("global_max_pool", {}, [image], ([x]) => {
    const window = { kernel: [7, 6], stride: unit, dilation: unit, pads: both(0) };
    return reference.maxPool(x, window, [4, 1, 1]);
  }),
  ...[
    [1, 1],
    [7, 3],
    [3, 4],
    [9, 2],
  ].flatMap((size) => [
    one("adaptive_avg_pool", { size }, [image], ([x]) => reference.adaptiveAvgPool(x, size)),
    one("adaptive_max_pool", { size }, [image], ([x]) => reference.adaptiveMaxPool(x, size)),
  ]),
  one("adaptive_avg_pool", { size: [3] }, [[4, 7]], ([x]) => reference.adaptiveAvgPool(x, [3])),
  one("adaptive_max_pool", { size: [3] }, [[4, 7]], ([x]) => reference.adaptiveMaxPool(x, [3])),
  one("adaptive_avg_pool", { size: [2, 3, 2] }, [[2, 3, 4, 5]], ([x]) =>
    reference.adaptiveAvgPool(x, [2, 3, 2]),
  ),
  one("adaptive_max_pool", { size: [2, 2, 1] }, [[2, 3, 4, 5]], ([x]) =>
    reference.adaptiveMaxPool(x, [2, 2, 1]),
  ),
  one("concat", {}, [image, [2, 7, 6], [1, 7, 6]], (inputs) =>
    plain([7, 7, 6], ([c = 0, ...rest]) => {
      const [a, b, last] = inputs;
      return at(a, [c, ...rest]) ?? at(b ?? a, [c - 4, ...rest]) ?? at(last ?? a, [c - 6, ...rest]) ?? 0;
    }),
  ),
  ...[2, 3, 4].map((count) =>
    one("add", {}, Array(count).fill(image), (inputs) =>
      plain(image, (i) => inputs.reduce((sum, x) => sum + (at(x, i) ?? 0), 0)),
    ),
  ),
  one("mul", {}, [image, [4, 1, 1], [1, 7, 6]], ([x, gate, mask]) =>
    plain(image, (i) => {
      const [c = 0, y = 0, z = 0] = i;
      return (at(x, i) ?? 0) * (at(gate ?? x, [c, 0, 0]) ?? 0) * (at(mask ?? x, [0, y, z]) ?? 0);
    }),
  ),
  ...normalizationCases(),
  ...resizingCases,
  ...rearrangingCases,
  ...attentionCases,
];

function normalizationCases(): OperatorCase[] {
  return [true, false].flatMap((affine) => [
    ...[image, [9], [5, 9], [4, 3, 2, 5]].map((shape) =>
      one("layer_norm", { affine, eps: 1e-3 }, [shape], ([x], w) =>
        reference.normalize(x, [shape.length > 2 ? 0 : shape.length - 1], 1e-3, w.weight, w.bias),
      ),
    ),
    one("layer_norm", { affine, axis: 1 }, [image], ([x], w) =>
      reference.normalize(x, [1], 1e-6, w.weight, w.bias),
    ),
    one("layer_norm", { affine, axis: -1 }, [image], ([x], w) =>
      reference.normalize(x, [2], 1e-6, w.weight, w.bias),
    ),
    ...[[6, 4, 3], [6], [6, 5], [6, 2, 3, 2]].flatMap((shape) =>
      [1, 2, 3].map((groups) =>
        one("group_norm", { groups, affine, eps: 1e-4 }, [shape], ([x], w) =>
          reference.groupNorm(x, groups, 1e-4, w.weight, w.bias),
        ),
      ),
    ),
    ...[image, [4, 9], [4, 3, 2, 3]].map((shape) =>
      one("instance_norm", { affine, eps: 1e-4 }, [shape], ([x], w) =>
        reference.groupNorm(x, 4, 1e-4, w.weight, w.bias),
      ),
    ),
  ]);
}

function elementwise<N extends OperatorName>(
  op: N,
  args: Partial<OperatorArgs<N>>,
  f: (x: number) => number,
): OperatorCase[] {
  return [image, [6]].map((shape) =>
    one(op, args, [shape], ([x]) => ({ shape, data: Array.from(x.data, f) })),
  );
}

type Pads = readonly (readonly [number, number])[];

function conv(
  args: Partial<OperatorArgs<"conv">>,
  pads: Pads,
  shape: readonly number[] = image,
): OperatorCase {
  return one("conv", args, [shape], ([x], w) => {
    const window = windowOf(args, pads, shape.length - 1);
    const out = [args.channels ?? 1, ...outputSizes(window, shape, false)];
    return reference.conv(x, w.weight ?? x, w.bias, window, args.groups ?? 1, out);
  });
}

function maxPool(args: Partial<OperatorArgs<"max_pool">>, pads: Pads, shape: readonly number[] = image) {
  return one("max_pool", args, [shape], ([x]) => {
    const window = windowOf({ stride: args.kernel, ...args }, pads, shape.length - 1);
    return reference.maxPool(x, window, [
      shape[0] ?? 1,
      ...outputSizes(window, shape, args.ceil_mode ?? false),
    ]);
  });
}

function avgPool(args: Partial<OperatorArgs<"avg_pool">>, pads: Pads, shape: readonly number[] = image) {
  return one("avg_pool", args, [shape], ([x]) => {
    const window = windowOf({ stride: args.kernel, ...args }, pads, shape.length - 1);
    const out = [shape[0] ?? 1, ...outputSizes(window, shape, args.ceil_mode ?? false)];
    return reference.avgPool(x, window, args.count_include_pad ?? true, out);
  });
}

interface LooseWindow {
  readonly kernel?: readonly number[] | undefined;
  readonly stride?: readonly number[] | undefined;
  readonly dilation?: readonly number[] | undefined;
}

function windowOf(args: LooseWindow, pads: Pads, rank: number): reference.PlainWindow {
  const ones = Array<number>(rank).fill(1);
  return { kernel: args.kernel ?? ones, stride: args.stride ?? ones, dilation: args.dilation ?? ones, pads };
}

/** PyTorch's rule: rounding up, a last window that would start past the input and what is before it is left out. */
function outputSizes(w: reference.PlainWindow, shape: readonly number[], ceil: boolean): number[] {
  return shape.slice(1).map((size, axis) => {
    const [before, after] = w.pads[axis] ?? [0, 0];
    const stride = w.stride[axis] ?? 1;
    const steps =
      (size + before + after - ((w.kernel[axis] ?? 1) - 1) * (w.dilation[axis] ?? 1) - 1) / stride;
    const outputs = (ceil ? Math.ceil(steps) : Math.floor(steps)) + 1;
    return ceil && (outputs - 1) * stride >= size + before ? outputs - 1 : outputs;
  });
}

function both(cells: number): Pads {
  return [
    [cells, cells],
    [cells, cells],
  ];
}

function hardSigmoid(x: number): number {
  return Math.min(Math.max(x + 3, 0), 6) / 6;
}

function slope(x: number, negative: number): number {
  return x < 0 ? negative * x : x;
}
