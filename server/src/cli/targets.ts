/** `FILE`, `FILE#Network` and folders on the command line, read into one workspace. */
import { readdir, readFile, stat } from "node:fs/promises";
import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import type { FileId } from "../../../grammar/ast.ts";
import type { FileAnalysis, NetworkAnalysis } from "../core/analysis.ts";
import { type Summary, summarize } from "../core/cost/summary.ts";
import { renderDiagnostic } from "../core/diagnostics/render.ts";
import {
  type Analysis,
  type DiagnosticCode,
  diagnostics,
  type FileDiagnostic,
  finished,
  offeredActions,
  Workspace,
} from "../core/index.ts";
import { didYouMean, nearestName } from "../core/sema/suggest.ts";
import { nodeFiles } from "../host/node/files.ts";
import { CommandError, exitCodes, paint } from "./terminal.ts";

export interface Target {
  readonly id: FileId;
  /** Path as people know it: relative to the working folder. */
  readonly name: string;
  /** The network after `#`, if one was chosen. */
  readonly network: string | undefined;
}

export interface Loaded {
  readonly analysis: Analysis;
  readonly targets: readonly Target[];
  /** Whether the command line names just one file. */
  readonly single: boolean;
}

/** Reads the files; a folder stands for all `.lwnet` files below it. */
export async function load(args: readonly string[]): Promise<Loaded> {
  const workspace = new Workspace(nodeFiles);
  const folders = new Set<FileId>();
  const targets: Target[] = [];
  let single = args.length === 1;
  for (const argument of args) {
    const { path, network } = await splitTarget(argument);
    const isFolder = await isDirectory(path);
    if (isFolder && network !== undefined)
      throw new CommandError(`${path} is a folder: name a file before \`#${network}\``);
    if (isFolder) single = false;
    for (const file of await filesOf(path)) {
      const id = pathToFileURL(file).href;
      workspace.setFile(id, await readText(file));
      folders.add(id.slice(0, id.lastIndexOf("/")));
      targets.push({ id, name: relative(process.cwd(), file) || file, network });
    }
  }
  // What is beside a file may import from it.
  workspace.setFolders([...folders]);
  return { analysis: workspace.analysis(), targets, single };
}

/** The file itself, or all `.lwnet` files below a folder. */
export async function filesOf(path: string): Promise<string[]> {
  const files = (await isDirectory(path)) ? await networkFiles(path) : [path];
  if (files.length === 0) throw new CommandError(`there is no .lwnet file in ${path}`);
  return files;
}

/** A `#` may be part of a file's name: the part before the last one must not exist then. */
async function splitTarget(argument: string): Promise<{ path: string; network: string | undefined }> {
  const hash = argument.lastIndexOf("#");
  if (hash <= 0 || (await exists(argument))) return { path: argument, network: undefined };
  return { path: argument.slice(0, hash), network: argument.slice(hash + 1) };
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    throw new CommandError(`there is no file ${path}`);
  }
}

async function networkFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter(
      (entry) =>
        entry.isFile() && entry.name.endsWith(".lwnet") && !entry.parentPath.includes("node_modules"),
    )
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    throw new CommandError(`${path} can't be read: ${(error as Error).message}`);
  }
}

export function analysisOf(loaded: Loaded, target: Target): FileAnalysis {
  const file = loaded.analysis.of(target.id);
  if (!file) throw new Error(`${target.name} was not loaded`);
  return file;
}

/** The networks that a target stands for: the chosen one, or all that stand alone. */
export function chosenNetworks(loaded: Loaded, target: Target): NetworkAnalysis[] {
  const file = analysisOf(loaded, target);
  if (target.network === undefined) return file.networks.filter((network) => network.instance !== undefined);
  const network = file.networks.find(({ name }) => name === target.network);
  if (network?.instance) return [network];
  const problem = network
    ? (network.problem ?? `network ${target.network} has errors`)
    : `there is no network \`${target.network}\` in ${target.name}${suggestion(file, target.network)}`;
  throw new CommandError(problem, network ? exitCodes.failed : exitCodes.usage);
}

/** The networks of all targets; there is one at least. */
export function standaloneNetworks(
  loaded: Loaded,
): { readonly target: Target; readonly network: NetworkAnalysis }[] {
  const found = loaded.targets.flatMap((target) =>
    chosenNetworks(loaded, target).map((network) => ({ target, network })),
  );
  if (found.length === 0) throw new CommandError("there is no network here that could stand alone");
  return found;
}

export function summaryOf(loaded: Loaded, target: Target, network: NetworkAnalysis): Summary {
  const made = summarize(analysisOf(loaded, target), network);
  if ("problem" in made) throw new CommandError(made.problem, exitCodes.failed);
  return made;
}

/** The one network to export or run. */
export function chosenNetwork(loaded: Loaded): {
  readonly target: Target;
  readonly network: NetworkAnalysis;
} {
  const found = standaloneNetworks(loaded);
  const [first] = found;
  if (!first || found.length > 1) {
    const names = found.map(({ target, network }) => `${target.name}#${network.name}`);
    throw new CommandError(`several networks are meant; name one: ${names.join(", ")}`);
  }
  return first;
}

function suggestion(file: FileAnalysis, name: string): string {
  const names = file.networks.map((network) => network.name);
  return didYouMean(nearestName(name, names)) || (names.length > 0 ? `; it has ${names.join(", ")}` : "");
}

/** The diagnostics of all targets, each file once. */
export function allDiagnostics(
  loaded: Loaded,
): { readonly target: Target; readonly found: FileDiagnostic }[] {
  const files = new Map(loaded.targets.map((target) => [target.id, target]));
  return [...files.values()].flatMap((target) =>
    diagnostics(loaded.analysis, target.id).map((found) => ({ target, found })),
  );
}

export function renderAll(loaded: Loaded): string[] {
  const names = new Map(loaded.targets.map((target) => [target.id, target.name]));
  const file = (id: FileId) => {
    const source = loaded.analysis.file(id);
    return source && { source, name: names.get(id) ?? id };
  };
  return allDiagnostics(loaded).map(({ target, found }) => {
    const fixes = finished(
      offeredActions(loaded.analysis, target.id, found.range, { only: ["quickfix"] }),
    ).filter(
      ({ diagnostic, silences }) =>
        !silences && diagnostic?.code === found.code && diagnostic.range.start === found.range.start,
    );
    return renderDiagnostic({ paint, file }, target.id, found, fixes);
  });
}

/** Ends the command with the diagnostics when one of them is an error, of a code that matters. */
export function requireClean(
  loaded: Loaded,
  { except = [] }: { readonly except?: readonly DiagnosticCode[] } = {},
): void {
  const isFatal = ({ found }: { found: FileDiagnostic }) =>
    found.severity === "error" && !except.includes(found.code);
  if (!allDiagnostics(loaded).some(isFatal)) return;
  throw new CommandError(renderAll(loaded).join("\n\n"), exitCodes.failed);
}
