/** The sizes known by name for which a network is well formed: from all that its instances ask of them. */
import type { Location, NetworkDecl } from "../../../../grammar/ast.ts";
import type { Diagnostic, Related } from "../diagnostics/diagnostic.ts";
import { type Condition, formatCondition, namesIn, zerosOf } from "../shape/conditions.ts";
import type { Equation, Instance } from "./instance.ts";
import { countUses } from "./uses.ts";

/** Places that a condition is explained by. */
const maxPlaces = 4;

/** One diagnostic for each condition, at the network's input. */
export function conditionDiagnostics(network: NetworkDecl, root: Instance): Diagnostic[] {
  const byName = new Map<string, Equation[]>();
  for (const instance of countUses(root).keys()) {
    for (const equation of instance.equations) {
      const [name, more] = namesIn(equation.difference);
      // Between two names nothing simple can be said.
      if (name === undefined || more !== undefined) continue;
      const known = byName.get(name);
      if (known) known.push(equation);
      else byName.set(name, [equation]);
    }
  }
  const texts = new Map<string, { readonly names: string[]; readonly related: Related[] }>();
  for (const [name, equations] of byName) {
    const zeros = zerosOf(equations.map(({ difference }) => difference));
    if (zeros === undefined || zeros === "always") continue;
    const text =
      zeros === "never"
        ? "a size that does not exist: its parts contradict each other"
        : formatCondition(zeros);
    const related = places(equations);
    const same = texts.get(text);
    if (same) same.names.push(name);
    else texts.set(text, { names: [name], related });
  }
  return [...texts].map(([text, { names, related }]) => ({
    code: "condition",
    message: `${network.name.name} needs ${names.join(" and ")} ${text}`,
    location: inputOf(network),
    related,
  }));
}

/** Each place once, with what it asks for by itself. */
function places(equations: readonly Equation[]): Related[] {
  const related: Related[] = [];
  for (const { difference, location } of equations) {
    const zeros = zerosOf([difference]);
    if (related.length >= maxPlaces || !isCondition(zeros)) continue;
    if (related.some((place) => sameLocation(place.location, location))) continue;
    related.push({ message: `fits where ${zeros.name} is ${formatCondition(zeros)}`, location });
  }
  return related;
}

function isCondition(zeros: ReturnType<typeof zerosOf>): zeros is Condition {
  return typeof zeros === "object";
}

function sameLocation(a: Location, b: Location): boolean {
  return a.section === b.section && a.range.start === b.range.start;
}

function inputOf(network: NetworkDecl): Location {
  const input = network.body.statements.find((statement) => statement.kind === "input");
  return { section: network.section, range: input?.dimsRange ?? network.name.range };
}
