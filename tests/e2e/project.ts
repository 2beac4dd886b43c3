/** Where things lie in this project, seen from the end-to-end tests. */
import { cp, readdir, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { temporaryFolder } from "./temporary.ts";

export const projectFolder = resolve(import.meta.dirname, "../..");

/** Logs, bundles and pictures of failures go here; the folder is ignored by git. */
export const outFolder = join(projectFolder, "out", "e2e");

/** Copies the examples to a fresh workspace, so that no test edits the real ones. */
export async function copyExamples(): Promise<{ folder: string; remove(): Promise<void> }> {
  const { path, remove } = await temporaryFolder("workspace");
  const folder = join(path, "examples");
  await cp(join(projectFolder, "examples"), folder, { recursive: true });
  return { folder, remove };
}

/** Makes a copy like the real ones again, without what a test has added. */
export async function restoreExamples(folder: string): Promise<void> {
  const wanted = new Set(await readdir(join(projectFolder, "examples")));
  for (const name of await readdir(folder)) {
    if (!wanted.has(name)) await rm(join(folder, name), { recursive: true, force: true });
  }
  await cp(join(projectFolder, "examples"), folder, { recursive: true });
}
