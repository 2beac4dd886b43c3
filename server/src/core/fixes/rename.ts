/** Replaces a misspelt name by the one it was probably meant to be. */
import type { FixData } from "../diagnostics/diagnostic.ts";
import type { Fix, FixContext } from "./fix.ts";

export function renameToSuggestion(ctx: FixContext, data: Extract<FixData, { kind: "rename" }>): Fix[] {
  const { range } = ctx.diagnostic;
  return [{ title: `Change to \`${data.suggestion}\``, edits: [{ range, newText: data.suggestion }] }];
}
