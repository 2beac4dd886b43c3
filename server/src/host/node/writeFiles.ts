/**
 * Writes a back end's files into a folder: under temporary names at first, renamed when all bytes are on the disk, so
 * that nobody ever sees half a file. What fails leaves nothing behind and says what to do.
 */
import { type FileHandle, open, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { ArtifactFile } from "../../core/backends/backend.ts";
import { WeightFileError } from "../../core/weights/source.ts";
import { backupName, newMark, removeStale, temporaryName } from "./temporary.ts";

export interface WriteOptions {
  readonly signal?: AbortSignal;
  /** Called with the bytes taken so far, of all files together. */
  readonly onProgress?: (written: number, total: number) => void;
}

export type WriteResult =
  | { readonly ok: true; readonly paths: readonly string[]; readonly bytes: number }
  | { readonly ok: false; readonly message: string; readonly cancelled?: true };

interface Placed {
  readonly backup: string;
  readonly temporary: string;
  readonly target: string;
}

/** Writes all files or none. Existing files of the same names are replaced. */
export async function writeFiles(
  folder: string,
  files: readonly ArtifactFile[],
  options: WriteOptions = {},
): Promise<WriteResult> {
  await removeStale(
    folder,
    files.map(({ name }) => name),
  );
  const mark = newMark();
  const placed = files.map(({ name }) => ({
    backup: join(folder, backupName(name, mark)),
    temporary: join(folder, temporaryName(name, mark)),
    target: join(folder, name),
  }));
  const total = files.reduce((sum, file) => sum + file.size, 0);
  const buffers = [Buffer.allocUnsafe(bufferBytes), Buffer.allocUnsafe(bufferBytes)] as const;
  let written = 0;
  let current = folder;
  try {
    for (const [i, file] of files.entries()) {
      const { temporary, target } = placed[i] ?? { temporary: "", target: "" };
      current = target;
      await writeOne(temporary, file, buffers, (bytes) => {
        options.signal?.throwIfAborted();
        written += bytes;
        options.onProgress?.(written, total);
      });
    }
    options.signal?.throwIfAborted();
    await replace(placed);
    return { ok: true, paths: placed.map(({ target }) => target), bytes: total };
  } catch (error) {
    await Promise.all(placed.map(({ temporary }) => rm(temporary, { force: true }).catch(() => {})));
    if (options.signal?.aborted) return { ok: false, message: "The export was cancelled.", cancelled: true };
    return { ok: false, message: describe(error, current, folder, total) };
  }
}

/** Bytes are made into one buffer while the other is written; all files share them. */
const bufferBytes = 4 * 2 ** 20;

async function writeOne(
  path: string,
  file: ArtifactFile,
  buffers: readonly [Buffer, Buffer],
  onBytes: (bytes: number) => void,
): Promise<void> {
  const handle = await open(path, "wx");
  let [buffer, next] = buffers;
  let filled = 0;
  let writing: Promise<void> = Promise.resolve();
  const flush = async () => {
    await writing;
    writing = writeAll(handle, buffer.subarray(0, filled));
    // Whoever waits for it next is told; nobody may, after another failure.
    writing.catch(() => {});
    [buffer, next] = [next, buffer];
    filled = 0;
  };
  try {
    for (const chunk of file.chunks()) {
      for (let taken = 0; taken < chunk.length; ) {
        const part = chunk.subarray(taken, taken + bufferBytes - filled);
        buffer.set(part, filled);
        filled += part.length;
        taken += part.length;
        if (filled === bufferBytes) await flush();
      }
      onBytes(chunk.length);
    }
    await flush();
    await writing;
    // A disk may be full, or fail, only now.
    await handle.sync();
  } finally {
    await writing.catch(() => {});
    await handle.close();
  }
}

async function writeAll(handle: FileHandle, chunk: Uint8Array): Promise<void> {
  for (let done = 0; done < chunk.length; ) {
    done += (await handle.write(chunk, done, chunk.length - done)).bytesWritten;
  }
}

/**
 * Moves all files to their names. A model and its weights belong together: where the second can't be moved, the
 * first goes back, and so does what stood in its place.
 */
async function replace(placed: readonly Placed[]): Promise<void> {
  const undo: (() => Promise<void>)[] = [];
  const backups: string[] = [];
  try {
    for (const { temporary, target, backup } of placed) {
      if (placed.length > 1 && (await isFile(target))) {
        await rename(target, backup);
        backups.push(backup);
        undo.push(() => rename(backup, target));
      }
      await rename(temporary, target);
      undo.push(() => rename(target, temporary));
    }
  } catch (error) {
    for (const step of undo.reverse()) await step().catch(() => {});
    throw error;
  }
  await Promise.all(backups.map((backup) => rm(backup, { force: true }).catch(() => {})));
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}

function describe(error: unknown, path: string, folder: string, total: number): string {
  // What is written may be read from another file.
  if (error instanceof WeightFileError) return error.message;
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const megabytes = Math.ceil(total / 2 ** 20);
  switch (code) {
    case "ENOENT":
      return `There is no folder ${folder}. Create it, or choose another place.`;
    case "ENOTDIR":
      return `${folder} is not a folder. Choose another place.`;
    case "EISDIR":
    case "ENOTEMPTY":
    case "EEXIST":
      return `${path} is a folder. Choose another file name.`;
    case "EACCES":
    case "EPERM":
      return `${path} may not be written. Check its permissions and whether another program has it open, or choose another place.`;
    case "EROFS":
      return `${folder} is read-only. Choose another place.`;
    case "ENOSPC":
    case "EDQUOT":
      return `The disk is full: ${path} needs ${megabytes} MB. Free some space, or choose another place.`;
    case "ENAMETOOLONG":
      return `The name ${path} is too long. Choose a shorter one.`;
    case "EFBIG":
      return `${path} needs ${megabytes} MB, more than this file system takes in one file. Choose another place.`;
    default:
      return `${path} could not be written: ${error instanceof Error ? error.message : String(error)}`;
  }
}
