/**
 * The build: bundles for the extension host, the language server, the runner and the command line, and the
 * generated files. `--production` minifies and prints sizes, `--watch` rebuilds on change.
 */
import { copyFileSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type BuildOptions, build, context, type Metafile } from "esbuild";
import { textmateJson } from "./grammar/textmate.ts";
import { withGeneratedParts } from "./server/src/report/reference.ts";

const production = process.argv.includes("--production");
const watching = process.argv.includes("--watch");

const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { readonly version: string };

/** Native packages: they find their binaries beside themselves, so that they are shipped as they are. */
const native = ["onnxruntime-node", "webgpu"];

/** A large package that is loaded on first use: in a bundle of its own it costs no start what it takes to read. */
const apart = { name: "elkjs/lib/elk.bundled.js", file: "./elk.cjs" } as const;

interface Bundle {
  readonly entry: string;
  readonly outfile: string;
  readonly format: "cjs" | "esm" | "web" | "worker" | "page";
  readonly external?: readonly string[];
}

/**
 * In a package of ES modules VS Code takes no entry for CommonJS but one that ends with `.cjs`, and then, in a browser,
 * fetches that name with `.js` behind it.
 */
const webEntries = ["dist/extension.web.cjs", "dist/extension.web.cjs.js"];
const web = (entry: string, outfile: string) =>
  ({ entry, outfile, format: "web", external: ["vscode"] }) as const;

const bundles: readonly Bundle[] = [
  { entry: "client/src/extension.ts", outfile: "dist/extension.cjs", format: "cjs", external: ["vscode"] },
  { entry: "server/src/main.node.ts", outfile: "dist/server.cjs", format: "cjs", external: native },
  ...webEntries.map((outfile) => web("client/src/extension.web.ts", outfile)),
  { entry: "server/src/main.worker.ts", outfile: "dist/server.web.js", format: "worker" },
  { entry: "client/src/webview/graph.ts", outfile: "dist/graph.js", format: "worker" },
  { entry: "client/src/webview/graph.css", outfile: "dist/graph.css", format: "worker" },
  { entry: "client/src/report/page.tsx", outfile: "dist/report.js", format: "page" },
  { entry: "client/src/report/page.css", outfile: "dist/report.css", format: "page" },
  { entry: `node_modules/${apart.name}`, outfile: "dist/elk.cjs", format: "cjs" },
  { entry: "server/src/run/runner.ts", outfile: "dist/runner.cjs", format: "cjs", external: native },
  { entry: "server/src/run/tfjsRunner.ts", outfile: "dist/tfjsRunner.cjs", format: "cjs", external: native },
  { entry: "server/src/run/probe.ts", outfile: "dist/probe.cjs", format: "cjs", external: native },
  { entry: "server/src/cli/main.ts", outfile: "dist/cli.js", format: "esm", external: native },
];

// Node 20 is what the oldest supported VS Code runs extensions in.
const node = { platform: "node", target: "node20" } as const;
const browser = { platform: "browser", target: "es2022", define: {} } as const;

/**
 * What each format lacks of the other: CommonJS has no `import.meta`, ES modules have no `require`. A browser has
 * nothing of Node: an import of one of its modules fails the build.
 */
const formats = {
  cjs: {
    ...node,
    format: "cjs",
    banner: { js: 'const __importMetaUrl = require("node:url").pathToFileURL(__filename).href;' },
    define: {
      "import.meta.url": "__importMetaUrl",
      "import.meta.dirname": "__dirname",
      "import.meta.filename": "__filename",
    },
  },
  esm: {
    ...node,
    format: "esm",
    define: {},
    banner: {
      js: '#!/usr/bin/env node\nimport { createRequire as __createRequire } from "node:module";\nconst require = __createRequire(import.meta.url);',
    },
  },
  web: { ...browser, format: "cjs" },
  worker: { ...browser, format: "iife" },
  page: { ...browser, format: "iife", jsx: "automatic", jsxImportSource: "preact" },
} satisfies Record<Bundle["format"], BuildOptions>;

