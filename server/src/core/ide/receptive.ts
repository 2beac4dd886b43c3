/** The receptive fields of a statement's layers, over the networks that have it. */
import type { Section, Statement } from "../../../../grammar/ast.ts";
import { type FileAnalysis, type NetworkAnalysis, placeOfName } from "../analysis.ts";
import { type ReceptiveField, receptiveFields } from "../cost/receptiveField.ts";
import type { Instance } from "../elaborate/instance.ts";
import { expand } from "../ir/expand.ts";

type FieldsByPlace = ReadonlyMap<Section, ReadonlyMap<number, readonly ReceptiveField[]>>;

/** A network keeps its instance, and thus its fields, while nothing that it is made of changes. */
const memo = new WeakMap<Instance, FieldsByPlace>();

export function receptiveFieldsOf(
  file: FileAnalysis,
  section: Section,
  statement: Statement,
): ReceptiveField[] {
  return file.networks.flatMap((network) => {
    if (!network.instance) return [];
    return fieldsByPlace(network, network.instance).get(section)?.get(statement.range.start) ?? [];
  });
}

/** `35×35`, `7×7 to 35×35`, `the whole input`; undefined when not known. */
export function fieldText(fields: readonly ReceptiveField[]): string | undefined {
  if (fields.length === 0) return undefined;
  const bounded = fields.filter((field) => field !== "whole");
  const texts = bounded
    .toSorted((a, b) => (a.size[0] ?? 0) - (b.size[0] ?? 0))
    .map(
      ({ size, stride }) =>
        `${size.map(cells).join("×")} (stride ${[...new Set(stride.map(strideText))].join("×")})`,
    );
  const [least, most] = [texts[0], texts.at(-1)];
  if (least === undefined) return "the whole input";
  const span = least === most ? least : `${least} to ${most}`;
  return bounded.length < fields.length ? `${span}, or the whole input` : span;
}

/** A field that an enlarged map's layers widen by parts of a pixel reaches into the next one. */
function cells(size: number): number {
  return Math.ceil(size - rounding);
}

/** `4`, or `1/2` where layers enlarge beyond the input. */
function strideText(stride: number): string {
  const [whole, inverse] = [Math.round(stride), Math.round(1 / stride)];
  if (Math.abs(stride - whole) < rounding) return String(whole);
  return Math.abs(1 / stride - inverse) < rounding ? `1/${inverse}` : stride.toFixed(2);
}

const rounding = 1e-6;

function fieldsByPlace(network: NetworkAnalysis, instance: Instance): FieldsByPlace {
  const known = memo.get(instance);
  if (known) return known;
  const graph = expand(network.name, instance, placeOfName(network));
  const bySection = new Map<Section, Map<number, ReceptiveField[]>>();
  for (const [node, field] of "problem" in graph ? [] : receptiveFields(graph)) {
    const { section, range } = node.origin.location;
    const byStart = bySection.get(section) ?? new Map<number, ReceptiveField[]>();
    bySection.set(section, byStart);
    const fields = byStart.get(range.start);
    if (fields) fields.push(field);
    else byStart.set(range.start, [field]);
  }
  memo.set(instance, bySection);
  return bySection;
}
