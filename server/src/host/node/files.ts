/** Files that are not open, from the disk. One that is missing, unreadable or no file at all is simply not there. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type FileSource, idWithin } from "../../core/index.ts";

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
  find(folder) {
    const path = attempt(() => fileURLToPath(folder));
    return path === undefined ? [] : findBelow({ id: folder.replace(/\/$/, ""), path });
  },
};

/** Bounds for a folder that holds far more than networks. */
const maxFiles = 2000;
const maxFolders = 5000;

interface Folder {
  readonly id: string;
  readonly path: string;
}

/** Breadth first, so that what lies near the top is found; links are not followed, hidden folders not entered. */
function findBelow(root: Folder): string[] {
  const found: string[] = [];
  const folders = [root];
  for (let i = 0; i < folders.length && i < maxFolders; i++) {
    const folder = folders[i] ?? root;
    for (const entry of attempt(() => readdirSync(folder.path, { withFileTypes: true })) ?? []) {
      const id = idWithin(folder.id, entry.name);
      if (entry.isDirectory() && !entry.name.startsWith(".") && entry.name !== "node_modules")
        folders.push({ id, path: join(folder.path, entry.name) });
      else if (entry.isFile() && entry.name.endsWith(".lwnet")) found.push(id);
      if (found.length >= maxFiles) return found;
    }
  }
  return found;
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
