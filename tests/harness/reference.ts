/**
 * What layers compute, written as plainly as can be: loops over nested coordinates, no tricks. Slow, and the judge
 * of exported files. Tensors are of one image, without a batch.
 */
export interface Plain {
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
}

export function plain(shape: readonly number[], at: (index: readonly number[]) => number): Plain {
  return { shape, data: indices(shape).map(at) };
}

/** All coordinates within a shape, last axis fastest. */
export function indices(shape: readonly number[]): number[][] {
  return shape.reduce<number[][]>(
    (all, size) => all.flatMap((index) => Array.from({ length: size }, (_, i) => [...index, i])),
    [[]],
  );
}

/** The element at a coordinate; undefined outside. */
export function at(tensor: Plain, index: readonly number[]): number | undefined {
  let offset = 0;
  for (const [axis, size] of tensor.shape.entries()) {
    const i = index[axis] ?? 0;
    if (i < 0 || i >= size) return undefined;
    offset = offset * size + i;
  }
  return tensor.data[offset];
}

export interface PlainWindow {
  readonly kernel: readonly number[];
  readonly stride: readonly number[];
  readonly pads: readonly (readonly [number, number])[];
  readonly dilation: readonly number[];
}

/** The spatial coordinates that a window covers for one output, those outside the input among them. */
function cells(w: PlainWindow, position: readonly number[]): { cell: number[]; tap: number[] }[] {
  return indices(w.kernel).map((tap) => ({
    tap,
    cell: tap.map(
      (t, axis) =>
        (position[axis] ?? 0) * (w.stride[axis] ?? 1) -
        (w.pads[axis]?.[0] ?? 0) +
        t * (w.dilation[axis] ?? 1),
    ),
  }));
}

export function conv(
  x: Plain,
  weight: Plain,
  bias: Plain | undefined,
  w: PlainWindow,
  groups: number,
  out: readonly number[],
): Plain {
  const perGroup = weight.shape[1] ?? 1;
  const outPerGroup = (out[0] ?? 1) / groups;
  return plain(out, ([channel = 0, ...position]) => {
    const group = Math.floor(channel / outPerGroup);
    let sum = bias ? (at(bias, [channel]) ?? 0) : 0;
    for (const { cell, tap } of cells(w, position)) {
      for (let c = 0; c < perGroup; c++) {
        sum += (at(x, [group * perGroup + c, ...cell]) ?? 0) * (at(weight, [channel, c, ...tap]) ?? 0);
      }
    }
    return sum;
  });
}

export function maxPool(x: Plain, w: PlainWindow, out: readonly number[]): Plain {
  return plain(out, ([channel = 0, ...position]) =>
    Math.max(...cells(w, position).map(({ cell }) => at(x, [channel, ...cell]) ?? -Infinity)),
  );
}

/** PyTorch's mean: a cell of the declared padding counts if asked to, a cell past it never. */
export function avgPool(x: Plain, w: PlainWindow, includePad: boolean, out: readonly number[]): Plain {
  return plain(out, ([channel = 0, ...position]) => {
    let sum = 0;
    let count = 0;
    for (const { cell } of cells(w, position)) {
      const value = at(x, [channel, ...cell]);
      const padding = cell.every((i, axis) => {
        const [before, after] = w.pads[axis] ?? [0, 0];
        return i >= -before && i < (x.shape[axis + 1] ?? 0) + after;
      });
      sum += value ?? 0;
      if (value !== undefined || (includePad && padding)) count++;
    }
    return sum / count;
  });
}

export function adaptiveAvgPool(x: Plain, size: readonly number[]): Plain {
  return adaptivePool(x, size, (values) => values.reduce((a, b) => a + b, 0) / values.length);
}

export function adaptiveMaxPool(x: Plain, size: readonly number[]): Plain {
  return adaptivePool(x, size, (values) => Math.max(...values));
}

