/**
 * What each network of a file is checked for: `expect` and `require`, its own and those of the blocks that it uses, and
 * its budgets; with the outcome. A statement that runs many times is one check, which fails if it does once.
 */
import type { FileId, Section, Statement, SyntaxNode, TextRange } from "../../../../grammar/ast.ts";
import { type NetworkAnalysis, placeOfName } from "../analysis.ts";
import type { BudgetCheck, Instance, StatementCheck } from "../elaborate/instance.ts";
import { countUses } from "../elaborate/uses.ts";
import { formatShape } from "../shape/shape.ts";
import type { Analysis } from "../workspace.ts";
import { excerpt, placeOf } from "./places.ts";
import { plural } from "./text.ts";
import { limitText, spentText } from "./totals.ts";

export interface NetworkChecks {
  readonly network: string;
  readonly range: TextRange;
  /** Why the network can't be checked. */
  readonly problem: string | undefined;
  readonly checks: readonly Check[];
}

export interface Check {
  /** Stays the same while its text does; distinct within the network. */
  readonly id: string;
  readonly kind: "expect" | "require" | "budget";
  /** `expect [64, 56, 56]`, `params <= 1.25M`. */
  readonly label: string;
  /** Where it stands if not in the network's own text, and how often it runs: `in basic, 8 times`. */
  readonly detail: string;
  readonly file: FileId;
  readonly range: TextRange;
  /** `unknown` where an error elsewhere leaves it open. */
  readonly state: "passed" | "failed" | "unknown";
  /** Of one that failed, with both sides where there are two. */
  readonly message?: string;
  readonly expected?: string;
  readonly actual?: string;
}

/** The files that have networks, and so may have something to check. */
export function filesWithNetworks(analysis: Analysis): FileId[] {
  return analysis.files().filter((id) => {
    const items = analysis.file(id)?.items ?? [];
    return items.some(({ kind }) => kind === "network" || kind === "instance");
  });
}

/** Networks without any check are left out. */
export function checks(analysis: Analysis, id: FileId): NetworkChecks[] {
  return (analysis.of(id)?.networks ?? []).flatMap((network): NetworkChecks[] => {
    const place = placeOf(analysis, placeOfName(network));
    const found = checksOf(analysis, network);
    const base = {
      network: network.name,
      range: place?.range ?? { start: 0, end: 0 },
      problem: network.problem,
    };
    return place && found.length > 0 ? [{ ...base, checks: found }] : [];
  });
}

function checksOf(analysis: Analysis, { instance: root }: NetworkAnalysis): Check[] {
  if (!root) return [];
  const drafts = [...statementsOf(root).values()].map((outcomes) => ofStatement(root, outcomes));
  const all = [...drafts, ...root.budgets.map((check) => ofBudget(root, check))];
  const seen = new Map<string, number>();
  return all.flatMap(({ section, node, within, ...draft }): Check[] => {
    const place = placeOf(analysis, { section, range: node.range });
    if (!place) return [];
    const name = `${within} ${draft.label}`.trim();
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return [{ ...draft, id: count === 1 ? name : `${name} ${count}`, file: place.file, range: place.range }];
  });
}

type Draft = Omit<Check, "id" | "file" | "range"> & {
  readonly section: Section;
  readonly node: SyntaxNode;
  /** `in basic`; empty in the network itself. */
  readonly within: string;
};

// ── expect and require ───────────────────────────────────────────────────────────────────────────

interface Outcome {
  readonly check: StatementCheck;
  readonly instance: Instance;
  readonly uses: number;
}

/** The executions of each statement, in the order in which the network first comes to them. */
function statementsOf(root: Instance): Map<Statement, Outcome[]> {
  const byNode = new Map<Statement, Outcome[]>();
  for (const [instance, uses] of countUses(root)) {
    for (const check of instance.checks) {
      const known = byNode.get(check.node);
      if (known) known.push({ check, instance, uses });
      else byNode.set(check.node, [{ check, instance, uses }]);
    }
  }
  return byNode;
}

function ofStatement(root: Instance, outcomes: readonly Outcome[]): Draft {
  const [first] = outcomes as readonly [Outcome, ...Outcome[]];
  const { node } = first.check;
  const { section } = first.instance;
  const failed = outcomes.find(({ check }) => check.holds === false);
  const decided = outcomes.some(({ check }) => check.holds !== undefined);
  const uses = outcomes.reduce((sum, outcome) => sum + outcome.uses, 0);
  const within = placeWithin(root, section, node);
  const detail = [within, uses > 1 ? plural(uses, "time") : ""].filter((part) => part !== "").join(", ");
  const base = { section, node, kind: node.kind, label: excerpt(section.text, node.range), within, detail };
  if (!failed) return { ...base, state: decided ? "passed" : "unknown" };
  return { ...base, state: "failed", ...failure(root, failed) };
}

function failure(
  root: Instance,
  { check, instance }: Outcome,
): Pick<Draft, "message" | "expected" | "actual"> {
  const where = instance === root || instance.owner.kind === "repeat" ? "" : `in ${instance.title}: `;
  const { node, shape, expected } = check;
  if (node.kind === "require") {
    const condition = excerpt(instance.section.text, node.condition.range);
    return { message: where + (node.message?.value ?? `it requires ${condition}`) };
  }
  const [actual, wanted] = [formatShape(shape), formatShape(expected)];
  return {
    message: `${where}the shape is ${actual} here, but ${wanted} is expected`,
    expected: wanted,
    actual,
  };
}

function placeWithin(root: Instance, section: Section, node: SyntaxNode): string {
  const item = section.items.find(
    ({ range }) => range.start <= node.range.start && node.range.end <= range.end,
  );
  return item && item.kind !== "import" && item !== root.owner ? `in ${item.name.name}` : "";
}

// ── budgets ──────────────────────────────────────────────────────────────────────────────────────

function ofBudget(root: Instance, check: BudgetCheck): Draft {
  const { entry, spent, limit } = check;
  const { section } = root;
  const label = excerpt(section.text, entry.range);
  const isKnown = typeof spent === "number" && typeof limit === "number";
  const detail = isKnown ? spentText(check) : "";
  const base = { section, node: entry, kind: "budget" as const, within: "", label, detail };
  if (!isKnown) return { ...base, state: "unknown" };
  if (entry.operator === "<" ? spent < limit : spent <= limit) return { ...base, state: "passed" };
  const message = `${entry.metric.name}: ${detail}, over the budget of ${limitText(check)}`;
  return { ...base, state: "failed", message };
}
