/** What a block, a network or a constant is: its head, its documentation, its costs or value. */
import type { Declaration, FileId } from "../../../../../grammar/ast.ts";
import { rangeOf } from "../../cost/facts.ts";
import { formatCount } from "../../cost/format.ts";
import { fileLabel } from "../../sema/imports.ts";
import { costsPerNetwork, distinctInstances, isInstantiated } from "../instances.ts";
import { excerpt } from "../places.ts";
import { spanText } from "../text.ts";
import { figuresOf } from "../totals.ts";
import { code, inert, prose, span, table } from "./markdown.ts";
import type { Place } from "./place.ts";
import type { Parts } from "./statements.ts";
import { constantValue, valueText } from "./values.ts";

export function declarationHover(place: Place, declaration: Declaration): Parts {
  return [
    signature(declaration),
    prose(declaration.doc),
    ...(declaration.kind === "const" ? [constantText(place, declaration)] : costsOf(place, declaration)),
    origin(declaration, place.file.source.id),
  ];
}

/** The declaration up to its body. */
export function signature(item: Declaration): string {
  const end = "body" in item ? item.body.range.start : item.range.end;
  return code(excerpt(item.section.text, { start: item.range.start, end }).trim());
}

function constantText({ analysis }: Place, declaration: Extract<Declaration, { kind: "const" }>) {
  const value = constantValue(analysis, declaration.section.file, declaration.name.name);
  const { start, end } = declaration.value.range;
  const written = declaration.section.text.slice(start, end);
  const text = value === undefined ? undefined : valueText(value);
  return text === undefined || text === written ? undefined : `= ${span(text)}`;
}

function costsOf({ file }: Place, declaration: Exclude<Declaration, { kind: "const" }>): Parts {
  const network = file.networks.find((each) => each.declaration === declaration);
  if (network?.instance) return [table(figuresOf(network.instance))];
  const all = isInstantiated(declaration) ? distinctInstances(file, declaration) : [];
  const problem = network?.problem === undefined ? undefined : inert(network.problem);
  if (all.length === 0) return [problem];
  const costs = costsPerNetwork(all);
  return [
    table([
      ["instances", String(all.length)],
      ["parameters of all uses", spanText(rangeOf(costs.map((cost) => cost.params)), formatCount)],
      ["MACs of all uses", spanText(rangeOf(costs.map((cost) => cost.macs)), formatCount)],
    ]),
  ];
}

/** `from std/resnet`, for what stands in another file. */
function origin({ section }: Declaration, here: FileId): string | undefined {
  return section.file === here ? undefined : `from ${span(fileLabel(section.file))}`;
}
