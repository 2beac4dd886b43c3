/**
 * The layers that random networks are made of: what each may stand on, its text and the shape that it leaves, worked
 * out here in numbers and apart from the core's shape rules, so that these are tested by it.
 */

/** A tensor on the way, in numbers; `open` while height and width are known by name only in the text. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly open: boolean;
}

/** A choice of so many: the next number of a gene. */
export type Choose = <T>(of: readonly T[]) => T;

export interface Layer {
  readonly text: string;
  readonly after: Tensor;
}

/** Undefined where the layer can't stand on the tensor. */
export type LayerRow = (before: Tensor, choose: Choose) => Layer | undefined;

/** As many elements as a layer may leave: networks are run, many times. */
const most = 1500;

const divisorsOf = (n: number) => Array.from({ length: n }, (_, i) => i + 1).filter((d) => n % d === 0);
const isMap = ({ shape }: Tensor) => shape.length >= 2;
const channelsOf = ({ shape }: Tensor) => shape[0] ?? 1;
const sidesOf = ({ shape }: Tensor) => shape.slice(1);
const elementsOf = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);
/** One number where all are equal, as people write it. */
const listed = (sizes: readonly number[]) =>
  sizes.every((size) => size === sizes[0]) ? String(sizes[0]) : `[${sizes.join(", ")}]`;

function layer(text: string, before: Tensor, shape: readonly number[]): Layer | undefined {
  const fits = shape.every((size) => size >= 1 && size <= 64) && elementsOf(shape) <= most;
  return fits ? { text, after: { ...before, shape } } : undefined;
}

/** The same shape after it. */
const same = (text: string | ((before: Tensor, choose: Choose) => string), needs = (_: Tensor) => true) =>
  ((before, choose) =>
    needs(before)
      ? { text: typeof text === "string" ? text : text(before, choose), after: before }
      : undefined) satisfies LayerRow;

/** A large eps: what is normalised may be nearly constant, and must not be mere rounding afterwards. */
export const preserving: readonly LayerRow[] = [
  ...["relu", "relu6", "elu", "gelu", "silu", "sigmoid", "tanh", "softplus", "mish"].map((op) => same(op)),
  ...["hard_swish", "hard_sigmoid", "softmax", "log_softmax", "dropout", "drop_path"].map((op) => same(op)),
  same((_, choose) => `leaky_relu(${choose([0.01, 0.2])})`),
  same((_, choose) => `elu(alpha: ${choose([0.5, 2])})`),
  same((x, choose) => `prelu(${choose([1, channelsOf(x)])})`, isMap),
  same((_, choose) => choose(["bn", "bn(affine: false)", "bn(eps: 0.01)"])),
  same((_, choose) => choose(["layer_norm(eps: 0.1)", "layer_norm(eps: 0.1, affine: false)"])),
  same((x, choose) => `group_norm(${choose(divisorsOf(channelsOf(x)))}, eps: 0.1)`, isMap),
  same((_, choose) => `instance_norm(eps: 0.1, affine: ${choose(["true", "false"])})`, hasSides),
  same((_, choose) => `lrn(size: ${choose([1, 2, 3, 5])}, alpha: 0.1)`, isMap),
  same((_, choose) => `scale(init: ${choose([0.5, 1])})`, isMap),
  same((x, choose) => `channel_shuffle(${choose(divisorsOf(channelsOf(x)))})`, isMap),
  same((x, choose) => `attention(${choose(divisorsOf(x.shape[1] ?? 1))})`, isSequence),
  same("position_embedding", isSequence),
];

/** Mean and variance of one value alone are no use. */
function hasSides(x: Tensor): boolean {
  return isMap(x) && elementsOf(sidesOf(x)) > 1;
}

function isSequence({ shape, open }: Tensor): boolean {
  return shape.length === 2 && !open;
}

