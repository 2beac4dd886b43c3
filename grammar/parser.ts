/**
 * The grammar of items and statements: rules only, one per construct. It builds Chevrotain's concrete syntax tree;
 * lower.ts gives it its types. Error recovery is on, so every text yields a tree.
 */
import type { IToken } from "chevrotain";
import { ExpressionParser } from "./expressionParser.ts";
import * as t from "./tokens.ts";

/** The rules. Checking the grammar itself takes longer than reading most files: a test does it once for all. */
export class LwnetParser extends ExpressionParser {
  constructor(options: { readonly checkGrammar: boolean } = { checkGrammar: false }) {
    super([...t.allTokens], {
      recoveryEnabled: true,
      nodeLocationTracking: "full",
      maxLookahead: 2,
      skipValidations: !options.checkGrammar,
    });
    this.performSelfAnalysis();
  }

  // ── items ──────────────────────────────────────────────────────────────────────────────────────

  file = this.RULE("file", () => {
    this.MANY(() =>
      this.OR([{ ALT: () => this.CONSUME(t.Newline) }, { ALT: () => this.SUBRULE(this.item) }]),
    );
  });

  item = this.RULE("item", () => {
    this.OR([
      { ALT: () => this.SUBRULE(this.importDeclaration) },
      { ALT: () => this.SUBRULE(this.constDeclaration) },
      { ALT: () => this.SUBRULE(this.blockDeclaration) },
      { ALT: () => this.SUBRULE(this.networkDeclaration) },
    ]);
  });

  importDeclaration = this.RULE("importDeclaration", () => {
    this.CONSUME(t.Import);
    this.CONSUME(t.LCurly);
    this.MANY(() =>
      this.OR([
        { ALT: () => this.CONSUME(t.Newline) },
        { ALT: () => this.CONSUME(t.Comma) },
        { ALT: () => this.SUBRULE(this.importName) },
      ]),
    );
    this.CONSUME(t.RCurly);
    this.CONSUME(t.From);
    this.CONSUME(t.StringLiteral);
  });

  importName = this.RULE("importName", () => {
    this.CONSUME(t.Identifier, { LABEL: "name" });
    this.OPTION(() => {
      this.CONSUME(t.As);
      this.CONSUME2(t.Identifier, { LABEL: "alias" });
    });
  });

  constDeclaration = this.RULE("constDeclaration", () => {
    this.CONSUME(t.Const);
    this.CONSUME(t.Identifier);
    this.CONSUME(t.Assign);
    this.SUBRULE(this.expression);
  });

  blockDeclaration = this.RULE("blockDeclaration", () => {
    this.CONSUME(t.Block);
    this.CONSUME(t.Identifier);
    this.OPTION(() => this.SUBRULE(this.parameters));
    this.SUBRULE(this.body);
  });

  networkDeclaration = this.RULE("networkDeclaration", () => {
    this.CONSUME(t.Network);
    this.CONSUME(t.Identifier);
    this.OR([
      {
        ALT: () => {
          this.CONSUME(t.Assign);
          this.CONSUME2(t.Identifier, { LABEL: "base" });
          this.OPTION(() => this.SUBRULE(this.callArguments));
        },
      },
      {
        ALT: () => {
          this.OPTION2(() => this.SUBRULE(this.parameters));
          this.SUBRULE(this.body);
        },
      },
    ]);
  });

  parameters = this.RULE("parameters", () => {
    this.CONSUME(t.LParen);
    this.commaSeparated(this.parameter);
    this.CONSUME(t.RParen);
  });

  parameter = this.RULE("parameter", () => {
    this.CONSUME(t.Identifier, { LABEL: "name" });
    this.OPTION(() => {
      this.CONSUME(t.Colon);
      this.OR([
        { ALT: () => this.CONSUME2(t.Identifier, { LABEL: "type" }) },
        { ALT: () => this.CONSUME(t.Block, { LABEL: "type" }) },
      ]);
    });
    this.OPTION2(() => {
      this.CONSUME(t.Assign);
      this.SUBRULE(this.expression);
    });
  });

