/**
 * The TextMate grammar, made from the token list so that the two can't drift. Colours only: it knows where a
 * label, an argument or a layer stands, but nothing of what they mean. Written to lwnet.tmLanguage.json by the
 * build.
 */
import type { TokenType } from "chevrotain";
import * as t from "./tokens.ts";
import { namePart, nameStart } from "./tokens.ts";

interface Rule {
  readonly name?: string;
  readonly match?: string;
  readonly begin?: string;
  readonly end?: string;
  readonly include?: string;
  readonly contentName?: string;
  readonly captures?: Captures;
  readonly beginCaptures?: Captures;
  readonly endCaptures?: Captures;
  readonly patterns?: readonly Rule[];
}

type Captures = Readonly<Record<string, { readonly name: string }>>;

export interface TextmateGrammar {
  readonly name: string;
  readonly scopeName: string;
  readonly patterns: readonly Rule[];
  readonly repository: Readonly<Record<string, Rule>>;
}

const name = `${nameStart}${namePart}*+`;
const before = `(?<!${namePart})`;
const after = `(?!${namePart})`;

/** Where a statement may start. Inside parentheses and brackets there are none: those are rules of their own. */
const statementStart = "(?:^|(?<=->)|(?<=\\{))\\s*";

/** Arguments and lists never hold braces, so that one left open ends before the next body. */
const closes = (bracket: string) => `${bracket}|(?=[{}])`;

const scope = (type: TokenType): string => `${t.scopeOf(type) ?? "source"}.lwnet`;
const scoped = (...names: string[]): Captures =>
  Object.fromEntries(names.map((each, i) => [String(i + 1), { name: each }]));

/** The grammar as a value. */
export function textmateGrammar(): TextmateGrammar {
  return {
    name: "lwnet",
    scopeName: "source.lwnet",
    patterns: [
      { include: "#comments" },
      { include: "#declarations" },
      { include: "#labels" },
      { include: "#statements" },
      { include: "#arguments" },
      { include: "#expressions" },
    ],
    repository: {
      comments: { patterns: comments },
      declarations: { patterns: declarations },
      labels: { patterns: labels },
      statements: { patterns: statements },
      arguments: argumentList,
      expressions: { patterns: expressions() },
    },
  };
}

/** The grammar as the text of its file. */
export function textmateJson(): string {
  return `${JSON.stringify(textmateGrammar(), undefined, 2)}\n`;
}

const comments: Rule[] = [
  { name: scope(t.DocComment), match: source(t.DocComment) },
  { name: scope(t.Comment), match: source(t.Comment) },
];

const declarationName = "entity.name.type.lwnet";

const declarations: Rule[] = [
  {
    // network DenseNet121 = DenseNet(…)
    match: `${word(t.Network)}\\s+(${name})\\s*(=)\\s*(${name})`,
    captures: scoped(
      scope(t.Network),
      declarationName,
      scope(t.Assign),
      "entity.other.inherited-class.lwnet",
    ),
  },
  {
    name: "meta.parameters.lwnet",
    begin: `${word(t.Block, t.Network)}\\s+(${name})\\s*(\\()`,
    end: closes("\\)"),
    beginCaptures: scoped(scope(t.Block), declarationName),
    patterns: [
      { include: "#comments" },
      {
        match: `(${name})\\s*(:)\\s*(${name})`,
        captures: scoped("variable.parameter.lwnet", "punctuation.separator.lwnet", "support.type.lwnet"),
      },
      { match: `(${name})(?=\\s*[,=)])`, captures: scoped("variable.parameter.lwnet") },
      { include: "#arguments" },
      { include: "#expressions" },
    ],
  },
  {
    match: `${word(t.Block, t.Network)}\\s+(${name})`,
    captures: scoped(scope(t.Block), declarationName),
  },
  {
    match: `${word(t.Const)}\\s+(${name})`,
    captures: scoped(scope(t.Const), "variable.other.constant.lwnet"),
  },
];

const labelScope = scope(t.TemplateLiteral);

