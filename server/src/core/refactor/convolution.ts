/**
 * Cheaper convolutions: depthwise separable (Chollet 2017), and a bottleneck of 1×1, k×k and 1×1 (He et al. 2016). Other
 * weights, equal shapes: the title says what a network costs before and after.
 */
import type { Argument, LayerCall, Statement } from "../../../../grammar/ast.ts";
import { shift } from "../../../../grammar/text.ts";
import { bindArguments, operatorParameters } from "../sema/arguments.ts";
import { costChange, tryOut } from "./changes.ts";
import type { Draft } from "./refactoring.ts";
import {
  calledOperator,
  isChained,
  isEmpty,
  type Owner,
  ownerOf,
  placeInBody,
  type Site,
  statementAt,
  textOf,
} from "./site.ts";

/** `separable` has the parameters of `conv`, but for groups. */
export function depthwiseSeparable(site: Site): Draft[] {
  const conv = convolutionAt(site);
  return conv ? draft(site, "a depthwise separable convolution", conv.call.callee.range, "separable") : [];
}

interface Convolution {
  readonly owner: Owner;
  readonly call: LayerCall;
  readonly channels: string;
  /** The arguments but for channels and bias, as written. */
  readonly others: readonly string[];
  readonly bias: string | undefined;
}

/** A convolution over more than one pixel, without groups. */
function convolutionAt(site: Site): Convolution | undefined {
  const owner = ownerOf(site);
  const call = isEmpty(site) ? statementAt(site) : undefined;
  if (!owner || call?.kind !== "layer") return undefined;
  const operator = calledOperator(owner, call);
  if (operator?.name !== "conv") return undefined;
  const { section } = site;
  const { bound, problems } = bindArguments(operatorParameters(operator), call.args, call.callee);
  const text = (argument: Argument | undefined) => argument && textOf(section, argument.value.range);
  const channels = text(bound.get("channels"));
  const kernel = text(bound.get("kernel"));
  if (problems.length > 0 || channels === undefined || kernel === undefined) return undefined;
  if (bound.has("groups") || /^(?:1|\[1(?:, *1)*\])$/.test(kernel)) return undefined;
  const others = [...bound]
    .filter(([name]) => name !== "channels" && name !== "bias")
    .map(([name, argument]) => `${name}: ${text(argument)}`);
  return { owner, call, channels, others, bias: text(bound.get("bias")) };
}

function draft(site: Site, what: string, range: { start: number; end: number }, newText: string): Draft[] {
  const effect = tryOut(site.selection, [{ range: shift(range, site.offset), newText }]);
  if (!effect || effect.newErrors > 0) return [];
  const { edits } = effect;
  const title = `Convert to ${what}${costChange(effect)}`;
  return [{ title, kind: "refactor.rewrite", make: () => ({ edits }) }];
}

// ── bottleneck ───────────────────────────────────────────────────────────────────────────────────

/** A quarter of the channels in between, as ResNet has it. */
const reduction = 4;

export function bottleneck(site: Site): Draft[] {
  const conv = convolutionAt(site);
  const inner = conv && reduced(conv.channels);
  if (!conv || inner === undefined) return [];
  const { owner, call } = conv;
  const between = layersAfter(site, owner, call).map((text) => ` -> ${text}`);
  const bias = conv.bias === undefined ? [] : [`bias: ${conv.bias}`];
  const label = call.label && !call.label.template ? call.label.texts[0] : undefined;
  if (call.label && label === undefined) return [];
  const named = (suffix: string, args: readonly string[]) =>
    `${label === undefined ? "" : `${label}${suffix}: `}conv(${args.join(", ")})`;
  const newText = [
    named("_reduce", [inner, "kernel: 1", ...bias]),
    ...between,
    ` -> ${named("", [inner, ...conv.others, ...bias])}`,
    ...between,
    ` -> ${named("_restore", [conv.channels, "kernel: 1", ...bias])}`,
  ].join("");
  return draft(site, "a bottleneck of 1×1, k×k, 1×1", call.range, newText);
}

function reduced(channels: string): string | undefined {
  if (!/^\d+$/.test(channels)) {
    const isName = /^[\p{L}_][\p{L}\p{N}_.]*$/u.test(channels);
    return `${isName ? channels : `(${channels})`} div ${reduction}`;
  }
  const count = Number(channels);
  return count % reduction === 0 && count >= 4 * reduction ? String(count / reduction) : undefined;
}

/** The normalisation and the activation that follow directly: the new layers get the same. */
function layersAfter(site: Site, owner: Owner, call: LayerCall): string[] {
  const place = placeInBody(owner.item, call);
  if (!place) return [];
  const texts: string[] = [];
  let before: Statement = call;
  for (const after of place.body.statements.slice(place.index + 1, place.index + 3)) {
    const operator = after.kind === "layer" ? calledOperator(owner, after) : undefined;
    const isPlain = operator && (operator.name === "bn" || operator.family === "activation");
    if (after.kind !== "layer" || !isPlain || !isChained(site.section, before, after)) break;
    texts.push(textOf(site.section, { start: after.head.start, end: after.range.end }));
    before = after;
  }
  return texts;
}
