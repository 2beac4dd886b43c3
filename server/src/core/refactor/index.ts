/** All refactorings, one row each, in the order in which they are offered. */
import { argumentNames } from "./argumentNames.ts";
import { splitOrJoin } from "./chain.ts";
import { convertConnection } from "./connections.ts";
import { cheaperConvolution } from "./convolution.ts";
import { copiesToRepeat } from "./copies.ts";
import { extractBlock } from "./extractBlock.ts";
import { extractValue } from "./extractValue.ts";
import { inlineBlock } from "./inlineBlock.ts";
import { literalToChannels } from "./literalToChannels.ts";
import type { Refactoring } from "./refactoring.ts";
import { swapBranches } from "./swapBranches.ts";
import { unroll } from "./unroll.ts";
import { wrap } from "./wrap.ts";

export const refactorings: readonly Refactoring[] = [
  extractBlock,
  extractValue,
  inlineBlock,
  copiesToRepeat,
  unroll,
  convertConnection,
  cheaperConvolution,
  splitOrJoin,
  argumentNames,
  literalToChannels,
  swapBranches,
  wrap,
];
