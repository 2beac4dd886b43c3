/** The child's end of the line: takes one request, sends progress and one reply. */
import type { ChildMessage, Progress } from "./protocol.ts";

/** Waits until the message is handed over: a synchronous native call may follow and block everything. */
function send(message: ChildMessage<unknown>): Promise<void> {
  return new Promise((resolve) => {
    if (process.send) process.send(message, undefined, undefined, () => resolve());
    else resolve();
  });
}

export const sendProgress = (progress: Progress): Promise<void> => send({ kind: "progress", progress });

/** Answers the first request and ends the process; a parent that is gone ends it too. */
export function serveOnce<Request, Reply>(answer: (request: Request) => Promise<Reply>): void {
  process.once("disconnect", () => process.exit());
  process.once("message", (request) => {
    void answer(request as Request)
      .then((reply) => send({ kind: "reply", reply }))
      .then(() => process.exit(0));
  });
}
