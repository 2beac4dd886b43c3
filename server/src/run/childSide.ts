/**
 * The child's end of the line: takes one request, sends progress and one reply, and never outlives its parent.
 */
import { Worker } from "node:worker_threads";
import type { ChildMessage, Progress } from "./protocol.ts";

/** Waits until the message is handed over: a synchronous native call may follow and block everything. */
function send(message: ChildMessage<unknown>): Promise<void> {
  return new Promise((resolve) => {
    if (process.send) process.send(message, undefined, undefined, () => resolve());
    else resolve();
  });
}

export const sendProgress = (progress: Progress): Promise<void> => send({ kind: "progress", progress });

/** Answers the first request and ends the process; a parent that is gone ends it, too, whatever it is doing. */
export function serveOnce<Request, Reply>(answer: (request: Request) => Promise<Reply>): void {
  watchParent();
  process.once("disconnect", () => process.exit());
  // Ctrl+C reaches every process of the terminal; what it means, the parent decides.
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => {});
  process.once("message", (request) => {
    void answer(request as Request)
      .then((reply) => send({ kind: "reply", reply }))
      .then(() => process.exit(0));
  });
}

/** A native call hears nothing of a lost connection: a thread looks whether the parent is there. */
function watchParent(): void {
  new Worker(watcher, { eval: true, workerData: process.ppid, stdout: true, stderr: true }).unref();
}

const watcher = `
const parent = require("node:worker_threads").workerData;
setInterval(() => {
  let there = process.ppid === parent;
  try { process.kill(parent, 0); } catch (error) { there &&= error.code === "EPERM"; }
  if (!there) process.kill(process.pid, "SIGKILL");
}, 250);
`;
