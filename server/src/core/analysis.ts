/** The analysis of one file: its scope, its networks elaborated, every diagnostic, and the facts of each statement. */
import type { Declaration, InstanceDecl, NetworkDecl } from "../../../grammar/ast.ts";
import { declarations, imports, type SourceFile } from "../../../grammar/parse.ts";
import { type Facts, gatherFacts } from "./cost/facts.ts";
import type { Diagnostic } from "./diagnostics/diagnostic.ts";
import { type ArgumentValues, instantiate, readArguments } from "./elaborate/call.ts";
import { collectDiagnostics } from "./elaborate/collect.ts";
import { createElaborator, type Elaborator, type Memo, resolutionOf } from "./elaborate/elaborator.ts";
import { constantDiagnostics, createFrame } from "./elaborate/frame.ts";
import type { Instance } from "./elaborate/instance.ts";
import type { FileScope } from "./sema/symbols.ts";
import type { Value } from "./values.ts";

export interface NetworkAnalysis {
  readonly declaration: NetworkDecl | InstanceDecl;
  readonly name: string;
  /** Absent when the network can't stand alone, as for a parameter without a default. */
  readonly instance: Instance | undefined;
  readonly problem: string | undefined;
}

export interface FileAnalysis {
  readonly source: SourceFile;
  readonly scope: FileScope;
  readonly networks: readonly NetworkAnalysis[];
  readonly diagnostics: readonly Diagnostic[];
  readonly facts: Facts;
}

export function analyzeFile(source: SourceFile, memo: Memo): FileAnalysis {
  const own = declarations(source);
  const scope = fileScope(source, own);
  const elaborator = createElaborator(scope, memo, signatureOf(own));
  const diagnostics: Diagnostic[] = [
    ...syntaxDiagnostics(source),
    ...duplicates(own),
    ...unsupportedImports(source),
  ];
  const networks: NetworkAnalysis[] = [];
  for (const declaration of own) {
    diagnostics.push(...resolutionOf(elaborator, declaration).diagnostics);
    if (declaration.kind === "const") diagnostics.push(...constantDiagnostics(elaborator, declaration));
    if (declaration.kind === "network" || declaration.kind === "instance") {
      networks.push(elaborateNetwork(elaborator, declaration, diagnostics));
    }
  }
  const roots = networks.flatMap(({ name, instance }) => (instance ? [{ name, instance }] : []));
  diagnostics.push(...collectDiagnostics(roots));
  return { source, scope, networks, diagnostics, facts: gatherFacts(roots.map(({ instance }) => instance)) };
}

function fileScope(source: SourceFile, own: readonly Declaration[]): FileScope {
  const byName = new Map<string, Declaration>();
  for (const declaration of own)
    if (!byName.has(declaration.name.name)) byName.set(declaration.name.name, declaration);
  return { file: source.id, lookup: (name) => byName.get(name), names: [...byName.keys()] };
}

/** What other declarations can see of each: resolutions hold while none of it changes. */
function signatureOf(own: readonly Declaration[]): string {
  return own
    .map((declaration) => {
      if (declaration.kind === "const") return `const ${declaration.name.name}`;
      if (declaration.kind === "instance") {
        return `instance ${declaration.name.name} = ${declaration.base?.name}(${declaration.args.map((a) => a.name?.name).join()})`;
      }
      const params = declaration.params.map((p) => p.name.name + (p.default ? "=" : ""));
      return `${declaration.kind} ${declaration.name.name}(${params.join()})`;
    })
    .join("\n");
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
    current = current.base && elaborator.scope.lookup(current.base.name);
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

function duplicates(own: readonly Declaration[]): Diagnostic[] {
  const first = new Map<string, Declaration>();
  return own.flatMap((declaration): Diagnostic[] => {
    const name = declaration.name.name;
    const previous = first.get(name);
    if (!previous) {
      first.set(name, declaration);
      return [];
    }
    const place = { section: previous.section, range: previous.name.range };
    const related = [{ message: "first declared here", location: place }];
    const location = { section: declaration.section, range: declaration.name.range };
    return [
      { code: "duplicate-name", message: `\`${name}\` is already declared in this file`, location, related },
    ];
  });
}

function unsupportedImports(source: SourceFile): Diagnostic[] {
  return imports(source).map((item) => ({
    code: "unsupported",
    message: "imports are not supported yet: declare the block in this file",
    location: { section: item.section, range: item.range },
    related: [],
  }));
}
