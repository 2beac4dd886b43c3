/**
 * The runs of each network, newest first, kept beside the workspace's other data: in a file, since VS Code wants large
 * data there. The server is given the last of each network for its times on lines.
 */
import { type Event, EventEmitter, type ExtensionContext, Uri, workspace } from "vscode";
import type { RunRecord } from "../../server/src/lsp/protocol.ts";

export interface RunHistory {
  /** The newest first. */
  readonly all: () => readonly RunRecord[];
  readonly of: (uri: string, network: string) => readonly RunRecord[];
  readonly add: (record: RunRecord) => void;
  /** Those whose times lines show. */
  readonly shown: () => readonly RunRecord[];
  /** Lines show no times until the next run; the runs stay. */
  readonly clearTimes: () => Promise<void>;
  readonly onChange: Event<void>;
  /** Until it is done, there are no runs. */
  readonly load: () => Promise<void>;
  readonly dispose: () => void;
}

const runsPerNetwork = 20;
/** Of all networks together, as text. */
const maxBytes = 8_000_000;

/** Runs until then show no times. */
const clearedKey = "timesClearedAt";

export function runHistory({ storageUri, globalStorageUri, workspaceState }: ExtensionContext): RunHistory {
  const folder = storageUri ?? globalStorageUri;
  const file = Uri.joinPath(folder, "runs.json");
  const changed = new EventEmitter<void>();
  let runs: readonly RunRecord[] = [];
  let writing: Promise<void> = Promise.resolve();

  const save = () => {
    const bytes = new TextEncoder().encode(JSON.stringify(runs));
    // One after the other; what can't be written is lost with the window, and no more.
    writing = writing
      .then(async () => {
        await workspace.fs.createDirectory(folder);
        await workspace.fs.writeFile(file, bytes);
      })
      .catch(() => undefined);
  };

  return {
    all: () => runs,
    of: (uri, network) => runs.filter((run) => isOf(run, uri, network)),
    add(record) {
      runs = bounded([record, ...runs]);
      save();
      changed.fire();
    },
    shown() {
      const cleared = workspaceState.get<string>(clearedKey, "");
      return runs.filter((run) => run.texts.length > 0 && run.result.ranAt > cleared);
    },
    async clearTimes() {
      await workspaceState.update(clearedKey, new Date().toISOString());
      changed.fire();
    },
    onChange: changed.event,
    async load() {
      const bytes = await Promise.resolve(workspace.fs.readFile(file)).catch(() => undefined);
      runs = [...runs, ...(bytes ? readRuns(new TextDecoder().decode(bytes)) : [])];
      changed.fire();
    },
    dispose: () => changed.dispose(),
  };
}

export function isOf({ uri, result }: RunRecord, file: string, network: string): boolean {
  return uri === file && result.network === network;
}

/** Texts are kept with the last run of a network only: older ones are compared by their layers' names. */
function bounded(all: readonly RunRecord[]): RunRecord[] {
  const counts = new Map<string, number>();
  let room = maxBytes;
  return all.flatMap((run) => {
    const key = `${run.uri}#${run.result.network}`;
    const before = counts.get(key) ?? 0;
    counts.set(key, before + 1);
    const kept = before === 0 ? run : { ...run, texts: [] };
    room -= JSON.stringify(kept).length;
    return before < runsPerNetwork && room > 0 ? [kept] : [];
  });
}

/** None where the file holds something else. */
function readRuns(text: string): RunRecord[] {
  try {
    const found: unknown = JSON.parse(text);
    return Array.isArray(found) ? found.filter(isRecord) : [];
  } catch {
    return [];
  }
}

/** Whether it is of this version's form, as far as reports read it. */
function isRecord(value: unknown): value is RunRecord {
  const { uri, result, texts } = (value ?? {}) as Partial<RunRecord>;
  return (
    typeof uri === "string" &&
    typeof result?.network === "string" &&
    typeof result.ranAt === "string" &&
    Array.isArray(result.latencyMs?.samples) &&
    Array.isArray(result.device?.providers) &&
    Array.isArray(result.device.fellBack) &&
    Array.isArray(result.layers) &&
    Array.isArray(texts)
  );
}
