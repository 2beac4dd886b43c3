/** `lwnet.clearTimes`: takes the measured times off the lines, until the next run. Reports keep their runs. */
import type { ClientContext } from "../activate.ts";

export function clearTimes({ history }: ClientContext): Promise<void> {
  return history.clearTimes();
}