/** Height and width as they were, in numbers and by name; channels at will. */
export const channelWise: readonly LayerRow[] = [
  (x, choose) => {
    if (!isMap(x)) return undefined;
    const groups = choose(divisorsOf(channelsOf(x)));
    const channels = groups * choose([1, 2, 3]);
    const text = `conv(${channels}, kernel: ${choose([1, 3, 5])}, groups: ${groups}, bias: ${choose(["true", "false"])})`;
    return layer(text, x, [channels, ...sidesOf(x)]);
  },
  (x, choose) => {
    if (!isMap(x)) return undefined;
    const [channels, dilation] = [choose([1, 2, 4, 6, 8]), choose([1, 2])];
    return layer(`conv(${channels}, kernel: 3, dilation: ${dilation})`, x, [channels, ...sidesOf(x)]);
  },
  (x, choose) => {
    if (!isMap(x)) return undefined;
    const times = choose([1, 2]);
    return layer(`depthwise(3, multiplier: ${times})`, x, [channelsOf(x) * times, ...sidesOf(x)]);
  },
  (x, choose) => {
    if (!isMap(x)) return undefined;
    const channels = choose([2, 4, 6]);
    return layer(`separable(${channels}, kernel: ${choose([2, 3])})`, x, [channels, ...sidesOf(x)]);
  },
  (x, choose) => {
    if (!isMap(x)) return undefined;
    const features = choose([2, 4, 7]);
    return layer(`linear(${features}, axis: 0)`, x, [features, ...sidesOf(x)]);
  },
  (x, choose) => {
    if (!isMap(x)) return undefined;
    const [before, after] = [choose([0, 1, 2]), choose([0, 1])];
    const channels = channelsOf(x) + before + after;
    return layer(`pad(channels: [${before}, ${after}], value: ${choose([0, 0.5])})`, x, [
      channels,
      ...sidesOf(x),
    ]);
  },
  (x, choose) => {
    if (!isMap(x)) return undefined;
    const of = choose(divisorsOf(channelsOf(x)));
    const index = choose(Array.from({ length: of }, (_, i) => i));
    return layer(`chunk(${index}, of: ${of})`, x, [channelsOf(x) / of, ...sidesOf(x)]);
  },
  (x, choose) => {
    if (!isMap(x)) return undefined;
    const [start, step] = [choose(Array.from({ length: channelsOf(x) }, (_, i) => i)), choose([1, 2])];
    const left = Math.ceil((channelsOf(x) - start) / step);
    return layer(`slice(axis: 0, start: ${start}, step: ${step})`, x, [left, ...sidesOf(x)]);
  },
];

const outputsOf = (size: number, before: number, after: number, span: number, stride: number) =>
  Math.floor((size + before + after - span) / stride) + 1;

/** Each side of a window at will. */
function window(x: Tensor, choose: Choose, kernels: readonly number[]) {
  const sides = sidesOf(x);
  // Half of the times a square.
  const square = choose([true, false]);
  const [kernel, stride] = [choose(kernels), choose([1, 2, 3])];
  const kernelOf = sides.map(() => (square ? kernel : choose(kernels)));
  const strideOf = sides.map(() => (square ? stride : choose([1, 2, 3])));
  return { sides, kernel: kernelOf, stride: strideOf };
}

/** No padding, as many cells as half a kernel on both sides, cells of each side's own, or as TensorFlow does. */
function padded(kernel: readonly number[], choose: Choose) {
  const half = kernel.map((k) => Math.floor(k / 2));
  const kind = choose(["none", "half", "own", "same"] as const);
  if (kind === "none") return { text: "0", pairs: half.map(() => [0, 0] as const) };
  if (kind === "half") return { text: listed(half), pairs: half.map((p) => [p, p] as const) };
  if (kind === "same") return { text: "same", pairs: undefined };
  const pairs = half.map((p) => [choose([0, p]), choose([0, p])] as const);
  return { text: `[${pairs.map(([a, b]) => `[${a}, ${b}]`).join(", ")}]`, pairs };
}

function slid(
  sides: readonly number[],
  kernel: readonly number[],
  stride: readonly number[],
  choose: Choose,
) {
  const { text, pairs } = padded(kernel, choose);
  const after = sides.map((size, i) => {
    const [before, behind] = pairs?.[i] ?? [0, 0];
    if (!pairs) return Math.ceil(size / (stride[i] ?? 1));
    return outputsOf(size, before, behind, kernel[i] ?? 1, stride[i] ?? 1);
  });
  return { text, after };
}

