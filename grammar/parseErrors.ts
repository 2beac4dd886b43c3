/** Recogniser exceptions to syntax errors: a sentence for people, anchored on a token that exists. */
import { EOF, type IRecognitionException, type IToken, MismatchedTokenException } from "chevrotain";
import type { ParseError } from "./ast.ts";
import { tokenRange } from "./layout.ts";
import { Assign, Comma, Name, Newline } from "./tokens.ts";

/** What a rule that found no alternative was looking for. */
const expectations: Readonly<Record<string, string>> = {
  file: "`block`, `network`, `const` or `import`",
  item: "`block`, `network`, `const` or `import`",
  importDeclaration: 'an import: `import { name } from "./file.lwnet"`',
  networkDeclaration: "`= Name(…)` or a body `{ … }`",
  parameter: "a type: int, float, bool, string, list, block or tensor",
  statement: "a layer or a statement",
  body: "a layer or a statement",
  combineStatement: "`(names)` or `{ branch { … } … }`",
  branches: "`branch { … }`",
  budgetEntry: "a limit such as `params <= 1.25M`",
  budgetStatement: "a limit such as `params <= 1.25M`",
  fromStatement: "the label of an earlier layer",
  forStatement: "the name of the loop variable",
  label: "a label",
  callArguments: "a value",
  list: "a value",
  parameters: "a parameter",
  primary: "a value",
  unary: "a value",
  negation: "a value",
};

/** Undefined for an error that stands nowhere: another one, such as an unclosed brace, led to it. */
export function toParseError(error: IRecognitionException): ParseError | undefined {
  const found = error.token;
  const anchor = isVisible(found) ? found : previousToken(error);
  return anchor && { message: `${expected(error)}${foundText(found)}`, range: tokenRange(anchor) };
}

function expected(error: IRecognitionException): string {
  const rule = error.context.ruleStack.at(-1) ?? "";
  if (rule === "callArguments" && error.token.tokenType === Assign)
    return "an argument is written `name: value`";
  if (error instanceof MismatchedTokenException) {
    // The exception has the token type in its text only, by its label.
    const label = /Expecting(?: token of type)? --> (.+?) <--/.exec(error.message)?.[1];
    // A body, a list or a file could end here as well, but the reader wonders about what it lacks.
    const lacksPart =
      (rule === "body" && label !== "`{`") || rule === "file" || error.token.tokenType === Comma;
    if (label && !lacksPart) return `expected ${rule === "callArguments" ? `\`,\` or ${label}` : label}`;
  }
  return expectationOf(rule);
}

function expectationOf(rule: string): string {
  return `expected ${expectations[rule] ?? "something else here"}`;
}

function foundText(token: IToken): string {
  if (token.tokenType === EOF) return ", but the text ends here";
  if (token.tokenType === Newline) return ", but the line ends here";
  if (token.image === "") return "";
  if (token.tokenType.CATEGORIES?.includes(Name) && token.tokenType.name !== "Identifier") {
    return `, found the keyword \`${token.image}\``;
  }
  return `, found \`${token.image}\``;
}

/** Inserted tokens, line breaks and the end of the text have no range that an editor could underline. */
function isVisible(token: IToken): boolean {
  return (
    token.tokenType !== EOF && token.tokenType !== Newline && token.image !== "" && token.startOffset >= 0
  );
}

function previousToken(error: IRecognitionException): IToken | undefined {
  const previous = (error as IRecognitionException & { previousToken?: IToken }).previousToken;
  return previous && isVisible(previous) ? previous : undefined;
}
