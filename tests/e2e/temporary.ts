/** Temporary folders that are gone when the process is, however it ends short of being killed. */
import { rmSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface TemporaryFolder {
  readonly path: string;
  remove(): Promise<void>;
}

/** Processes that are about to end may still write there for a moment. */
const options = { recursive: true, force: true, maxRetries: 10, retryDelay: 100 };

export async function temporaryFolder(purpose: string): Promise<TemporaryFolder> {
  const path = await mkdtemp(join(tmpdir(), `lwnet-e2e-${purpose}-`));
  const removeAtExit = () => rmSync(path, options);
  process.once("exit", removeAtExit);
  return {
    path,
    async remove() {
      process.off("exit", removeAtExit);
      await rm(path, options);
    },
  };
}

/** Makes the signals that end a process end it in order: by default they skip what it has to do at its exit. */
export function exitOnSignals(): void {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, () => process.exit(1));
}
