/**
 * The build: bundles for the extension host, the language server, the runner and the command line, and the
 * TextMate grammar's file. `--production` minifies and prints sizes, `--watch` rebuilds on change.
 */
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type BuildOptions, build, context, type Metafile } from "esbuild";
import { textmateJson } from "./grammar/textmate.ts";

const production = process.argv.includes("--production");
const watching = process.argv.includes("--watch");

const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { readonly version: string };

/** Native packages: they find their binaries beside themselves, so that they are shipped as they are. */
const native = ["onnxruntime-node", "webgpu"];

interface Bundle {
  readonly entry: string;
  readonly outfile: string;
  readonly format: "cjs" | "esm";
  readonly external?: readonly string[];
}

const bundles: readonly Bundle[] = [
  { entry: "client/src/extension.ts", outfile: "dist/extension.cjs", format: "cjs", external: ["vscode"] },
  { entry: "server/src/main.node.ts", outfile: "dist/server.cjs", format: "cjs", external: native },
  { entry: "server/src/run/runner.ts", outfile: "dist/runner.cjs", format: "cjs", external: native },
  { entry: "server/src/run/probe.ts", outfile: "dist/probe.cjs", format: "cjs", external: native },
  { entry: "server/src/cli/main.ts", outfile: "dist/cli.js", format: "esm", external: native },
];

/** What each format lacks of the other: CommonJS has no `import.meta`, ES modules have no `require`. */
const formats = {
  cjs: {
    banner: { js: 'const __importMetaUrl = require("node:url").pathToFileURL(__filename).href;' },
    define: {
      "import.meta.url": "__importMetaUrl",
      "import.meta.dirname": "__dirname",
      "import.meta.filename": "__filename",
    },
  },
  esm: {
    define: {},
    banner: {
      js: '#!/usr/bin/env node\nimport { createRequire as __createRequire } from "node:module";\nconst require = __createRequire(import.meta.url);',
    },
  },
} satisfies Record<Bundle["format"], BuildOptions>;

/** esbuild's options for the bundles whose sources are there. */
export function buildOptions(): BuildOptions[] {
  return bundles
    .filter(({ entry }) => existsSync(entry))
    .map(({ entry, outfile, format, external }) => ({
      ...formats[format],
      entryPoints: [entry],
      outfile,
      format,
      define: { ...formats[format].define, "process.env.LWNET_VERSION": JSON.stringify(version) },
      external: [...(external ?? [])],
      bundle: true,
      platform: "node",
      // Node 20 is what the oldest supported VS Code runs extensions in.
      target: "node20",
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

/** Writes the TextMate grammar unless its file is up to date. */
export function writeGrammar(): void {
  const file = "grammar/lwnet.tmLanguage.json";
  const text = textmateJson();
  if (!existsSync(file) || readFileSync(file, "utf8") !== text) writeFileSync(file, text);
}

function sizes(metafile: Metafile | undefined): string[] {
  return Object.entries(metafile?.outputs ?? {})
    .filter(([path]) => !path.endsWith(".map"))
    .map(([path, { bytes }]) => `${(bytes / 1024).toFixed(0).padStart(7)} kB  ${path}`);
}

if (import.meta.main) {
  writeGrammar();
  if (watching) {
    for (const options of buildOptions()) await (await context({ ...options, logLevel: "info" })).watch();
  } else {
    // No source maps of an earlier build may be packed.
    if (production) rmSync("dist", { recursive: true, force: true });
    // Settled: a fault in one bundle, which esbuild has printed, must not leave the others stale.
    const results = await Promise.allSettled(buildOptions().map((options) => build(options)));
    const built = results.filter((result) => result.status === "fulfilled");
    if (production) console.log(built.flatMap(({ value }) => sizes(value.metafile)).join("\n"));
    if (built.length < results.length) process.exitCode = 1;
  }
}
