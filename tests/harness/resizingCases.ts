/** Cases of operators that enlarge: upsampling and transposed convolutions. */
import type { OperatorArgs } from "../../server/src/core/ops/registry.ts";
import { type OperatorCase, one } from "./operatorCase.ts";
import * as reference from "./reference.ts";

const image = [4, 7, 6];
type Pads = readonly (readonly [number, number])[];
const none: Pads = [
  [0, 0],
  [0, 0],
  [0, 0],
];

export const resizingCases: readonly OperatorCase[] = [
  upsample({ scale: [2, 2] }, [14, 12]),
  upsample({ scale: [3, 1] }, [21, 6]),
  upsample({ scale: [1.5, 2.5] }, [10, 15]),
  upsample({ size: [10, 11] }, [10, 11]),
  upsample({ size: [3, 5] }, [3, 5]),
  upsample({ scale: [0.5, 0.7] }, [3, 4]),
  upsample({ size: [1, 9] }, [1, 9]),
  upsample({ scale: [2] }, [10], [3, 5]),
  upsample({ scale: [2, 1, 3] }, [4, 3, 12], [2, 2, 3, 4]),
  ...[false, true].flatMap((align_corners) => [
    upsample({ scale: [2, 2], mode: "bilinear", align_corners }, [14, 12]),
    upsample({ scale: [1.5, 2.5], mode: "bilinear", align_corners }, [10, 15]),
    upsample({ size: [10, 11], mode: "bilinear", align_corners }, [10, 11]),
    upsample({ size: [3, 5], mode: "bilinear", align_corners }, [3, 5]),
    upsample({ scale: [0.5, 0.7], mode: "bilinear", align_corners }, [3, 4]),
    upsample({ size: [1, 9], mode: "bilinear", align_corners }, [1, 9]),
    upsample({ scale: [2], mode: "bilinear", align_corners }, [10], [3, 5]),
    upsample({ scale: [2, 1, 3], mode: "bilinear", align_corners }, [4, 3, 12], [2, 2, 3, 4]),
  ]),
  transposed({ channels: 3, kernel: [2, 2], stride: [2, 2] }, none, [14, 12]),
  transposed({ channels: 3, kernel: [3, 3], bias: false }, none, [9, 8]),
  transposed(
    {
      channels: 6,
      kernel: [4, 3],
      stride: [2, 3],
      padding: [
        [1, 1],
        [0, 2],
      ],
      groups: 2,
    },
    [
      [1, 1],
      [0, 2],
    ],
    [14, 16],
  ),
  transposed(
    {
      channels: 3,
      kernel: [3, 3],
      stride: [2, 2],
      padding: [
        [1, 1],
        [1, 1],
      ],
      output_padding: [1, 0],
    },
    [
      [1, 1],
      [1, 1],
    ],
    [14, 11],
  ),
  transposed(
    { channels: 2, kernel: [3, 2], dilation: [2, 3], stride: [2, 1], output_padding: [1, 0] },
    none,
    [18, 9],
  ),
  transposed(
    { channels: 2, kernel: [4, 3], stride: [2, 2], padding: "same" },
    [
      [1, 1],
      [0, 1],
    ],
    [14, 12],
  ),
  transposed({ channels: 2, kernel: [1, 2], stride: [2, 3], padding: "same" }, none, [14, 18]),
  transposed(
    {
      channels: 6,
      kernel: [3, 3],
      stride: [3, 2],
      padding: [
        [0, 2],
        [1, 0],
      ],
      output_padding: [2, 1],
      groups: 2,
      dilation: [2, 1],
    },
    [
      [0, 2],
      [1, 0],
    ],
    [23, 13],
  ),
  // More is cut off than a kernel reaches past the input.
  transposed(
    {
      channels: 3,
      kernel: [2, 2],
      stride: [2, 2],
      padding: [
        [2, 2],
        [2, 2],
      ],
    },
    [
      [2, 2],
      [2, 2],
    ],
    [10, 8],
  ),
  transposed({ channels: 3, kernel: [3], stride: [2], padding: [[1, 1]] }, [[1, 1]], [9], [4, 5]),
  transposed({ channels: 3, kernel: [2, 2, 1], stride: [2, 1, 1] }, none, [4, 4, 2], [4, 2, 3, 2]),
];

function upsample(
  args: Partial<OperatorArgs<"upsample">>,
  sides: readonly number[],
  shape: readonly number[] = image,
): OperatorCase {
  return one("upsample", args, [shape], ([x]) =>
    reference.interpolate(x, [shape[0] ?? 1, ...sides], (i, axis) => {
      const size = shape[axis + 1] ?? 1;
      const side = sides[axis] ?? 1;
      const step = args.scale ? 1 / (args.scale[axis] ?? 1) : size / side;
      if (args.mode !== "bilinear") return Math.floor(i * step + 1e-9);
      if (args.align_corners) return side === 1 ? 0 : (i * (size - 1)) / (side - 1);
      return (i + 0.5) * step - 0.5;
    }),
  );
}

function transposed(
  args: Partial<OperatorArgs<"conv_transpose">>,
  pads: Pads,
  sides: readonly number[],
  shape: readonly number[] = image,
): OperatorCase {
  return one("conv_transpose", args, [shape], ([x], w) => {
    const ones = shape.slice(1).map(() => 1);
    const { kernel = ones, stride = ones, dilation = ones } = args;
    const window = { kernel, stride, dilation, pads };
    const out = [args.channels ?? 1, ...sides];
    return reference.convTranspose(x, w.weight ?? x, w.bias, window, args.groups ?? 1, out);
  });
}
