/** Python's expressions, as far as constructors of exported files use them: parsed to functions of what names mean. */

export type Names = ReadonlyMap<string, unknown>;
export type Evaluate = (names: Names) => unknown;

export interface Call {
  readonly args: readonly unknown[];
  readonly named: ReadonlyMap<string, unknown>;
}

/** What can be called. */
export type Callable = (call: Call) => unknown;

/** What has attributes and items. */
export interface Attributed {
  attribute(name: string): unknown;
  item(name: unknown): unknown;
}

/** `*list` among arguments. */
class Spread {
  readonly items: readonly unknown[];
  constructor(items: readonly unknown[]) {
    this.items = items;
  }
}

const token =
  /\s*(?:(f?"(?:[^"\\]|\\.)*")|(\d+(?:\.\d+)?(?:e-?\d+)?)|([A-Za-z_]\w*)|(\/\/|\*\*|==|!=|\+=|[-+*/()[\]{},.:=]))/y;

interface Token {
  readonly kind: "string" | "number" | "name" | "sign" | "end";
  readonly text: string;
}

export function tokens(text: string): Token[] {
  const result: Token[] = [];
  token.lastIndex = 0;
  while (token.lastIndex < text.trimEnd().length) {
    const at = token.lastIndex;
    const found = token.exec(text);
    if (!found) throw new Error(`not read: ${text.slice(at)}`);
    const kinds = ["string", "number", "name", "sign"] as const;
    const kind = kinds.find((_, i) => found[i + 1] !== undefined) ?? "sign";
    result.push({ kind, text: found.slice(1).find((part) => part !== undefined) ?? "" });
  }
  return result;
}

