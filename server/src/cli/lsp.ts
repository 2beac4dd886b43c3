/** `lwnet lsp`: the language server for any editor, the same as VS Code starts. */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { exitCodes } from "./terminal.ts";

/** It lies beside the bundle that runs, and reads from the arguments what to listen to. */
const server = join(import.meta.dirname, "server.cjs");

const transports = ["--stdio", "--node-ipc", "--pipe", "--socket"];

/** Answers as soon as the server listens; the process lives on with it. */
export async function lsp(): Promise<number> {
  const chosen = process.argv.some((argument) => transports.some((name) => argument.startsWith(name)));
  if (!chosen) process.argv.push("--stdio");
  await import(pathToFileURL(server).href);
  return exitCodes.clean;
}
