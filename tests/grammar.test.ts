/** The grammar itself: no ambiguity, no unreachable rule or token. */
import { Lexer } from "chevrotain";
import { expect, test } from "vitest";
import { LwnetParser } from "../grammar/parser.ts";
import { allTokens } from "../grammar/tokens.ts";

test("the rules are free of ambiguities, left recursion and empty loops", () => {
  expect(() => new LwnetParser({ checkGrammar: true })).not.toThrow();
});

test("every token can be reached", () => {
  const lexer = new Lexer([...allTokens], { ensureOptimizations: true });
  expect(lexer.lexerDefinitionErrors).toEqual([]);
});
