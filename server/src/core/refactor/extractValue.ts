/** Extract parameter, extract constant: a literal in a body gets a name. Callers are not touched: it is the default. */
import type { Argument, BudgetEntry, Expr, SyntaxNode } from "../../../../grammar/ast.ts";
import { shift, type TextEdit } from "../../../../grammar/text.ts";
import { visit } from "../../../../grammar/walk.ts";
import { bindArguments, declaredParameters, operatorParameters } from "../sema/arguments.ts";
import { keeping } from "./changes.ts";
import type { Draft } from "./refactoring.ts";
import { calledOperator, freshName, isEmpty, itemStart, type Site, textOf } from "./site.ts";

export function extractValue(site: Site): Draft[] {
  const value = valueAt(site);
  if (!value || site.item.kind === "const" || site.item.kind === "import") return [];
  const name = freshName(site, meaningOf(site, value));
  const text = textOf(site.section, value.range);
  const use = { range: value.range, newText: name };
  const draft = (what: string, declaration: TextEdit | undefined): Draft[] =>
    declaration
      ? [
          {
            title: `Extract ${what} \`${name}\``,
            kind: "refactor.extract",
            make: () =>
              keeping(
                site.selection,
                "names of weights too",
                [declaration, use].map((edit) => ({ ...edit, range: shift(edit.range, site.offset) })),
              ),
          },
        ]
      : [];
  const start = itemStart(site.item);
  const constant = { range: { start, end: start }, newText: `const ${name} = ${text}\n\n` };
  return [...draft("parameter", parameter(site, name, value)), ...draft("constant", constant)];
}

/** The literal at the cursor, with its sign; or the selected expression, if no name in it is a local one. */
function valueAt(site: Site): Expr | undefined {
  const { nodes } = site;
  if (nodes.some(({ kind }) => kind === "label")) return undefined;
  if (isEmpty(site)) {
    const node = nodes.at(-1);
    if (node?.kind !== "number" && node?.kind !== "boolean") return undefined;
    const parent = nodes.at(-2);
    return parent?.kind === "unary" ? parent : node;
  }
  const { start, end } = site.range;
  const selected = nodes.findLast(
    (node) => node.range.start === start && node.range.end === end && isExpr(node),
  );
  return selected && isExpr(selected) && isClosed(site, selected) ? selected : undefined;
}

const exprKinds: ReadonlySet<string> = new Set([
  "number",
  "string",
  "boolean",
  "list",
  "index",
  "call",
  "unary",
  "binary",
  "conditional",
]);

function isExpr(node: SyntaxNode): node is Expr {
  return exprKinds.has(node.kind);
}

/** Whether it means the same in front of the item. */
function isClosed(site: Site, expr: Expr): boolean {
  if (site.item.kind === "import") return false;
  const { references } = site.file.resolutionOf(site.item);
  let closed = true;
  visit(expr, (node) => {
    const resolved = references.get(node);
    if (node.kind === "tensor" || node.kind === "missing" || (resolved && "node" in resolved)) closed = false;
  });
  return closed;
}

// ── its declaration ──────────────────────────────────────────────────────────────────────────────

/** Behind the parameters that are there. Not for a default: others may not see what comes after it. */
function parameter(site: Site, name: string, value: Expr): TextEdit | undefined {
  const { item } = site;
  if (item.kind !== "block" && item.kind !== "network") return undefined;
  if (value.range.start < item.body.range.start) return undefined;
  const type = typeOf(value);
  const text = `${name}${type ? `: ${type}` : ""} = ${textOf(site.section, value.range)}`;
  const last = item.params.at(-1);
  if (last) return { range: { start: last.range.end, end: last.range.end }, newText: `, ${text}` };
  const at = item.name.range.end;
  const brackets = /^\s*\(\s*\)/.exec(site.section.text.slice(at))?.[0].length ?? 0;
  return { range: { start: at, end: at + brackets }, newText: `(${text})` };
}

function typeOf(value: Expr): string | undefined {
  switch (value.kind) {
    case "number":
      return value.integer ? "int" : "float";
    case "unary":
      return value.operator === "not" ? "bool" : typeOf(value.operand);
    case "boolean":
      return "bool";
    case "string":
      return "string";
    case "list":
      return "list";
    default:
      return undefined;
  }
}

// ── its name ─────────────────────────────────────────────────────────────────────────────────────

/** What the value is for: the parameter that it is given to, the budget, the count. */
function meaningOf(site: Site, value: Expr): string {
  const around = site.nodes.slice(0, site.nodes.indexOf(value)).toReversed();
  const [parent] = around;
  if (parent?.kind === "argument") return argumentName(site, parent, around[1]) ?? "value";
  const holder = around.find(
    (node): node is Argument | BudgetEntry => "value" in node || node.kind === "budgetEntry",
  );
  if (holder?.kind === "budgetEntry") return `max_${holder.metric.name}`;
  if (parent?.kind === "repeat") return "count";
  if (parent?.kind === "input" || parent?.kind === "expect") return "size";
  if (parent?.kind === "list" && holder?.kind !== "argument") return "value";
  const index = holder ? around.indexOf(holder) : -1;
  return (holder?.kind === "argument" && argumentName(site, holder, around[index + 1])) || "value";
}

function argumentName(site: Site, argument: Argument, call: SyntaxNode | undefined): string | undefined {
  if (argument.name) return argument.name.name;
  const { item } = site;
  if (call?.kind !== "layer" || (item.kind !== "block" && item.kind !== "network")) return undefined;
  const owner = { item, resolution: site.file.resolutionOf(item) };
  const operator = calledOperator(owner, call);
  const declared = site.file.scope.lookup(call.callee.name);
  const parameters = operator
    ? operatorParameters(operator)
    : declared?.kind === "block"
      ? declaredParameters(declared.params)
      : [];
  const { bound } = bindArguments(parameters, call.args, call.callee);
  return [...bound].find(([, given]) => given === argument)?.[0];
}
