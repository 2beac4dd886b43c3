/** What a hint tells on request: where its shape was decided, and what each statement on its line costs. */
import type { FileId } from "../../../../grammar/ast.ts";
import type { FileAnalysis } from "../analysis.ts";
import type { StatementFacts } from "../cost/facts.ts";
import type { Analysis } from "../workspace.ts";
import { grid, span } from "./hover/markdown.ts";
import { statementLines } from "./inlayHints.ts";
import { type Choices, factsShown, noChoices } from "./instances.ts";
import { excerpt, nodesAt, placeOf } from "./places.ts";
import { type ShapeOrigin, type ShapePart, shapeOrigin } from "./shapeOrigin.ts";
import { activationsText, macsText, outputText, paramsText } from "./text.ts";
import type { HintDetails } from "./types.ts";

/** Of the hint whose line ends with the statement at an offset. */
export function hintDetails(
  analysis: Analysis,
  id: FileId,
  offset: number,
  choices: Choices = noChoices,
): HintDetails | undefined {
  const file = analysis.of(id);
  const path = file && nodesAt(file.source, offset);
  const found =
    path &&
    statementLines(path.item.section).find(({ statements }) =>
      statements.some(({ head }) => head.start === offset - path.offset),
    );
  if (!file || !found) return undefined;
  const { item, statements } = found;
  const shown = factsShown(file, item, choices);
  const known = statements.flatMap((statement) => {
    const facts = shown.get(statement);
    return facts ? [{ text: excerpt(item.section.text, statement.range), facts }] : [];
  });
  const last = known.at(-1);
  if (!last) return undefined;
  const origin = (part: ShapePart) => originOf(analysis, file, last.facts, part);
  return { channels: origin("channels"), sizes: origin("sizes"), costs: costsTable(known) };
}

function costsTable(known: readonly { readonly text: string; readonly facts: StatementFacts }[]): string {
  const right = { right: true } as const;
  const columns = [{ title: "" }, { title: "output" }];
  const costs = ["params", "MACs", "activations"].map((title) => ({ title, ...right }));
  return grid([...columns, ...costs], known, ({ text, facts }) => [
    span(text),
    outputText(facts) ?? "?",
    ...[paramsText(facts), macsText(facts), activationsText(facts)].map((cost) => cost ?? "?"),
  ]);
}

function originOf(
  analysis: Analysis,
  file: FileAnalysis,
  { variants }: StatementFacts,
  part: ShapePart,
): HintDetails["channels"] {
  const [first] = variants;
  // An input stands where its own hint would lead.
  if (!first || first.step.node.kind === "input") return undefined;
  const origin = shapeOrigin(file.facts, first.instance, first.step, part);
  const place = origin && placeOf(analysis, origin.location);
  const noun = nouns[part][first.step.output.shape?.length ?? 3];
  return place && noun !== undefined ? { place, tooltip: originText(origin, part, noun) } : undefined;
}

/** What a part of a shape is, by the number of axes. */
const nouns = {
  channels: [undefined, "features", "first axis", "channels", "channels"],
  sizes: [undefined, undefined, "second axis", "height and width", "depth, height and width"],
} as const;

function originText({ statement, location }: ShapeOrigin, part: ShapePart, noun: string): string {
  const { text } = location.section;
  if (!statement) return `${noun}: as in what enters ${span(excerpt(text, location.range))}`;
  const whole = statement.kind === "layer" || statement.kind === "input";
  const shown = span(excerpt(text, whole ? statement.range : statement.head));
  if (statement.kind === "input") return `${noun}: as in ${shown}`;
  return `${noun}: ${part === "channels" ? "set" : "last changed"} by ${shown}`;
}
