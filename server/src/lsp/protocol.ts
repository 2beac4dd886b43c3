/**
 * What the server offers beyond the language-server protocol, as types only: the client imports them without
 * any code. Listing networks, exporting one, running one.
 */

import type { FormatChoice } from "../core/backends/backend.ts";
import type { FormatId } from "../core/backends/formats.ts";
import type { HeatLine, HeatMetric, Heat as HeatResult } from "../core/ide/heat.ts";
import type {
  InstanceEntry as InstanceItem,
  InstanceList as InstancesResult,
} from "../core/ide/instances.ts";
import type { TimeLine } from "../core/ide/times/lines.ts";
import type { Totals as TotalsResult } from "../core/ide/totals.ts";
import type { RunResult } from "../report/runResult.ts";
import type { Device as DeviceChoice, EngineName, RunPrecision } from "../run/protocol.ts";

export type {
  DeviceChoice,
  EngineName,
  FormatId,
  HeatLine,
  HeatMetric,
  HeatResult,
  InstanceItem,
  InstancesResult,
  RunPrecision,
  RunResult,
  TimeLine,
  TotalsResult,
};

/** Custom requests by method. */
export interface CustomRequests {
  "lwnet/std": { readonly params: StdParams; readonly result: StdResult };
  "lwnet/networks": { readonly params: NetworksParams; readonly result: readonly NetworkItem[] };
  "lwnet/totals": { readonly params: TotalsParams; readonly result: TotalsResult | null };
  "lwnet/graph": { readonly params: GraphParams; readonly result: GraphResult };
  "lwnet/heat": { readonly params: HeatParams; readonly result: HeatResult | null };
  "lwnet/instances": { readonly params: InstancesParams; readonly result: InstancesResult | null };
  "lwnet/chooseInstance": { readonly params: ChooseInstanceParams; readonly result: null };
  "lwnet/checkedFiles": { readonly params: CheckedFilesParams; readonly result: readonly string[] };
  "lwnet/checks": { readonly params: ChecksParams; readonly result: readonly CheckedNetwork[] };
  "lwnet/formats": { readonly params: null; readonly result: readonly FormatItem[] };
  "lwnet/export": { readonly params: ExportParams; readonly result: ExportResult };
  "lwnet/devices": { readonly params: DevicesParams; readonly result: readonly DeviceItem[] };
  "lwnet/exportAndRun": { readonly params: RunParams; readonly result: RunResponse };
  "lwnet/times": { readonly params: TimesParams; readonly result: TimesResult };
  "lwnet/runText": { readonly params: RunTextParams; readonly result: string };
  "lwnet/layerPlace": { readonly params: LayerPlaceParams; readonly result: LayerPlace | null };
}

/** Custom notifications, from server to client, by method. */
export interface CustomNotifications {
  "lwnet/progress": ProgressParams;
}

/** Custom notifications, from client to server, by method. */
export interface ClientNotifications {
  "lwnet/files": FilesParams;
  "lwnet/runs": RunsParams;
}

/**
 * Texts of files that are not open, from a client whose server can't read them itself. The first are a field `files` of
 * the initialization options, so that nothing is ever analysed without them.
 */
export interface FilesParams {
  readonly files: readonly GivenFile[];
}

export interface GivenFile {
  readonly uri: string;
  /** Null for a file that is gone. */
  readonly text: string | null;
}

/** Asks for a file of the blocks that ship with lwnet. */
export interface StdParams {
  readonly uri: string;
}

export interface StdResult {
  readonly text: string;
}

export interface NetworksParams {
  readonly uri: string;
}

export interface NetworkItem {
  readonly name: string;
  /** Zero-based line of its declaration. */
  readonly line: number;
  /** Why it can't be exported, such as a parameter without a default. */
  readonly problem: string | undefined;
  /** Dimensions of its inputs that are known by name only: a run needs numbers for them. */
  readonly sizes: readonly string[];
}

