/** Exports appear whole or not at all, and a failure leaves nothing behind and says what to do. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { ArtifactFile } from "../server/src/core/backends/backend.ts";
import { backupName, newMark, temporaryName } from "../server/src/host/node/temporary.ts";
import { writeFiles } from "../server/src/host/node/writeFiles.ts";

// The disk as it is, but for what a test makes fail.
vi.mock("node:fs/promises", async (original) => {
  const real = await original<typeof import("node:fs/promises")>();
  return { ...real, open: vi.fn(real.open) };
});

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "lwnet-write-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("writes all chunks, replaces what was there, leaves no other file", async () => {
  writeFileSync(join(folder, "net.onnx"), "before");
  const progress: number[] = [];
  const files = [file("net.onnx.data", ["w1", "w2"]), file("net.onnx", ["model"])];
  const result = await writeFiles(folder, files, { onProgress: (written) => progress.push(written) });
  expect(result).toMatchObject({ ok: true, bytes: 9 });
  expect(progress).toEqual([2, 4, 9]);
  expect(contents()).toEqual({ "net.onnx": "model", "net.onnx.data": "w1w2" });
});

test("a missing folder is named", async () => {
  const result = await writeFiles(join(folder, "no"), [file("net.onnx", ["x"])]);
  expect(result).toMatchObject({ ok: false, message: expect.stringContaining("There is no folder") });
});

test("a file in the folder's place is named", async () => {
  writeFileSync(join(folder, "plain"), "");
  const result = await writeFiles(join(folder, "plain"), [file("net.onnx", ["x"])]);
  expect(result).toMatchObject({ ok: false, message: expect.stringContaining("is not a folder") });
});

test.skipIf(process.platform === "win32" || process.getuid?.() === 0)(
  "a folder without permission",
  async () => {
    chmodSync(folder, 0o500);
    const result = await writeFiles(folder, [file("net.onnx", ["x"])]);
    chmodSync(folder, 0o700);
    expect(result).toMatchObject({ ok: false, message: expect.stringContaining("may not be written") });
  },
);

test("a full disk: nothing is left, the old file stays", async () => {
  writeFileSync(join(folder, "net.onnx"), "before");
  const full: ArtifactFile = {
    name: "net.onnx",
    size: 3 * 2 ** 20,
    *chunks() {
      yield Buffer.from("half");
      throw Object.assign(new Error("no space"), { code: "ENOSPC" });
    },
  };
  const result = await writeFiles(folder, [file("net.onnx.data", ["weights"]), full]);
  expect(result).toMatchObject({ ok: false, message: expect.stringContaining("The disk is full") });
  expect(contents()).toEqual({ "net.onnx": "before" });
});

describe.each([
  ["ENOSPC", "The disk is full"],
  ["EDQUOT", "The disk is full"],
  ["EFBIG", "more than this file system takes"],
  ["EACCES", "may not be written"],
  ["EROFS", "is read-only"],
  ["EIO", "could not be written: EIO"],
])("%s", (code, message) => {
  const fault = Object.assign(new Error(`${code}: a fault`), { code });

  // 12 MB: buffers are written while others are made.
  const large = file("net.onnx", Array(12).fill("x".repeat(2 ** 20)));

  test.each(["open", "write", "sync"] as const)("as the disk's answer to %s", async (operation) => {
    writeFileSync(join(folder, "net.onnx"), "before");
    failing(operation, fault);
    const result = await writeFiles(folder, [large]);
    expect(result).toMatchObject({ ok: false, message: expect.stringContaining(message) });
    expect(contents()).toEqual({ "net.onnx": "before" });
  });
});

/** The next file opened fails at one operation: to open it, to write its second part, or to reach the disk. */
function failing(operation: "open" | "write" | "sync", fault: Error): void {
  vi.mocked(open).mockImplementationOnce(async (...args) => {
    if (operation === "open") throw fault;
    const handle = await open(...args);
    const { write } = handle;
    let writes = 0;
    const failingWrite = (...given: unknown[]) =>
      ++writes > 1 ? Promise.reject(fault) : Reflect.apply(write, handle, given);
    if (operation === "write") Object.assign(handle, { write: failingWrite });
    else handle.sync = () => Promise.reject(fault);
    return handle;
  });
}

