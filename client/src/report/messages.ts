/** What the report's page and the extension say to each other. */
import type { RunResult } from "../../../server/src/lsp/protocol.ts";

/** To the page: what it shows. */
export interface ReportState {
  readonly uri: string;
  readonly network: string;
  /** All runs of the network that are kept, the newest first. */
  readonly runs: readonly RunHead[];
  readonly shown: RunResult | undefined;
  /** The run that it is compared with. */
  readonly against: RunResult | undefined;
}

export interface RunHead {
  readonly ranAt: string;
  readonly medianMs: number;
  readonly device: string;
}

/** Of a page, over reloads: which report it is. */
export interface ReportPlace {
  readonly uri: string;
  readonly network: string;
  readonly shown: string | undefined;
  readonly against: string | undefined;
}

export type ExportFormat = "csv" | "json" | "markdown";

/** From the page. */
export type ReportRequest =
  | { readonly kind: "ready" }
  | { readonly kind: "choose"; readonly shown: string | undefined; readonly against: string | undefined }
  | { readonly kind: "reveal"; readonly layer: string; readonly line: number | undefined }
  | { readonly kind: "export"; readonly format: ExportFormat }
  | { readonly kind: "run" };
