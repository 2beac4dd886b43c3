/** Classes as text, in the layout of the formatter that Python projects use: 88 columns, a trailing comma where split. */
import {
  type Arg,
  call,
  type Expr,
  type Line,
  list,
  type Name,
  type Ramp,
  type Slot,
  sameScalar,
} from "./expression.ts";
import { printCondition, printFormula, printScalar } from "./formula.ts";
import { isAttribute, isReserved } from "./identifiers.ts";
import type { ModuleClass } from "./moduleClass.ts";

const width = 88;

interface Printing {
  readonly of: ModuleClass;
  /** Numbers of `forward` are attributes. */
  readonly inForward: boolean;
  /** Modules that are asked for others by their names. */
  readonly dicts: ReadonlySet<string>;
  /** A module that a loop goes over, by its path. */
  readonly alias?: { readonly path: string; readonly name: string };
}

export function printClass(of: ModuleClass): string {
  const dicts = dictsIn(of.draft.init);
  const lines = [`class ${of.name}(${dicts.has("") ? "nn.ModuleDict" : "nn.Module"}):`];
  if (of.doc) lines.push(...docstring(of.doc));
  const parameters = of.parameters.map((parameter) =>
    parameter.default === undefined ? parameter.name : `${parameter.name}=${printScalar(parameter.default)}`,
  );
  const isBare = parameters.length === 0 && of.draft.init.length === 0;
  if (!isBare) lines.push(...header("__init__", ["self", ...parameters]), "        super().__init__()");
  const forward = of.draft.forward.flatMap((line) => printLine(line, 8, { of, dicts, inForward: true }));
  const code = forward.join("\n");
  for (const [parameter, attribute] of of.attributes)
    if (new RegExp(`self\\.${attribute}\\b`).test(code))
      lines.push(`        self.${attribute} = ${parameter}`);
  for (const line of of.draft.init) lines.push(...printLine(line, 8, { of, dicts, inForward: false }));
  if (!isBare) lines.push("");
  lines.push(...header("forward", ["self", ...of.draft.inputs]));
  lines.push(...forward);
  return lines.join("\n");
}

function dictsIn(lines: readonly Line[]): ReadonlySet<string> {
  const paths = lines.flatMap((line) => {
    if (line.kind !== "module" || line.value.kind !== "call" || line.value.callee.kind !== "text") return [];
    return line.value.callee.text === "nn.ModuleDict" ? [keyOf(line.path)] : [];
  });
  return new Set(isDictItself(lines) ? ["", ...paths] : paths);
}

/** Whether some of its modules have names that no attribute can have, and all of them could be asked for by name. */
function isDictItself(lines: readonly Line[]): boolean {
  const own = lines.flatMap((line) => ("path" in line && line.path.length === 1 ? line.path : []));
  const plain = lines.every((line) => line.kind === "module" || line.kind === "set");
  const isFree = own.every(({ text, counter }) => !counter && !isReserved(text));
  return plain && isFree && own.some(({ text }) => !isAttribute(text));
}

function keyOf(path: readonly Name[]): string {
  return path.map(({ text, counter }) => (counter ? "*" : text)).join(".");
}

function header(name: string, parameters: readonly string[]): string[] {
  const signature = parameters.join(", ");
  const flat = `    def ${name}(${signature}):`;
  if (flat.length <= width) return [flat];
  const inner = `        ${signature}`;
  if (inner.length <= width) return [`    def ${name}(`, inner, "    ):"];
  return [`    def ${name}(`, ...parameters.map((p) => `        ${p},`), "    ):"];
}

function docstring(doc: string): string[] {
  const words = doc.replaceAll("\\", "\\\\").replaceAll('"""', "'''").trim().split(/\s+/);
  const lines: string[] = [];
  let line = '    """';
  for (const word of words) {
    if (line.length + word.length + 1 > width - 3 && line.trim() !== '"""') {
      lines.push(line);
      line = `    ${word}`;
    } else line += line.endsWith('"""') ? word : ` ${word}`;
  }
  if (line.endsWith('"')) line += " ";
  return [...lines, `${line}"""`, ""];
}

