/** The manifest against what is there: files that it names are packed, commands look the same, steps can be taken. */
import { existsSync, readFileSync } from "node:fs";
import { matchesGlob } from "node:path";
import { expect, test } from "vitest";

const manifest = JSON.parse(readFileSync("package.json", "utf8"));
const { contributes } = manifest;
const commands: readonly { command: string; category?: string; title: string; icon?: string }[] =
  contributes.commands;

/** All texts in a value. */
function texts(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(texts) : [];
}

test("every file that the extension names is in its package", () => {
  const named = [manifest.main, manifest.browser, manifest.icon, ...texts(contributes)]
    .filter((text) => /^(\.\/)?(client|dist|grammar)\/[\w./-]+$/.test(text))
    .map((text) => text.replace("./", ""));
  // What the bundles load beside themselves, and what a browser makes of the entry's name.
  const loaded = [
    "server.cjs",
    "runner.cjs",
    "tfjsRunner.cjs",
    "tfjs-backend-wasm.wasm",
    "probe.cjs",
    "server.web.js",
    "extension.web.cjs.js",
    "elk.cjs",
    "graph.js",
    "graph.css",
    "report.js",
    "report.css",
  ];
  const files = [...named, ...loaded.map((file) => `dist/${file}`), "examples/resnet.lwnet", "package.json"];
  expect(files.length).toBeGreaterThan(15);
  const packed = readFileSync(".vscodeignore", "utf8")
    .split("\n")
    .flatMap((line) => (line.startsWith("!") ? [line.slice(1)] : []));
  expect(files.filter((file) => !existsSync(file))).toEqual([]);
  expect(files.filter((file) => !packed.some((pattern) => matchesGlob(file, pattern)))).toEqual([]);
  const published = files.filter((file) =>
    manifest.files.some((pattern: string) => file.startsWith(`${pattern}/`) || matchesGlob(file, pattern)),
  );
  expect(files.filter((file) => !published.includes(file))).toEqual(["package.json"]);
});

test("every command has a category, a title and an icon, and is offered where it applies", () => {
  const palette = contributes.menus.commandPalette.map(({ command }: { command: string }) => command);
  const anywhere = ["lwnet.newFile", "lwnet.openExample", "lwnet.openWalkthrough"];
  for (const { command, category, title, icon } of commands) {
    expect.soft({ command, category, title, icon }).toEqual({
      command,
      category: "lwnet",
      title: expect.stringMatching(/^[A-Z]/),
      icon: expect.stringMatching(/^\$\([\w-]+\)$/),
    });
    expect.soft([...palette, ...anywhere], command).toContain(command);
  }
});

test("menus, keys and the walkthrough call commands that there are", () => {
  const known = new Set(commands.map(({ command }) => command));
  const { menus, keybindings, walkthroughs } = contributes;
  const called = [...texts(menus), ...texts(keybindings), ...texts(walkthroughs)].flatMap((text) =>
    [...text.matchAll(/^(lwnet\.\w+)$|command:(lwnet\.\w+)|onCommand:(lwnet\.\w+)/g)].map(
      ([, plain, link, event]) => plain ?? link ?? event ?? "",
    ),
  );
  expect(called.length).toBeGreaterThan(20);
  expect(called.filter((command) => !known.has(command))).toEqual([]);
});

test("every setting has a description, a scope and a place of its own", () => {
  const properties: Record<string, { markdownDescription?: string; scope?: string; order?: number }> =
    contributes.configuration.properties;
  for (const [name, { markdownDescription, scope, order }] of Object.entries(properties)) {
    expect.soft(markdownDescription, name).toMatch(/\.$/);
    expect.soft(scope, name).toMatch(/^(resource|window|machine-overridable)$/);
    expect.soft(order, name).toBeTypeOf("number");
  }
  const orders = Object.values(properties).map(({ order }) => order);
  expect(new Set(orders).size).toBe(orders.length);
});
