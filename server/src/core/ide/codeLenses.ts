/**
 * Lenses: above a network what it costs, with what can be done with it; above a block how often and how differently
 * it is used. Where they stand is told at once, what they say when they come into view.
 */
import type { FileId, Item, TextRange } from "../../../../grammar/ast.ts";
import { imports } from "../../../../grammar/parse.ts";
import { shift } from "../../../../grammar/text.ts";
import type { FileAnalysis } from "../analysis.ts";
import { rangeOf } from "../cost/facts.ts";
import { formatCount } from "../cost/format.ts";
import { fileKey } from "../fileKey.ts";
import { fileName, importedFile } from "../sema/imports.ts";
import type { Dim } from "../shape/dim.ts";
import type { Analysis } from "../workspace.ts";
import {
  type Choices,
  chosenInstance,
  costsPerNetwork,
  distinctInstances,
  type Instantiated,
  inputsText,
  isInstantiated,
  noChoices,
} from "./instances.ts";
import { plural, spanText } from "./text.ts";
import { isStale } from "./times/current.ts";
import type { Measured } from "./times/measured.ts";
import { runText } from "./times/text.ts";
import { totalsText } from "./totals.ts";

export type LensKind = "totals" | "graph" | "run" | "export" | "measured" | "instances" | "showAll";

export interface CodeLens {
  /** The name that it stands above. */
  readonly range: TextRange;
  readonly kind: LensKind;
  readonly name: string;
}

export interface LensTitle {
  readonly title: string;
  readonly tooltip: string | undefined;
  /** Nothing happens on a click. */
  readonly idle: boolean;
}

/** Runs, and the time to which they are told, in ms since 1970. */
export interface MeasuredNow {
  readonly measured: readonly Measured[];
  readonly now: number;
}

export function codeLenses(
  analysis: Analysis,
  id: FileId,
  choices: Choices = noChoices,
  measured: readonly Measured[] = [],
): CodeLens[] {
  const file = analysis.of(id);
  if (!file) return [];
  const usable = new Set(file.networks.filter((n) => n.instance).map((n) => n.declaration));
  return file.source.sections.flatMap(({ section, offset }) =>
    section.items.flatMap((item) => {
      if (item.kind === "import" || item.kind === "const") return [];
      const kinds: LensKind[] =
        item.kind !== "block" && usable.has(item) ? ["totals", "graph", "run", "export"] : [];
      if (runOf(measured, id, item.name.name)) kinds.push("measured");
      if (isInstantiated(item) && (item.kind === "block" || isFamily(file, item))) {
        kinds.push("instances");
        if (chosenInstance(file, item, choices)) kinds.push("showAll");
      }
      const range = shift(item.name.range, offset);
      return kinds.map((kind) => ({ range, kind, name: item.name.name }));
    }),
  );
}

function runOf(measured: readonly Measured[], id: FileId, network: string): Measured | undefined {
  return measured.find(({ run }) => run.network === network && fileKey(run.file) === fileKey(id));
}

/** A network that stands for several, or for none yet. */
function isFamily(file: FileAnalysis, item: Instantiated): boolean {
  const all = distinctInstances(file, item);
  return all.length > 1 || all[0]?.uses.some(({ network }) => network !== item.name.name) === true;
}

export function lensTitle(
  analysis: Analysis,
  id: FileId,
  { kind, name }: Pick<CodeLens, "kind" | "name">,
  choices: Choices = noChoices,
  { measured, now }: MeasuredNow = { measured: [], now: 0 },
): LensTitle | undefined {
  const plain = (title: string, tooltip?: string): LensTitle => ({ title, tooltip, idle: false });
  const file = analysis.of(id);
  switch (kind) {
    case "graph":
      return plain("Graph", `Draw ${name} beside the text`);
    case "run":
      return plain("Run", `Export ${name} and run it on this machine`);
    case "export":
      return plain("Export", `Write ${name} as an ONNX model`);
    case "showAll":
      return plain("show all", `Show the range over all instances of ${name}`);
    case "totals": {
      const instance = file?.networks.find((network) => network.name === name)?.instance;
      return instance && plain(totalsText(instance), `All figures of ${name}`);
    }
    case "measured": {
      const found = runOf(measured, id, name);
      return (
        found &&
        plain(runText(found, now, isStale(analysis, found)), `Show the report of this run of ${name}`)
      );
    }
    case "instances": {
      const item = file?.source.items.find((each) => isInstantiated(each) && each.name.name === name);
      return file && item && isInstantiated(item) ? instancesTitle(analysis, file, item, choices) : undefined;
    }
  }
}

