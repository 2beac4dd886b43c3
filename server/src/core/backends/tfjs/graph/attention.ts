/** Sequences and products of matrices, as TensorFlow operators. */
import type { GraphNode } from "../../../ir/graph.ts";
import { linearAxis } from "../../../ops/linear.ts";
import { alongLast, transposed } from "./along.ts";
import type { GraphLowering } from "./lowering.ts";
import { bool, int, texts, type } from "./nodeDef.ts";
import { cut, joined, parts } from "./slices.ts";

export function linear(node: GraphNode<"linear">, ctx: GraphLowering): void {
  const rank = ctx.inputShape.length;
  alongLast(linearAxis(node.args.axis, ctx.inputShape), ctx, (input) => {
    const made = product("product", input, "weight", "bias", rank, ctx);
    if (made === undefined) ctx.problem("needs to know its input features as a number");
    return made ?? input;
  });
}

/** A product with a weight of ours, which has its outputs first, and its bias. `rank` is that of the tensor without its batch. */
function product(
  name: string,
  input: string,
  weight: string,
  bias: string,
  rank: number,
  ctx: GraphLowering,
): string | undefined {
  const matrix = ctx.weight(weight, { order: [1, 0] });
  const shift = ctx.weight(bias);
  if (matrix === undefined) return undefined;
  if (rank === 1 && shift !== undefined)
    return ctx.part(name, "_FusedMatMul", [input, matrix, shift], {
      num_args: int(1),
      fused_ops: texts(["BiasAdd"]),
    });
  const made = ctx.part(name, rank === 1 ? "MatMul" : "BatchMatMulV2", [input, matrix]);
  return shift === undefined ? made : ctx.part(`${name}/biased`, "AddV2", [made, shift]);
}

export function matmul(node: GraphNode<"matmul">, ctx: GraphLowering): void {
  const attributes = node.args.transpose ? { adj_y: bool(true) } : {};
  const factors = [ctx.input("first", 0), ctx.input("first", 1)];
  ctx.output(ctx.part("product", "BatchMatMulV2", factors, attributes), "first");
}

/** Queries, keys and values of all heads come from one product. */
export function attention(node: GraphNode<"attention">, ctx: GraphLowering): void {
  const { heads } = node.args;
  const [length, features] = ctx.inputShape;
  if (typeof features !== "number") return ctx.problem("needs to know its features as a number");
  if (typeof length !== "number") return ctx.problem("needs to know the length of its sequence as a number");
  const size = features / heads;
  const stacked = product("in_proj", ctx.input("first"), "in_proj_weight", "in_proj_bias", 2, ctx);
  const apart = ctx.integers("heads/shape", [-1, length, 3 * heads, size]);
  const split = ctx.part("heads", "Reshape", [stacked ?? "", apart]);
  const turned = transposed("heads/turned", split, [1, 0, 2], ctx);
  const [query = "", key = "", value = ""] = parts("thirds", turned, 3, 1, ctx);
  const factor = ctx.floats("factor", [1 / Math.sqrt(size)], []);
  const scaled = ctx.part("scaled", "Mul", [query, factor]);
  const scores = ctx.part("scores", "BatchMatMulV2", [scaled, key], { adj_y: bool(true) });
  const shares = ctx.part("shares", "Softmax", [scores]);
  const mixed = transposed(
    "mixed/turned",
    ctx.part("mixed", "BatchMatMulV2", [shares, value]),
    [1, 0, 2],
    ctx,
  );
  const together = ctx.part("together", "Reshape", [
    mixed,
    ctx.integers("together/shape", [-1, length, features]),
  ]);
  const made = product("out_proj", together, "out_proj.weight", "out_proj.bias", 2, ctx);
  ctx.output(made ?? together, "first");
}

/** The token once for each image of the batch: zeros of that number, and the token added. */
export function classToken(_node: GraphNode<"class_token">, ctx: GraphLowering): void {
  const token = ctx.weight("");
  if (token === undefined) return ctx.problem("needs to know its features as a number");
  const input = ctx.input("first");
  const blank = ctx.part("blank", "ZerosLike", [cut("first", input, [{ axis: 1, start: 0, end: 1 }], ctx)]);
  ctx.output(joined("joined", [ctx.part("token", "AddV2", [blank, token]), input], 1, ctx), "first");
}

export function positionEmbedding(_node: GraphNode<"position_embedding">, ctx: GraphLowering): void {
  const axes = ctx.inputShape.map((_, axis) => axis + 1);
  const order = ctx.layout === "first" ? axes : [...axes.slice(1), ...axes.slice(0, 1)];
  const positions = ctx.weight("", { order: [0, ...order] });
  if (positions === undefined) return ctx.problem("needs to know its length and features as numbers");
  ctx.output(ctx.part("sum", "AddV2", [ctx.input(ctx.layout), positions]), ctx.layout);
}

/** Inputs are floats everywhere; indices become integers here. */
export function embedding(_node: GraphNode<"embedding">, ctx: GraphLowering): void {
  const table = ctx.weight("weight");
  if (table === undefined) return ctx.problem("has no table");
  const indices = ctx.part("indices", "Cast", [ctx.input("first")], {
    SrcT: type("DT_FLOAT"),
    DstT: type("DT_INT32"),
  });
  ctx.output(ctx.part("rows", "GatherV2", [table, indices, ctx.integers("axis", [0], [])]), "first");
}
