/**
 * Random small networks that are valid, as texts: layers one after another, connections, blocks, repeats, labels, taps,
 * dimensions by name. A tree of numbers decides; every tree makes a network, so that fast-check can make it smaller.
 */
import fc from "fast-check";
import {
  type Choose,
  channelWise,
  type LayerRow,
  preserving,
  reshaping,
  type Tensor,
} from "./randomLayers.ts";

export interface RandomNetwork {
  /** Its network is called `Net`. */
  readonly text: string;
  /** The same with numbers in the place of names; the same text where there are no names. */
  readonly fixed: string;
  /** Sizes of the names. */
  readonly sizes: Readonly<Record<string, number>>;
  /** Of the last output, in those sizes. */
  readonly shape: readonly number[];
}

interface Gene {
  readonly numbers: readonly number[];
  readonly inside: readonly (readonly Gene[])[];
}

/** What the statements of a body may do to the shape. */
type Freedom = "nothing" | "channels" | "all";

interface Label extends Tensor {
  readonly name: string;
}

interface Body {
  /** Of all bodies, to be unique. */
  readonly names: Set<string>;
  /** Labels that can be referred to. */
  readonly labels: Label[];
  readonly blocks: Map<string, { readonly on: Tensor; readonly text: string; readonly after: Tensor }>;
  readonly freedom: Freedom;
  /** Taps and outputs stand in the network itself only. */
  readonly isNetwork: boolean;
}

/** `open`: with dimensions known by name. */
export function randomNetworks(options: { readonly open?: boolean } = {}): fc.Arbitrary<RandomNetwork> {
  const genes = genesOf(2);
  const input = fc.record({
    kind: fc.nat(),
    numbers: fc.array(fc.nat(5039), { minLength: 8, maxLength: 8 }),
  });
  return fc
    .tuple(input, genes, genes)
    .map(([{ kind, numbers }, first, second]) =>
      networkOf(options.open ?? false, kind, chooserOf(numbers), [...first, ...second]),
    );
}

/** Statements with bodies of at most so many levels. */
function genesOf(levels: number): fc.Arbitrary<Gene[]> {
  const inside =
    levels === 0
      ? fc.constant([])
      : fc.oneof(fc.constant([]), fc.array(genesOf(levels - 1), { maxLength: 2 }));
  const numbers = fc.array(fc.nat(5039), { minLength: 6, maxLength: 10 });
  return fc.array(fc.record({ numbers, inside }), { maxLength: 2 + levels });
}

/** The next number of the gene, from the first again after the last. */
function chooserOf(numbers: readonly number[]): Choose {
  let next = 0;
  return (of) => {
    const number = numbers[next++ % numbers.length] ?? 0;
    return of[number % of.length] as (typeof of)[number];
  };
}

function networkOf(open: boolean, kind: number, choose: Choose, genes: readonly Gene[]): RandomNetwork {
  const side = () => choose([1, 3, 4, 5, 7, 8]);
  const sides = open ? [8 + side(), 8 + side()] : [side(), side()];
  const [channels, rank] = [choose([1, 2, 3, 4, 6]), open ? 0 : kind % 8];
  const shape =
    rank === 6
      ? [side(), channels * 2]
      : rank === 7
        ? [channels * 4]
        : rank === 5
          ? [2, 2, ...sides]
          : [channels, ...sides];
  const names = ["H", "W"].slice(0, open ? 2 : 0);
  const sizes = Object.fromEntries(names.map((name, i) => [name, sides[i] ?? 1]));
  const body: Body = {
    names: new Set(["image", "other", "y"]),
    labels: [],
    blocks: new Map(),
    freedom: "all",
    isNetwork: true,
  };
  const two = choose([true, false, false]);
  const lines = two ? ["add(image, other)"] : [];
  if (two) body.labels.push({ name: "image", shape, open });
  const { text, after } = written(body, { shape, open }, genes);
  const declared = (dims: readonly (string | number)[]) => [
    `  input image: [${dims.join(", ")}]`,
    ...(two ? [`  input other: [${dims.join(", ")}]`] : []),
  ];
  const textOf = (dims: readonly (string | number)[]) =>
    [
      ...[...body.blocks.values()].map((block) => block.text),
      "network Net {",
      ...declared(dims),
      // A network needs a layer.
      ...[...lines, text, "leaky_relu(0.5)"].filter(Boolean).map(indented),
      "  output y",
      "}",
      "",
    ].join("\n");
  return {
    text: textOf(open ? [channels, ...names] : shape),
    fixed: textOf(shape),
    sizes,
    shape: after.shape,
  };
}