test("a disk that takes less at a time than it is given gets all", async () => {
  vi.mocked(open).mockImplementationOnce(async (...args) => {
    const handle = await open(...args);
    const { write } = handle;
    const short = (buffer: Uint8Array, offset: number, length: number) =>
      Reflect.apply(write, handle, [buffer, offset, Math.min(length, 1_000_000)]);
    return Object.assign(handle, { write: short });
  });
  const letters = ["a", "b", "c", "d", "e"].map((letter) => letter.repeat(2 ** 20));
  await writeFiles(folder, [file("net.onnx", letters)]);
  expect(readFileSync(join(folder, "net.onnx"), "utf8") === letters.join("")).toBe(true);
});

describe("a killed process", () => {
  async function killed(signal: "SIGKILL" | "SIGTERM"): Promise<ChildProcess> {
    const program = join(import.meta.dirname, "harness/writeForever.ts");
    const child = spawn(process.execPath, [program, folder]);
    await once(child.stdout, "data");
    child.kill(signal);
    await once(child, "exit");
    return child;
  }

  test("leaves the old file, and a temporary one that the next export clears away", async () => {
    writeFileSync(join(folder, "net.onnx"), "before");
    const { pid } = await killed("SIGKILL");
    const [left = ""] = readdirSync(folder).filter((name) => name !== "net.onnx");
    expect(left).toMatch(new RegExp(`^\\.net\\.onnx\\.\\w+-${pid}-\\w+\\.tmp$`));
    expect(readFileSync(join(folder, "net.onnx"), "utf8")).toBe("before");

    await writeFiles(folder, [file("net.onnx", ["new"])]);
    expect(readdirSync(folder)).toContain(left);
    age(left);
    await writeFiles(folder, [file("other.onnx", ["new"])]);
    expect(readdirSync(folder)).toContain(left);
    await writeFiles(folder, [file("net.onnx", ["new"])]);
    expect(contents()).toEqual({ "net.onnx": "new", "other.onnx": "new" });
  });

  test("that had put files aside gets them back, where no others took their place", async () => {
    const { pid } = await killed("SIGKILL");
    for (const name of readdirSync(folder)) rmSync(join(folder, name));
    const mark = newMark().replace(`-${process.pid}-`, `-${pid}-`);
    writeFileSync(join(folder, backupName("net.onnx.data", mark)), "old weights");
    writeFileSync(join(folder, backupName("net.onnx", mark)), "old");
    writeFileSync(join(folder, "net.onnx"), "new");
    for (const name of readdirSync(folder)) age(name);
    const stopped = AbortSignal.abort();
    const both = [file("net.onnx.data", ["w"]), file("net.onnx", ["m"])];
    await writeFiles(folder, both, { signal: stopped });
    expect(contents()).toEqual({ "net.onnx": "new", "net.onnx.data": "old weights" });
  });

  test("is told from one that lives, and from those of another machine", async () => {
    const [mine, theirs] = [newMark(), newMark().replace(/^\w+-\d+/, "000000-999999999")];
    for (const mark of [mine, theirs]) {
      writeFileSync(join(folder, temporaryName("net.onnx", mark)), "half");
      age(temporaryName("net.onnx", mark));
    }
    await writeFiles(folder, [file("net.onnx", ["new"])]);
    expect(readdirSync(folder)).toHaveLength(3);
  });

  function age(name: string): void {
    utimesSync(join(folder, name), new Date(0), new Date(0));
  }
});

test("a model that can't be moved into place takes its new weights back", async () => {
  mkdirSync(join(folder, "net.onnx"));
  writeFileSync(join(folder, "net.onnx", "kept"), "");
  writeFileSync(join(folder, "net.onnx.data"), "old weights");
  const result = await writeFiles(folder, [file("net.onnx.data", ["new"]), file("net.onnx", ["model"])]);
  expect(result).toMatchObject({ ok: false, message: expect.stringContaining("is a folder") });
  expect(readdirSync(folder).sort()).toEqual(["net.onnx", "net.onnx.data"]);
  expect(readFileSync(join(folder, "net.onnx.data"), "utf8")).toBe("old weights");
});

test("a cancelled export leaves nothing", async () => {
  const controller = new AbortController();
  const stop = { signal: controller.signal, onProgress: () => controller.abort() };
  const result = await writeFiles(folder, [file("net.onnx", ["a", "b", "c"])], stop);
  expect(result).toMatchObject({ ok: false, cancelled: true });
  expect(readdirSync(folder)).toEqual([]);
});

function file(name: string, chunks: readonly string[]): ArtifactFile {
  return { name, size: chunks.join("").length, chunks: () => chunks.map((c) => Buffer.from(c)) };
}

function contents(): Record<string, string> {
  return Object.fromEntries(
    readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "utf8")]),
  );
}
