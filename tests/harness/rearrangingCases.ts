/** Cases of operators that only move elements. */
import type { OperatorArgs } from "../../server/src/core/ops/registry.ts";
import { type OperatorCase, one } from "./operatorCase.ts";
import { at, permute, plain } from "./reference.ts";

const image = [4, 7, 6];

export const rearrangingCases: readonly OperatorCase[] = [
  one("flatten", {}, [image], ([x]) => ({ shape: [168], data: x.data })),
  one("flatten", { start: 1 }, [image], ([x]) => ({ shape: [4, 42], data: x.data })),
  one("flatten", { start: -1 }, [image], ([x]) => ({ shape: [4, 7, 6], data: x.data })),
  one("flatten", { start: 1 }, [[2, 3, 2, 2]], ([x]) => ({ shape: [2, 12], data: x.data })),
  one("reshape", { shape: [7, 2, 12] }, [image], ([x]) => ({ shape: [7, 2, 12], data: x.data })),
  one("reshape", { shape: [8, -1] }, [image], ([x]) => ({ shape: [8, 21], data: x.data })),
  ...[
    [1, 2, 0],
    [2, 0, 1],
    [-1, 1, 0],
  ].map((order) =>
    one("permute", { order }, [image], ([x]) =>
      permute(
        x,
        order.map((axis) => (axis + 3) % 3),
      ),
    ),
  ),
  one("transpose", {}, [[5, 9]], ([x]) => permute(x, [1, 0])),
  one("transpose", {}, [image], ([x]) => permute(x, [0, 2, 1])),
  one("transpose", { first: 0, second: -1 }, [image], ([x]) => permute(x, [2, 1, 0])),
  ...[1, 2, 3, 6].flatMap((groups) =>
    [
      [6, 3, 2],
      [6, 4],
      [6, 2, 1, 3],
    ].map((shape) =>
      one("channel_shuffle", { groups }, [shape], ([x]) => {
        const perGroup = 6 / groups;
        return plain(shape, ([c = 0, ...place]) => {
          const from = (c % groups) * perGroup + Math.floor(c / groups);
          return at(x, [from, ...place]) ?? Number.NaN;
        });
      }),
    ),
  ),
  ...[1, 2, 3].map((factor) =>
    one("pixel_shuffle", { factor }, [[36, 2, 3]], ([x]) =>
      plain([36 / factor ** 2, 2 * factor, 3 * factor], ([c = 0, row = 0, column = 0]) => {
        const within = (row % factor) * factor + (column % factor);
        const place = [Math.floor(row / factor), Math.floor(column / factor)];
        return at(x, [c * factor ** 2 + within, ...place]) ?? Number.NaN;
      }),
    ),
  ),
  slice({ axis: [0], start: 1, end: 3 }, [2, 7, 6], ([c = 0, y = 0, z = 0]) => [c + 1, y, z]),
  slice({ axis: [0], start: -1 }, [1, 7, 6], ([, y = 0, z = 0]) => [3, y, z]),
  slice({ axis: [1, 2], step: 2 }, [4, 4, 3], ([c = 0, y = 0, z = 0]) => [c, 2 * y, 2 * z]),
  slice({ axis: [-1], start: 1, end: -1, step: 3 }, [4, 7, 2], ([c = 0, y = 0, z = 0]) => [c, y, 1 + 3 * z]),
  ...[0, 1].map((index) =>
    one("chunk", { index, of: 2 }, [image], ([x]) =>
      plain([2, 7, 6], ([c = 0, ...place]) => at(x, [c + 2 * index, ...place]) ?? Number.NaN),
    ),
  ),
  one("chunk", { index: 2, of: 3, axis: -1 }, [image], ([x]) =>
    plain([4, 7, 2], ([c = 0, y = 0, z = 0]) => at(x, [c, y, z + 4]) ?? Number.NaN),
  ),
  crop({ size: [4, 4] }, [1, 1]),
  crop({ size: [7, 1] }, [0, 2]),
  crop({ size: [2, 3], offset: [5, 0] }, [5, 0]),
  one("crop", { size: [3] }, [[2, 8]], ([x]) =>
    plain([2, 3], ([c = 0, i = 0]) => at(x, [c, i + 2]) ?? Number.NaN),
  ),
  pad({
    padding: [
      [1, 2],
      [3, 0],
    ],
  }),
  ...(["constant", "reflect", "replicate"] as const).flatMap((mode) => [
    // As far as a mirror reaches, and along other numbers of axes.
    pad({
      mode,
      value: 0.5,
      padding: [
        [6, 6],
        [5, 0],
      ],
    }),
    pad({ mode, value: 0.5, padding: [[2, 1]] }, [3, 5]),
    pad(
      {
        mode,
        value: 0.5,
        padding: [
          [1, 0],
          [0, 2],
          [1, 1],
        ],
      },
      [2, 3, 4, 2],
    ),
    pad({
      mode,
      value: 0.5,
      padding: [
        [1, 2],
        [3, 0],
      ],
    }),
    pad({ mode, channels: [1, 2] }),
    pad({
      mode,
      channels: [2, 0],
      padding: [
        [0, 1],
        [1, 1],
      ],
    }),
  ]),
];

function slice(
  args: Partial<OperatorArgs<"slice">>,
  out: readonly number[],
  from: (index: readonly number[]) => readonly number[],
): OperatorCase {
  return one("slice", args, [image], ([x]) => plain(out, (index) => at(x, from(index)) ?? Number.NaN));
}

function crop(args: OperatorArgs<"crop"> | { readonly size: readonly number[] }, offset: readonly number[]) {
  const size = args.size.map(Number);
  return one("crop", args, [image], ([x]) =>
    plain(
      [4, ...size],
      ([c = 0, ...place]) => at(x, [c, ...place.map((i, axis) => i + (offset[axis] ?? 0))]) ?? Number.NaN,
    ),
  );
}

function pad(args: Partial<OperatorArgs<"pad">>, image = [4, 7, 6]): OperatorCase {
  const spatial = Array.isArray(args.padding) ? args.padding : [];
  const pads = [args.channels ?? [0, 0], ...image.slice(1).map((_, axis) => spatial[axis] ?? [0, 0])];
  const out = image.map((size, axis) => size + (pads[axis]?.[0] ?? 0) + (pads[axis]?.[1] ?? 0));
  return one("pad", args, [image], ([x]) =>
    plain(out, (index) => {
      const from = index.map((i, axis) => {
        const place = i - (pads[axis]?.[0] ?? 0);
        const last = (image[axis] ?? 1) - 1;
        if (args.mode === "replicate") return Math.min(Math.max(place, 0), last);
        return args.mode === "reflect" ? last - Math.abs(last - Math.abs(place)) : place;
      });
      return at(x, from) ?? 0.5 * (args.value === undefined ? 0 : 1);
    }),
  );
}
