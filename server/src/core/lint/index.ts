/**
 * Lints: what is allowed but hardly meant. One file per rule, one row each below. What a rule finds in a declaration or
 * in a plan is remembered with it, so that an edit costs what it changed. Comments that allow a lint are heeded here,
 * settings by whoever shows the findings.
 */
import type { Declaration, FileId, Statement } from "../../../../grammar/ast.ts";
import { declarations } from "../../../../grammar/parse.ts";
import type { FileAnalysis } from "../analysis.ts";
import { gatherFacts } from "../cost/facts.ts";
import { lints as codes, isLint } from "../diagnostics/codes.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { type Instance, kept, type Step, stepsOf } from "../elaborate/instance.ts";
import { countUses } from "../elaborate/uses.ts";
import type { Resolution } from "../sema/resolve.ts";
import { didYouMean, nearestName } from "../sema/suggest.ts";
import type { Steps } from "../steps.ts";
import type { Analysis } from "../workspace.ts";
import { type Allow, allowsIn } from "./allow.ts";
import { biasBeforeNorm } from "./biasBeforeNorm.ts";
import { compressionOutOfRange } from "./compression.ts";
import { deadBranch } from "./deadBranch.ts";
import { doubledActivation } from "./doubledActivation.ts";
import { flowOf } from "./flow.ts";
import { linearChain } from "./linearChain.ts";
import { missingActivation } from "./missingActivation.ts";
import { usedNames } from "./names.ts";
import { noSqueeze } from "./noSqueeze.ts";
import { poolingDropsRows } from "./poolingDropsRows.ts";
import { redundantBudget } from "./redundantBudget.ts";
import type { DeclarationRule, FileRule, Finding, PlacedFinding, PlanRule, Rule, ScopeRule } from "./rule.ts";
import { unusedLayer } from "./unusedLayer.ts";
import { unusedNames } from "./unusedNames.ts";
import { unusedVariable } from "./unusedVariable.ts";

const rules: readonly Rule[] = [
  biasBeforeNorm,
  doubledActivation,
  missingActivation,
  linearChain,
  noSqueeze,
  compressionOutOfRange,
  poolingDropsRows,
  unusedLayer,
  deadBranch,
  unusedNames,
  unusedVariable,
  redundantBudget,
];

const planRules = rules.filter((rule): rule is PlanRule => rule.sees === "plan");
const declarationRules = rules.filter((rule): rule is DeclarationRule => rule.sees === "declaration");
const scopeRules = rules.filter((rule): rule is ScopeRule => rule.sees === "scope");
const fileRules = rules.filter((rule): rule is FileRule => rule.sees === "file");

const byAnalysis = new WeakMap<FileAnalysis, readonly Diagnostic[]>();

/** The lints of a file, but for those that a comment allows. */
export function lintsOf(analysis: Analysis, id: FileId): readonly Diagnostic[] {
  const file = analysis.of(id);
  if (!file) return [];
  const known = byAnalysis.get(file) ?? allowed(file, findAll(analysis, file).map(placed));
  byAnalysis.set(file, known);
  return known;
}

/** Finds what `lintsOf` is slow at, network by network: what comes between two of them may let others go first. */
export function* prepareLints(analysis: Analysis, id: FileId): Steps<void> {
  const file = analysis.of(id);
  for (const { instance } of file && !byAnalysis.has(file) ? file.networks : []) {
    if (!instance) continue;
    findInPlan(instance);
    yield;
  }
}

function findAll(analysis: Analysis, file: FileAnalysis): PlacedFinding[] {
  const { source } = file;
  const own = declarations(source);
  return [
    ...inPlans(file),
    ...own.flatMap((declaration) => inDeclaration(file, declaration)),
    ...fileRules.flatMap((rule) => rule.find({ analysis, source, file, used: usedInFile(file, own) })),
  ];
}

function placed({ code, message, section, range, related = [], data }: PlacedFinding): Diagnostic {
  return { code, message, location: { section, range }, related, ...(data ? { data } : {}) };
}

/** A name that only its own declaration refers to is not used. */
function usedInFile(file: FileAnalysis, own: readonly Declaration[]): ReadonlySet<string> {
  const used = new Set<string>();
  for (const declaration of own)
    for (const name of usedNames(file.resolutionOf(declaration)).declarations)
      if (name !== declaration.name.name) used.add(name);
  return used;
}

// ── declarations ─────────────────────────────────────────────────────────────────────────────────

const byResolution = new WeakMap<Resolution, readonly Finding[]>();

