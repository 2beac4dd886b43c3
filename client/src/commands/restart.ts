/** `lwnet.restartServer`: a fresh server process with the texts as they are now. */
import type { ClientContext } from "../activate.ts";

export function restart({ server }: ClientContext): Promise<void> {
  return server.restart();
}