const labels: Rule[] = [
  {
    match: `${statementStart}(${name})\\s*(:)`,
    captures: scoped(labelScope, "punctuation.separator.lwnet"),
  },
  {
    // A label that holds values, such as `unit{i + 1}`.
    name: labelScope,
    begin: "`",
    end: "`|$",
    patterns: [
      {
        name: "meta.embedded.lwnet",
        begin: "\\{",
        end: "\\}|(?=`)|$",
        beginCaptures: { "0": { name: "punctuation.section.embedded.lwnet" } },
        endCaptures: { "0": { name: "punctuation.section.embedded.lwnet" } },
        patterns: [{ include: "#arguments" }, { include: "#expressions" }],
      },
    ],
  },
];

const statements: Rule[] = [
  {
    match: `${word(t.Input)}\\s+(${name})\\s*(:)`,
    captures: scoped(scope(t.Input), "variable.other.tensor.lwnet", "punctuation.separator.lwnet"),
  },
  {
    match: `${word(t.Output)}\\s+(${name})`,
    captures: scoped(scope(t.Output), "variable.other.tensor.lwnet"),
  },
  {
    begin: `${word(t.Budget)}\\s*(\\{)`,
    end: "\\}",
    beginCaptures: scoped(scope(t.Budget)),
    patterns: [
      { include: "#comments" },
      { name: "variable.other.property.lwnet", match: `${name}(?=\\s*<)` },
      { include: "#expressions" },
    ],
  },
  {
    // A layer or a block: the first word of a statement that is no keyword, also after its label.
    match: `(?:${statementStart}|(?<=:)\\s*)(?!${keywordAhead()})(${name})`,
    captures: scoped("entity.name.function.lwnet"),
  },
];

const argumentList: Rule = {
  name: "meta.arguments.lwnet",
  begin: "\\(",
  end: closes("\\)"),
  patterns: [
    { include: "#comments" },
    {
      match: `(${name})\\s*(:)`,
      captures: scoped("variable.parameter.lwnet", "punctuation.separator.lwnet"),
    },
    { include: "#arguments" },
    { include: "#expressions" },
  ],
};

function expressions(): Rule[] {
  return [
    {
      begin: "\\[",
      end: closes("\\]"),
      patterns: [{ include: "#comments" }, { include: "#arguments" }, { include: "#expressions" }],
    },
    {
      name: scope(t.StringLiteral),
      begin: '"',
      end: '"|$',
      patterns: [{ name: "constant.character.escape.lwnet", match: "\\\\." }],
    },
    { name: scope(t.NumberLiteral), match: `${before}${source(t.NumberLiteral)}` },
    {
      match: `(\\.)\\s*(${name})`,
      captures: scoped("punctuation.accessor.lwnet", "variable.other.property.lwnet"),
    },
    ...keywordRules(),
    { name: "support.function.lwnet", match: `${before}${name}(?=\\s*\\()` },
    { name: "variable.other.lwnet", match: `${before}${name}` },
    ...operatorRules(),
  ];
}

/** One rule for each scope that keywords are coloured with. */
function keywordRules(): Rule[] {
  return [...new Set(t.keywords.map(scope))].map((scopeName) => {
    const words = t.keywords.filter((type) => scope(type) === scopeName).map(source);
    return { name: scopeName, match: `${before}(?:${words.join("|")})${after}` };
  });
}

/** Operators, the longest first: `->` is no minus. */
function operatorRules(): Rule[] {
  const isOperator = (type: TokenType) =>
    !t.keywords.includes(type) && scope(type).startsWith("keyword.operator");
  return t.allTokens
    .filter(isOperator)
    .sort((a, b) => source(b).length - source(a).length)
    .map((type) => ({ name: scope(type), match: source(type) }));
}

function keywordAhead(): string {
  return `(?:${t.keywords.map(source).join("|")})${after}`;
}

/** One capture, of any of the words. */
function word(...types: TokenType[]): string {
  return `${before}(${types.map(source).join("|")})${after}`;
}

/** A token's pattern in regular-expression syntax. */
function source(type: TokenType): string {
  const pattern = type.PATTERN;
  if (pattern instanceof RegExp) return pattern.source;
  return String(pattern).replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