/** Anything goes. Where sizes are known by name, what needs them as numbers does not. */
export const reshaping: readonly LayerRow[] = [
  (x, choose) => {
    if (!isMap(x)) return undefined;
    const { sides, kernel, stride } = window(x, choose, [1, 2, 3, 4]);
    const { text, after } = slid(sides, kernel, stride, choose);
    const channels = choose([2, 4, 5, 8]);
    const args = `${channels}, kernel: ${listed(kernel)}, stride: ${listed(stride)}, padding: ${text}`;
    return layer(`conv(${args})`, x, [channels, ...after]);
  },
  (x, choose) => {
    if (!isMap(x)) return undefined;
    const { sides, kernel, stride } = window(x, choose, [1, 2, 3]);
    const channels = choose([1, 2, 4]);
    const after = sides.map((size, i) => (size - 1) * (stride[i] ?? 1) + (kernel[i] ?? 1));
    const args = `${channels}, kernel: ${listed(kernel)}, stride: ${listed(stride)}`;
    return layer(`conv_transpose(${args})`, x, [channels, ...after]);
  },
  ...(["max_pool", "avg_pool"] as const).map(
    (op): LayerRow =>
      (x, choose) => {
        if (!isMap(x)) return undefined;
        const { sides, kernel, stride } = window(x, choose, [2, 3]);
        const { text, after } = slid(sides, kernel, stride, choose);
        const args = `${listed(kernel)}, stride: ${listed(stride)}, padding: ${text}`;
        const excluded = op === "avg_pool" && choose([true, false]) ? ", count_include_pad: false" : "";
        return layer(`${op}(${args}${excluded})`, x, [channelsOf(x), ...after]);
      },
  ),
  (x, choose) => {
    if (!isMap(x) || x.open) return undefined;
    const { sides, kernel, stride } = window(x, choose, [2, 3]);
    const op = choose(["max_pool", "avg_pool"]);
    const after = sides.map((size, i) => Math.ceil((size - (kernel[i] ?? 1)) / (stride[i] ?? 1)) + 1);
    // A last window past the input is dropped.
    const kept = after.map((n, i) => ((n - 1) * (stride[i] ?? 1) >= (sides[i] ?? 1) ? n - 1 : n));
    const fits = sides.every((size, i) => size >= (kernel[i] ?? 1));
    const text = `${op}(${listed(kernel)}, stride: ${listed(stride)}, ceil_mode: true)`;
    return fits ? layer(text, x, [channelsOf(x), ...kept]) : undefined;
  },
  (x, choose) => {
    if (!isMap(x)) return undefined;
    const op = choose(["global_avg_pool", "global_max_pool"]);
    return { text: op, after: { shape: [channelsOf(x), ...sidesOf(x).map(() => 1)], open: false } };
  },
  (x, choose) => {
    if (!isMap(x) || x.open) return undefined;
    const size = choose([1, 2, 3]);
    const text = `${choose(["adaptive_avg_pool", "adaptive_max_pool"])}(${size})`;
    return layer(text, x, [channelsOf(x), ...sidesOf(x).map(() => size)]);
  },
  (x, choose) => {
    if (!isMap(x)) return undefined;
    const mode = choose(["constant", "replicate", "reflect"]);
    const cells = sidesOf(x).map((size) => [choose([0, 1]), mode === "reflect" && size < 2 ? 0 : 1] as const);
    if (mode === "reflect" && sidesOf(x).some((size) => size < 2)) return undefined;
    const pads = cells.map(([a, b]) => `[${a}, ${b}]`).join(", ");
    return layer(`pad([${pads}], mode: ${mode})`, x, [
      channelsOf(x),
      ...sidesOf(x).map((size, i) => size + (cells[i]?.[0] ?? 0) + (cells[i]?.[1] ?? 0)),
    ]);
  },
  (x, choose) => {
    if (!isMap(x)) return undefined;
    const step = choose([1, 2]);
    const [start, end] = [choose([0, 1]), choose(["", ", end: -1"])];
    const left = (x.shape.at(-1) ?? 1) - start - (end === "" ? 0 : 1);
    const shape = x.shape.with(-1, Math.ceil(left / step));
    return layer(`slice(axis: -1, start: ${start}${end}, step: ${step})`, x, shape);
  },
  (x, choose) => {
    if (!isMap(x)) return undefined;
    const sides = sidesOf(x).map((size) => choose([1, 2, size]));
    if (x.open || sides.some((size, i) => size > (x.shape[i + 1] ?? 0))) return undefined;
    return layer(`crop([${sides.join(", ")}])`, x, [channelsOf(x), ...sides]);
  },
  (x) => {
    if (x.shape.length !== 3 || channelsOf(x) % 4 !== 0) return undefined;
    return layer("pixel_shuffle(2)", x, [channelsOf(x) / 4, ...sidesOf(x).map((size) => 2 * size)]);
  },
  (x, choose) => {
    if (!isMap(x)) return undefined;
    const mode = choose(["nearest", "bilinear"]);
    const corners = mode === "bilinear" ? choose([", align_corners: true", ""]) : "";
    const shape = [channelsOf(x), ...sidesOf(x).map((size) => 2 * size)];
    return layer(`upsample(2, mode: ${mode}${corners})`, x, shape);
  },
  (x, choose) => {
    if (!isMap(x) || x.open) return undefined;
    const rest = x.shape.map((_, axis) => axis);
    const order = x.shape.map(() => rest.splice(rest.indexOf(choose(rest)), 1)[0] ?? 0);
    return layer(
      `permute([${order.join(", ")}])`,
      x,
      order.map((axis) => x.shape[axis] ?? 1),
    );
  },
  (x) => {
    if (!isMap(x) || x.open) return undefined;
    return layer("transpose", x, x.shape.with(-1, x.shape.at(-2) ?? 1).with(-2, x.shape.at(-1) ?? 1));
  },
  (x, choose) => {
    if (x.open) return undefined;
    const all = elementsOf(x.shape);
    const parts = choose(divisorsOf(all).filter((d) => d <= 16));
    return layer(`reshape([${parts}, -1])`, x, [parts, all / parts]);
  },
  (x, choose) => {
    if (x.open) return undefined;
    const start = choose(x.shape.map((_, axis) => axis));
    const text = start === 0 ? "flatten" : `flatten(${start})`;
    return { text, after: { ...x, shape: [...x.shape.slice(0, start), elementsOf(x.shape.slice(start))] } };
  },
  (x, choose) => {
    if (x.open || x.shape.length > 2) return undefined;
    const features = choose([3, 6, 8]);
    const text = `linear(${features}, bias: ${choose(["true", "false"])})`;
    return layer(text, x, [...x.shape.slice(0, -1), features]);
  },
  (x) => (isSequence(x) ? layer("class_token", x, [channelsOf(x) + 1, x.shape[1] ?? 1]) : undefined),
];
