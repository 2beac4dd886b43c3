/** Sequences: attention, the tokens and positions that go before it, and look-up tables. */
import type { GraphNode } from "../../ir/graph.ts";
import { int, ints } from "./codec.ts";
import { TensorProto_DataType as DataType } from "./generated/onnx_pb.ts";
import type { Lowering } from "./lowering.ts";

/**
 * Queries, keys and values of all heads come from one product, and are cut apart along an axis of 3·heads. Written
 * in plain operators, all of which have a GPU kernel; the batch and the length are copied.
 */
export function attention(node: GraphNode<"attention">, ctx: Lowering): void {
  const { heads } = node.args;
  const inWeight = ctx.transposedWeight("in_proj_weight");
  const outWeight = ctx.transposedWeight("out_proj.weight");
  const features = node.inputs[0]?.shape[1];
  if (inWeight === undefined || outWeight === undefined || typeof features !== "number")
    return ctx.problem("needs to know its features as a number");
  const size = features / heads;
  const turn = { perm: ints([0, 2, 1, 3]) };
  const inBias = ctx.weight("in_proj_bias");
  const projected = ctx.part("in_proj", "MatMul", [ctx.input, inWeight]);
  const stacked = inBias === undefined ? projected : ctx.part("in_proj_biased", "Add", [projected, inBias]);
  const parted = ctx.integers("head_shape", [0, 0, 3 * heads, size]);
  const split = ctx.part("heads", "Transpose", [ctx.part("split", "Reshape", [stacked, parted])], turn);
  const headAxis = ctx.integers("head_axis", [1]);
  const third = (name: string, i: number) => {
    const start = ctx.integers(`${name}_start`, [i * heads]);
    return ctx.part(name, "Slice", [split, start, ctx.integers(`${name}_end`, [(i + 1) * heads]), headAxis]);
  };
  const query = ctx.part("scaled", "Mul", [
    third("query", 0),
    ctx.constant("factor", [], [1 / Math.sqrt(size)]),
  ]);
  const key = ctx.part("key_transposed", "Transpose", [third("key", 1)], { perm: ints([0, 1, 3, 2]) });
  const scores = ctx.part("scores", "MatMul", [query, key]);
  const shares = ctx.part("shares", "Softmax", [scores], { axis: int(-1) });
  const mixed = ctx.part("mixed", "MatMul", [shares, third("value", 2)]);
  const joined = ctx.part("joined", "Reshape", [
    ctx.part("mixed_transposed", "Transpose", [mixed], turn),
    ctx.integers("joined_shape", [0, 0, features]),
  ]);

  const outBias = ctx.weight("out_proj.bias");
  if (outBias === undefined) return ctx.main("MatMul", [joined, outWeight]);
  ctx.main("Add", [ctx.part("out_proj", "MatMul", [joined, outWeight]), outBias]);
}

/**
 * The token has to be there once for each image of a batch whose size is free: the first element of each sequence,
 * times zero, gives it that shape without any arithmetic on shapes, which GPUs don't do.
 */
export function classToken(_node: GraphNode<"class_token">, ctx: Lowering): void {
  const token = ctx.weight("");
  if (token === undefined) return ctx.problem("needs to know its features as a number");
  const [zero, one] = [ctx.integers("start", [0]), ctx.integers("end", [1])];
  const first = ctx.part("first", "Slice", [ctx.input, zero, one, ctx.integers("axis", [1])]);
  const blank = ctx.part("blank", "Mul", [first, ctx.constant("zero", [], [0])]);
  ctx.main("Concat", [ctx.part("token", "Add", [blank, token]), ctx.input], { axis: int(1) });
}

export function positionEmbedding(_node: GraphNode<"position_embedding">, ctx: Lowering): void {
  const positions = ctx.weight("");
  if (positions === undefined) return ctx.problem("needs to know its length and features as numbers");
  ctx.main("Add", [ctx.input, positions]);
}

/** Tensors are floats everywhere; indices become integers here. */
export function embedding(_node: GraphNode<"embedding">, ctx: Lowering): void {
  const table = ctx.weight("weight");
  if (table === undefined) return ctx.problem("has no table");
  const indices = ctx.part("indices", "Cast", [ctx.input], { to: int(DataType.INT32) });
  ctx.main("Gather", [table, indices], { axis: int(0) });
}
