/**
 * Files as they were at a revision, from the repository that a path lies in. Git is only asked for what its database
 * holds: nothing of the repository's configuration is run, and nothing is checked out.
 */
import { execFileSync } from "node:child_process";
import { dirname, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { FileSource } from "../../core/index.ts";

/** Why a revision can't be read. */
export class GitError extends Error {}

export interface Revision {
  /** `main`, `HEAD~2`, or another name of it, as it was given. */
  readonly name: string;
  readonly files: FileSource;
}

const mostBytes = 4_000_000;

/** The revision of the repository around a path, which must lie on this machine but need not exist any more. */
export function openRevision(name: string, path: string): Revision {
  const folder = dirname(resolve(path));
  const root = git(folder, ["rev-parse", "--show-toplevel"], `${path} is in no git repository`).trim();
  const commit = git(
    root,
    ["rev-parse", "--verify", "--quiet", "--end-of-options", `${name}^{commit}`],
    `there is no revision \`${name}\` in the repository of ${path}`,
  ).trim();
  const object = (id: string) => {
    const inside = relative(root, fileURLToPath(id));
    return inside.startsWith("..") ? undefined : `${commit}:${inside.split(sep).join("/")}`;
  };
  const ask = (id: string, ...args: string[]) => {
    try {
      const found = object(id);
      return found === undefined ? undefined : git(root, [...args, found], "");
    } catch {
      return undefined;
    }
  };
  return {
    name,
    files: {
      read: (id) => ask(id, "cat-file", "blob"),
      list: (id) => ask(id, "ls-tree", "--name-only", "-z")?.split("\0").filter(Boolean) ?? [],
      find: () => [],
    },
  };
}

/** Git's answer; a `GitError` with what was wrong if it has none. */
function git(folder: string, args: readonly string[], otherwise: string): string {
  try {
    return execFileSync("git", [...args], {
      cwd: folder,
      encoding: "utf8",
      maxBuffer: mostBytes,
      stdio: ["ignore", "pipe", "ignore"],
      // A partial clone would fetch what it lacks.
      env: { ...process.env, GIT_NO_LAZY_FETCH: "1" },
      windowsHide: true,
    });
  } catch (error) {
    const isMissing = error instanceof Error && "code" in error && error.code === "ENOENT";
    throw new GitError(isMissing ? `git can't be started in ${folder}: is it installed?` : otherwise);
  }
}