/** esbuild's options for the bundles whose sources are there. */
export function buildOptions(): BuildOptions[] {
  return bundles
    .filter(({ entry }) => existsSync(entry))
    .map(({ entry, outfile, format, external }) => ({
      ...formats[format],
      entryPoints: [entry],
      outfile,
      define: { ...formats[format].define, "process.env.LWNET_VERSION": JSON.stringify(version) },
      // In a browser a worker has nothing but its own bundle.
      ...(formats[format].platform === "node"
        ? { alias: { [apart.name]: apart.file }, external: [apart.file, ...(external ?? [])] }
        : { external: [...(external ?? [])] }),
      bundle: true,
      mainFields: ["module", "main"],
      minify: production,
      // Class names and function names appear in logs and stack traces.
      keepNames: production,
      sourcemap: production ? false : "linked",
      metafile: true,
      logLevel: "warning",
      legalComments: "none",
    }));
}

/** The blocks that ship with the product, as a module: the core reads no files. */
export function stdSource(): string {
  const entries = stdFiles().map(({ name, text }) => `  ${JSON.stringify(name)}: ${JSON.stringify(text)},\n`);
  const header = "/** Generated by the build from server/std. */\n";
  return `${header}export const texts: Readonly<Record<string, string>> = {\n${entries.join("")}};\n`;
}

function stdFiles(): { readonly name: string; readonly text: string }[] {
  const names = readdirSync("server/std").filter((file) => file.endsWith(".lwnet"));
  return names.sort().map((name) => ({ name, text: readFileSync(`server/std/${name}`, "utf8") }));
}

/** The examples with what their first lines say: in a browser an extension can't list its own files. */
export function examplesSource(): string {
  const files = readdirSync("examples").filter((file) => file.endsWith(".lwnet"));
  const entries = files.sort().map((file) => {
    const comment = /^(?:\/\/.*\n)+/.exec(readFileSync(`examples/${file}`, "utf8"))?.[0] ?? "";
    const sentence = comment.replaceAll(/^\/\/ ?/gm, "").replaceAll("\n", " ");
    const [, name = file, paper = ""] = /^([^:]+): ("[^"]+" \([^()]*\))/.exec(sentence) ?? [];
    return `  ${JSON.stringify({ file, name, paper })},\n`;
  });
  const header = "/** Generated by the build from examples. */\n";
  return `${header}export const examples = [\n${entries.join("")}] as const;\n`;
}

const reference = "grammar/reference.md";

/** The language reference with its generated parts up to date. */
export function referenceText(): string {
  return withGeneratedParts(readFileSync(reference, "utf8"), stdFiles());
}

/** What TensorFlow.js computes with where there is no GPU: it looks for the one that the processor can run. */
function copyWebAssembly(): void {
  const folder = "node_modules/@tensorflow/tfjs-backend-wasm/dist";
  for (const name of readdirSync(folder).filter((file) => file.endsWith(".wasm")))
    copyFileSync(`${folder}/${name}`, `dist/${name}`);
}

/** Writes the generated files that are not up to date. */
export function writeGenerated(): void {
  write("grammar/lwnet.tmLanguage.json", textmateJson());
  write("server/src/core/generated/std.ts", stdSource());
  write("client/src/generated/examples.ts", examplesSource());
  write(reference, referenceText());
}

function write(file: string, text: string): void {
  if (!existsSync(file) || readFileSync(file, "utf8") !== text) writeFileSync(file, text);
}

function sizes(metafile: Metafile | undefined): string[] {
  return Object.entries(metafile?.outputs ?? {})
    .filter(([path]) => !path.endsWith(".map"))
    .map(([path, { bytes }]) => `${(bytes / 1024).toFixed(0).padStart(7)} kB  ${path}`);
}

if (import.meta.main) {
  writeGenerated();
  if (watching) {
    for (const options of buildOptions()) await (await context({ ...options, logLevel: "info" })).watch();
  } else {
    // No source maps of an earlier build may be packed.
    if (production) rmSync("dist", { recursive: true, force: true });
    // Settled: a fault in one bundle, which esbuild has printed, must not leave the others stale.
    const results = await Promise.allSettled(buildOptions().map((options) => build(options)));
    copyWebAssembly();
    const built = results.filter((result) => result.status === "fulfilled");
    if (production) console.log(built.flatMap(({ value }) => sizes(value.metafile)).join("\n"));
    if (built.length < results.length) process.exitCode = 1;
  }
}
