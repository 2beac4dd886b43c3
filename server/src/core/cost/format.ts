/** Counts and bytes as people read them: three digits and a magnitude, always of powers of 1000. */
import type { Dim } from "../shape/dim.ts";

const magnitudes = ["", "K", "M", "G", "T", "P"];

/** `9408` → `9.41K`, `7978856` → `7.98M`; below a thousand the number itself. */
export function formatCount(count: Dim): string {
  if (count === undefined) return "?";
  if (typeof count !== "number") return String(count);
  const [value, magnitude] = scaled(count);
  return `${value}${magnitude}`;
}

/** `1.61 MB`; bytes below a thousand are exact. */
export function formatBytes(bytes: Dim): string {
  if (bytes === undefined) return "?";
  if (typeof bytes !== "number") return `${bytes} B`;
  const [value, magnitude] = scaled(bytes);
  return `${value} ${magnitude}B`;
}

/** `7,978,856`. */
export function formatExact(count: Dim): string {
  return typeof count === "number" ? count.toLocaleString("en-US") : formatCount(count);
}

function scaled(count: number): [string, string] {
  let value = count;
  let magnitude = 0;
  // 999,999 rounds to 1.00M, not to 1000K.
  while (Math.abs(Number(value.toPrecision(3))) >= 1000 && magnitude < magnitudes.length - 1) {
    value /= 1000;
    magnitude++;
  }
  return [magnitude === 0 ? String(value) : value.toPrecision(3), magnitudes[magnitude] ?? ""];
}
