/** Removes what has no use: imports, declarations, parameters with what is given to them, names of loops, budgets. */
import type { Argument, Declaration, Identifier, Item, TextRange } from "../../../../grammar/ast.ts";
import { declarations, imports } from "../../../../grammar/parse.ts";
import type { TextEdit } from "../../../../grammar/text.ts";
import { visit } from "../../../../grammar/walk.ts";
import { itemStart, offsetOf } from "../refactor/site.ts";
import { bindArguments, declaredParameters } from "../sema/arguments.ts";
import { edit, textOf, wholeLines, withoutElement } from "./editing.ts";
import { type Candidate, type FixContext, nodesAtFault } from "./fix.ts";

export function removeImport(ctx: FixContext): Candidate[] {
  const { data } = ctx.diagnostic.source;
  if (data?.kind !== "unused-import") return [];
  const { item, node } = data;
  const removal =
    item.names.length > 1
      ? withoutElement(ctx, item.names, node)
      : edit(ctx, itemLines(item, imports(ctx.source).length === 1), "");
  return [{ title: `Remove the import \`${(node.alias ?? node.name).name}\``, edits: [removal] }];
}

export function removeDeclaration(ctx: FixContext): Candidate[] {
  const { data } = ctx.diagnostic.source;
  if (data?.kind !== "unused-declaration") return [];
  const { declaration } = data;
  const title = `Remove \`${declaration.name.name}\``;
  return [{ title, edits: [edit(ctx, itemLines(declaration, true), "")], preferred: false }];
}

/** With its documentation above, and with the blank lines below where these separate it from what follows. */
function itemLines(item: Item, separated: boolean): TextRange {
  const { text } = item.section;
  const { end } = wholeLines(text, item.range);
  const blank = separated ? (/^(?:[ \t]*\r?\n)+/.exec(text.slice(end))?.[0].length ?? 0) : 0;
  return { start: itemStart(item, "///"), end: end + blank };
}

/** The parameter, and in all of the file the arguments for it. */
export function removeParameter(ctx: FixContext): Candidate[] {
  const { data } = ctx.diagnostic.source;
  const file = ctx.analysis.of(ctx.file);
  if (data?.kind !== "unused-parameter" || !file) return [];
  const { declaration, param } = data;
  const name = param.name.name;
  const edits: TextEdit[] = [];
  if (declaration.params.length > 1) edits.push(withoutElement(ctx, declaration.params, param));
  else {
    const open = ctx.section.text.lastIndexOf("(", param.range.start);
    const close = ctx.section.text.indexOf(")", param.range.end);
    edits.push(edit(ctx, { start: open, end: close + 1 }, ""));
  }
  const parameters = declaredParameters(declaration.params);
  for (const other of declarations(ctx.source)) {
    const site = { section: other.section, offset: offsetOf(ctx.source, other.section) };
    const remove = (callee: Identifier, args: readonly Argument[]) => {
      if (!isCallOf(file, other, callee, declaration)) return;
      const argument = bindArguments(parameters, args, callee).bound.get(name);
      if (!argument) return;
      edits.push(
        args.length > 1 ? withoutElement(site, args, argument) : edit(site, bracketsOf(other, argument), ""),
      );
    };
    if (other.kind === "instance" && other.base) remove(other.base, other.args);
    visit(other, (node) => {
      if (node.kind === "layer") remove(node.callee, node.args);
    });
  }
  return [{ title: `Remove the parameter \`${name}\``, edits, preferred: false }];
}

/** A call by the name, or of a named instance on the way to the network. */
function isCallOf(
  file: NonNullable<ReturnType<FixContext["analysis"]["of"]>>,
  from: Declaration,
  callee: Identifier,
  declaration: Declaration,
): boolean {
  if (file.resolutionOf(from).references.get(callee)?.kind !== "declaration") return false;
  let target = file.scope.lookup(callee.name);
  for (let depth = 0; target?.kind === "instance" && depth < 32; depth++)
    target = target.base && file.scope.lookup(target.base.name);
  return target === declaration;
}

/** The brackets around an only argument. A network's instance keeps them. */
function bracketsOf({ kind, section }: Declaration, { range }: Argument): TextRange {
  if (kind === "instance") return range;
  return { start: section.text.lastIndexOf("(", range.start), end: section.text.indexOf(")", range.end) + 1 };
}

export function removeLoopName(ctx: FixContext): Candidate[] {
  const { data } = ctx.diagnostic.source;
  const variable = data?.kind === "repeat-variable" ? data.node.variable : undefined;
  if (data?.kind !== "repeat-variable" || !variable) return [];
  const range = { start: data.node.count.range.end, end: variable.range.end };
  return [{ title: `Remove \`as ${variable.name}\``, edits: [edit(ctx, range, "")] }];
}

export function removeBudgetEntry(ctx: FixContext): Candidate[] {
  const { data } = ctx.diagnostic.source;
  if (data?.kind !== "budget-entry") return [];
  const budget = nodesAtFault(ctx).findLast((node) => node.kind === "budget");
  if (budget?.kind !== "budget") return [];
  const removal =
    budget.entries.length > 1
      ? withoutElement(ctx, budget.entries, data.entry)
      : edit(ctx, wholeLines(ctx.section.text, budget.range), "");
  return [{ title: `Remove \`${textOf(ctx, data.entry.range)}\``, edits: [removal] }];
}
