/** PyTorch's modules as far as their state_dict goes: names and shapes of what they train and keep. */
import { type Attributed, type Call, type Callable, listOf } from "./expression.ts";

export class Tensor implements Attributed {
  readonly shape: readonly number[];
  constructor(shape: readonly number[]) {
    this.shape = shape;
  }

  attribute(): unknown {
    return () => this;
  }

  item(): unknown {
    throw new Error("a part of a tensor is asked for");
  }
}

export class Module implements Attributed {
  readonly members = new Map<string, unknown>();

  attribute(name: string): unknown {
    if (name === "_modules" || name === "_parameters") return this;
    if (name === "add_module" || name === "register_parameter")
      return ({ args: [key, value] }: Call) => this.members.set(String(key), value);
    if (!this.members.has(name)) throw new Error(`there is no ${name}`);
    return this.members.get(name);
  }

  item(name: unknown): unknown {
    return this.attribute(String(name));
  }

  /** As PyTorch lists it. */
  *state(prefix = ""): Generator<readonly [string, readonly number[]]> {
    for (const [name, member] of this.members)
      if (member instanceof Tensor) yield [prefix + name, member.shape];
    for (const [name, member] of this.members)
      if (member instanceof Module) yield* member.state(`${prefix}${name}.`);
  }
}

function moduleOf(members: Readonly<Record<string, readonly number[] | Module | false>>): Module {
  const module = new Module();
  for (const [name, member] of Object.entries(members))
    if (member) module.members.set(name, member instanceof Module ? member : new Tensor(member));
  return module;
}

/** An argument by its place or name. */
function argument({ args, named }: Call, place: number, name: string, other: unknown): unknown {
  return args[place] ?? named.get(name) ?? other;
}

const isOn = (call: Call, place: number, name: string, other = true) =>
  argument(call, place, name, other) === true;
const count = (call: Call, place: number, name: string, other?: number) =>
  Number(argument(call, place, name, other));

/** One number for all axes, or one for each. */
function sizes(given: unknown, axes: number): readonly number[] {
  return typeof given === "number" ? Array<number>(axes).fill(given) : listOf(given).map(Number);
}

function convolution(call: Call, axes: number, isTransposed: boolean): Module {
  const [from, to] = [count(call, 0, "in_channels"), count(call, 1, "out_channels")];
  const groups = count(call, 6, "groups", 1);
  const kernel = sizes(argument(call, 2, "kernel_size", undefined), axes);
  const ends = isTransposed ? [from, to / groups] : [to, from / groups];
  return moduleOf({ weight: [...ends, ...kernel], bias: isOn(call, 7, "bias") && [to] });
}

function normalization(size: number, isAffine: boolean, hasStatistics: boolean): Module {
  return moduleOf({
    weight: isAffine && [size],
    bias: isAffine && [size],
    running_mean: hasStatistics && [size],
    running_var: hasStatistics && [size],
  });
}

function attention(call: Call): Module {
  const size = count(call, 0, "embed_dim");
  const hasBias = isOn(call, 3, "bias");
  return moduleOf({
    in_proj_weight: [3 * size, size],
    in_proj_bias: hasBias && [3 * size],
    out_proj: moduleOf({ weight: [size, size], bias: hasBias && [size] }),
  });
}

function sequential({ args: [first, ...more] }: Call): Module {
  const module = new Module();
  const pairs = Array.isArray(first) ? first : [first, ...more].map((child, i) => [String(i), child]);
  for (const [name, child] of pairs) if (child !== undefined) module.members.set(String(name), child);
  return module;
}

const withState: Readonly<Record<string, Callable>> = {
  Sequential: sequential,
  Linear: (call) =>
    moduleOf({
      weight: [count(call, 1, "out_features"), count(call, 0, "in_features")],
      bias: isOn(call, 2, "bias") && [count(call, 1, "out_features")],
    }),
  PReLU: (call) => moduleOf({ weight: [count(call, 0, "num_parameters", 1)] }),
  Embedding: (call) =>
    moduleOf({ weight: [count(call, 0, "num_embeddings"), count(call, 1, "embedding_dim")] }),
  MultiheadAttention: attention,
  LayerNorm: (call) =>
    normalization(count(call, 0, "normalized_shape"), isOn(call, 2, "elementwise_affine"), false),
  GroupNorm: (call) => normalization(count(call, 1, "num_channels"), isOn(call, 3, "affine"), false),
  Parameter: ({ args: [tensor] }) => tensor,
};
for (const axes of [1, 2, 3])
  Object.assign(withState, {
    [`Conv${axes}d`]: (call: Call) => convolution(call, axes, false),
    [`ConvTranspose${axes}d`]: (call: Call) => convolution(call, axes, true),
    [`BatchNorm${axes}d`]: (call: Call) =>
      normalization(count(call, 0, "num_features"), isOn(call, 3, "affine"), true),
    [`InstanceNorm${axes}d`]: (call: Call) =>
      normalization(count(call, 0, "num_features"), isOn(call, 3, "affine", false), false),
  });

/** What the name `nn` means: modules that are not listed here keep nothing. */
export const nn: Attributed = {
  attribute: (name) => withState[name] ?? (() => new Module()),
  item: () => undefined,
};

export const torch: Attributed = {
  attribute:
    (name) =>
    ({ args }: Call) =>
      new Tensor((name === "full" ? listOf(args[0]) : args).map(Number)),
  item: () => undefined,
};
