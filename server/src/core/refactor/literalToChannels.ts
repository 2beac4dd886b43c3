/** A number of channels that is that of the entering tensor in every use, written as `in.channels` or `it.channels`. */
import type { Argument, LayerCall, NumberLiteral } from "../../../../grammar/ast.ts";
import type { Variant } from "../cost/facts.ts";
import { operatorNamed } from "../ops/registry.ts";
import { bindArguments, declaredParameters, operatorParameters } from "../sema/arguments.ts";
import { rewriting } from "./changes.ts";
import type { Draft, Refactoring } from "./refactoring.ts";
import { ownerOf, type Site } from "./site.ts";

export const literalToChannels: Refactoring = (site) => {
  const literal = site.nodes.at(-1);
  if (literal?.kind !== "number" || !literal.integer || !ownerOf(site)) return [];
  const call = site.nodes.findLast((node): node is LayerCall => node.kind === "layer");
  const argument = site.nodes.findLast((node): node is Argument => node.kind === "argument");
  if (!call || !argument || !isOfChannels(site, call, argument)) return [];
  const variants = site.file.facts.get(call)?.variants ?? [];
  if (variants.length === 0) return [];
  return (["in", "it"] as const).flatMap((keyword): Draft[] => {
    const same = variants.every((variant) => channelsOf(variant, keyword) === literal.value);
    if (!same) return [];
    const newText = `${keyword}.channels`;
    const title = `Replace ${textOfLiteral(site, literal)} by \`${newText}\``;
    return [rewriting(site, title, [{ range: literal.range, newText }])];
  });
};

/** Whether the number, or what it is a part of, goes to a parameter that counts channels. */
function isOfChannels(site: Site, call: LayerCall, argument: Argument): boolean {
  const block = site.file.scope.lookup(call.callee.name);
  const operator = block ? undefined : operatorNamed(call.callee.name);
  const parameters =
    block?.kind === "block" ? declaredParameters(block.params) : operator ? operatorParameters(operator) : [];
  const { bound } = bindArguments(parameters, call.args, call.callee);
  const name = [...bound].find(([, value]) => value === argument)?.[0];
  return name !== undefined && /^(?:channels|planes|width|features|groups|slopes)$/.test(name);
}

function channelsOf({ step, instance }: Variant, keyword: "in" | "it"): unknown {
  if (keyword === "it") {
    const input = step.kind === "layer" || step.kind === "call" ? step.inputs[0] : undefined;
    return input?.shape?.[0];
  }
  // In the body of a repeat `in` is still what entered the block: that is not known here.
  if (instance.owner.kind === "repeat") return undefined;
  const entry = instance.declaredInputs[0]?.tensor ?? instance.inputs[0];
  return entry?.shape?.[0];
}

function textOfLiteral({ section }: Site, { range }: NumberLiteral): string {
  return section.text.slice(range.start, range.end);
}
