/**
 * The state_dict of an exported file's network, found without Python: its constructors are run as they are written. What
 * `forward` does is not looked at.
 */
import {
  type Attributed,
  type Call,
  type Callable,
  type Evaluate,
  listOf,
  type Names,
  parseExpression,
  truth,
} from "./expression.ts";
import { Module, nn, torch } from "./modules.ts";

/** A line with all that its brackets hold, and the lines that are indented below it. */
interface Statement {
  readonly text: string;
  readonly body: readonly Statement[];
}

/** Names and shapes, those of the class that is the last. */
export function stateDictOf(source: string): ReadonlyMap<string, readonly number[]> {
  const names = new Map<string, unknown>(builtIn);
  let last: Callable | undefined;
  for (const { text, body } of statementsOf(withoutStrings(source))) {
    const [, name, base] = /^class (\w+)\((.+)\):$/.exec(text) ?? [];
    if (name === undefined || base === undefined) continue;
    last = classOf(body, parseExpression(base)(names) as Callable, names);
    names.set(name, last);
  }
  const made = last?.({ args: [], named: new Map() });
  if (!(made instanceof Module)) throw new Error("the file has no class");
  return new Map(made.state());
}

const builtIn = new Map<string, unknown>([
  ["nn", nn],
  ["torch", torch],
  ["OrderedDict", ({ args: [pairs] }: Call) => pairs],
  ["range", ({ args: [end] }: Call) => Array.from({ length: Number(end) }, (_, i) => i)],
  ["float", ({ args: [text] }: Call) => Number(String(text).replace("inf", "Infinity"))],
  ["getattr", ({ args: [object, name] }: Call) => (object as Attributed).attribute(String(name))],
]);

function classOf(body: readonly Statement[], base: Callable, names: Names): Callable {
  const init = body.find(({ text }) => text.startsWith("def __init__("));
  // One that hands all on keeps what its base does.
  if (!init || init.text.includes("*args")) return base;
  const parameters = init.text
    .slice("def __init__(".length, -2)
    .split(",")
    .map((parameter) => parameter.trim())
    .filter((parameter) => parameter !== "")
    .slice(1)
    .map((parameter) => parameter.split("=") as [string, string?]);
  return ({ args, named }) => {
    const self = new Module();
    const inside = new Map(names).set("self", self);
    for (const [i, [name, other]] of parameters.entries()) {
      const given = args[i] ?? named.get(name);
      if (given === undefined && other === undefined) throw new Error(`${name} is not given`);
      inside.set(name, given ?? parseExpression(other ?? "None")(names));
    }
    for (const name of named.keys())
      if (!parameters.some(([known]) => known === name)) throw new Error(`there is no parameter ${name}`);
    if (args.length > parameters.length) throw new Error("more arguments than parameters");
    run(init.body, inside);
    return self;
  };
}

function run(statements: readonly Statement[], names: Map<string, unknown>): void {
  let isDone = false;
  for (const { text, body } of statements) {
    const [, test] = /^if (.*):$/.exec(text) ?? [];
    const [, variable, over] = /^for (\w+) in (.*):$/.exec(text) ?? [];
    if (test !== undefined) {
      isDone = truth(parseExpression(test)(names));
      if (isDone) run(body, names);
    } else if (text === "else:") {
      if (!isDone) run(body, names);
    } else if (variable !== undefined && over !== undefined) {
      for (const value of listOf(parseExpression(over)(names))) run(body, names.set(variable, value));
    } else if (text !== "super().__init__()") runSimple(text, names);
  }
}

function runSimple(text: string, names: Map<string, unknown>): void {
  const [, target, sign, value] =
    /^([^=("]*(?:\("[^=]*?"\)|\["[^=]*?"\]|[^=("])*?) (\+?=) (.*)$/s.exec(text) ?? [];
  if (target === undefined || value === undefined) {
    parseExpression(text)(names);
    return;
  }
  const made = parseExpression(value)(names);
  if (/^\w+$/.test(target)) {
    const known = names.get(target);
    names.set(target, sign === "+=" ? [...listOf(known), ...listOf(made)] : made);
    return;
  }
  const [, owner, attribute, key] = /^(.*?)(?:\.(\w+)|\[([^[\]]*)\])$/s.exec(target) ?? [];
  const name = attribute ?? String((parseExpression(key ?? "") as Evaluate)(names));
  const object = parseExpression(owner ?? "")(names);
  if (object instanceof Module) object.members.set(name, made);
}

/** Docstrings hold text that looks like code. */
function withoutStrings(source: string): string {
  return source.replaceAll(/"""[\s\S]*?"""/g, "");
}

function statementsOf(source: string): readonly Statement[] {
  const lines: { readonly indent: number; readonly text: string }[] = [];
  let [open, depth] = ["", 0];
  for (const line of source.split("\n")) {
    if (line.trim() === "") continue;
    const indent = line.length - line.trimStart().length;
    if (depth === 0) lines.push({ indent, text: "" });
    open = depth === 0 ? line.trim() : `${open} ${line.trim()}`;
    const bare = line.replaceAll(/"(?:[^"\\]|\\.)*"/g, "");
    depth += (bare.match(/[([{]/g)?.length ?? 0) - (bare.match(/[)\]}]/g)?.length ?? 0);
    const last = lines.at(-1);
    if (last) lines[lines.length - 1] = { ...last, text: open };
  }
  const nested = (from: number, to: number): readonly Statement[] => {
    const result: Statement[] = [];
    for (let i = from; i < to; ) {
      const line = lines[i];
      let end = i + 1;
      while (end < to && (lines[end]?.indent ?? 0) > (line?.indent ?? 0)) end++;
      result.push({ text: line?.text ?? "", body: nested(i + 1, end) });
      i = end;
    }
    return result;
  };
  return nested(0, lines.length);
}
