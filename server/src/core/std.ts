/** The blocks that ship with the product, by file: `import { fire } from "std/squeezenet"`. */
import { texts } from "./generated/std.ts";

/** Their file names. */
export const stdFiles: readonly string[] = Object.keys(texts);

export function stdText(name: string): string | undefined {
  return Object.hasOwn(texts, name) ? texts[name] : undefined;
}
