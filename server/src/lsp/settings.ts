/**
 * The settings that the server reads, with their defaults. The client's answer is untrusted input: what doesn't
 * fit counts as not set, and is told.
 */
import { type HintSettings, type LintCode, type LintSettings, lints } from "../core/index.ts";
import { devices, engines, runPrecisions } from "../run/protocol.ts";
import type { DeviceChoice, RunOptions } from "./protocol.ts";

export interface Settings {
  readonly hints: HintSettings & { readonly enabled: boolean };
  readonly lens: { readonly enabled: boolean };
  readonly times: { readonly enabled: boolean };
  readonly lint: LintSettings;
  readonly run: RunSettings;
}

export type RunSettings = RunOptions & { readonly device: DeviceChoice; readonly repeats: number };

/** Reads the section `lwnet`. `tell` gets a sentence for each value that doesn't fit. */
export function readSettings(section: unknown, tell: (problem: string) => void = () => {}): Settings {
  const read = reader(section, tell);
  return {
    hints: {
      enabled: read.boolean("hints.enabled", true),
      shapes: read.boolean("hints.shapes", true),
      params: read.boolean("hints.params", true),
      work: read.boolean("hints.work", true),
      workUnit: read.oneOf("hints.workUnit", ["macs", "flops"]),
    },
    lens: { enabled: read.boolean("lens.enabled", true) },
    times: { enabled: read.boolean("times.enabled", true) },
    lint: lintSettings(read),
    run: runSettings(read),
  };
}

function runSettings(read: Reader): RunSettings {
  const engine = read.oneOf("run.engine", ["auto", ...engines]);
  const warmup = read.integer("run.warmup", -1, -1, 1000);
  const batch = read.integer("run.batch", 1, 1, 4096);
  const nodePath = read.text("run.node");
  return {
    device: read.oneOf("run.device", devices),
    repeats: read.integer("run.repeats", 20, 1, 1000),
    precision: read.oneOf("run.precision", runPrecisions),
    timeoutMs: read.integer("run.timeout", 120, 1, 86_400) * 1000,
    // What is left open is decided by the run: a file of input may hold a batch.
    ...(batch === 1 ? {} : { batch }),
    ...(engine === "auto" ? {} : { engine }),
    ...(warmup < 0 ? {} : { warmup }),
    ...(nodePath === "" ? {} : { nodePath }),
  };
}

/** A lint that is not set has the level of its own. */
function lintSettings(read: Reader): LintSettings {
  const levels = ["error", "warning", "information", "off"] as const;
  const entries = (Object.keys(lints) as LintCode[]).map(
    (code) => [code, read.choice(`lint.${code}`, levels)] as const,
  );
  return Object.fromEntries(entries.filter(([, level]) => level !== undefined));
}

/** Settings by resource, asked for once until they change. */
export interface SettingsCache {
  readonly get: (uri: string) => Promise<Settings>;
  readonly clear: () => void;
  readonly forget: (uri: string) => void;
}

/** `fetch` asks the client for the section of a resource. A problem is told once until the settings change. */
export function settingsCache(
  fetch: (uri: string) => Promise<unknown>,
  tell: (problem: string) => void,
): SettingsCache {
  const known = new Map<string, Promise<Settings>>();
  const told = new Set<string>();
  const tellOnce = (problem: string) => {
    if (!told.has(problem)) tell(problem);
    told.add(problem);
  };
  return {
    get(uri) {
      let settings = known.get(uri);
      if (!settings) {
        settings = fetch(uri).then(
          (section) => readSettings(section, tellOnce),
          () => readSettings(undefined),
        );
        known.set(uri, settings);
      }
      return settings;
    },
    clear() {
      known.clear();
      told.clear();
    },
    forget: (uri) => known.delete(uri),
  };
}

// ── reading ──────────────────────────────────────────────────────────────────────────────────────

type Reader = ReturnType<typeof reader>;

/** Reads values by their names, as in `hints.enabled`. */
function reader(section: unknown, tell: (problem: string) => void) {
  const valueAt = (name: string) => name.split(".").reduce(field, section);
  const unfit = (name: string, value: unknown, wanted: string, used: unknown) => {
    // Null is how a client says that a setting has no value.
    if (value === undefined || value === null) return;
    const instead = used === undefined ? "it has no effect" : `${JSON.stringify(used)} is used`;
    tell(`lwnet.${name} is ${JSON.stringify(value)}, but must be ${wanted}: ${instead}.`);
  };
  const choice = <const T extends string>(name: string, choices: readonly T[], otherwise?: T) => {
    const value = valueAt(name);
    const found = choices.find((each) => each === value);
    if (found === undefined) unfit(name, value, `one of ${choices.join(", ")}`, otherwise);
    return found ?? otherwise;
  };
  return {
    choice,
    boolean(name: string, otherwise: boolean): boolean {
      const value = valueAt(name);
      if (typeof value === "boolean") return value;
      unfit(name, value, "true or false", otherwise);
      return otherwise;
    },
    /** The first choice is the default. */
    oneOf<const T extends string>(name: string, choices: readonly [T, ...T[]]): T {
      return choice(name, choices, choices[0]) ?? choices[0];
    },
    text(name: string): string {
      const value = valueAt(name);
      if (typeof value === "string") return value;
      unfit(name, value, "text", "");
      return "";
    },
    integer(name: string, otherwise: number, low: number, high: number): number {
      const value = valueAt(name);
      const number = typeof value === "number" && Number.isFinite(value) ? Math.round(value) : otherwise;
      const used = Math.min(high, Math.max(low, number));
      if (used !== value) unfit(name, value, `a whole number from ${low} to ${high}`, used);
      return used;
    },
  };
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
