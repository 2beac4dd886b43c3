/** All refactorings, one row each, in the order in which they are offered. */
import { copiesToRepeat } from "./copies.ts";
import { extractBlock } from "./extractBlock.ts";
import { extractValue } from "./extractValue.ts";
import { inlineBlock } from "./inlineBlock.ts";
import { literalToChannels } from "./literalToChannels.ts";
import type { Refactoring } from "./refactoring.ts";
import { unroll } from "./unroll.ts";

export const refactorings: readonly Refactoring[] = [
  extractBlock,
  extractValue,
  inlineBlock,
  copiesToRepeat,
  unroll,
  literalToChannels,
];