function printLine(line: Line, indent: number, p: Printing): string[] {
  const pad = " ".repeat(indent);
  switch (line.kind) {
    case "module":
    case "parameter":
      return printAssignment(line, indent, p);
    case "set": {
      const value = print(line.value, p);
      if (value === line.target) return [];
      return layout(line.value, indent, `${line.target} = `, "", p);
    }
    case "return":
      return line.values.length === 1 && line.values[0]
        ? layout(line.values[0], indent, "return ", "", p)
        : [`${pad}return ${line.values.map((value) => print(value, p)).join(", ")}`];
    case "if":
      return [
        `${pad}if ${print(line.test, p)}:`,
        ...line.body.flatMap((inner) => printLine(inner, indent + 4, p)),
        ...(line.otherwise.length > 0 ? [`${pad}else:`] : []),
        ...line.otherwise.flatMap((inner) => printLine(inner, indent + 4, p)),
      ];
    case "append": {
      const [only, ...more] = line.elements;
      if (only && more.length === 0 && !line.first && only.kind !== "spread")
        return layout(call(`${line.list}.append`, only), indent, "", "", p);
      return layout(list(...line.elements), indent, `${line.list} ${line.first ? "=" : "+="} `, "", p);
    }
    case "layers":
      return [];
    case "loop": {
      const [only, ...others] = p.of.draft.init;
      const single =
        only?.kind === "loop" && others.length === 0 && only.body.length === 1 ? only.body[0] : undefined;
      if (p.inForward && single?.kind === "module") {
        const alias = { path: print({ kind: "member", path: single.path }, p), name: "layer" };
        return [
          `${pad}for layer in self.children():`,
          ...line.body.flatMap((inner) => printLine(inner, indent + 4, { ...p, alias })),
        ];
      }
      const body = line.body.flatMap((inner) => printLine(inner, indent + 4, p));
      // A repeat may hold no layer, and Python takes no loop without a body.
      if (body.length === 0) return [];
      return [`${pad}for ${line.variable} in range(${number(line.count, p)}):`, ...body];
    }
  }
}

function printAssignment(
  line: Extract<Line, { kind: "module" | "parameter" }>,
  indent: number,
  p: Printing,
): string[] {
  const [last, ...outer] = line.path.toReversed();
  if (!last) return [];
  const self = outer.length === 0 ? "self" : print({ kind: "member", path: outer.toReversed() }, p);
  const isInDict = p.dicts.has(keyOf(outer.toReversed()));
  if (!last.counter && isAttribute(last.text) && !isInDict)
    return layout(line.value, indent, `${self}.${last.text} = `, "", p);
  const key = quoted(last, p);
  if (isInDict) return layout(line.value, indent, `${self}[${key}] = `, "", p);
  if (isReserved(last.text) && !last.counter) {
    const store = line.kind === "module" ? "_modules" : "_parameters";
    return layout(line.value, indent, `${self}.${store}[${key}] = `, "", p);
  }
  const register = line.kind === "module" ? "add_module" : "register_parameter";
  const callee: Expr = { kind: "text", text: `${self}.${register}` };
  const args: Arg[] = [{ value: { kind: "quoted", name: last } }, { value: line.value }];
  return layout({ kind: "call", callee, args }, indent, "", "", p);
}

function quoted(name: Name, p: Printing): string {
  if (!name.counter) return `"${name.text}"`;
  const { start, after, variable } = name.counter;
  const first = number(start, p);
  return `f"${name.text}{${first === "0" ? variable : `${variable} + ${first}`}}${after}"`;
}

function number(of: Slot | Ramp, p: Printing): string {
  if (of.kind === "slot") {
    const formula = p.of.formulas.get(of);
    if (!formula) return printScalar(of.value);
    return printFormula(formula, (name) =>
      p.inForward ? `self.${p.of.attributes.get(name) ?? name}` : name,
    );
  }
  const step = number(of.step, p);
  const start = number(of.start, p);
  if (step === "0") return start;
  const grown = step === "1" ? of.variable : `${step} * ${of.variable}`;
  return start === "0"
    ? grown
    : step.startsWith("-")
      ? `${start} - ${grown.slice(1)}`
      : `${start} + ${grown}`;
}

function argsOf(args: readonly Arg[], p: Printing): readonly Arg[] {
  return args.filter(({ value, omit }) => {
    if (omit === undefined) return true;
    const still = value.kind === "ramp" && number(value.step, p) === "0" ? value.start : value;
    const formula = still.kind === "slot" ? p.of.formulas.get(still) : undefined;
    return !(formula?.kind === "value" && sameScalar(formula.value, omit));
  });
}

