/** Cases of sliding windows: convolutions and pools, with every way of padding. */
import type { OperatorArgs } from "../../server/src/core/ops/registry.ts";
import { type OperatorCase, one } from "./operatorCase.ts";
import * as reference from "./reference.ts";

const image = [4, 7, 6];
const unit = [1, 1];

/** Where windows meet the edge in ways that runtimes differ about. */
const edges: readonly {
  readonly args: { readonly kernel: readonly number[]; readonly stride: readonly number[] };
  readonly pads: Pads;
}[] = [
  // A last window that would start in the padding is dropped.
  edge({ kernel: [2, 2], stride: [2, 2], ceil_mode: true }, both(1)),
  edge({ kernel: [3, 3], stride: [2, 2], ceil_mode: true }, [
    [0, 1],
    [1, 0],
  ]),
  // More padding than half the kernel.
  edge({ kernel: [3, 3], stride: [1, 2] }, both(2)),
  edge({ kernel: [3, 2], stride: [2, 1], ceil_mode: true }, [
    [2, 2],
    [1, 0],
  ]),
  // Cells between windows that no window sees.
  edge({ kernel: [1, 2], stride: [3, 4], ceil_mode: true }, both(0)),
  edge({ kernel: [2, 1], stride: [3, 2] }, [
    [1, 0],
    [0, 0],
  ]),
];

export const windowCases: readonly OperatorCase[] = [
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
  conv({ channels: 5, kernel: [3, 3], padding: both(4) }, both(4)),
  conv({ channels: 4, kernel: [3, 2], stride: [3, 2], dilation: [2, 3], padding: "same", groups: 4 }, [
    [2, 2],
    [1, 1],
  ]),
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
  one("depthwise", { kernel: [3, 2], stride: [2, 1], dilation: [1, 2], multiplier: 3 }, [image], ([x], w) => {
    const pads = both(1);
    const window = { kernel: [3, 2], stride: [2, 1], dilation: [1, 2], pads };
    return reference.conv(x, w.weight ?? x, w.bias, window, 4, [12, 4, 6]);
  }),
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
  ...[true, false].map((bias) =>
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
  ),
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
  ...edges.map(({ args, pads }) => maxPool(args, pads)),
  ...[true, false].flatMap((count_include_pad) => [
    ...edges.map(({ args, pads }) => avgPool({ ...args, count_include_pad }, pads)),
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
  ...[
    [4, 9],
    [3, 4, 2, 5],
  ].flatMap((shape) => [
    one("global_avg_pool", {}, [shape], ([x]) =>
      reference.adaptiveAvgPool(
        x,
        shape.slice(1).map(() => 1),
      ),
    ),
    one("global_max_pool", {}, [shape], ([x]) =>
      reference.adaptiveMaxPool(
        x,
        shape.slice(1).map(() => 1),
      ),
    ),
  ]),
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
];

type Pads = readonly (readonly [number, number])[];

function edge(
  args: { kernel: readonly number[]; stride: readonly number[]; ceil_mode?: boolean },
  pads: Pads,
) {
  return { args: { ...args, padding: pads }, pads };
}

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
