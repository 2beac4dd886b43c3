/**
 * What a client says as it starts a session. Clients of few capabilities give their settings here, under `lwnet` or
 * bare, and folders as one root. All of it is untrusted input.
 */
import type * as lsp from "vscode-languageserver";
import type { FilesParams, GivenFile, RunRecord, RunsParams } from "./protocol.ts";

export interface Initialization {
  readonly capabilities: lsp.ClientCapabilities;
  readonly folders: readonly string[];
  readonly settings: unknown;
  readonly files: readonly GivenFile[];
  /** Whether the client has the commands that lenses call, as our own does. */
  readonly clientCommands: boolean;
}

export function readInitialization(params: lsp.InitializeParams): Initialization {
  const options: unknown = params.initializationOptions;
  const root = params.rootUri ? [params.rootUri] : [];
  return {
    capabilities: params.capabilities,
    folders: params.workspaceFolders?.map(({ uri }) => uri) ?? root,
    settings: settingsSection(options),
    files: givenFiles(options),
    clientCommands: (options as { readonly clientCommands?: unknown } | undefined)?.clientCommands === true,
  };
}

/** Some clients send all settings by section, some only ours. */
export function settingsSection(settings: unknown): unknown {
  if (typeof settings !== "object" || settings === null) return undefined;
  return "lwnet" in settings ? settings.lwnet : settings;
}

export function givenFiles(params: unknown): readonly GivenFile[] {
  const { files } = (params ?? {}) as Partial<FilesParams>;
  if (!Array.isArray(files)) return [];
  return files.filter(
    (file: Partial<GivenFile> | null) =>
      typeof file?.uri === "string" && (typeof file.text === "string" || file.text === null),
  );
}

/** Runs that a client has kept: those of this version's form, as far as it is read here. */
export function givenRuns(params: unknown): readonly RunRecord[] {
  const { runs } = (params ?? {}) as Partial<RunsParams>;
  if (!Array.isArray(runs)) return [];
  return runs.filter((record: Partial<RunRecord> | null) => {
    const { uri, result, texts } = record ?? {};
    return (
      typeof uri === "string" &&
      typeof result?.network === "string" &&
      typeof result.ranAt === "string" &&
      typeof result.device?.name === "string" &&
      typeof result.latencyMs?.median === "number" &&
      Array.isArray(result.layers) &&
      Array.isArray(texts) &&
      texts.every((each) => typeof each?.uri === "string" && typeof each.text === "string")
    );
  });
}
