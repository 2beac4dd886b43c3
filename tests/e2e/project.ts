/** Where things lie in this project, seen from the end-to-end tests. */
import { cp } from "node:fs/promises";
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
