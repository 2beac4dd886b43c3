/**
 * What a file declares and imports, read off its text without parsing it: a workspace may have thousands of files, and a
 * list of names to import looks at all of them after each keystroke.
 */
import { namePart, nameStart } from "../../../../../grammar/tokens.ts";

export interface Outline {
  readonly declares: readonly { readonly kind: "block" | "network" | "const"; readonly name: string }[];
  /** Paths of imports, as written. */
  readonly imports: readonly string[];
}

/** Items begin in the first column. */
const declared = new RegExp(`^(block|network|const)[ \\t]+(${nameStart}${namePart}*)`, "gmu");
const imported = /^import\s*\{[^}]*\}\s*from\s*"([^"\r\n]*)"/gm;

/** By text: an unchanged file has the same one. */
const known = new Map<string, Outline>();
const mostKnown = 10_000;

export function outlineOf(text: string): Outline {
  const found = known.get(text);
  if (found) return found;
  const outline: Outline = {
    declares: Array.from(text.matchAll(declared), ([, kind, name = ""]) => ({
      kind: kind as "block" | "network" | "const",
      name,
    })),
    imports: Array.from(text.matchAll(imported), ([, path = ""]) => path),
  };
  // Old versions of files go in the end.
  if (known.size >= mostKnown) known.clear();
  known.set(text, outline);
  return outline;
}
