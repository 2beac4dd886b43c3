/** Starts and stops a code-server of our own: free port, fresh profile, no extension gallery, nothing left behind. */
import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { installExtension } from "./extension.ts";
import type { Host } from "./host.ts";
import { temporaryFolder } from "./temporary.ts";

export interface ServerOptions {
  readonly host: Host;
  readonly logFile: string;
  /** A folder or a .vsix, installed as a user's extension is. */
  readonly extension?: string;
  /** Lets the page's address name an extension under development and its tests; toasts don't show then. */
  readonly developmentMode?: boolean;
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Whether folders are opened in Restricted Mode until they are trusted, as for a user. Off unless given. */
  readonly workspaceTrust?: boolean;
}

export interface Server {
  readonly port: number;
  stop(): Promise<void>;
}

const quietSettings = {
  "chat.disableAIFeatures": true,
  "extensions.autoCheckUpdates": false,
  "extensions.autoUpdate": false,
  "files.autoSave": "off",
  "git.enabled": false,
  "telemetry.telemetryLevel": "off",
  "update.mode": "none",
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "workbench.startupEditor": "none",
};

/** Keys that no user has. */
export const testKeys = {
  /** Takes away what is open, for the next scenario. */
  emptyWindow: "Control+Alt+Shift+F12",
  /** Commands as another extension may call them, where menus hide them. */
  exportModel: "Control+Alt+Shift+F11",
  exportAndRun: "Control+Alt+Shift+F10",
} as const;

const key = (name: keyof typeof testKeys) => testKeys[name].toLowerCase().replace("control", "ctrl");

const keybindings = [
  {
    key: key("emptyWindow"),
    command: "runCommands",
    args: {
      commands: [
        "workbench.action.closeQuickOpen",
        "notifications.clearAll",
        "workbench.action.closePanel",
        "workbench.action.revertAndCloseActiveEditor",
      ],
    },
  },
  { key: key("exportModel"), command: "lwnet.exportModel" },
  { key: key("exportAndRun"), command: "lwnet.exportAndRun" },
];

export async function startServer(options: ServerOptions): Promise<Server> {
  const profile = await temporaryFolder("server");
  const child = await spawnServer(options, profile.path);
  const kill = () => signalGroup(child, "SIGKILL");
  process.prependOnceListener("exit", kill);
  const stop = async () => {
    await endGroup(child);
    process.off("exit", kill);
    await profile.remove();
  };
  try {
    return { port: await listeningPort(child, options.logFile), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function spawnServer(options: ServerOptions, profile: string): Promise<ChildProcess> {
  const { host, logFile, extension, developmentMode, settings, workspaceTrust } = options;
  const userData = join(profile, "user-data");
  const extensions = join(profile, "extensions");
  const config = join(profile, "config.yaml");
  await mkdir(extensions);
  await mkdir(dirname(logFile), { recursive: true });
  await writeFile(config, "");
  // A setting of scope `machine` is read on the server's side, all others on the window's.
  for (const side of ["User", "Machine"]) {
    await mkdir(join(userData, side), { recursive: true });
    await writeFile(join(userData, side, "settings.json"), JSON.stringify({ ...quietSettings, ...settings }));
  }
  await writeFile(join(userData, "User/keybindings.json"), JSON.stringify(keybindings));

  const args = [host.codeServer, "--auth", "none", "--bind-addr", "127.0.0.1:0", "--config", config];
  args.push("--user-data-dir", userData, "--extensions-dir", extensions);
  if (!workspaceTrust) args.push("--disable-workspace-trust");
  args.push("--disable-telemetry", "--disable-update-check", "--disable-getting-started-override");
  // A built workbench heeds `extensionDevelopmentPath` and `extensionTestsPath` only with this option.
  if (developmentMode) args.push("--vscode-option", "enable-smoke-test-driver");
  const env = {
    ...process.env,
    EXTENSIONS_GALLERY: "{}",
    XDG_DATA_HOME: profile,
    XDG_CONFIG_HOME: profile,
    // No window has a GPU, whatever machine it is on.
    VK_DRIVER_FILES: join(profile, "none.json"),
  };
  if (extension) await installExtension({ host, extension, extensions, userData, config, env });

  // A process group of its own, so that its extension hosts and their children can be ended with it.
  const child = spawn(host.node, args, { env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  const log = createWriteStream(logFile);
  child.stdout?.pipe(log, { end: false });
  child.stderr?.pipe(log, { end: false });
  child.once("close", () => log.end());
  return child;
}

/** The server chooses its port and says so. */
function listeningPort(child: ChildProcess, logFile: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const fail = (why: string) => reject(new Error(`code-server ${why}, see ${logFile}`));
    const timer = setTimeout(() => fail("did not start within 60 s"), 60_000);
    let output = "";
    child.stdout?.on("data", (chunk) => {
      output += chunk;
      const port = /server listening on http:\/\/127\.0\.0\.1:(\d+)/.exec(output)?.[1];
      if (!port) return;
      clearTimeout(timer);
      resolve(Number(port));
    });
    child.once("error", (error) => fail(`could not be started (${error.message})`));
    child.once("exit", (code) => fail(`ended with code ${code}`));
  });
}

async function endGroup(child: ChildProcess): Promise<void> {
  const gone = new Promise<void>((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) resolve();
    else child.once("exit", () => resolve());
  });
  signalGroup(child, "SIGTERM");
  await Promise.race([gone, new Promise((resolve) => setTimeout(resolve, 5000).unref())]);
  signalGroup(child, "SIGKILL");
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, signal);
  } catch {
    // Nobody of the group is left.
  }
}
