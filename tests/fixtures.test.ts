/** Every fixture says what lwnet says. `LWNET_UPDATE=1` writes them anew: read the difference before you commit it. */
import { globSync, readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { fixable } from "../server/src/core/fixes/index.ts";
import { codes } from "../server/src/core/index.ts";
import { annotate, directivesOf, fixedCodes, sourcesOf } from "./harness/fixture.ts";

const files = globSync("tests/fixtures/**/*.lwnet").sort();

test.each(files)("%s", (file) => {
  const fixture = readFileSync(file, "utf8");
  const annotated = annotate(sourcesOf(fixture), directivesOf(fixture));
  if (process.env.LWNET_UPDATE) writeFileSync(file, annotated);
  else expect(annotated).toBe(fixture);
});

test("every diagnostic code has a fixture", () => {
  const all = files.map((file) => readFileSync(file, "utf8")).join("\n");
  expect(Object.keys(codes).filter((code) => !all.includes(`[${code}]:`))).toEqual([]);
});

test("every code that has fixes has a fixture that shows one", () => {
  const shown = files.flatMap((file) => {
    const fixture = readFileSync(file, "utf8");
    const directives = directivesOf(fixture);
    return directives.has("fixes") || directives.has("changes") ? fixedCodes(sourcesOf(fixture)) : [];
  });
  expect(fixable.filter((code) => !shown.includes(code))).toEqual([]);
});
