/** Texts for tests of what must hold for all: those of the repository, these with slips of the keyboard, and noise. */
import { globSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { sourcesOf } from "./fixture.ts";

export const exampleTexts = globSync("examples/*.lwnet")
  .sort()
  .map((file) => ({ file, text: readFileSync(file, "utf8") }));

export const texts = [
  ...exampleTexts.map(({ text }) => text),
  ...globSync("tests/fixtures/**/*.lwnet").map((file) => sourcesOf(readFileSync(file, "utf8")).main),
];
const words = [
  ...'{}()[],:.->=<>+*/%`"',
  "->",
  "//",
  "\n",
  " ",
  "block ",
  "network ",
  "residual {",
  "shortcut when ",
  "dense {",
  "concat {",
  "branch {",
  "repeat 3 ",
  "for i, n in ",
  "if ",
  "else ",
  "it",
  "in.channels",
  "conv(8, kernel: 3)",
  "bn",
  "relu",
  "64",
  "1.5K",
  "input image: [3, 8, 8]",
  "output y",
  "from ",
  "tap {",
  "expect [",
  "require ",
  "budget { params <= ",
  "const k = ",
  "안녕",
  "\u0000",
  "\ud800",
  "\r\n",
  "\t",
];

/** A text of the repository with a few pieces removed, doubled or put in. */
const edited = fc
  .record({
    text: fc.constantFrom(...texts),
    edits: fc.array(
      fc.record({
        at: fc.double({ min: 0, max: 1, noNaN: true }),
        length: fc.nat(12),
        insert: fc.constantFrom("", ...words),
      }),
      {
        minLength: 1,
        maxLength: 6,
      },
    ),
  })
  .map(({ text, edits }) =>
    edits.reduce((result, { at, length, insert }) => {
      const start = Math.floor(at * result.length);
      return result.slice(0, start) + insert + result.slice(start + length);
    }, text),
  );

const soup = fc.array(fc.constantFrom(...words), { maxLength: 60 }).map((parts) => parts.join(""));
export const anyText = fc.oneof(edited, soup, fc.string({ unit: "binary", maxLength: 80 }));
