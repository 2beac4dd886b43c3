/**
 * The parent's end: starts a child for one request and always comes to an end with it, be it by a reply, a crash,
 * a hang or a cancellation. Knows nothing of what children do.
 */
import { type ChildProcess, fork } from "node:child_process";
import type { ChildMessage, Progress } from "./protocol.ts";

export interface SuperviseOptions {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** The program that runs the child; the one that runs us by default. */
  readonly nodePath?: string | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
}

export type Ending<Reply> =
  | { readonly kind: "reply"; readonly reply: Reply }
  /** `how` is a signal or an exit code in words; `stderr` its last lines. */
  | { readonly kind: "crashed"; readonly how: string; readonly stderr: string }
  | { readonly kind: "timeout" }
  | { readonly kind: "cancelled" };

const stderrKept = 4000;

const living = new Set<ChildProcess>();

/** Runs the program at `entry` on one request. */
export function supervise<Reply>(
  entry: string,
  request: object,
  options: SuperviseOptions,
): Promise<Ending<Reply>> {
  if (options.signal?.aborted) return Promise.resolve({ kind: "cancelled" });
  return new Promise((resolve) => {
    const child = fork(entry, [], {
      stdio: ["ignore", "ignore", "pipe", "ipc"],
      execArgv: [],
      env: { ...process.env, ...options.env },
      ...(options.nodePath === undefined ? {} : { execPath: options.nodePath }),
    });
    keepTrack(child);
    let stderr = "";
    const end = (ending: Ending<Reply>) => {
      clearTimeout(timer);
      options.signal?.removeEventListener("abort", cancel);
      // A child in a native call hears nothing else.
      child.kill("SIGKILL");
      resolve(ending);
    };
    const cancel = () => end({ kind: "cancelled" });
    const timer = setTimeout(() => end({ kind: "timeout" }), options.timeoutMs);
    options.signal?.addEventListener("abort", cancel);
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      stderr = (stderr + text).slice(-stderrKept);
    });
    child.on("message", (message) => {
      const { kind, ...rest } = message as ChildMessage<Reply>;
      if (kind === "progress" && "progress" in rest) options.onProgress?.(rest.progress);
      if (kind === "reply" && "reply" in rest) end({ kind, reply: rest.reply });
    });
    child.on("error", (error) => end({ kind: "crashed", how: error.message, stderr }));
    child.on("close", (code, signal) =>
      end({ kind: "crashed", how: signal ?? exitCode(code), stderr: stderr.trim() }),
    );
    child.send(request, () => {});
  });
}

/** Windows ends a crashed process with its exception's code, which people know in hexadecimal. */
function exitCode(code: number | null): string {
  return code !== null && code > 255 ? `exit code 0x${code.toString(16)}` : `exit code ${code}`;
}

/** Children die with us, whatever they are doing. */
function keepTrack(child: ChildProcess): void {
  if (living.size === 0) process.on("exit", killAll);
  living.add(child);
  child.once("exit", () => {
    living.delete(child);
    if (living.size === 0) process.off("exit", killAll);
  });
}

function killAll(): void {
  for (const child of living) child.kill("SIGKILL");
}