function inDeclaration(file: FileAnalysis, declaration: Declaration): PlacedFinding[] {
  const { section } = declaration;
  if (section.errors.length > 0) return [];
  const resolution = file.resolutionOf(declaration);
  const ctx = { declaration, resolution };
  const found = byResolution.get(resolution) ?? declarationRules.flatMap((rule) => rule.find(ctx));
  byResolution.set(resolution, found);
  const more = scopeRules.flatMap((rule) => rule.find({ ...ctx, scope: file.scope }));
  return [...found, ...more].map((finding) => ({ ...finding, section }));
}

// ── plans ────────────────────────────────────────────────────────────────────────────────────────

/** What one network's plan shows of one statement. */
interface StatementFinding {
  readonly node: Statement;
  readonly rule: PlanRule;
  readonly finding: PlacedFinding;
}

const byRoot = new WeakMap<Instance, readonly StatementFinding[]>();

/** A statement of several networks has what holds in `every` use only if it has it in each of them. */
function inPlans(file: FileAnalysis): PlacedFinding[] {
  const counts = new Map<string, { readonly first: StatementFinding; networks: number }>();
  const numbers = new Map<Statement, number>();
  for (const { instance } of file.networks) {
    if (!instance) continue;
    const told = new Set<string>();
    for (const found of findInPlan(instance)) {
      const { section, range, code } = found.finding;
      if (section.file !== file.source.id || section.errors.length > 0) continue;
      const number = numbers.get(found.node) ?? numbers.size;
      numbers.set(found.node, number);
      const key = `${code} ${number} ${range.start}`;
      if (told.has(key)) continue;
      told.add(key);
      const known = counts.get(key);
      if (known) known.networks++;
      else counts.set(key, { first: found, networks: 1 });
    }
  }
  return [...counts.values()]
    .filter(({ first: { node, rule }, networks }) => {
      const uses = file.facts.get(node)?.usesPerNetwork.length ?? networks;
      return rule.holds === "some" || networks >= uses;
    })
    .map(({ first }) => first.finding);
}

function findInPlan(root: Instance): readonly StatementFinding[] {
  return kept(byRoot, root, () => inPlan(root));
}

function inPlan(root: Instance): StatementFinding[] {
  const flow = flowOf(root);
  const facts = gatherFacts([root]);
  const found = new Map<Step, StatementFinding[]>();
  for (const instance of countUses(root).keys()) {
    for (const step of stepsOf(instance)) {
      for (const rule of planRules) {
        const finding = rule.find({ flow, instance }, step);
        if (!finding) continue;
        const all = found.get(step) ?? [];
        all.push({ node: step.node, rule, finding: { ...finding, section: instance.section } });
        found.set(step, all);
      }
    }
  }
  return [...found.values()].flat().filter(({ node, rule, finding }) => {
    if (rule.holds === "some") return true;
    const variants = facts.get(node)?.variants ?? [];
    return variants.every(({ step }) =>
      found.get(step)?.some((other) => other.finding.code === finding.code),
    );
  });
}

// ── comments ─────────────────────────────────────────────────────────────────────────────────────

function allowed(file: FileAnalysis, found: readonly Diagnostic[]): Diagnostic[] {
  const used = new Set<Allow>();
  const told = found.filter(({ code, location: { section, range } }) => {
    const covering = allowsIn(section).filter(
      ({ code: allowedCode, scope }) =>
        allowedCode === code && scope.start <= range.start && range.start <= scope.end,
    );
    for (const allow of covering) used.add(allow);
    return covering.length === 0;
  });
  for (const { section } of file.source.sections) {
    for (const allow of allowsIn(section)) if (!used.has(allow)) told.push(...idleAllow(allow, section));
  }
  return told;
}

function idleAllow(allow: Allow, section: Diagnostic["location"]["section"]): Diagnostic[] {
  const location = { section, range: allow.range };
  if (!isLint(allow.code)) {
    const suggestion = nearestName(allow.code, Object.keys(codes));
    const message = `there is no lint \`${allow.code}\`${didYouMean(suggestion)}`;
    const data = suggestion === undefined ? {} : ({ data: { kind: "rename", suggestion } } as const);
    return [{ code: "unknown-lint", message, location, related: [], ...data }];
  }
  // What can't be read in full may have what is allowed.
  if (section.errors.length > 0) return [];
  const message = `\`${allow.code}\` is not found here: there is nothing to allow`;
  return [{ code: "unneeded-allow", message, location, related: [], data: { kind: "allow", allow } }];
}
