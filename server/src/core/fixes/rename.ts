/** Replaces a misspelt name by the one it was probably meant to be. */
import type { Candidate, FixContext } from "./fix.ts";

export function renameToSuggestion({ diagnostic }: FixContext): Candidate[] {
  const { data } = diagnostic.source;
  if (data?.kind !== "rename") return [];
  const edits = [{ range: diagnostic.range, newText: data.suggestion }];
  return [{ title: `Change to \`${data.suggestion}\``, edits }];
}
