/** What the graph view and the extension say to each other: types only. */
import type {
  FoldState,
  GraphColor,
  GraphPicture,
  Position,
  PositionRange,
} from "../../server/src/lsp/protocol.ts";

/** What is shown of which network, and how. */
export interface Look {
  readonly network?: string;
  readonly open?: "page" | "all" | "none";
  readonly states?: Readonly<Record<string, FoldState>>;
  readonly everyLayer?: boolean;
  readonly color?: GraphColor;
  readonly direction?: "down" | "right";
}

export type ToView =
  | { readonly type: "picture"; readonly picture: GraphPicture; readonly look: Look }
  | { readonly type: "problem"; readonly message: string }
  | { readonly type: "cursor"; readonly uri: string; readonly position: Position }
  /** Asks for the figure as PNG. */
  | { readonly type: "figure"; readonly svg: string };

export type FromView =
  | { readonly type: "ready"; readonly look: Look | undefined }
  | { readonly type: "look"; readonly look: Look }
  /** What is shown now: nothing is wished for. */
  | { readonly type: "shown"; readonly look: Look }
  | { readonly type: "reveal"; readonly uri: string; readonly range: PositionRange; readonly focus: boolean }
  | { readonly type: "export"; readonly format: "svg" | "png" }
  /** The bytes in base 64. */
  | { readonly type: "png"; readonly data: string };
