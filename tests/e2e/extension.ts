/** Puts the extension under test where code-server looks for a user's extensions. */
import { execFile } from "node:child_process";
import { readFile, symlink } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Host } from "./host.ts";

export interface Installation {
  readonly host: Host;
  /** The extension's folder, which is linked, or a packed .vsix, which code-server installs itself. */
  readonly extension: string;
  readonly extensions: string;
  readonly userData: string;
  readonly config: string;
  readonly env: NodeJS.ProcessEnv;
}

export async function installExtension(installation: Installation): Promise<void> {
  const { host, extension, extensions, userData, config, env } = installation;
  if (extension.endsWith(".vsix")) {
    const folders = ["--config", config, "--user-data-dir", userData, "--extensions-dir", extensions];
    await promisify(execFile)(host.node, [host.codeServer, ...folders, "--install-extension", extension], {
      env,
    });
    return;
  }
  const { publisher, name, version } = JSON.parse(await readFile(join(extension, "package.json"), "utf8"));
  await symlink(extension, join(extensions, `${publisher}.${name}-${version}`));
}
