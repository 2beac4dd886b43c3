/**
 * The last run of each network, whose times the editor shows. A client keeps runs over its own restarts and gives them
 * back.
 */
import { type Analysis, type Measured, type MeasuredRun, measure } from "../core/index.ts";
import { shortDevice } from "../report/deviceText.ts";
import type { RunRecord } from "./protocol.ts";

export interface MeasuredRuns {
  /** The newest first. */
  readonly all: () => readonly Measured[];
  readonly of: (uri: string, network: string) => Measured | undefined;
  readonly add: (record: RunRecord) => void;
  /** Takes these for all that there were. */
  readonly replace: (records: readonly RunRecord[]) => void;
}

/** `changed` is called when there are other runs than before. */
export function measuredRuns(analysis: () => Analysis, changed: () => void): MeasuredRuns {
  const runs = new Map<string, MeasuredRun>();
  /** Put on their texts when first asked for. */
  const known = new Map<MeasuredRun, Measured | undefined>();
  const put = (record: RunRecord) => {
    const key = keyOf(record.uri, record.result.network);
    const before = runs.get(key);
    if (before) known.delete(before);
    runs.set(key, measuredRun(record));
  };
  const measured = (run: MeasuredRun) => {
    if (!known.has(run)) known.set(run, measure(analysis(), run));
    return known.get(run);
  };
  return {
    all: () =>
      [...runs.values()]
        .sort((a, b) => (a.ranAt < b.ranAt ? 1 : a.ranAt > b.ranAt ? -1 : 0))
        .flatMap((run) => measured(run) ?? []),
    of(uri, network) {
      const run = runs.get(keyOf(uri, network));
      return run && measured(run);
    },
    add(record) {
      put(record);
      changed();
    },
    replace(records) {
      runs.clear();
      known.clear();
      for (const record of records) put(record);
      changed();
    },
  };
}

const keyOf = (uri: string, network: string) => `${uri}#${network}`;

function measuredRun({ uri, result, texts }: RunRecord): MeasuredRun {
  return {
    file: uri,
    network: result.network,
    ranAt: result.ranAt,
    device: shortDevice(result.device),
    medianMs: result.latencyMs.median,
    layers: result.layers,
    ...(result.ceilings ? { ceilings: result.ceilings } : {}),
    texts: texts.map((each) => ({ file: each.uri, text: each.text })),
  };
}