function adaptivePool(
  x: Plain,
  size: readonly number[],
  combine: (values: readonly number[]) => number,
): Plain {
  return plain([x.shape[0] ?? 1, ...size], ([channel = 0, ...position]) => {
    const start = position.map((i, a) => Math.floor((i * (x.shape[a + 1] ?? 1)) / (size[a] ?? 1)));
    const end = position.map((i, a) => Math.ceil(((i + 1) * (x.shape[a + 1] ?? 1)) / (size[a] ?? 1)));
    const window = indices(end.map((e, a) => e - (start[a] ?? 0)));
    return combine(
      window.map((o) => at(x, [channel, ...o.map((v, a) => v + (start[a] ?? 0))]) ?? Number.NaN),
    );
  });
}

/** Along the last axis unless another is given. */
export function linear(
  x: Plain,
  weight: Plain,
  bias: Plain | undefined,
  axis: number = x.shape.length - 1,
): Plain {
  const [outputs = 1, inputs = 1] = weight.shape;
  return plain(x.shape.with(axis, outputs), (index) => {
    const o = index[axis] ?? 0;
    let sum = bias ? (at(bias, [o]) ?? 0) : 0;
    for (let i = 0; i < inputs; i++) sum += (at(x, index.with(axis, i)) ?? 0) * (at(weight, [o, i]) ?? 0);
    return sum;
  });
}

/** What each input cell gives to each output cell, added up. */
export function convTranspose(
  x: Plain,
  weight: Plain,
  bias: Plain | undefined,
  w: PlainWindow,
  groups: number,
  out: readonly number[],
): Plain {
  const inPerGroup = (x.shape[0] ?? 1) / groups;
  const outPerGroup = (out[0] ?? 1) / groups;
  const size = out.reduce((a, b) => a * b, 1);
  const sums = new Array<number>(size).fill(0);
  const offset = (index: readonly number[]) => index.reduce((sum, i, axis) => sum * (out[axis] ?? 1) + i, 0);
  for (const [channel = 0, ...place] of indices(x.shape)) {
    const group = Math.floor(channel / inPerGroup);
    for (const { cell, tap } of cells(w, place)) {
      if (cell.some((i, axis) => i < 0 || i >= (out[axis + 1] ?? 0))) continue;
      for (let o = 0; o < outPerGroup; o++) {
        const to = offset([group * outPerGroup + o, ...cell]);
        sums[to] =
          (sums[to] ?? 0) + (at(x, [channel, ...place]) ?? 0) * (at(weight, [channel, o, ...tap]) ?? 0);
      }
    }
  }
  return {
    shape: out,
    data: plain(out, (i) => (sums[offset(i)] ?? 0) + (bias ? (at(bias, i) ?? 0) : 0)).data,
  };
}

/** Mean 0 and variance 1 along some axes; scale and shift go by the first of them. */
export function normalize(
  x: Plain,
  axes: readonly number[],
  eps: number,
  weight: Plain | undefined,
  bias: Plain | undefined,
): Plain {
  return plain(x.shape, (index) => {
    const around = indices(axes.map((axis) => x.shape[axis] ?? 1)).map((places) => {
      const other = [...index];
      for (const [i, axis] of axes.entries()) other[axis] = places[i] ?? 0;
      return at(x, other) ?? Number.NaN;
    });
    const channel = [index[axes[0] ?? 0] ?? 0];
    const normal = standardized(at(x, index) ?? 0, around, eps);
    return normal * (weight ? (at(weight, channel) ?? 0) : 1) + (bias ? (at(bias, channel) ?? 0) : 0);
  });
}