export function parseExpression(text: string): Evaluate {
  const parser = new Parser(tokens(text));
  const result = parser.choice();
  parser.end(text);
  return result;
}

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(list: readonly Token[]) {
    this.#tokens = list;
  }

  get #next(): Token {
    return this.#tokens[this.#at] ?? { kind: "end", text: "" };
  }

  #take(...texts: readonly string[]): string | undefined {
    const { kind, text } = this.#next;
    if (kind === "string" || !texts.includes(text)) return undefined;
    this.#at++;
    return text;
  }

  #expect(text: string): void {
    if (this.#take(text) === undefined) throw new Error(`${text} expected, not ${this.#next.text}`);
  }

  end(text: string): void {
    if (this.#next.kind !== "end") throw new Error(`not read after ${this.#at} tokens: ${text}`);
  }

  choice(): Evaluate {
    const value = this.#or();
    if (this.#take("if") === undefined) return value;
    const test = this.#or();
    this.#expect("else");
    const other = this.choice();
    return (names) => (truth(test(names)) ? value(names) : other(names));
  }

  #or(): Evaluate {
    const left = this.#and();
    if (this.#take("or") === undefined) return left;
    const right = this.#or();
    return (names) => truth(left(names)) || truth(right(names));
  }

  #and(): Evaluate {
    const left = this.#not();
    if (this.#take("and") === undefined) return left;
    const right = this.#and();
    return (names) => truth(left(names)) && truth(right(names));
  }

  #not(): Evaluate {
    if (this.#take("not") === undefined) return this.#comparison();
    const of = this.#not();
    return (names) => !truth(of(names));
  }

  #comparison(): Evaluate {
    const left = this.#sum();
    const operator = this.#take("==", "!=");
    if (operator === undefined) return left;
    const right = this.#sum();
    return (names) => (left(names) === right(names)) === (operator === "==");
  }

  #sum(): Evaluate {
    let left = this.#product();
    for (let sign = this.#take("+", "-"); sign !== undefined; sign = this.#take("+", "-")) {
      const [a, b, by] = [left, this.#product(), sign === "+" ? 1 : -1];
      left = (names) => Number(a(names)) + by * Number(b(names));
    }
    return left;
  }

  #product(): Evaluate {
    let left = this.#unary();
    for (let sign = this.#take("*", "//"); sign !== undefined; sign = this.#take("*", "//")) {
      const [a, b, divides] = [left, this.#unary(), sign === "//"];
      left = (names) =>
        divides ? Math.floor(Number(a(names)) / Number(b(names))) : Number(a(names)) * Number(b(names));
    }
    return left;
  }

  #unary(): Evaluate {
    if (this.#take("-") !== undefined) {
      const of = this.#unary();
      return (names) => -Number(of(names));
    }
    if (this.#take("*") !== undefined) {
      const of = this.#postfix();
      return (names) => new Spread(listOf(of(names)));
    }
    return this.#postfix();
  }

  #postfix(): Evaluate {
    let value = this.#atom();
    for (;;) {
      const of = value;
      if (this.#take(".") !== undefined) {
        const { text } = this.#next;
        this.#at++;
        value = (names) => attributeOf(of(names), text);
      } else if (this.#take("(") !== undefined) {
        const args = this.#arguments();
        value = (names) => (of(names) as Callable)(args(names));
      } else if (this.#take("[") !== undefined) {
        const key = this.choice();
        this.#expect("]");
        value = (names) => (of(names) as Attributed).item(key(names));
      } else return value;
    }
  }

  #arguments(): (names: Names) => Call {
    const parts: { readonly name: string | undefined; readonly value: Evaluate }[] = [];
    while (this.#take(")") === undefined) {
      const { kind, text } = this.#next;
      const isNamed = kind === "name" && this.#tokens[this.#at + 1]?.text === "=";
      if (isNamed) this.#at += 2;
      parts.push({ name: isNamed ? text : undefined, value: this.choice() });
      if (this.#take(",") === undefined) {
        this.#expect(")");
        break;
      }
    }
    return (names) => ({
      args: spread(parts.filter(({ name }) => name === undefined).map(({ value }) => value(names))),
      named: new Map(parts.flatMap(({ name, value }) => (name === undefined ? [] : [[name, value(names)]]))),
    });
  }

  #atom(): Evaluate {
    const { kind, text } = this.#next;
    this.#at++;
    if (kind === "number") return () => Number(text);
    if (kind === "string") return stringOf(text);
    if (kind === "name") return nameOf(text);
    if (text === "(") return this.#list(")");
    if (text === "[") return this.#list("]");
    throw new Error(`no value begins with ${text}`);
  }

  #list(close: string): Evaluate {
    const items: Evaluate[] = [];
    let isTuple = close === "]";
    while (this.#take(close) === undefined) {
      items.push(this.choice());
      if (this.#take("for") !== undefined) {
        const variable = this.#next.text;
        this.#at++;
        this.#expect("in");
        const over = this.choice();
        this.#expect(close);
        const [item] = items;
        return (names) => listOf(over(names)).map((value) => item?.(new Map([...names, [variable, value]])));
      }
      if (this.#take(",") === undefined) {
        this.#expect(close);
        break;
      }
      isTuple = true;
    }
    const [only] = items;
    return !isTuple && only ? only : (names) => spread(items.map((item) => item(names)));
  }
}

function spread(values: readonly unknown[]): readonly unknown[] {
  return values.flatMap((value) => (value instanceof Spread ? value.items : [value]));
}

export function listOf(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new Error(`${String(value)} is no list`);
  return value;
}

function attributeOf(value: unknown, name: string): unknown {
  if (Array.isArray(value) && name === "append") return ({ args }: Call) => value.push(...args);
  return (value as Attributed).attribute(name);
}

export function truth(value: unknown): boolean {
  return value !== null && value !== 0 && value !== false;
}

function nameOf(text: string): Evaluate {
  const constants: Readonly<Record<string, unknown>> = { True: true, False: false, None: null };
  if (Object.hasOwn(constants, text)) return () => constants[text];
  return (names) => {
    if (!names.has(text)) throw new Error(`${text} is not known`);
    return names.get(text);
  };
}

/** With what stands in its braces, if it begins with an f. */
function stringOf(text: string): Evaluate {
  if (!text.startsWith("f")) return () => text.slice(1, -1);
  const parts = text
    .slice(2, -1)
    .split(/[{}]/)
    .map((part, i): Evaluate => (i % 2 === 0 ? () => part : parseExpression(part)));
  return (names) => parts.map((part) => String(part(names))).join("");
}
