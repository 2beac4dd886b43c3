/** Output to the terminal: colours where it has them, and the exit codes. */
import pc from "picocolors";
import type { Paint } from "../core/diagnostics/render.ts";

export const exitCodes = {
  clean: 0,
  /** The networks have errors, or a run or export failed. */
  failed: 1,
  /** The command was not understood, or a file can't be read. */
  usage: 2,
} as const;

/** An error that ends the command with a message and a code, without a stack. */
export class CommandError extends Error {
  readonly exitCode: number;

  constructor(message: string, exitCode: number = exitCodes.usage) {
    super(message);
    this.exitCode = exitCode;
  }
}

export const paint: Paint = { error: pc.red, warning: pc.yellow, strong: pc.bold, faint: pc.dim };

export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

export function printError(text: string): void {
  process.stderr.write(`${text}\n`);
}

export function printJson(value: unknown): void {
  print(JSON.stringify(value, undefined, 2));
}

/** Runs a job that Ctrl+C, or a polite request to end, aborts: it gets to clear away what it began. */
export async function interruptible<T>(job: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const abort = () => controller.abort();
  const signals = ["SIGINT", "SIGTERM"] as const;
  for (const signal of signals) process.once(signal, abort);
  try {
    return await job(controller.signal);
  } finally {
    for (const signal of signals) process.off(signal, abort);
  }
}
