/** A finding of the analysis, placed by syntax rather than by offset: it survives edits elsewhere in the file. */
import type { Location, Residual } from "../../../../grammar/ast.ts";
import type { Shape } from "../shape/shape.ts";
import type { DiagnosticCode } from "./codes.ts";

export interface Diagnostic {
  readonly code: DiagnosticCode;
  /** One sentence in the user's terms, with the shapes or values that disagree. */
  readonly message: string;
  readonly location: Location;
  readonly related: readonly Related[];
  /** What a fix needs to know; its kind belongs to the code. */
  readonly data?: FixData;
}

export interface Related {
  readonly message: string;
  readonly location: Location;
}

export type FixData =
  | {
      readonly kind: "shortcut";
      readonly node: Residual;
      readonly input: Shape;
      readonly main: Shape;
    }
  | { readonly kind: "rename"; readonly suggestion: string };
