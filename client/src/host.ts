/** What an entry point knows of the place that the extension runs in. */
import type { BaseLanguageClient, LanguageClientOptions } from "vscode-languageclient";

export interface ExtensionHost {
  /** There is neither a disk nor a process in a browser. */
  readonly inBrowser: boolean;
  readonly createClient: (options: LanguageClientOptions) => BaseLanguageClient;
}
