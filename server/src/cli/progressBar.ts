/** A line on stderr that says how far a long job is. Only on a terminal, and gone when the job ends. */

export interface ProgressBar {
  readonly update: (fraction: number) => void;
  /** Takes the line away. */
  readonly end: () => void;
}

export interface ProgressTerminal {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** Jobs that end sooner show nothing, and the line is not redrawn more often than one can read. */
const patienceMs = 400;
const redrawMs = 100;
const width = 30;

export function progressBar(
  title: string,
  terminal: ProgressTerminal = process.stderr,
  now: () => number = Date.now,
): ProgressBar {
  const start = now();
  let drawn = start + patienceMs - redrawMs;
  let shows = false;
  return {
    update(fraction) {
      const time = now();
      if (!terminal.isTTY || time - drawn < redrawMs) return;
      drawn = time;
      shows = true;
      const line = progressLine(title, fraction, time - start);
      terminal.write(`\r${line.slice(0, (terminal.columns ?? 80) - 1)}\u001b[K`);
    },
    end() {
      if (shows) terminal.write("\r\u001b[K");
      shows = false;
    },
  };
}

/** `VGG19 ━━━━━━━━━━────────────────────  33 %, 4 s left`. */
function progressLine(title: string, fraction: number, elapsedMs: number): string {
  const done = Math.min(1, Math.max(0, fraction));
  const filled = Math.round(done * width);
  const left = done === 0 ? "" : `, ${Math.ceil((elapsedMs * (1 - done)) / done / 1000)} s left`;
  const bar = "━".repeat(filled) + "─".repeat(width - filled);
  return `${title} ${bar} ${String(Math.floor(done * 100)).padStart(3)} %${left}`;
}
