/** All refactorings, one row each, in the order in which they are offered. Some measure what they cost: a step for each. */
import type { Steps } from "../steps.ts";
import { argumentNames } from "./argumentNames.ts";
import { splitOrJoin } from "./chain.ts";
import { convertConnection } from "./connections.ts";
import { bottleneck, depthwiseSeparable } from "./convolution.ts";
import { copiesToRepeat } from "./copies.ts";
import { extractBlock } from "./extractBlock.ts";
import { extractValue } from "./extractValue.ts";
import { inlineBlock } from "./inlineBlock.ts";
import { literalToChannels } from "./literalToChannels.ts";
import type { Draft, Refactoring, Selection } from "./refactoring.ts";
import { siteAt } from "./site.ts";
import { swapBranches } from "./swapBranches.ts";
import { unroll } from "./unroll.ts";
import { wrap } from "./wrap.ts";

const refactorings: readonly Refactoring[] = [
  extractBlock,
  extractValue,
  inlineBlock,
  copiesToRepeat,
  unroll,
  convertConnection,
  depthwiseSeparable,
  bottleneck,
  splitOrJoin,
  argumentNames,
  literalToChannels,
  swapBranches,
  wrap,
];

export function* refactoringsAt(selection: Selection): Steps<Draft[]> {
  const site = siteAt(selection);
  if (!site) return [];
  const drafts: Draft[] = [];
  for (const refactoring of refactorings) {
    drafts.push(...refactoring(site));
    yield;
  }
  return drafts;
}