const indented = (text: string) => text.replace(/^/gm, "  ");

/** The statements of a body, and the tensor after them. */
function written(body: Body, before: Tensor, genes: readonly Gene[]): { text: string; after: Tensor } {
  let current = before;
  const lines: string[] = [];
  for (const gene of genes) {
    const choose = chooserOf(gene.numbers);
    const made = statement(body, current, gene, choose);
    if (!made) continue;
    current = made.after;
    lines.push(labelled(body, made, choose));
  }
  return { text: lines.join("\n"), after: current };
}

interface Made {
  readonly text: string;
  readonly after: Tensor;
  /** It can't bear a label. */
  readonly bare?: boolean;
}

/** Names that are something in Python, JavaScript or ONNX, or look like what exporters make up. */
const names = [
  "a",
  "Conv",
  "nn",
  "self",
  "class",
  "forward",
  "weight",
  "lambda",
  "x",
  "F",
  "torch",
  "training",
  "T",
  "it2",
];

function labelled(body: Body, made: Made, choose: Choose): string {
  if (made.bare || choose([true, false])) return made.text;
  const word = choose(names);
  const name = [word, ...Array.from({ length: 60 }, (_, i) => `${word}${i}`)].find((n) => !body.names.has(n));
  if (name === undefined) return made.text;
  body.names.add(name);
  body.labels.push({ name, ...made.after });
  return `${name}: ${made.text}`;
}

type StatementRow = (body: Body, before: Tensor, gene: Gene, choose: Choose) => Made | undefined;

function statement(body: Body, before: Tensor, gene: Gene, choose: Choose): Made | undefined {
  if (gene.inside.length > 0) return choose(connections)(body, before, gene, choose);
  if (choose([0, 1, 2, 3]) === 0) {
    const made = choose(references)(body, before, gene, choose);
    if (made) return made;
  }
  const rows: Record<Freedom, readonly (readonly LayerRow[])[]> = {
    nothing: [preserving],
    channels: [preserving, channelWise],
    all: [preserving, channelWise, reshaping, reshaping],
  };
  return choose(choose(rows[body.freedom]))(before, choose);
}

/** A body within; its labels can't be seen outside. */
function within(body: Body, before: Tensor, genes: readonly Gene[] | undefined, freedom: Freedom) {
  const narrower = body.freedom === "nothing" || freedom === "nothing" ? "nothing" : freedom;
  const inner: Body = { ...body, labels: [...body.labels], freedom: narrower, isNetwork: false };
  return written(inner, before, genes ?? []);
}

/** With a convolution that leaves the channels asked for. */
function toChannels({ text, after }: { text: string; after: Tensor }, channels: number): string {
  return [text, after.shape[0] === channels ? "" : `conv(${channels}, kernel: 1)`].filter(Boolean).join("\n");
}

const braces = (text: string) => (text === "" ? "{ }" : `{\n${indented(text)}\n}`);
const isMap = ({ shape }: Tensor) => shape.length >= 2;

