/** The shapes of tensors at a cursor, from the statements before it: those at the cursor may be half written. */
import type { Item, Section, Statement } from "../../../../grammar/ast.ts";
import { visit } from "../../../../grammar/walk.ts";
import type { FileAnalysis } from "../analysis.ts";
import { outputShapes } from "../cost/facts.ts";
import type { Instance, Step } from "../elaborate/instance.ts";
import { countUses } from "../elaborate/uses.ts";
import { type Shape, shapeKey } from "../shape/shape.ts";
import type { OpenBody, PlaceAt } from "./cursor/place.ts";
import { isStatement } from "./places.ts";

/** The statement that begins at an offset of the section. */
export function statementFrom(section: Section, start: number): Statement | undefined {
  return statementsByStart(section).get(start);
}

const known = new WeakMap<Section, ReadonlyMap<number, Statement>>();

function statementsByStart(section: Section): ReadonlyMap<number, Statement> {
  const found = known.get(section);
  if (found) return found;
  const statements = new Map<number, Statement>();
  for (const item of section.items) {
    visit(item, (node) => {
      if (isStatement(node) && !statements.has(node.range.start)) statements.set(node.range.start, node);
    });
  }
  known.set(section, statements);
  return statements;
}

/** What `it` may be at the cursor, over all instances. Empty when not known. */
export function currentShapes(file: FileAnalysis, section: Section, { bodies }: PlaceAt): Shape[] {
  for (const [depth, body] of [...bodies.entries()].reverse()) {
    const before = leftBy(file, section, body);
    if (before) return before;
    const entering = enteringShapes(file, section, body);
    if (entering.length > 0 || depth === 0) return entering;
  }
  return [];
}

/** What the last statement of the body left that changes the current tensor; undefined when there is none. */
function leftBy(file: FileAnalysis, section: Section, body: OpenBody): Shape[] | undefined {
  for (const start of body.statements.toReversed()) {
    const statement = statementFrom(section, start);
    if (statement && !passing.has(statement.kind)) return shapesLeft(file, statement);
  }
  return undefined;
}

const passing: ReadonlySet<Statement["kind"]> = new Set(["expect", "require", "budget", "output", "tap"]);

/** What a label on the statement stands for. */
export function shapesLeft(file: FileAnalysis, statement: Statement): Shape[] {
  const facts = file.facts.get(statement);
  return facts ? outputShapes(facts) : [];
}

/** What enters a body. */
export function enteringShapes(file: FileAnalysis, section: Section, body: OpenBody): Shape[] {
  if (body.kind === "block" || body.kind === "network") {
    const owner = section.items.find((item) => item.range.start === body.owner);
    // A network's input is a statement of its own.
    return owner && body.kind === "block" ? shapesEntering(file, owner) : [];
  }
  const statement = statementFrom(section, body.owner);
  const variants = (statement && file.facts.get(statement)?.variants) ?? [];
  return distinct(variants.flatMap(({ step }) => entering(step)));
}

/** What enters the instances of a block, or is the first input of a network. */
export function shapesEntering(file: FileAnalysis, owner: Item): Shape[] {
  return distinct(
    instancesOf(file, owner).map(
      ({ inputs, declaredInputs }) => (declaredInputs[0]?.tensor ?? inputs[0])?.shape,
    ),
  );
}

/** The instances of a block or network in the file's networks. */
export function instancesOf(file: FileAnalysis, owner: Item): Instance[] {
  const all = file.networks.flatMap(({ instance }) => (instance ? [...countUses(instance).keys()] : []));
  return [...new Set(all)].filter((instance) => instance.owner === owner);
}

function entering(step: Step): (Shape | undefined)[] {
  if (step.kind === "repeat") return step.runs.map(({ instance }) => instance.inputs[0]?.shape);
  if (step.kind !== "group") return [];
  const iterations = step.steps.flatMap((inner) =>
    inner.kind === "group" && inner.form === "iteration" ? [inner.input?.shape] : [],
  );
  return iterations.length > 0 ? iterations : [step.input?.shape];
}

function distinct(shapes: readonly (Shape | undefined)[]): Shape[] {
  const found = shapes.filter((shape) => shape !== undefined);
  return [...new Map(found.map((shape) => [shapeKey(shape), shape])).values()];
}
