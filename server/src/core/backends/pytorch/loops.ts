/** Equal parts in a row as one loop: what differs between them must be numbers that grow evenly. */
import { isName, isSlot, type Name, type Ramp, type Slot, slot } from "./expression.ts";

/** The parts as one part in terms of a loop's variable; undefined if they aren't alike. */
export function asLoop<T>(parts: readonly T[], variable: string): T | undefined {
  const [first, ...rest] = parts;
  if (first === undefined || rest.length === 0) return undefined;
  return joined(parts, variable) as T | undefined;
}

/** How many parts from the start on make one loop. */
export function loopLength<T>(parts: readonly T[], variable: string): number {
  let length = 1;
  // Two parts alike are followed by others on the same line, or not.
  while (length < parts.length && asLoop(parts.slice(0, length + 1), variable) !== undefined) length += 1;
  return length;
}

function joined(parts: readonly unknown[], variable: string): unknown {
  const [first] = parts;
  if (isSlot(first)) return parts.every(isSlot) ? ramp(parts, variable) : undefined;
  if (isName(first)) return parts.every(isName) ? counted(parts, variable) : undefined;
  if (typeof first !== "object" || first === null)
    return parts.every((part) => part === first) ? first : undefined;
  const keys = Object.keys(first);
  const result: Record<string, unknown> = {};
  for (const part of parts)
    if (typeof part !== "object" || part === null || Object.keys(part).length !== keys.length)
      return undefined;
  for (const key of keys) {
    const values = parts.map((part) => (part as Record<string, unknown>)[key]);
    const value = joined(values, variable);
    if (value === undefined && values.some((v) => v !== undefined)) return undefined;
    result[key] = value;
  }
  return Array.isArray(first) ? keys.map((key) => result[key]) : result;
}

function ramp(parts: readonly Slot[], variable: string): Slot | Ramp | undefined {
  const [first, second] = parts;
  if (!first || !second) return first;
  if (parts.every((part) => JSON.stringify(part.value) === JSON.stringify(first.value))) {
    if (typeof first.value !== "number") return first;
    return { kind: "ramp", start: first, step: slot("step", 0), variable };
  }
  const values = parts.map((part) => part.value).filter((value) => typeof value === "number");
  if (values.length < parts.length) return undefined;
  const [start = 0, next = 0] = values;
  if (!values.every((value, i) => value === start + i * (next - start))) return undefined;
  return { kind: "ramp", start: first, step: slot("step", next - start), variable };
}

function counted(parts: readonly Name[], variable: string): Name | undefined {
  const [first] = parts;
  if (!first || parts.every((part) => part.text === first.text && !part.counter)) return first;
  const split = parts.map((part) => /^(.*?)(\d+)(\D*)$/.exec(part.text));
  const [before, start, after] = split[0]?.slice(1) ?? [];
  const even = split.every(
    (m, i) =>
      m &&
      m[1] === before &&
      m[3] === after &&
      Number(m[2]) === Number(start) + i &&
      !/^0\d/.test(m[2] ?? ""),
  );
  if (!even || before === undefined || after === undefined) return undefined;
  return { kind: "name", text: before, counter: { start: slot("first", Number(start)), after, variable } };
}
