/** What a handler sees: one moment of the workspace, or one open file of it. */
import type * as lsp from "vscode-languageserver";
import type { FileId } from "../../../../grammar/ast.ts";
import type { LineIndex } from "../../../../grammar/text.ts";
import type * as core from "../../core/index.ts";
import type { ServerHost } from "../host.ts";
import type { MeasuredRuns } from "../measuredRuns.ts";
import type { SentTokens } from "../semanticTokens.ts";
import type { Settings } from "../settings.ts";
import type * as to from "../toProtocol.ts";

export interface WorkspaceContext {
  readonly analysis: core.Analysis;
  readonly linesOf: to.LinesOf;
  /** The version of a file that is open; null for one that is not. */
  readonly versionOf: (file: FileId) => number | null;
  /** The instances that are shown of a file's blocks. */
  readonly choicesOf: (file: FileId) => core.Choices;
  /** Shows one instance of a block, or all again. */
  readonly choose: (file: FileId, block: string, instance: string | undefined) => void;
  readonly runs: MeasuredRuns;
  /** The semantic tokens that the client has. */
  readonly sentTokens: SentTokens;
  readonly client: lsp.ClientCapabilities;
  /** Whether the client has the commands that lenses call. */
  readonly clientCommands: boolean;
  readonly host: ServerHost;
}

export interface FileContext extends WorkspaceContext {
  readonly id: FileId;
  readonly version: number;
  readonly lines: LineIndex;
  readonly settings: Settings;
}
