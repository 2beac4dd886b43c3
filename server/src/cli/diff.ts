/**
 * `lwnet diff A B`: two networks, or the networks of two files, side by side. A and B may be files at a revision, as
 * git writes it: `main:net.lwnet`. One file alone is compared with itself at a revision.
 */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Summary } from "../core/cost/summary.ts";
import { Workspace } from "../core/index.ts";
import { GitError, openRevision } from "../host/node/gitFiles.ts";
import { type Comparison, compare } from "../report/comparison.ts";
import {
  changesText,
  comparisonMarkdown,
  comparisonText,
  isSame,
  type SideNames,
} from "../report/comparisonText.ts";
import { chosenNetworks, type Loaded, load, requireClean, summaryOf } from "./targets.ts";
import { CommandError, exitCodes, paint, print, printJson } from "./terminal.ts";

export interface DiffOptions {
  /** What one file is compared with. */
  readonly since: string;
  /** Whether what is the same is told too. */
  readonly all?: boolean;
  readonly json?: boolean;
  readonly markdown?: boolean;
}

interface Side {
  /** As it was given. */
  readonly title: string;
  readonly path: string;
  readonly revision: string | undefined;
  readonly networks: readonly Summary[];
}

interface Compared {
  readonly names: SideNames;
  readonly comparison: Comparison;
}

export async function diff(first: string, second: string | undefined, options: DiffOptions): Promise<number> {
  const [before, after] =
    second === undefined
      ? [await sideOf(`${options.since}:${first}`), await sideOf(first)]
      : [await sideOf(first), await sideOf(second)];
  const compared = compareSides(before, after);
  if (options.json) {
    printJson(compared.map(({ names, comparison }) => ({ names, ...comparison })));
    return exitCodes.clean;
  }
  const text = options.markdown ? comparisonMarkdown : comparisonText;
  const style = options.markdown ? {} : { strong: paint.strong, faint: paint.faint };
  // Of several networks those that are the same take a line each.
  const isBrief = ({ comparison }: Compared) => compared.length > 1 && !options.all && isSame(comparison);
  const parts = compared
    .filter((each) => !isBrief(each))
    .map(({ names, comparison }) => text(comparison, names, { ...options, ...style }));
  const rest = [
    ...compared.filter(isBrief).map(({ names, comparison }) => `${names.after}: ${changesText(comparison)}`),
    ...missing(after, before).map((name) => `${name} is only in ${after.title}`),
    ...missing(before, after).map((name) => `${name} is only in ${before.title}`),
  ];
  print([...parts, ...(rest.length > 0 ? [rest.join(options.markdown ? "\n\n" : "\n")] : [])].join("\n\n"));
  return exitCodes.clean;
}

/** One network of each side, whatever it is called; of several those of one name. */
function compareSides(before: Side, after: Side): Compared[] {
  const [a, b] = [before.networks, after.networks];
  const pairs =
    a.length === 1 && b.length === 1
      ? [[a[0], b[0]] as const]
      : b.map((summary) => [a.find(({ network }) => network === summary.network), summary] as const);
  const compared = pairs.flatMap(([x, y]) =>
    x && y ? [{ names: sideNames(before, x, after, y), comparison: compare(x, y) }] : [],
  );
  if (compared.length > 0) return compared;
  const names = (side: Side) => side.networks.map(({ network }) => network).join(", ");
  throw new CommandError(
    `no network is in both: ${before.title} has ${names(before)}, and ${after.title} ${names(after)}. Name one of each, as in ${after.title}#${b[0]?.network}`,
  );
}

/** Their names where these differ, else when they are from, or which file. */
function sideNames(before: Side, a: Summary, after: Side, b: Summary): SideNames {
  if (a.network !== b.network) return { before: a.network, after: b.network };
  const name =
    before.path === after.path
      ? ({ revision }: Side) => `${b.network} ${revision === undefined ? "now" : `at ${revision}`}`
      : ({ path }: Side) => `${path}#${b.network}`;
  return { before: name(before), after: name(after) };
}

function missing(of: Side, from: Side): string[] {
  if (of.networks.length === 1 && from.networks.length === 1) return [];
  const known = new Set(from.networks.map(({ network }) => network));
  return of.networks.map(({ network }) => network).filter((name) => !known.has(name));
}

async function sideOf(given: string): Promise<Side> {
  const { revision, argument } = splitRevision(given);
  const loaded = revision === undefined ? await load([argument]) : loadRevision(revision, argument);
  try {
    // By how much a network is over its budget is what one wants to see.
    requireClean(loaded, { except: ["over-budget"] });
  } catch (error) {
    if (revision === undefined || !(error instanceof CommandError)) throw error;
    throw new CommandError(
      `${error.message}\n\n(${given}: ${argument} as it was at ${revision})`,
      error.exitCode,
    );
  }
  const networks = loaded.targets.flatMap((target) =>
    chosenNetworks(loaded, target).map((network) => summaryOf(loaded, target, network)),
  );
  if (networks.length === 0) throw new CommandError(`there is no network in ${given} that could stand alone`);
  return { title: given, path: argument.replace(/#[^#]*$/, ""), revision, networks };
}

/** `main:net.lwnet#A`; what exists as a file is one, whatever its name. */
function splitRevision(given: string): { readonly revision: string | undefined; readonly argument: string } {
  const colon = given.indexOf(":");
  const path = given.replace(/#[^#]*$/, "");
  if (colon <= 0 || existsSync(given) || existsSync(path)) return { revision: undefined, argument: given };
  return { revision: given.slice(0, colon), argument: given.slice(colon + 1) };
}

/** One file as it was at a revision, with what it imports as that was. */
function loadRevision(revision: string, argument: string): Loaded {
  const hash = argument.lastIndexOf("#");
  const [path, network] =
    hash > 0 ? [argument.slice(0, hash), argument.slice(hash + 1)] : [argument, undefined];
  try {
    const { files } = openRevision(revision, path);
    const id = pathToFileURL(resolve(path)).href;
    const text = files.read(id);
    if (text === undefined) throw new CommandError(`there is no ${path} at the revision ${revision}`);
    const workspace = new Workspace(files);
    workspace.setFile(id, text);
    const name = `${revision}:${path}`;
    return { analysis: workspace.analysis(), targets: [{ id, name, network }], single: true };
  } catch (error) {
    if (error instanceof GitError) throw new CommandError(error.message);
    throw error;
  }
}
