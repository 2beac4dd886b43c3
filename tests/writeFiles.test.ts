/** Exports appear whole or not at all, and a failure leaves nothing behind and says what to do. */
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { ArtifactFile } from "../server/src/core/backends/backend.ts";
import { writeFiles } from "../server/src/host/node/writeFiles.ts";

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
