/** Branches that are added and differ in their channels alone: one takes the number of the other. */
import type { Branch, LayerCall } from "../../../../grammar/ast.ts";
import type { GroupStep } from "../elaborate/instance.ts";
import { spatial } from "../shape/shape.ts";
import { boundArgument, edit } from "./editing.ts";
import { type Candidate, type FixContext, nodesAtFault } from "./fix.ts";

export function sumChannels(ctx: FixContext): Candidate[] {
  const node = nodesAtFault(ctx).findLast((other) => other.kind === "combine");
  if (node?.kind !== "combine" || node.operator === "concat" || !node.branches) return [];
  const variants = ctx.analysis.of(ctx.file)?.facts.get(node)?.variants ?? [];
  const step = variants.find(({ step: each }) => each.kind === "group" && !each.output.shape)?.step;
  if (step?.kind !== "group") return [];
  const parts = step.steps.filter((part): part is GroupStep => part.kind === "group");
  const shapes = parts.map((part) => part.output.shape);
  return node.branches.flatMap((branch, i) => {
    const own = shapes[i];
    const channels = lastChannels(branch);
    if (!own || channels?.value.kind !== "number") return [];
    const wanted = new Set(
      shapes.flatMap((other) =>
        other && String(spatial(other)) === String(spatial(own)) && other[0] !== own[0] ? [other[0]] : [],
      ),
    );
    return [...wanted].map((count): Candidate => {
      const title = `Leave ${count} channels in branch ${i + 1}`;
      return { title, edits: [edit(ctx, channels.value.range, String(count))], preferred: false };
    });
  });
}

function lastChannels({ body }: Branch) {
  const last = body.statements.findLast(
    (statement): statement is LayerCall =>
      statement.kind === "layer" && boundArgument(statement, "channels") !== undefined,
  );
  return last && boundArgument(last, "channels");
}
