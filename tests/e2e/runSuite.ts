/**
 * Runs the API suite (suite/) inside VS Code's extension host: in desktop VS Code, which is downloaded if need be, or,
 * where LWNET_E2E_HOST names an installed test host, in code-server.
 */
import { delimiter, dirname, join } from "node:path";
import { runTests, TestRunFailedError } from "@vscode/test-electron";
import { build } from "esbuild";
import { copyExamples, outFolder, projectFolder } from "./project.ts";

const suite = join(outFolder, "suite.cjs");
await build({
  entryPoints: [join(import.meta.dirname, "suite/index.ts")],
  outfile: suite,
  bundle: true,
  platform: "node",
  format: "cjs",
  external: ["vscode"],
  sourcemap: "inline",
});

const examples = await copyExamples();
try {
  await runTests({
    ...(process.env.LWNET_E2E_HOST && { vscodeExecutablePath: join(import.meta.dirname, "codeShim.ts") }),
    extensionDevelopmentPath: projectFolder,
    extensionTestsPath: suite,
    launchArgs: [examples.folder],
    // The shim's first line asks the PATH for a Node; let that be this one, which runs TypeScript.
    extensionTestsEnv: { PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH}` },
  });
} catch (error) {
  if (!(error instanceof TestRunFailedError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
} finally {
  await examples.remove();
}
