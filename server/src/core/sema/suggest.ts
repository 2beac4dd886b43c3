/** "Did you mean": the known name nearest to a misspelt one. */
import { distance } from "fastest-levenshtein";

/** The nearest candidate, if it is near enough to be a slip: two letters or a third, but one of a short name. */
export function nearestName(name: string, candidates: Iterable<string>): string | undefined {
  const limit = name.length < 4 ? Math.min(1, name.length - 1) : Math.max(2, Math.floor(name.length / 3));
  let best: string | undefined;
  let bestDistance = limit + 1;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - name.length) >= bestDistance) continue;
    const d = candidate.toLowerCase() === name.toLowerCase() ? 0 : distance(name, candidate);
    if (d < bestDistance) {
      best = candidate;
      bestDistance = d;
    }
  }
  return best;
}

/** The end of a message: `; did you mean \`relu\`?`, or nothing. */
export function didYouMean(suggestion: string | undefined): string {
  return suggestion === undefined ? "" : `; did you mean \`${suggestion}\`?`;
}