/** Asks for the files of the workspace that have networks. */
export type CheckedFilesParams = Readonly<Record<string, never>>;

/** Asks what a file's networks are checked for, with the outcome. The file need not be open. */
export interface ChecksParams {
  readonly uri: string;
}

export interface CheckedNetwork {
  readonly network: string;
  readonly range: PositionRange;
  /** Why it can't be checked. */
  readonly problem: string | undefined;
  readonly checks: readonly CheckItem[];
}

export interface CheckItem {
  /** Distinct within the network. */
  readonly id: string;
  readonly kind: "expect" | "require" | "budget";
  readonly label: string;
  readonly detail: string;
  readonly uri: string;
  readonly range: PositionRange;
  readonly state: "passed" | "failed" | "unknown";
  /** Of one that failed, with both sides where there are two. */
  readonly message?: string;
  readonly expected?: string;
  readonly actual?: string;
}

export interface PositionRange {
  readonly start: Position;
  readonly end: Position;
}

/** Zero-based, in UTF-16, as the protocol has it. */
export interface Position {
  readonly line: number;
  readonly character: number;
}

/** Asks for the totals of a network: by name, or the one that is meant at a position. */
export interface TotalsParams {
  readonly uri: string;
  readonly network?: string;
  readonly position?: Position;
  /** The network that is meant where the position leaves it open. */
  readonly prefer?: string;
}

/** Asks for the share of each line in the cost of the network that is meant at a position. */
export interface HeatParams {
  readonly uri: string;
  readonly position: Position;
  readonly metric: HeatMetric;
  /** The network that is meant where the position leaves it open. */
  readonly prefer?: string;
}

export type FoldState = "folded" | "open" | "spread";
export type GraphTheme = "light" | "dark" | "paper" | "contrastDark" | "contrastLight";
export type GraphColor = "params" | "macs" | "memory";

/** Asks for the picture of a network, laid out: by name, or of the one that is meant at a position. */
export interface GraphParams {
  readonly uri: string;
  readonly network?: string;
  readonly position?: Position;
  /** The network that is meant where the position leaves it open. */
  readonly prefer?: string;
  /** Which boxes are open: as at a first look, all, none, or the outermost levels. */
  readonly open?: "page" | "all" | "none" | number;
  /** Of single boxes, by id: comes before `open`. */
  readonly states?: Readonly<Record<string, FoldState>>;
  /** Draws normalisation and activation as boxes of their own. */
  readonly everyLayer?: boolean;
  readonly theme: GraphTheme;
  /** Tints by a share of the cost instead of by kind. */
  readonly color?: GraphColor;
  readonly direction?: "down" | "right";
  /** For a page by itself: nothing in it can be acted on. */
  readonly figure?: boolean;
}

export type GraphResult = GraphPicture | { readonly problem: string };

export interface GraphPicture {
  readonly network: string;
  /** All networks of the file that can be drawn. */
  readonly networks: readonly string[];
  readonly svg: string;
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly GraphItem[];
}

/** A node of the picture; the element of the SVG has its id as `data-id`. */
export interface GraphItem {
  readonly id: string;
  readonly name: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly fold: FoldState | "none";
  /** It has equal iterations that can be shown one by one. */
  readonly spreads: boolean;
  readonly fault?: string;
  /** Its statement first, then those of layers drawn with it. */
  readonly places: readonly UriRange[];
  /** Bodies that it stands for while it is folded. */
  readonly covers: readonly UriRange[];
}

export interface UriRange {
  readonly uri: string;
  readonly range: PositionRange;
}

/** Asks for the distinct instances of a block, by name or the one at a position. */
export interface InstancesParams {
  readonly uri: string;
  readonly block?: string;
  readonly position?: Position;
}

/** Shows one instance of a block in its text, or all again. */
export interface ChooseInstanceParams {
  readonly uri: string;
  readonly block: string;
  /** The key of an entry; without it the range over all is shown. */
  readonly instance?: string;
}

