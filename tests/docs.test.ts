/**
 * The documentation says what lwnet does: every `lwnet` block is analysed, every command is run, every figure and
 * link is looked up. `LWNET_UPDATE=1` writes blocks anew: read the difference before you commit it.
 */
import { execFile } from "node:child_process";
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { referenceText } from "../esbuild.ts";
import { sizeBytes } from "../server/src/core/cost/cost.ts";
import { formatBytes, formatCount, formatExact } from "../server/src/core/cost/format.ts";
import { bounds } from "../server/src/core/elaborate/elaborator.ts";
import { stepsOf } from "../server/src/core/elaborate/instance.ts";
import { countUses } from "../server/src/core/elaborate/uses.ts";
import { diagnostics, hover } from "../server/src/core/index.ts";
import { operatorNamed, operators } from "../server/src/core/ops/registry.ts";
import { maxListLength } from "../server/src/core/sema/functions.ts";
import { features } from "../server/src/lsp/features.ts";
import { type Document, readDocument, tensorNames } from "./harness/document.ts";
import { anchorsOf, linksOf, missingLines, proseOf } from "./harness/markdown.ts";
import { openFile, openText } from "./harness/open.ts";

const reference = "grammar/reference.md";
const editor = "client/editor.md";
const documents = ["README.md", reference, "examples/tutorial.md", editor];
const folder = mkdtempSync(join(tmpdir(), "lwnet-docs-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const checked = new Map(documents.map((path) => [path, readDocument(readFileSync(path, "utf8"))]));

describe.each([...checked])("%s", (path, { text, wanted, stages }) => {
  test("its networks are as it says", () => {
    if (process.env.LWNET_UPDATE) writeFileSync(path, wanted);
    else expect(wanted).toBe(text);
  });

  test("its commands print what it says", async () => {
    for (const { file, outputs } of stages) {
      for (const { body } of outputs) await expectOutput(file, body);
    }
  });

  test("its tables of growth are those of hovers", () => {
    for (const [table] of text.matchAll(/^\| channels in .*\n(?:\|.*\n)+/gm)) {
      const stage = stages.findLast(({ fence }) => fence.start < text.indexOf(table));
      const { analysis, id } = openText(stage?.file ?? "");
      expect(hover(analysis, id, stage?.file.indexOf("dense {") ?? 0)?.markdown).toContain(table.trim());
    }
  });

  test("its figures are those of its networks", () => {
    const known = new Set([...stages.flatMap(({ file }) => figuresOf(file)), ...boundsText]);
    const prose = path === reference ? handWritten(text) : text;
    const quoted = proseOf(prose).match(/\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?(?:[KMG]\b| [KMG]B\b)/g) ?? [];
    expect(quoted.filter((figure) => !known.has(figure))).toEqual([]);
  });
});

/** What the reference says of bounds and of numbers with a magnitude. */
const boundsText = [...Object.values(bounds), maxListLength, 1.25e6, 5e6].map((n) => formatExact(n));

function handWritten(text: string): string {
  return text.replaceAll(/<!-- generated: [\s\S]*?<!-- \/generated -->/g, "");
}

/** The counts of all that a file's networks consist of, as they may be written. */
function figuresOf(file: string): string[] {
  const { file: analysed } = openText(file);
  const instances = analysed.networks.flatMap(({ instance }) =>
    instance ? [...countUses(instance).keys()] : [],
  );
  const costs = instances.flatMap((instance) => [instance.cost, ...stepsOf(instance).map((s) => s.cost)]);
  return costs.flatMap((cost) => [
    ...[cost.params, cost.buffers, cost.macs, cost.flops].flatMap((n) => [formatCount(n), formatExact(n)]),
    formatBytes(cost.activationBytes),
    formatBytes(sizeBytes(cost)),
  ]);
}

// ── commands ─────────────────────────────────────────────────────────────────────────────────────

/** A block of commands with what they print; a line `…` stands for any lines. */
async function expectOutput(file: string, block: string): Promise<void> {
  for (const [, command = "", output = ""] of block.matchAll(/^\$ (.*)\n((?:(?!\$ ).*\n)*)/gm)) {
    const [npx, lwnet, ...args] = command.split(" ");
    expect([npx, lwnet], command).toEqual(["npx", "lwnet"]);
    const name = args.find((arg) => arg.includes(".lwnet"))?.replace(/#.*/, "") ?? "";
    writeFileSync(join(folder, name), file);
    const printed = await run(args);
    // Times and devices differ from machine to machine.
    const steady = (text: string) => (args[0] === "run" ? runLines(text) : text.split("\n"));
    expect(missingLines(steady(output), steady(printed)), `${command}\n${printed.slice(0, 2000)}`).toEqual(
      [],
    );
  }
}

function run(args: readonly string[]): Promise<string> {
  const env = { ...process.env, NO_COLOR: "1", FORCE_COLOR: undefined };
  return new Promise((done) => {
    execFile(process.execPath, [resolve("dist/cli.js"), ...args], { env, cwd: folder }, (_error, out, err) =>
      done(out + err),
    );
  });
}

/** The lines that `lwnet run` prints of a network, without what is measured. */
function runLines(text: string): string[] {
  const lines = text.split("\n").filter((line) => !/^ {2}(device|latency|output) | {11}/.test(line));
  return lines.map((line) => line.replaceAll(/ +\d+\.\d+(?: %)?/g, " #").replaceAll(/ {2,}/g, " "));
}

// ── the tutorial's end ───────────────────────────────────────────────────────────────────────────

test("the tutorial ends with the DenseNet-121 of the examples", () => {
  const { stages } = checked.get("examples/tutorial.md") as Document;
  const final = stages.findLast(({ fence }) => fence.info !== "try")?.file ?? "";
  const last = openText(final).file.networks.at(-1);
  const example = openFile("examples/densenet.lwnet").file.networks.find(
    ({ name }) => name === "DenseNet121",
  );
  expect(last?.name).toBe("DenseNet121");
  expect(last?.instance?.cost).toEqual(example?.instance?.cost);
  const recorded = JSON.parse(readFileSync("tests/data/torchvision.json", "utf8"));
  const names = Object.keys(recorded.DenseNet121.tensors);
  expect(tensorNames(final).sort()).toEqual(names.sort());
});

// ── the documents as files ───────────────────────────────────────────────────────────────────────

test("the reference is fresh", () => {
  expect(readFileSync(reference, "utf8")).toBe(referenceText());
});

test("layers in the operators' documentation can be written so", () => {
  const quoted = Object.keys(operators).flatMap((name) => {
    const operator = operatorNamed(name);
    const docs = [operator?.doc ?? "", ...Object.values(operator?.params ?? {}).map(({ doc }) => doc)];
    return docs.flatMap((doc) => [...doc.matchAll(/`([^`]+)`/g)].map(([, code]) => code ?? ""));
  });
  const layers = quoted.filter((code) => /^[a-z_]+\(/.test(code));
  expect(layers.length).toBeGreaterThan(5);
  const wrong = layers.filter((code) => {
    const { analysis, id } = openText(`network N {\n  input image: [64, 56, 56]\n  ${code}\n}\n`);
    const codes = new Set(["syntax", "unknown-name", "unknown-argument", "missing-argument"]);
    return diagnostics(analysis, id).some((found) => codes.has(found.code));
  });
  expect(wrong).toEqual([]);
});

const markdown = globSync("**/*.md", {
  exclude: (name) => /node_modules|^out$|^dist$|\.vscode-test/.test(name),
});

test.each(markdown.sort())("the links of %s lead somewhere", (path) => {
  const text = readFileSync(path, "utf8");
  const broken = linksOf(text).filter((target) => {
    if (/^[a-z]+:/.test(target)) return false;
    const [file = "", anchor] = target.split("#");
    const linked = file === "" ? path : join(dirname(path), file);
    if (!existsSync(linked)) return true;
    return anchor !== undefined && !anchorsOf(readFileSync(linked, "utf8")).includes(anchor);
  });
  expect(broken).toEqual([]);
});

describe("what the editor does", () => {
  const text = readFileSync(editor, "utf8");

  test("every request that the server answers has a row", () => {
    const told = [...text.matchAll(/`(\w+\/\w+|prepare\w+)`/g)].map(([, method]) => method ?? "");
    const known = (method: string) =>
      told.some((name) => method === name || method.startsWith(`${name}/`) || method.endsWith(`/${name}`));
    const methods = features.map(({ method }) => method).filter((method) => !method.startsWith("lwnet/"));
    expect(methods.filter((method) => !known(method))).toEqual([]);
  });

  test("every command that it names is there, by that name", () => {
    const { commands } = JSON.parse(readFileSync("package.json", "utf8")).contributes;
    const titles = commands.map(({ category, title }: Record<string, string>) => `${category}: ${title}`);
    const named = [...text.matchAll(/\*\*(lwnet: [^*]+)\*\*/g)].map(([, name]) => name);
    expect(named.filter((name) => !titles.includes(name))).toEqual([]);
  });
});