/** On one line. */
function print(expr: Expr, p: Printing): string {
  switch (expr.kind) {
    case "text":
      return expr.text;
    case "slot":
    case "ramp":
      return number(expr, p);
    case "call":
      return `${print(expr.callee, p)}(${argsOf(expr.args, p)
        .map((arg) => `${arg.name ? `${arg.name}=` : ""}${print(arg.value, p)}`)
        .join(", ")})`;
    case "list": {
      const [open, close] = [expr.brackets.slice(0, 1), expr.brackets.slice(1)];
      const [only] = expr.items;
      if (only?.kind === "spread" && expr.items.length === 1) return print(only, p).replace(/^\*/, "");
      return `${open}${expr.items.map((item) => print(item, p)).join(", ")}${open === "(" && expr.items.length === 1 ? "," : ""}${close}`;
    }
    case "infix":
      return expr.operands.map((operand) => print(operand, p)).join(` ${expr.operator} `);
    case "suffix": {
      let i = 0;
      const end = expr.text.replaceAll("#", () => {
        const of = expr.numbers[i++];
        return of ? number(of, p) : "";
      });
      return print(expr.object, p) + (end.startsWith("[") ? spacedSlices(end) : end);
    }
    case "spread":
      return `*[${print(expr.element, p)} for ${loopVariable(expr.element, expr.variable, p)} in range(${number(expr.count, p)})]`;
    case "member": {
      let of = "self";
      for (const [i, part] of expr.path.entries()) {
        if (p.dicts.has(keyOf(expr.path.slice(0, i)))) of += `[${quoted(part, p)}]`;
        else if (!part.counter && isAttribute(part.text)) of += `.${part.text}`;
        else if (!part.counter && isReserved(part.text)) of += `._modules["${part.text}"]`;
        else of = `getattr(${of}, ${quoted(part, p)})`;
      }
      return of === p.alias?.path ? p.alias.name : of;
    }
    case "quoted":
      return quoted(expr.name, p);
    case "condition":
      return printCondition(expr.condition);
  }
}

/** Bounds that are more than a name or a number stand apart: `a : self.b`. */
function spacedSlices(of: string): string {
  if (!of.includes("self.")) return of;
  return of.replace(/([\w.]+):([\w.]+)/g, "$1 : $2").replace(/::(?=self)/g, ":: ");
}

/** `_` where the element doesn't need it. */
function loopVariable(element: Expr, variable: string, p: Printing): string {
  return new RegExp(`\\b${variable}\\b`).test(print(element, p).replaceAll(/"[^"{]*"/g, "")) ? variable : "_";
}

/** Over several lines where it is too long. */
function layout(expr: Expr, indent: number, before: string, after: string, p: Printing): string[] {
  const pad = " ".repeat(indent);
  const flat = `${pad}${before}${print(expr, p)}${after}`;
  if (flat.length <= width) return [flat];
  switch (expr.kind) {
    case "call": {
      const args = argsOf(expr.args, p);
      if (args.length === 0) return [flat];
      const inner = args.map(({ name, value }) => ({ before: name ? `${name}=` : "", value }));
      return split(`${before}${print(expr.callee, p)}(`, inner, `)${after}`, indent, p);
    }
    case "list": {
      const [open, close] = [expr.brackets.slice(0, 1), expr.brackets.slice(1)];
      const [only] = expr.items;
      if (only?.kind === "spread" && expr.items.length === 1)
        return spread(only, `${before}[`, indent, after, p);
      return split(
        `${before}${open}`,
        expr.items.map((value) => ({ before: "", value })),
        `${close}${after}`,
        indent,
        p,
      );
    }
    case "spread":
      return spread(expr, `${before}*[`, indent, after, p);
    default:
      return [flat];
  }
}

function spread(
  expr: Extract<Expr, { kind: "spread" }>,
  open: string,
  indent: number,
  after: string,
  p: Printing,
): string[] {
  const pad = " ".repeat(indent);
  return [
    `${pad}${open}`,
    ...layout(expr.element, indent + 4, "", "", p),
    `${pad}    for ${loopVariable(expr.element, expr.variable, p)} in range(${number(expr.count, p)})`,
    `${pad}]${after}`,
  ];
}

function split(
  open: string,
  items: readonly { readonly before: string; readonly value: Expr }[],
  close: string,
  indent: number,
  p: Printing,
): string[] {
  const pad = " ".repeat(indent);
  const inner = `${pad}    ${items.map(({ before, value }) => before + print(value, p)).join(", ")}`;
  if (inner.length <= width) return [pad + open, inner, pad + close];
  const comma = items.length > 1 ? "," : "";
  const lines = items.flatMap(({ before, value }) => layout(value, indent + 4, before, comma, p));
  return [pad + open, ...lines, pad + close];
}
