/** Imported files from the disk. A file that is missing, unreadable or no file at all is simply not there. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { FileSource } from "../../core/index.ts";

/** Larger files are no networks; reading one would hold up the editor. */
const maxBytes = 4_000_000;

export const nodeFiles: FileSource = {
  read: (id) =>
    attempt(() => {
      const path = fileURLToPath(id);
      const found = statSync(path);
      return found.isFile() && found.size <= maxBytes ? readFileSync(path, "utf8") : undefined;
    }),
  list: (folder) => attempt(() => readdirSync(fileURLToPath(folder))) ?? [],
};

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