function instancesTitle(
  analysis: Analysis,
  file: FileAnalysis,
  item: Instantiated,
  choices: Choices,
): LensTitle {
  const all = distinctInstances(file, item);
  const chosen = chosenInstance(file, item, choices);
  if (chosen) {
    // What is called alike may take different shapes.
    const alike = all.filter(({ title }) => title === chosen.title).length > 1;
    const name = alike ? `${chosen.title} on ${inputsText(chosen.instance)}` : chosen.title;
    const title = `showing ${name} · ${chosen.number} of ${chosen.of}`;
    return { title, tooltip: "Choose another instance to show in the text below", idle: false };
  }
  if (all.length === 0) return { title: elsewhereText(analysis, file, item), tooltip: undefined, idle: true };
  const costs = costsPerNetwork(all);
  // What an error left unknown is told by the error.
  const span = (unit: string, values: Dim[]) => {
    const range = rangeOf(values);
    return range.least === undefined ? [] : [`${spanText(range, formatCount)} ${unit}`];
  };
  const parts = [
    plural(all.length, "instance"),
    ...span(
      "params",
      costs.map(({ params }) => params),
    ),
    ...span(
      "MACs",
      costs.map(({ macs }) => macs),
    ),
  ];
  const networks = new Set(all.flatMap(({ uses }) => uses.map(({ network }) => network)));
  const [only] = networks;
  const where = networks.size === 1 ? only : `each of ${networks.size} networks`;
  return {
    title: parts.filter((part) => part.length <= maxPartLength).join(" · "),
    tooltip: `What all uses cost in ${where}. Choose an instance to show in the text below`,
    idle: false,
  };
}

/** An expression in named dimensions may be longer than a line. */
const maxPartLength = 48;

// ── without an instance here ─────────────────────────────────────────────────────────────────────

/** A block of a library has no instance in its own file. */
function elsewhereText(analysis: Analysis, file: FileAnalysis, item: Instantiated): string {
  const wanted = new Set(usersOf(file, item).map(({ name }) => name.name));
  const users = analysis
    .files()
    .filter((id) => id !== file.source.id && importsAny(analysis, id, file, wanted));
  const [only] = users;
  if (only === undefined) return "unused";
  return `used in ${users.length === 1 ? fileName(only) : plural(users.length, "other file")}`;
}

/** The declaration itself and those of its file that use it, directly or not. */
function usersOf(file: FileAnalysis, item: Instantiated): readonly Exclude<Item, { kind: "import" }>[] {
  const users = new Set<Exclude<Item, { kind: "import" }>>([item]);
  const names = new Set([item.name.name]);
  let grew = true;
  while (grew) {
    grew = false;
    for (const each of file.source.items) {
      if (each.kind === "import" || users.has(each)) continue;
      const references = [...file.resolutionOf(each).references.values()];
      if (!references.some((found) => found.kind === "declaration" && names.has(found.name))) continue;
      users.add(each);
      names.add(each.name.name);
      grew = true;
    }
  }
  return [...users];
}

function importsAny(analysis: Analysis, id: FileId, file: FileAnalysis, names: ReadonlySet<string>): boolean {
  const source = analysis.file(id);
  return (source ? imports(source) : []).some(
    (item) =>
      item.names.some(({ name }) => names.has(name.name)) &&
      item.path !== undefined &&
      importedFile(id, item.path.value) === file.source.id,
  );
}
