/**
 * The rules of expressions, by falling precedence, and what all rules share: recovery and lists in brackets. The
 * statements of parser.ts build on it.
 */
import { type CstNode, CstParser, type ParserMethod, type TokenType } from "chevrotain";
import * as t from "./tokens.ts";

/** Recovery may insert punctuation only: a made-up name or number would raise errors of its own. */
const insertable = new Set<TokenType>([t.RParen, t.RBracket, t.Comma, t.Colon, t.LCurly]);

/** Expressions alone; no parser of its own. */
export abstract class ExpressionParser extends CstParser {
  protected override canTokenTypeBeInsertedInRecovery(type: TokenType): boolean {
    return insertable.has(type);
  }

  protected override canTokenTypeBeDeletedInRecovery(type: TokenType): boolean {
    return type !== t.Newline && type !== t.RCurly && type !== t.Arrow;
  }

  /** None or more in brackets; a comma after the last is fine. At most once in a rule. */
  protected commaSeparated(rule: ParserMethod<[], CstNode>): void {
    this.OPTION8(() => {
      this.SUBRULE8(rule);
      this.MANY8({
        GATE: () => this.LA(2).tokenType !== t.RParen && this.LA(2).tokenType !== t.RBracket,
        DEF: () => {
          this.CONSUME8(t.Comma);
          this.SUBRULE9(rule);
        },
      });
      this.OPTION9(() => this.CONSUME9(t.Comma));
    });
  }

  callArguments = this.RULE("callArguments", () => {
    this.CONSUME(t.LParen);
    this.commaSeparated(this.argument);
    this.CONSUME(t.RParen);
  });

  argument = this.RULE("argument", () => {
    this.OPTION({
      GATE: () => this.LA(2).tokenType === t.Colon,
      DEF: () => {
        this.CONSUME(t.Name, { LABEL: "name" });
        this.CONSUME(t.Colon);
      },
    });
    this.SUBRULE(this.expression);
  });

  expression = this.RULE("expression", () => {
    this.SUBRULE(this.disjunction, { LABEL: "value" });
    this.OPTION(() => {
      this.CONSUME(t.If);
      this.SUBRULE2(this.disjunction, { LABEL: "condition" });
      this.CONSUME(t.Else);
      this.SUBRULE(this.expression, { LABEL: "otherwise" });
    });
  });

  disjunction = this.RULE("disjunction", () => {
    this.SUBRULE(this.conjunction, { LABEL: "operand" });
    this.MANY(() => {
      this.CONSUME(t.Or, { LABEL: "operator" });
      this.SUBRULE2(this.conjunction, { LABEL: "operand" });
    });
  });

  conjunction = this.RULE("conjunction", () => {
    this.SUBRULE(this.negation, { LABEL: "operand" });
    this.MANY(() => {
      this.CONSUME(t.And, { LABEL: "operator" });
      this.SUBRULE2(this.negation, { LABEL: "operand" });
    });
  });

  negation = this.RULE("negation", () => {
    this.OR([
      {
        ALT: () => {
          this.CONSUME(t.Not);
          this.SUBRULE(this.negation);
        },
      },
      { ALT: () => this.SUBRULE(this.comparison) },
    ]);
  });

  comparison = this.RULE("comparison", () => {
    this.SUBRULE(this.additive, { LABEL: "operand" });
    this.MANY(() => {
      this.OR([
        { ALT: () => this.CONSUME(t.Equal, { LABEL: "operator" }) },
        { ALT: () => this.CONSUME(t.NotEqual, { LABEL: "operator" }) },
        { ALT: () => this.CONSUME(t.LessEqual, { LABEL: "operator" }) },
        { ALT: () => this.CONSUME(t.GreaterEqual, { LABEL: "operator" }) },
        { ALT: () => this.CONSUME(t.Less, { LABEL: "operator" }) },
        { ALT: () => this.CONSUME(t.Greater, { LABEL: "operator" }) },
      ]);
      this.SUBRULE2(this.additive, { LABEL: "operand" });
    });
  });

  additive = this.RULE("additive", () => {
    this.SUBRULE(this.multiplicative, { LABEL: "operand" });
    this.MANY(() => {
      this.OR([
        { ALT: () => this.CONSUME(t.Plus, { LABEL: "operator" }) },
        { ALT: () => this.CONSUME(t.Minus, { LABEL: "operator" }) },
      ]);
      this.SUBRULE2(this.multiplicative, { LABEL: "operand" });
    });
  });

  multiplicative = this.RULE("multiplicative", () => {
    this.SUBRULE(this.unary, { LABEL: "operand" });
    this.MANY(() => {
      this.OR([
        { ALT: () => this.CONSUME(t.Times, { LABEL: "operator" }) },
        { ALT: () => this.CONSUME(t.Slash, { LABEL: "operator" }) },
        { ALT: () => this.CONSUME(t.Div, { LABEL: "operator" }) },
        { ALT: () => this.CONSUME(t.Percent, { LABEL: "operator" }) },
      ]);
      this.SUBRULE2(this.unary, { LABEL: "operand" });
    });
  });

  unary = this.RULE("unary", () => {
    this.OR([
      {
        ALT: () => {
          this.CONSUME(t.Minus);
          this.SUBRULE(this.unary);
        },
      },
      { ALT: () => this.SUBRULE(this.postfix) },
    ]);
  });

  postfix = this.RULE("postfix", () => {
    this.SUBRULE(this.primary);
    this.MANY(() => this.SUBRULE(this.suffix));
  });

  suffix = this.RULE("suffix", () => {
    this.OR([
      {
        ALT: () => {
          this.CONSUME(t.Dot);
          this.CONSUME(t.Identifier);
        },
      },
      {
        ALT: () => {
          this.CONSUME(t.LBracket);
          this.SUBRULE(this.expression);
          this.CONSUME(t.RBracket);
        },
      },
      { ALT: () => this.SUBRULE(this.callArguments) },
    ]);
  });

  primary = this.RULE("primary", () => {
    this.OR([
      { ALT: () => this.CONSUME(t.NumberLiteral) },
      { ALT: () => this.CONSUME(t.StringLiteral) },
      { ALT: () => this.CONSUME(t.True) },
      { ALT: () => this.CONSUME(t.False) },
      { ALT: () => this.CONSUME(t.It) },
      { ALT: () => this.CONSUME(t.In) },
      { ALT: () => this.CONSUME(t.Identifier) },
      { ALT: () => this.SUBRULE(this.list) },
      {
        ALT: () => {
          this.CONSUME(t.LParen);
          this.SUBRULE(this.expression);
          this.CONSUME(t.RParen);
        },
      },
    ]);
  });

  list = this.RULE("list", () => {
    this.CONSUME(t.LBracket);
    this.commaSeparated(this.expression);
    this.CONSUME(t.RBracket);
  });
}
