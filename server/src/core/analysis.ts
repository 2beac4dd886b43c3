/** The analysis of one file: its scope, its networks elaborated, every diagnostic, and the facts of each statement. */
import type { Declaration, FileId, InstanceDecl, Location, NetworkDecl } from "../../../grammar/ast.ts";
import { declarations, type SourceFile } from "../../../grammar/parse.ts";
import { type Facts, gatherFacts } from "./cost/facts.ts";
import type { Diagnostic } from "./diagnostics/diagnostic.ts";
import { type ArgumentValues, instantiate, readArguments } from "./elaborate/call.ts";
import { collectDiagnostics } from "./elaborate/collect.ts";
import { conditionDiagnostics } from "./elaborate/conditions.ts";
import {
  createElaborator,
  type Elaborator,
  type Memo,
  resolutionOf,
  scopeFor,
} from "./elaborate/elaborator.ts";
import { constantDiagnostics, createFrame } from "./elaborate/frame.ts";
import type { Instance } from "./elaborate/instance.ts";
import { fileScope } from "./sema/fileScope.ts";
import { type Files, importDiagnostics } from "./sema/imports.ts";
import type { Resolution } from "./sema/resolve.ts";
import type { FileScope } from "./sema/symbols.ts";
import type { Value } from "./values.ts";

export interface NetworkAnalysis {
  readonly declaration: NetworkDecl | InstanceDecl;
  readonly name: string;
  /** Absent when the network can't stand alone, as for a parameter without a default. */
  readonly instance: Instance | undefined;
  readonly problem: string | undefined;
}

/** Where a network is named. */
export function placeOfName({ declaration }: NetworkAnalysis): Location {
  return { section: declaration.section, range: declaration.name.range };
}

/** What the names of one file mean: all that can be told of it without elaborating a network. */
export interface FileNames {
  readonly source: SourceFile;
  readonly scope: FileScope;
  /** What the names in a declaration of this file refer to. */
  readonly resolutionOf: (declaration: Declaration) => Resolution;
}

export interface FileAnalysis extends FileNames {
  readonly networks: readonly NetworkAnalysis[];
  readonly diagnostics: readonly Diagnostic[];
  readonly facts: Facts;
}

export function nameFile(source: SourceFile, files: Files, memo: Memo): FileNames {
  const scope = fileScope(files, source.id);
  const elaborator = createElaborator(() => scope, memo);
  return { source, scope, resolutionOf: (declaration) => resolutionOf(elaborator, declaration) };
}

export function analyzeFile(source: SourceFile, files: Files, memo: Memo): FileAnalysis {
  const own = declarations(source);
  const scopes = new Map<FileId, FileScope>();
  const scopeOf = (file: FileId) => {
    const known = scopes.get(file) ?? fileScope(files, file);
    scopes.set(file, known);
    return known;
  };
  const elaborator = createElaborator(scopeOf, memo);
  const diagnostics: Diagnostic[] = [
    ...syntaxDiagnostics(source),
    ...duplicates(source),
    ...importDiagnostics(files, source),
  ];
  const networks: NetworkAnalysis[] = [];
  for (const declaration of own) {
    diagnostics.push(...resolutionOf(elaborator, declaration).diagnostics);
    if (declaration.kind === "const") diagnostics.push(...constantDiagnostics(elaborator, declaration));
    if (declaration.kind === "network" || declaration.kind === "instance") {
      networks.push(elaborateNetwork(elaborator, declaration, diagnostics));
    }
  }
  diagnostics.push(...conditionsOf(networks));
  const roots = networks.flatMap((network) =>
    network.instance ? [{ name: network.name, instance: network.instance, place: placeOfName(network) }] : [],
  );
  diagnostics.push(...collectDiagnostics(source.id, roots));
  const facts = gatherFacts(roots.map(({ instance }) => instance));
  const resolution = (declaration: Declaration) => resolutionOf(elaborator, declaration);
  return { source, scope: scopeOf(source.id), resolutionOf: resolution, networks, diagnostics, facts };
}

/** What sizes known by name must be; named instances of one network often ask for the same. */
function conditionsOf(networks: readonly NetworkAnalysis[]): Diagnostic[] {
  const all = networks.flatMap(({ instance }) =>
    instance?.owner.kind === "network" ? conditionDiagnostics(instance.owner, instance) : [],
  );
  return [...new Map(all.map((diagnostic) => [diagnostic.message, diagnostic])).values()];
}