  // ── statements ─────────────────────────────────────────────────────────────────────────────────

  /** Separators stand loosely between statements; lower.ts reports where one is missing or doubled. */
  body = this.RULE("body", () => {
    this.CONSUME(t.LCurly);
    this.MANY(() =>
      this.OR([
        { ALT: () => this.CONSUME(t.Newline) },
        { ALT: () => this.CONSUME(t.Arrow) },
        { ALT: () => this.SUBRULE(this.statement) },
      ]),
    );
    this.CONSUME(t.RCurly);
  });

  statement = this.RULE("statement", () => {
    this.OPTION({
      GATE: () => this.LA(2).tokenType === t.Colon,
      DEF: () => this.SUBRULE(this.label),
    });
    this.OR([
      { ALT: () => this.SUBRULE(this.layerStatement) },
      { ALT: () => this.SUBRULE(this.body, { LABEL: "group" }) },
      { ALT: () => this.SUBRULE(this.residualStatement) },
      { ALT: () => this.SUBRULE(this.denseStatement) },
      { ALT: () => this.SUBRULE(this.combineStatement) },
      { ALT: () => this.SUBRULE(this.repeatStatement) },
      { ALT: () => this.SUBRULE(this.forStatement) },
      { ALT: () => this.SUBRULE(this.ifStatement) },
      { ALT: () => this.SUBRULE(this.fromStatement) },
      { ALT: () => this.SUBRULE(this.tapStatement) },
      { ALT: () => this.SUBRULE(this.inputStatement) },
      { ALT: () => this.SUBRULE(this.outputStatement) },
      { ALT: () => this.SUBRULE(this.expectStatement) },
      { ALT: () => this.SUBRULE(this.requireStatement) },
      { ALT: () => this.SUBRULE(this.budgetStatement) },
    ]);
  });

  label = this.RULE("label", () => {
    this.OR([
      { ALT: () => this.CONSUME(t.Name, { LABEL: "name" }) },
      { ALT: () => this.CONSUME(t.TemplateLiteral, { LABEL: "name" }) },
    ]);
    this.CONSUME(t.Colon);
  });

  layerStatement = this.RULE("layerStatement", () => {
    this.CONSUME(t.Identifier);
    this.OPTION(() => this.SUBRULE(this.callArguments));
  });

  residualStatement = this.RULE("residualStatement", () => {
    this.CONSUME(t.Residual);
    this.OPTION(() => {
      this.CONSUME(t.When);
      this.SUBRULE(this.expression);
    });
    this.SUBRULE(this.body);
    this.OPTION2(() => this.SUBRULE(this.shortcutClause));
  });

  shortcutClause = this.RULE("shortcutClause", () => {
    this.CONSUME(t.Shortcut);
    this.OPTION(() => {
      this.CONSUME(t.When);
      this.SUBRULE(this.expression);
    });
    this.SUBRULE(this.body);
  });

  denseStatement = this.RULE("denseStatement", () => {
    this.CONSUME(t.Dense);
    this.SUBRULE(this.body);
  });

  combineStatement = this.RULE("combineStatement", () => {
    this.OR([
      { ALT: () => this.CONSUME(t.Concat, { LABEL: "operator" }) },
      { ALT: () => this.CONSUME(t.Add, { LABEL: "operator" }) },
      { ALT: () => this.CONSUME(t.Mul, { LABEL: "operator" }) },
    ]);
    this.OR2([{ ALT: () => this.SUBRULE(this.callArguments) }, { ALT: () => this.SUBRULE(this.branches) }]);
  });

  branches = this.RULE("branches", () => {
    this.CONSUME(t.LCurly);
    this.MANY(() =>
      this.OR([{ ALT: () => this.CONSUME(t.Newline) }, { ALT: () => this.SUBRULE(this.branch) }]),
    );
    this.CONSUME(t.RCurly);
  });

