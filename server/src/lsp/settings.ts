/**
 * The settings that the server reads, with their defaults. The client's answer is untrusted input: what doesn't
 * fit counts as not set.
 */
import { type HintSettings, type LintCode, type LintSettings, lints } from "../core/index.ts";
import type { DeviceChoice } from "./protocol.ts";

export interface Settings {
  readonly hints: HintSettings & { readonly enabled: boolean };
  readonly lens: { readonly enabled: boolean };
  readonly lint: LintSettings;
  readonly run: { readonly device: DeviceChoice; readonly repeats: number };
}

/** Reads the section `lwnet`. */
export function readSettings(section: unknown): Settings {
  const hints = field(section, "hints");
  const run = field(section, "run");
  return {
    hints: {
      enabled: boolean(field(hints, "enabled"), true),
      shapes: boolean(field(hints, "shapes"), true),
      params: boolean(field(hints, "params"), true),
      work: boolean(field(hints, "work"), true),
      workUnit: oneOf(field(hints, "workUnit"), ["macs", "flops"]),
    },
    lens: { enabled: boolean(field(field(section, "lens"), "enabled"), true) },
    lint: lintSettings(field(section, "lint")),
    run: {
      device: oneOf(field(run, "device"), ["auto", "gpu", "cpu"]),
      repeats: integer(field(run, "repeats"), 20, 1, 1000),
    },
  };
}

function lintSettings(value: unknown): LintSettings {
  const entries = (Object.keys(lints) as LintCode[]).map((code) => {
    const set = field(value, code);
    return [code, levels.find((level) => level === set)] as const;
  });
  return Object.fromEntries(entries.filter(([, level]) => level !== undefined));
}

const levels = ["error", "warning", "information", "off"] as const;

/** Settings by resource, asked for once until they change. */
export interface SettingsCache {
  readonly get: (uri: string) => Promise<Settings>;
  readonly clear: () => void;
  readonly forget: (uri: string) => void;
}

/** `fetch` asks the client for the section of a resource. */
export function settingsCache(fetch: (uri: string) => Promise<unknown>): SettingsCache {
  const known = new Map<string, Promise<Settings>>();
  return {
    get(uri) {
      let settings = known.get(uri);
      if (!settings) {
        settings = fetch(uri).then(readSettings, () => readSettings(undefined));
        known.set(uri, settings);
      }
      return settings;
    },
    clear: () => known.clear(),
    forget: (uri) => known.delete(uri),
  };
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

function boolean(value: unknown, otherwise: boolean): boolean {
  return typeof value === "boolean" ? value : otherwise;
}

/** The first choice is the default. */
function oneOf<const T extends string>(value: unknown, choices: readonly [T, ...T[]]): T {
  return choices.find((choice) => choice === value) ?? choices[0];
}

function integer(value: unknown, otherwise: number, low: number, high: number): number {
  if (typeof value !== "number" || !Number.isFinite(value)) return otherwise;
  return Math.min(high, Math.max(low, Math.round(value)));
}