export function groupNorm(
  x: Plain,
  groups: number,
  eps: number,
  weight: Plain | undefined,
  bias: Plain | undefined,
): Plain {
  const perGroup = (x.shape[0] ?? 1) / groups;
  return plain(x.shape, (index) => {
    const [channel = 0] = index;
    const first = Math.floor(channel / perGroup) * perGroup;
    const around = indices([perGroup, ...x.shape.slice(1)]).map(
      ([c = 0, ...place]) => at(x, [first + c, ...place]) ?? Number.NaN,
    );
    const normal = standardized(at(x, index) ?? 0, around, eps);
    return normal * (weight ? (at(weight, [channel]) ?? 0) : 1) + (bias ? (at(bias, [channel]) ?? 0) : 0);
  });
}

function standardized(value: number, around: readonly number[], eps: number): number {
  const mean = around.reduce((a, b) => a + b, 0) / around.length;
  const variance = around.reduce((sum, v) => sum + (v - mean) ** 2, 0) / around.length;
  return (value - mean) / Math.sqrt(variance + eps);
}

/** Rows times columns in the last two axes. */
export function matmul(a: Plain, b: Plain): Plain {
  const inner = a.shape.at(-1) ?? 1;
  return plain([...a.shape.slice(0, -1), b.shape.at(-1) ?? 1], (index) => {
    const lead = index.slice(0, -2);
    const [row = 0, column = 0] = index.slice(-2);
    let sum = 0;
    for (let i = 0; i < inner; i++)
      sum += (at(a, [...lead, row, i]) ?? 0) * (at(b, [...lead, i, column]) ?? 0);
    return sum;
  });
}

/** Axis i of the result is axis order[i] of x. */
export function permute(x: Plain, order: readonly number[]): Plain {
  return plain(
    order.map((axis) => x.shape[axis] ?? 1),
    (index) => {
      const from = order.map(() => 0);
      for (const [i, axis] of order.entries()) from[axis] = index[i] ?? 0;
      return at(x, from) ?? Number.NaN;
    },
  );
}

/** Values at coordinates between the cells: PyTorch's `interpolate`, one axis after another in each recursion. */
export function interpolate(
  x: Plain,
  out: readonly number[],
  place: (i: number, axis: number) => number,
): Plain {
  return plain(out, ([channel = 0, ...position]) => {
    const value = (fixed: readonly number[], axis: number): number => {
      if (axis === position.length) return at(x, [channel, ...fixed]) ?? Number.NaN;
      const last = (x.shape[axis + 1] ?? 1) - 1;
      const exact = Math.min(Math.max(place(position[axis] ?? 0, axis), 0), last);
      const low = Math.floor(exact);
      const share = exact - low;
      const below = value([...fixed, low], axis + 1);
      return share === 0 ? below : below * (1 - share) + value([...fixed, low + 1], axis + 1) * share;
    };
    return value([], 0);
  });
}

/** PyTorch's local response normalisation: ⌊size/2⌋ channels before, ⌊(size − 1)/2⌋ after. */
export function lrn(x: Plain, size: number, alpha: number, beta: number, k: number): Plain {
  return plain(x.shape, ([channel = 0, ...position]) => {
    let sum = 0;
    for (let c = channel - Math.floor(size / 2); c <= channel + Math.floor((size - 1) / 2); c++) {
      sum += (at(x, [c, ...position]) ?? 0) ** 2;
    }
    return (at(x, [channel, ...position]) ?? 0) / (k + (alpha / size) * sum) ** beta;
  });
}

export function softmax(x: Plain, axis: number): Plain {
  return plain(x.shape, (index) => {
    const line = Array.from({ length: x.shape[axis] ?? 1 }, (_, i) =>
      Math.exp(at(x, index.with(axis, i)) ?? 0),
    );
    return (line[index[axis] ?? 0] ?? 0) / line.reduce((a, b) => a + b, 0);
  });
}

/** The error function by its series, exact to well below 1e-9 for |x| < 3. */
export function erf(x: number): number {
  // The series cancels itself out where nothing is left to add.
  if (Math.abs(x) > 4) return Math.sign(x);
  let term = x;
  let sum = x;
  for (let n = 1; n < 60; n++) {
    term *= (-x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}
