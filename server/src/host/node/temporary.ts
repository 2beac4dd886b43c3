/**
 * Names of files that are not finished. They say whose they are, so that what a killed process left behind is known
 * for it and cleared away by the next that writes the same file.
 */
import { createHash, randomBytes } from "node:crypto";
import { readdir, rename, rm, stat } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";

/** A process's ids say nothing on another machine that shares the folder. */
const host = createHash("sha256").update(hostname()).digest("hex").slice(0, 6);

/** Whoever writes touches its file all the time; one left alone for so long is nobody's, if its process is gone. */
const staleMs = 60_000;

/** Of one act of writing, for all of its files. */
export function newMark(): string {
  return `${host}-${process.pid}-${randomBytes(4).toString("hex")}`;
}

/** `.net.onnx.3fa2c1-4711-9c0f2b1e.tmp` */
export function temporaryName(name: string, mark: string): string {
  return `.${name}.${mark}.tmp`;
}

/** What stood in a file's place, until all files are in theirs. */
export function backupName(name: string, mark: string): string {
  return `.${name}.${mark}.old`;
}

/** Clears away what killed processes left of these files. One that was put aside and not replaced goes back. */
export async function removeStale(folder: string, names: readonly string[]): Promise<void> {
  const entries = await readdir(folder).catch(() => []);
  for (const entry of entries) {
    const [, name = "", owner, pid, kind] = /^\.(.+)\.(\w+)-(\d+)-[0-9a-f]+\.(tmp|old)$/.exec(entry) ?? [];
    if (!names.includes(name) || owner !== host || isAlive(Number(pid))) continue;
    const path = join(folder, entry);
    const touched = await stat(path).then(
      ({ mtimeMs }) => mtimeMs,
      () => Date.now(),
    );
    if (Date.now() - touched < staleMs) continue;
    const target = join(folder, name);
    const isLost = kind === "old" && !(await exists(target));
    await (isLost ? rename(path, target) : rm(path, { force: true })).catch(() => {});
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !(error instanceof Error && "code" in error && error.code === "ESRCH");
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
