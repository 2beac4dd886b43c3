/** The snippets: what each expands to is a network, a block or statements without an error. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { diagnostics } from "../server/src/core/index.ts";
import { openText } from "./harness/open.ts";

interface Snippet {
  readonly prefix: string;
  readonly description: string;
  readonly body: string | readonly string[];
}

const snippets: Readonly<Record<string, Snippet>> = JSON.parse(readFileSync("grammar/snippets.json", "utf8"));

/** How a block is used, so that its shapes are computed as well. */
const uses: Readonly<Record<string, string>> = {
  block_basic: "basic(64) -> basic(128, stride: 2)",
  block_bottleneck: "bottleneck(16) -> bottleneck(32, stride: 2)",
  block_dense: "dense { dense_layer(12) }",
  block_transition: "transition",
  block_fire: "fire(16, 64)",
  block_inverted: "inverted(64) -> inverted(24, stride: 2)",
  block_squeeze_excite: "squeeze_excite",
};

/** All placeholders as they are; a number alone stands for what its placeholder says. */
function expand(snippet: Snippet): string {
  const body = typeof snippet.body === "string" ? snippet.body : snippet.body.join("\n");
  const values = new Map<string, string>();
  for (const [, number = "", value = ""] of body.matchAll(/\$\{(\d+):([^}]*)\}/g)) values.set(number, value);
  for (const [, number = "", value = ""] of body.matchAll(/\$\{(\d+)\|([^,|]*)[^|]*\|\}/g))
    values.set(number, value);
  return body.replace(/\$\{(\d+)[^}]*\}|\$(\d+)/g, (_, a, b) => values.get(a ?? b) ?? "");
}

function network(statements: string): string {
  return `network Test {\n  input image: [64, 56, 56]\n${statements.replace(/^/gm, "  ")}\n}\n`;
}

describe.each(Object.entries(snippets))("%s", (_name, snippet) => {
  test("has no error as it is", () => {
    const text = expand(snippet);
    const use = uses[snippet.prefix];
    const isBlock = text.startsWith("block");
    // A block without a use would be checked in names only.
    expect(isBlock).toBe(use !== undefined);
    let whole = text;
    if (use !== undefined) whole = `${text}\n${network(use)}`;
    else if (!text.startsWith("network")) whole = network(text);
    if (/\bbasic\b/.test(text) && !isBlock) whole = `import { basic } from "std/resnet"\n\n${whole}`;
    const { id, analysis } = openText(whole);
    const errors = diagnostics(analysis, id).map(({ code, message }) => `${code}: ${message}`);
    expect({ whole, errors }).toEqual({ whole, errors: [] });
  });
});

test("no snippet is called as a word of the language, which completion has already", () => {
  for (const { prefix, description } of Object.values(snippets)) {
    expect(prefix).toMatch(/^[a-z]+(_[a-z]+)+$/);
    expect(description.length).toBeLessThan(70);
  }
});