// ── networks ─────────────────────────────────────────────────────────────────────────────────────

function elaborateNetwork(
  elaborator: Elaborator,
  declaration: NetworkDecl | InstanceDecl,
  diagnostics: Diagnostic[],
): NetworkAnalysis {
  const base = { declaration, name: declaration.name.name };
  const target = networkArguments(elaborator, declaration, diagnostics);
  if (!target) return { ...base, instance: undefined, problem: `network ${base.name} has errors` };
  const open = target.network.params.find((p) => !p.default && !target.args.has(p.name.name));
  if (open) {
    const problem = `\`${open.name.name}\` of network ${base.name} has no default: name an instance, as in \`network Mine = ${base.name}(${open.name.name}: …)\``;
    return { ...base, instance: undefined, problem };
  }
  const instance = instantiate(elaborator, target.network, target.args, []);
  for (const { message, location } of instance.brokenRequirements) {
    const broken = { code: "require-failed", message: `\`${base.name}\`: ${message}` } as const;
    const related = [{ message: "required here", location }];
    if (declaration.kind === "network") diagnostics.push({ ...broken, location, related: [] });
    else if (declaration.base) {
      const place = { section: declaration.section, range: declaration.base.range };
      diagnostics.push({ ...broken, location: place, related });
    }
  }
  return { ...base, instance, problem: undefined };
}

/** The network that a named instance comes down to, and its arguments from all the instances between. */
function networkArguments(
  elaborator: Elaborator,
  declaration: NetworkDecl | InstanceDecl,
  diagnostics: Diagnostic[],
): { readonly network: NetworkDecl; readonly args: ArgumentValues } | undefined {
  const chain: InstanceDecl[] = [];
  let current: Declaration | undefined = declaration;
  while (current?.kind === "instance") {
    if (chain.includes(current)) {
      const cycle = [...chain.slice(chain.indexOf(current)), current].map((d) => d.name.name).join(" → ");
      diagnostics.push({
        code: "recursive-definition",
        message: `a network can't be an instance of itself: ${cycle}`,
        location: { section: declaration.section, range: declaration.name.range },
        related: [],
      });
      return undefined;
    }
    chain.push(current);
    current = current.base && scopeFor(elaborator, current).lookup(current.base.name);
  }
  if (current?.kind !== "network") return undefined;
  const network = current;
  const args = new Map<string, Value>();
  for (const instance of chain.toReversed()) {
    if (!instance.base) return undefined;
    const frame = createFrame(elaborator, instance);
    const optional = network.params.map((p) => ({ ...p, default: p.default ?? missingDefault(p) }));
    const values = readArguments(frame, optional, instance.args, { callee: instance.base }, undefined);
    // Each instance of the chain reports its own faults.
    if (instance === declaration) diagnostics.push(...frame.diagnostics);
    if (!values) return undefined;
    for (const [name, value] of values) args.set(name, value);
  }
  return { network, args };
}

/** An instance may leave to its base what has no default: missing ones are told from the whole chain. */
function missingDefault(param: NetworkDecl["params"][number]) {
  return { kind: "missing", range: param.range } as const;
}

// ── diagnostics of the file as a whole ───────────────────────────────────────────────────────────

function syntaxDiagnostics(source: SourceFile): Diagnostic[] {
  return source.sections.flatMap(({ section }) =>
    section.errors.map(
      ({ message, range }) =>
        ({ code: "syntax", message, location: { section, range }, related: [] }) as const,
    ),
  );
}

/** Names of the file's own declarations and of its imports that are taken already. */
function duplicates(source: SourceFile): Diagnostic[] {
  const first = new Map<string, Location>();
  const named = source.items.flatMap((item) => {
    const names = item.kind === "import" ? item.names.map(({ name, alias }) => alias ?? name) : [item.name];
    return names.map(({ name, range }) => ({ name, location: { section: item.section, range } }));
  });
  return named.flatMap(({ name, location }): Diagnostic[] => {
    const previous = first.get(name);
    if (!previous) {
      first.set(name, location);
      return [];
    }
    const related = [{ message: "first declared here", location: previous }];
    return [
      { code: "duplicate-name", message: `\`${name}\` is already declared in this file`, location, related },
    ];
  });
}
