/** What a source of completions sees, and how it makes an item. */
import type { FileId, Section } from "../../../../../grammar/ast.ts";
import type { FileAnalysis } from "../../analysis.ts";
import type { Analysis } from "../../workspace.ts";
import type { Callable } from "../callables.ts";
import type { PlaceAt } from "../cursor/place.ts";
import type { Completion, CompletionKind } from "./types.ts";

export interface CompletionContext {
  readonly analysis: Analysis;
  readonly id: FileId;
  readonly file: FileAnalysis;
  readonly section: Section;
  /** Offset of the section in the file. */
  readonly offset: number;
  /** The cursor's, in the file. */
  readonly cursor: number;
  readonly at: PlaceAt;
  /** The part of the word before the cursor. */
  readonly typed: string;
  /** Brackets with arguments stand behind the word already. */
  readonly hasArguments: boolean;
}

/** From likely to unlikely. */
export const ranks = {
  preferred: 0,
  value: 1,
  parameter: 2,
  local: 3,
  file: 4,
  language: 5,
  keyword: 6,
  elsewhere: 7,
} as const;

export type Rank = keyof typeof ranks;

type Optional = Partial<
  Pick<Completion, "detail" | "origin" | "text" | "snippet" | "preferred" | "edits" | "documentation">
>;

/** `order` sorts items of one rank. */
export function item(
  label: string,
  kind: CompletionKind,
  rank: Rank,
  order: number,
  rest: Optional = {},
): Completion {
  return {
    label,
    kind,
    detail: undefined,
    origin: undefined,
    text: label,
    snippet: undefined,
    preferred: false,
    edits: [],
    documentation: undefined,
    ...rest,
    sort: `${ranks[rank]}${String(order).padStart(4, "0")}`,
  };
}

/** A call with the arguments that it has to give as places to fill in; the bare name where there are none. */
export function callText(
  ctx: CompletionContext,
  { name, parameters, kind }: Callable,
): Pick<Completion, "text" | "snippet"> {
  const required = parameters.filter(({ expected }) => expected);
  if (required.length === 0 || ctx.hasArguments) return { text: name, snippet: undefined };
  const places = required.map((parameter, i) => {
    const place = `\${${i + 1}:${parameter.name}}`;
    // Layers name what comes after the first, as papers' code does.
    const byName = kind === "network" || (kind === "operator" && i > 0) || parameters[i] !== parameter;
    return byName ? `${parameter.name}: ${place}` : place;
  });
  return { text: name, snippet: `${name}(${places.join(", ")})` };
}