const connections: readonly StatementRow[] = [
  (body, x, { inside: [main] }) => {
    if (!isMap(x)) return undefined;
    const inner = within(body, x, main, "channels");
    const text = toChannels(inner, x.shape[0] ?? 1);
    return { text: `residual ${braces(text === "" ? "tanh" : text)}`, after: x };
  },
  (body, x, { inside: [main, short] }, choose) => {
    if (!isMap(x) || body.freedom === "nothing") return undefined;
    const channels = choose([2, 4, 6]);
    const strided = body.freedom === "all" && choose([true, false]);
    const stride = strided ? 2 : 1;
    const entry = `conv(${channels}, kernel: 3, stride: ${stride})`;
    const sides = x.shape.slice(1).map((size) => Math.ceil(size / stride));
    const after = { ...x, shape: [channels, ...sides] };
    const sideText = within(body, after, short, "nothing").text;
    const mainText = within(body, after, main, "nothing").text;
    const shortcut = braces(
      [`conv(${channels}, kernel: 1, stride: ${stride})`, sideText].filter(Boolean).join("\n"),
    );
    const condition = choose(["", ` when in.channels > 0`]);
    return {
      text: `residual ${braces([entry, mainText].filter(Boolean).join("\n"))} shortcut${condition} ${shortcut}`,
      after,
    };
  },
  (body, x, { inside: [main] }) => {
    if (!isMap(x) || body.freedom === "nothing" || (x.shape[0] ?? 1) > 16) return undefined;
    const inner = within(body, x, main, "channels");
    const shape = [(x.shape[0] ?? 1) + (inner.after.shape[0] ?? 1), ...x.shape.slice(1)];
    return { text: `dense ${braces(inner.text === "" ? "relu" : inner.text)}`, after: { ...x, shape } };
  },
  (body, x, { inside: [left, right] }) => {
    if (!isMap(x) || body.freedom === "nothing" || (x.shape[0] ?? 1) > 16) return undefined;
    const parts = [left, right].map((genes) => within(body, x, genes, "channels"));
    const channels = parts.reduce((sum, { after }) => sum + (after.shape[0] ?? 1), 0);
    const branches = parts.map(({ text }) => `branch ${braces(text)}`).join("\n");
    return { text: `concat ${braces(branches)}`, after: { ...x, shape: [channels, ...x.shape.slice(1)] } };
  },
  (body, x, { inside: [left, right] }, choose) => {
    const [one, other] = [left, right].map((genes) => within(body, x, genes, "nothing").text);
    // A gate keeps products from growing.
    const kind = choose(["add", "mul"]);
    const gated = kind === "mul" ? [one, "sigmoid"].filter(Boolean).join("\n") : (one ?? "");
    return { text: `${kind} ${braces(`branch ${braces(gated)}\nbranch ${braces(other ?? "")}`)}`, after: x };
  },
  (body, x, { inside: [main] }, choose) => {
    const times = choose([1, 2, 3]);
    const inner = within({ ...body, blocks: body.blocks }, x, main, "nothing");
    return {
      text: `repeat ${times} ${braces(inner.text)}`,
      after: x,
      ...(inner.text === "" ? { bare: true } : {}),
    };
  },
  (body, x, { inside: [main] }, choose) => {
    if (!isMap(x) || body.freedom === "nothing") return undefined;
    const [times, channels] = [choose([2, 3]), choose([2, 4])];
    const entered = { ...x, shape: [channels, ...x.shape.slice(1)] };
    const inner = within(body, entered, main, "nothing").text;
    const steps = [`conv(${channels}, kernel: 3)`, inner, `conv(${channels} + i, kernel: 1)`];
    const text = `repeat ${times} as i ${braces(steps.filter(Boolean).join("\n"))}`;
    return { text, after: { ...x, shape: [channels + times - 1, ...x.shape.slice(1)] } };
  },
  (body, x, { inside: [main] }, choose) => {
    if (!isMap(x) || body.freedom === "nothing") return undefined;
    const widths = [choose([2, 4]), choose([3, 5]), choose([1, 6])];
    const text = [
      `conv(n, kernel: 1) -> relu6`,
      `\`wide{n}_${body.names.size}\`: conv(2 * n, kernel: 3)`,
    ].join("\n");
    body.names.add(`wide${body.names.size}`);
    const after = { ...x, shape: [2 * (widths.at(-1) ?? 1), ...x.shape.slice(1)] };
    const rest = within(body, after, main, "nothing").text;
    const distinct = `for n in [${widths.join(", ")}] ${braces(text)}`;
    return { text: [distinct, rest].filter(Boolean).join("\n"), after, bare: true };
  },
  (body, x, { inside: [main] }, choose) => {
    const inner = within(body, x, main, body.freedom);
    return {
      text: `if ${choose(["it.channels > 0", "true and 1 < 2"])} ${braces(inner.text)}`,
      after: inner.after,
      bare: true,
    };
  },
  (body, x, { inside: [main] }) => {
    const inner = within(body, x, main, body.freedom);
    return inner.text === "" ? undefined : { text: braces(inner.text), after: inner.after };
  },
  (body, x, { inside: [main] }, choose) => {
    if (!body.isNetwork) return undefined;
    const inner = within(body, x, main, "all");
    const name = `early${body.names.size}`;
    body.names.add(name);
    const steps = [inner.text === "" ? "relu" : inner.text, choose([`output ${name}`, "tanh"])];
    if (steps[1] === "tanh") return undefined;
    return { text: `tap ${braces(steps.join("\n"))}`, after: x, bare: true };
  },
  (body, x, { inside: [main] }, choose) => {
    if (!isMap(x) || body.freedom === "nothing") return undefined;
    const inner: Body = { ...body, labels: [], names: new Set(), freedom: "channels", isNetwork: false };
    const steps = written(inner, x, main ?? []).text;
    const end = choose([
      "conv(n, kernel: 1) -> act",
      "residual when n == it.channels { conv(n, kernel: 3) }\nact",
    ]);
    const sure = end.startsWith("conv") ? end : `conv(n, kernel: 1)\n${end}`;
    const name = `unit${body.blocks.size}`;
    const text = `block ${name}(n: int, act: block = relu) ${braces([steps, sure].filter(Boolean).join("\n"))}`;
    const channels = choose([2, 4, 5]);
    const after = { ...x, shape: [channels, ...x.shape.slice(1)] };
    body.blocks.set(name, { on: x, text, after });
    return { text: `${name}(${channels}${choose(["", ", act: silu", ", act: tanh"])})`, after };
  },
];

