/** Replaces the text of a file at once: nobody ever sees half of it, and its permissions stay. */
import { chmod, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { newMark, temporaryName } from "./temporary.ts";

export async function replaceFile(path: string, text: string): Promise<void> {
  // A link stays a link: the file that it leads to is replaced.
  const target = await realpath(path);
  const { mode } = await stat(target);
  const temporary = join(dirname(target), temporaryName(basename(target), newMark()));
  try {
    await writeFile(temporary, text, { flag: "wx" });
    await chmod(temporary, mode);
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
