/**
 * All token types of the language, in one list. The lexer, the parser and the TextMate grammar
 * (textmate.ts) are all made from it.
 */
import { createToken, Lexer, type TokenType } from "chevrotain";

/** What an editor colours a token as: the TextMate scope without the `.lwnet` suffix. */
const scopes = new Map<TokenType, string>();

/** The scope that a token type is coloured with, if any. */
export function scopeOf(type: TokenType): string | undefined {
  return scopes.get(type);
}

function token(name: string, pattern: RegExp | string, scope?: string, label?: string): TokenType {
  const type = createToken({ name, pattern, label: label ?? (typeof pattern === "string" ? pattern : name) });
  if (scope) scopes.set(type, scope);
  return type;
}

// Identifiers may use any script. Chevrotain's first-character optimisation can't read a `u` regular
// expression, so the pattern is a function with one hint for each of its character buckets.
/** The first character of a name and those after it, as sources of `u` regular expressions. */
export const nameStart = String.raw`[\p{L}_]`;
export const namePart = String.raw`[\p{L}\p{M}\p{N}_]`;
const identifierPattern = new RegExp(`${nameStart}${namePart}*`, "uy");
const identifierStarts = [
  ..."abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_",
  ...Array.from({ length: 128 }, (_, i) => String.fromCharCode(128 + i)),
  ...Array.from({ length: 256 }, (_, i) => String.fromCharCode(256 + i * 255)).filter((c) => c >= "\u0100"),
];

export const Identifier = createToken({
  name: "Identifier",
  label: "a name",
  pattern: {
    exec(text: string, offset: number): RegExpExecArray | null {
      identifierPattern.lastIndex = offset;
      return identifierPattern.exec(text);
    },
  },
  start_chars_hint: identifierStarts,
  line_breaks: false,
});

/**
 * Anything that may stand as a label or an argument's name: an identifier, or a keyword, which has no
 * meaning before a colon. `add: conv(8)` is a label; `add { … }` is a sum.
 */
export const Name = createToken({ name: "Name", label: "a name", pattern: Lexer.NA });
Identifier.CATEGORIES = [Name];

const keywordTypes: TokenType[] = [];

function keyword(word: string, scope: string): TokenType {
  const type = createToken({
    name: word[0]?.toUpperCase() + word.slice(1),
    label: `\`${word}\``,
    pattern: word,
    longer_alt: Identifier,
    categories: [Name],
  });
  scopes.set(type, scope);
  keywordTypes.push(type);
  return type;
}

const declaration = "storage.type";
const control = "keyword.control";
const connection = "keyword.other.connection";
const check = "keyword.other.check";
const wordOperator = "keyword.operator.word";

export const Import = keyword("import", control);
export const Const = keyword("const", declaration);
export const Block = keyword("block", declaration);
export const Network = keyword("network", declaration);
export const Residual = keyword("residual", connection);
export const Shortcut = keyword("shortcut", connection);
export const When = keyword("when", control);
export const Dense = keyword("dense", connection);
export const Concat = keyword("concat", connection);
export const Add = keyword("add", connection);
export const Mul = keyword("mul", connection);
export const Branch = keyword("branch", connection);
export const Tap = keyword("tap", connection);
export const Repeat = keyword("repeat", control);
export const For = keyword("for", control);
export const If = keyword("if", control);
export const Else = keyword("else", control);
export const As = keyword("as", control);
export const From = keyword("from", control);
export const Input = keyword("input", check);
export const Output = keyword("output", check);
export const Expect = keyword("expect", check);
export const Require = keyword("require", check);
export const Budget = keyword("budget", check);
export const It = keyword("it", "variable.language");
export const In = keyword("in", "variable.language");
export const True = keyword("true", "constant.language");
export const False = keyword("false", "constant.language");
export const And = keyword("and", wordOperator);
export const Or = keyword("or", wordOperator);
export const Not = keyword("not", wordOperator);
export const Div = keyword("div", wordOperator);

/** Every keyword, for completion, `did you mean` and the TextMate grammar. */
export const keywords: readonly TokenType[] = keywordTypes;

export const DocComment = createToken({ name: "DocComment", pattern: /\/\/\/[^\r\n]*/, group: "comments" });
export const Comment = createToken({ name: "Comment", pattern: /\/\/[^\r\n]*/, group: "comments" });
scopes.set(DocComment, "comment.line.documentation");
scopes.set(Comment, "comment.line.double-slash");

export const WhiteSpace = createToken({
  name: "WhiteSpace",
  pattern: /[ \t\uFEFF\u00A0]+/,
  group: Lexer.SKIPPED,
});
export const Newline = createToken({
  name: "Newline",
  label: "a new line",
  pattern: /\r?\n|\r/,
  line_breaks: true,
});

/** `64`, `0.5`, `1e-5`, and with a magnitude: `1.25M`, `5MB`. */
export const NumberLiteral = token(
  "NumberLiteral",
  /\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?:[KMG]B?(?![A-Za-z0-9_]))?/,
  "constant.numeric",
  "a number",
);
export const StringLiteral = token(
  "StringLiteral",
  /"(?:[^"\\\r\n]|\\[^\r\n])*"/,
  "string.quoted.double",
  "a string",
);
/** A label that holds values: `` `denselayer{i + 1}` ``. The holes are parsed by lower.ts. */
export const TemplateLiteral = token("TemplateLiteral", /`[^`\r\n]*`/, "entity.name.label", "a label");
TemplateLiteral.CATEGORIES = [];

const operator = "keyword.operator";
export const Arrow = token("Arrow", "->", "keyword.operator.flow", "`->`");
export const Equal = token("Equal", "==", operator, "`==`");
export const NotEqual = token("NotEqual", "!=", operator, "`!=`");
export const LessEqual = token("LessEqual", "<=", operator, "`<=`");
export const GreaterEqual = token("GreaterEqual", ">=", operator, "`>=`");
export const Less = token("Less", "<", operator, "`<`");
export const Greater = token("Greater", ">", operator, "`>`");
export const Assign = token("Assign", "=", operator, "`=`");
export const Plus = token("Plus", "+", operator, "`+`");
export const Minus = token("Minus", "-", operator, "`-`");
export const Times = token("Times", "*", operator, "`*`");
export const Slash = token("Slash", "/", operator, "`/`");
export const Percent = token("Percent", "%", operator, "`%`");
export const LCurly = token("LCurly", "{", undefined, "`{`");
export const RCurly = token("RCurly", "}", undefined, "`}`");
export const LParen = token("LParen", "(", undefined, "`(`");
export const RParen = token("RParen", ")", undefined, "`)`");
export const LBracket = token("LBracket", "[", undefined, "`[`");
export const RBracket = token("RBracket", "]", undefined, "`]`");
export const Comma = token("Comma", ",", undefined, "`,`");
export const Colon = token("Colon", ":", undefined, "`:`");
export const Dot = token("Dot", ".", undefined, "`.`");

/** Order matters to the lexer: longer patterns and keywords come before the ones they start with. */
export const allTokens: readonly TokenType[] = [
  WhiteSpace,
  Newline,
  DocComment,
  Comment,
  ...keywords,
  Identifier,
  Name,
  NumberLiteral,
  StringLiteral,
  TemplateLiteral,
  Arrow,
  Equal,
  NotEqual,
  LessEqual,
  GreaterEqual,
  Less,
  Greater,
  Assign,
  Plus,
  Minus,
  Times,
  Slash,
  Percent,
  LCurly,
  RCurly,
  LParen,
  RParen,
  LBracket,
  RBracket,
  Comma,
  Colon,
  Dot,
];