  branch = this.RULE("branch", () => {
    this.OPTION({
      GATE: () => this.LA(2).tokenType === t.Colon,
      DEF: () => this.SUBRULE(this.label),
    });
    this.CONSUME(t.Branch);
    this.SUBRULE(this.body);
  });

  repeatStatement = this.RULE("repeatStatement", () => {
    this.CONSUME(t.Repeat);
    this.SUBRULE(this.expression);
    this.OPTION(() => {
      this.CONSUME(t.As);
      this.CONSUME(t.Identifier);
    });
    this.SUBRULE(this.body);
  });

  forStatement = this.RULE("forStatement", () => {
    this.CONSUME(t.For);
    this.AT_LEAST_ONE_SEP({ SEP: t.Comma, DEF: () => this.CONSUME(t.Identifier) });
    this.CONSUME(t.In);
    this.SUBRULE(this.expression);
    this.SUBRULE(this.body);
  });

  ifStatement = this.RULE("ifStatement", () => {
    this.CONSUME(t.If);
    this.SUBRULE(this.expression);
    this.SUBRULE(this.body, { LABEL: "then" });
    this.OPTION(() => {
      this.CONSUME(t.Else);
      this.OR([
        { ALT: () => this.SUBRULE(this.ifStatement, { LABEL: "elseIf" }) },
        { ALT: () => this.SUBRULE2(this.body, { LABEL: "else" }) },
      ]);
    });
  });

  fromStatement = this.RULE("fromStatement", () => {
    this.CONSUME(t.From);
    this.OR([
      { ALT: () => this.CONSUME(t.Identifier, { LABEL: "target" }) },
      { ALT: () => this.CONSUME(t.In, { LABEL: "target" }) },
    ]);
  });

  tapStatement = this.RULE("tapStatement", () => {
    this.CONSUME(t.Tap);
    this.SUBRULE(this.body);
  });

  inputStatement = this.RULE("inputStatement", () => {
    this.CONSUME(t.Input);
    this.CONSUME(t.Identifier);
    this.CONSUME(t.Colon);
    this.SUBRULE(this.list);
  });

  outputStatement = this.RULE("outputStatement", () => {
    this.CONSUME(t.Output);
    this.CONSUME(t.Identifier);
  });

  expectStatement = this.RULE("expectStatement", () => {
    this.CONSUME(t.Expect);
    this.SUBRULE(this.list);
  });

  requireStatement = this.RULE("requireStatement", () => {
    this.CONSUME(t.Require);
    this.SUBRULE(this.expression, { LABEL: "condition" });
    this.OPTION(() => {
      this.CONSUME(t.Comma);
      this.CONSUME(t.StringLiteral, { LABEL: "message" });
    });
  });

  budgetStatement = this.RULE("budgetStatement", () => {
    this.CONSUME(t.Budget);
    this.CONSUME(t.LCurly);
    this.MANY(() =>
      this.OR([
        { ALT: () => this.CONSUME(t.Newline) },
        { ALT: () => this.CONSUME(t.Comma) },
        { ALT: () => this.SUBRULE(this.budgetEntry) },
      ]),
    );
    this.CONSUME(t.RCurly);
  });

  budgetEntry = this.RULE("budgetEntry", () => {
    this.CONSUME(t.Identifier, { LABEL: "metric" });
    this.OR([
      { ALT: () => this.CONSUME(t.LessEqual, { LABEL: "operator" }) },
      { ALT: () => this.CONSUME(t.Less, { LABEL: "operator" }) },
    ]);
    this.SUBRULE(this.additive, { LABEL: "limit" });
  });
}

/** Building the parser is costly, using it isn't: one serves all. */
export const parser = new LwnetParser();

export type StartRule = "file" | "expression";

export function parseCst(tokens: IToken[], start: StartRule) {
  parser.input = tokens;
  const cst = parser[start]();
  return { cst, errors: parser.errors };
}