/** What refers to something that came before. */
const references: readonly StatementRow[] = [
  (body, x, _, choose) => {
    const fitting = [...body.blocks].filter(([, { on }]) => isSame(on, x));
    if (fitting.length === 0 || body.freedom === "nothing") return undefined;
    const [name] = choose(fitting);
    const channels = choose([2, 3]);
    return { text: `${name}(${channels})`, after: { ...x, shape: [channels, ...x.shape.slice(1)] } };
  },
  (body, x, _, choose) => {
    const fitting = body.labels.filter((label) => isSame(label, x));
    if (fitting.length === 0) return undefined;
    const { name } = choose(fitting);
    return {
      text: choose([`add(it, ${name})`, `from ${name} -> relu`, `add(${name}, it, ${name})`]),
      after: x,
      bare: true,
    };
  },
  (body, x, _, choose) => {
    const isBeside = (label: Label) =>
      isMap(x) && isSame({ ...label, shape: x.shape }, x) && sides(label) === sides(x);
    const fitting = body.labels.filter(isBeside);
    if (fitting.length === 0 || body.freedom === "nothing") return undefined;
    const { name, shape } = choose(fitting);
    const channels = (shape[0] ?? 1) + (x.shape[0] ?? 1);
    if (channels > 24) return undefined;
    return { text: `concat(it, ${name})`, after: { ...x, shape: [channels, ...x.shape.slice(1)] } };
  },
  (body, x, _, choose) => {
    const fitting = body.labels.filter((label) => isMap(x) && isSame(label, x) && !x.open);
    if (fitting.length === 0 || body.freedom !== "all") return undefined;
    const rows = x.shape.at(-2) ?? 1;
    const { name } = choose(fitting);
    // Means of products, so that they don't grow.
    const text = `softmax -> matmul(${name}, transpose: true)`;
    return { text, after: { ...x, shape: x.shape.with(-1, rows) }, bare: true };
  },
];

const sides = ({ shape, open }: Tensor) => `${shape.slice(1).join()} ${open}`;

function isSame(a: Tensor, b: Tensor): boolean {
  return a.open === b.open && a.shape.join() === b.shape.join();
}
