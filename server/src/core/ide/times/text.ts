/** Times as people read them. */
import { formatBytes } from "../../cost/format.ts";
import { shareText } from "../text.ts";
import type { Measured } from "./measured.ts";
import type { Use } from "./walk.ts";

/** `0.042 ms`, `0.42 ms`, `23.4 ms`, `1.23 s`. */
export function formatMs(ms: number): string {
  const [value, unit] = amount(ms);
  return `${value} ${unit}`;
}

/** `0.04–0.12 ms`: the unit is that of the greater. */
export function formatMsSpan(least: number, most: number): string {
  const [from, fromUnit] = amount(least);
  const [to, unit] = amount(most);
  if (from === to && fromUnit === unit) return `${to} ${unit}`;
  return fromUnit === unit ? `${from}–${to} ${unit}` : `${from} ${fromUnit}–${to} ${unit}`;
}

function amount(ms: number): [value: string, unit: "ms" | "s"] {
  if (ms >= 999.5) return [threeDigits(ms / 1000), "s"];
  if (ms >= 0.995) return [threeDigits(ms), "ms"];
  if (ms >= 0.0995) return [ms.toFixed(2), "ms"];
  return ms >= 0.0005 || ms === 0 ? [ms.toFixed(3), "ms"] : ["<0.001", "ms"];
}

function threeDigits(value: number): string {
  return value >= 99.95 ? value.toFixed(0) : value.toPrecision(3);
}

/** `1.92 ms · 31% (16 × 0.04–0.12 ms)`: what all uses took, and how long one takes. */
export function timeText(measured: Measured, uses: readonly Use[]): string {
  const times = uses.flatMap(({ ms }) => (ms === undefined ? [] : [ms]));
  const sum = times.reduce((a, b) => a + b, 0);
  const share = measured.totalMs > 0 ? ` · ${shareText(sum / measured.totalMs)}` : "";
  const each = times.length > 1 ? ` (${times.length} × ${eachText(times)})` : "";
  return `${formatMs(sum)}${share}${each}`;
}

export function eachText(times: readonly number[]): string {
  return formatMsSpan(Math.min(...times), Math.max(...times));
}

/** `275 GMAC/s`. */
export function rateText(count: number, ms: number, unit: string): string {
  return `${formatBytes((count / ms) * 1000).replace(/B$/, unit)}/s`;
}

/** `23.4 ms on AMD EPYC 7763 · 2 min ago`: of a whole run. */
export function runText({ run }: Measured, now: number, stale: boolean): string {
  const parts = [`${formatMs(run.medianMs)} on ${run.device}`, agoText(run.ranAt, now)];
  return [...parts, ...(stale ? ["before the edit"] : [])].join(" · ");
}

/** `just now`, `2 min ago`, `3 h ago`, `yesterday`, `5 days ago`. */
export function agoText(ranAt: string, now: number): string {
  const minutes = Math.floor((now - Date.parse(ranAt)) / 60_000);
  // A clock that was set back is no reason to speak of the future.
  if (!(minutes >= 1)) return "just now";
  if (minutes < 60) return `${minutes} min ago`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours} h ago`;
  const days = Math.floor(hours / 24);
  return days === 1 ? "yesterday" : `${days} days ago`;
}
