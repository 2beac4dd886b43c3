/** The house rules that a compiler does not check: who may import whom, and what must be kept in step. */
import { globSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { expect, test } from "vitest";

const sources = globSync("{grammar,server,client}/**/*.{ts,tsx}")
  .filter((file) => !file.includes("/generated/"))
  .sort();

/** A layer may import what its row names, itself included: folders by prefix, packages by name. */
const layers: readonly {
  readonly folder: string;
  readonly files: readonly string[];
  readonly packages: readonly string[];
}[] = [
  { folder: "grammar/", files: ["grammar/"], packages: ["chevrotain"] },
  {
    folder: "server/src/core/",
    files: ["server/src/core/", "grammar/"],
    packages: [
      "fastest-levenshtein",
      "@bufbuild/protobuf",
      "@bufbuild/protobuf/wire",
      "@bufbuild/protobuf/codegenv2",
    ],
  },
  {
    folder: "server/src/run/",
    files: ["server/src/run/", "server/src/core/weights/"],
    packages: ["node:", "onnxruntime-node", "webgpu", "image-js", "pica", "@tensorflow"],
  },
  {
    folder: "server/src/report/",
    files: ["server/src/report/", "server/src/core/", "server/src/run/protocol.ts", "grammar/"],
    packages: ["cli-table3", "markdown-table", "echarts"],
  },
  {
    folder: "server/src/lsp/",
    files: [
      "server/src/lsp/",
      "server/src/core/",
      "server/src/report/",
      "server/src/run/protocol.ts",
      "grammar/",
    ],
    packages: ["vscode-languageserver", "vscode-languageserver-textdocument"],
  },
  {
    folder: "server/src/host/",
    files: ["server/src/host/", "server/src/core/", "server/src/run/"],
    packages: ["node:", "elkjs"],
  },
  {
    folder: "server/src/cli/",
    files: [
      "server/src/cli/",
      "server/src/core/",
      "server/src/host/",
      "server/src/report/",
      "server/src/run/",
      "grammar/",
    ],
    packages: ["node:", "commander", "picocolors"],
  },
  {
    folder: "server/src/",
    files: ["server/src/"],
    packages: ["node:", "vscode-languageserver/node", "vscode-languageserver/browser"],
  },
  {
    folder: "client/",
    files: ["client/", "server/src/lsp/protocol.ts"],
    packages: ["node:", "vscode", "vscode-languageclient", "preact", "echarts"],
  },
];

/** Within the core: what may not look up to what. */
const coreOrder: Readonly<Record<string, readonly string[]>> = {
  shape: ["shape"],
  ops: ["ops", "shape", "diagnostics", "values.ts"],
  ir: ["ir", "ops", "shape", "elaborate"],
  backends: ["backends", "ir", "ops", "shape", "weights"],
  weights: ["weights", "ir", "ops"],
  sema: ["sema", "ops", "shape", "diagnostics", "values.ts", "fileKey.ts"],
  lint: [
    "lint",
    "elaborate",
    "cost",
    "ops",
    "sema",
    "shape",
    "diagnostics",
    "values.ts",
    "analysis.ts",
    "workspace.ts",
    "fileKey.ts",
    "steps.ts",
  ],
  cost: ["cost", "elaborate", "ir", "ops", "shape", "analysis.ts"],
  picture: ["picture", "cost", "diagnostics", "elaborate", "ops", "shape", "values.ts", "analysis.ts"],
};

interface Import {
  readonly file: string;
  readonly target: string;
  readonly typeOnly: boolean;
}

const imports: Import[] = sources.flatMap((file) => {
  const text = readFileSync(file, "utf8");
  return [...text.matchAll(/^(?:import|export)\s+(type\s)?[^;]*?from\s+"([^"]+)";/gms)].map((match) => ({
    file,
    target: match[2]?.startsWith(".") ? normalize(join(dirname(file), match[2])) : (match[2] ?? ""),
    typeOnly: match[1] !== undefined,
  }));
});

test("imports point one way", () => {
  const wrong = imports.filter(({ file, target }) => {
    const layer = layers.find(({ folder }) => file.startsWith(folder));
    if (!layer) return true;
    if (/\.(tsx?|json|css)$/.test(target)) return !layer.files.some((allowed) => target.startsWith(allowed));
    return !layer.packages.some((allowed) =>
      allowed.endsWith(":")
        ? target.startsWith(allowed)
        : target === allowed || target.startsWith(`${allowed}/`),
    );
  });
  expect(wrong).toEqual([]);
});

test("the client takes nothing but types from the server", () => {
  const wrong = imports.filter(
    ({ file, target, typeOnly }) => file.startsWith("client/") && target.startsWith("server/") && !typeOnly,
  );
  expect(wrong).toEqual([]);
});

test("within the core, operators know no syntax and back ends no editor", () => {
  const part = (path: string) => path.replace("server/src/core/", "").split("/")[0] ?? "";
  const wrong = imports.filter(({ file, target }) => {
    const allowed = file.startsWith("server/src/core/") ? coreOrder[part(file)] : undefined;
    return allowed !== undefined && target.startsWith("server/src/core/") && !allowed.includes(part(target));
  });
  expect(wrong).toEqual([]);
});

test("no file is longer than 500 lines", () => {
  const long = sources.filter((file) => readFileSync(file, "utf8").split("\n").length > 500);
  expect(long).toEqual([]);
});

test("every source file says what it is", () => {
  const silent = sources.filter((file) => !readFileSync(file, "utf8").startsWith("/**"));
  expect(silent).toEqual([]);
});

test("every setting of the manifest is read by the server or the client, and every command is registered", () => {
  const manifest = JSON.parse(readFileSync("package.json", "utf8"));
  const code = sources.map((file) => readFileSync(file, "utf8")).join("\n");
  const settings = Object.keys(manifest.contributes.configuration.properties).map(
    (key) => key.split(".").at(-1) ?? "",
  );
  expect(settings.filter((name) => !new RegExp(`\\b${name}\\b`).test(code))).toEqual([]);
  const commands = manifest.contributes.commands.map(({ command }: { command: string }) => command);
  expect(commands.filter((command: string) => !code.includes(`"${command}"`))).toEqual([]);
});