/** A format that networks are exported to. */
export interface FormatItem {
  readonly id: FormatId;
  /** As people call it. */
  readonly title: string;
  /** With the dot. */
  readonly extension: string;
  readonly description: string;
  /** How this way of writing the format is asked for, to be sent back as it is. */
  readonly options?: FormatChoice;
}

export interface ExportParams {
  readonly uri: string;
  readonly network: string;
  readonly format: FormatId;
  readonly options?: FormatChoice;
  /** File-system path of the file to write. */
  readonly output: string;
  /** Of the random weights. The same seed gives the same bytes. */
  readonly seed?: number;
  /** Names this request's `lwnet/progress` notifications; without it there are none. */
  readonly progress?: string;
}

export interface ExportResult {
  readonly network: string;
  readonly path: string;
  /** Of all files written. */
  readonly bytes: number;
  /** One line for a notification. */
  readonly summary: string;
  /** What there is to know of what was written. Full sentences. */
  readonly notes: readonly string[];
}

export interface DevicesParams {
  readonly uri: string;
}

/** Something that networks can be run on here. */
export interface DeviceItem {
  readonly device: DeviceChoice;
  readonly engine?: EngineName;
  readonly title: string;
  readonly description: string;
}

/** How to run a network; the settings `lwnet.run.*` where they say, unless given. */
export interface RunOptions {
  readonly device?: DeviceChoice;
  readonly engine?: EngineName;
  readonly batch?: number;
  readonly precision?: RunPrecision;
  readonly warmup?: number;
  readonly repeats?: number;
  readonly timeoutMs?: number;
  /** `random`, `zeros`, or the path of a picture or a `.npy` file. */
  readonly input?: string;
  /** Paths of files: names of the classes, and weights. */
  readonly labels?: string;
  readonly weights?: string;
  /** Of dimensions that the network knows by name. */
  readonly sizes?: Readonly<Record<string, number>>;
  /** A Node.js to run it with. */
  readonly nodePath?: string;
}

export interface RunParams extends RunOptions {
  readonly uri: string;
  readonly network: string;
  /** Where the model's file goes. */
  readonly folder: string;
  readonly seed?: number;
  readonly progress?: string;
}

/** A run's result, and the same as text: the client shows it as it is. */
export interface RunResponse extends RunResult {
  /** For the client to keep with the result, as a `RunRecord`. */
  readonly texts: readonly RunText[];
  readonly modelPath: string;
  /** One line for a notification. */
  readonly summary: string;
  /** All of it, with a table of the layers. */
  readonly text: string;
}

/** A run as it is kept: with the texts that were measured. */
export interface RunRecord {
  readonly uri: string;
  readonly result: RunResult;
  readonly texts: readonly RunText[];
}

/** A file that a network was made of, as it was. */
export interface RunText {
  readonly uri: string;
  readonly text: string;
}

/** The last run of each network, from a client that has kept them. They replace those that the server knows. */
export interface RunsParams {
  readonly runs: readonly RunRecord[];
}

/** Asks for the measured time of each line of a file. */
export interface TimesParams {
  readonly uri: string;
}

export interface TimesResult {
  /** From the top; none where nothing was measured. */
  readonly lines: readonly TimeLine[];
}

/** Asks for a run as the text of a file. */
export interface RunTextParams {
  readonly result: RunResult;
  readonly format: "csv" | "json" | "markdown";
}

/** Asks where a layer of the last run of a network stands now. */
export interface LayerPlaceParams {
  readonly uri: string;
  readonly network: string;
  /** Its full name. */
  readonly layer: string;
}

export interface LayerPlace {
  readonly uri: string;
  readonly range: PositionRange;
}

export interface ProgressParams {
  /** The request's `progress`. */
  readonly id: string;
  readonly message: string;
  /** From 0 to 1, where the server knows. */
  readonly fraction: number | undefined;
}
