/** Layers, blocks and networks as completions: those of the language, of the file, and of files to be imported. */
import { operatorNamed, operators } from "../../ops/registry.ts";
import { stdScheme } from "../../sema/imports.ts";
import { argumentsText, type Callable, declaredCallable, operatorCallable } from "../callables.ts";
import { declarationOf, importables, importEdit } from "./autoImport.ts";
import { type CompletionContext, callText, item, type Rank } from "./context.ts";
import type { Completion } from "./types.ts";

interface Options {
  /** As values they stand without arguments. */
  readonly asValues?: boolean;
}

/** Layers of the language. As a value one without arguments is likelier. */
export function operatorItems(ctx: CompletionContext, options: Options = {}): Completion[] {
  return Object.keys(operators).flatMap((name, i): Completion[] => {
    const operator = operatorNamed(name);
    const found = operator?.arity === "one" ? operatorCallable(name) : undefined;
    if (!found) return [];
    return [calleeItem(ctx, found, "operator", options.asValues ? valueRank(found) : "language", i, options)];
  });
}

/** What is handed to a block is an activation as a rule; what needs arguments of its own hardly ever. */
function valueRank({ name, parameters }: Callable): Rank {
  if (operatorNamed(name)?.family === "activation") return "value";
  return parameters.some(({ required }) => required) ? "keyword" : "language";
}

/** Blocks, or networks, that the file sees. What is being declared can't contain itself. */
export function declaredItems(
  ctx: CompletionContext,
  kinds: readonly string[],
  options: Options = {},
): Completion[] {
  const { scope } = ctx.file;
  return scope.names.flatMap((name, i): Completion[] => {
    const declaration = scope.lookup(name);
    if (!declaration || !kinds.includes(declaration.kind) || name === ctx.at.declaration?.name) return [];
    const found = declaredCallable(ctx.file, declaration, name);
    const kind = declaration.kind === "block" ? "block" : "network";
    return found ? [calleeItem(ctx, found, kind, "file", i, options)] : [];
  });
}

/** As many of the workspace's files as a list may show: with more, the editor asks again when more is typed. */
export const mostImports = 100;

/** Blocks, or networks, of other files. */
export function importItems(
  ctx: CompletionContext,
  kinds: readonly string[],
  options: Options = {},
): Completion[] {
  const { analysis, id, file, at } = ctx;
  const taken = new Set([...file.scope.names, ...at.names.map(({ name }) => name)]);
  const found: Completion[] = [];
  let count = 0;
  const wanted = (name: string, kind: string, from: string) =>
    (count < mostImports || from.startsWith(stdScheme)) &&
    kinds.includes(kind) &&
    !taken.has(name) &&
    !operatorNamed(name) &&
    mayMean(ctx.typed, name);
  for (const importable of importables(analysis, id, wanted)) {
    const { kind, name, path } = importable;
    const declaration = declarationOf(analysis, importable);
    const target = declaration && declaredCallable(analysis.names(importable.file), declaration);
    if (!target) continue;
    const as = kind === "block" ? "block" : "network";
    found.push({
      ...calleeItem(ctx, target, as, "elsewhere", found.length, options),
      origin: path,
      edits: [importEdit(file.source, importable)],
      documentation: { of: "declaration", file: importable.file, name },
    });
    if (!importable.file.startsWith(stdScheme)) count++;
  }
  return found;
}

/** Whether what is typed are letters of the name in its order, as editors match. */
export function mayMean(typed: string, name: string): boolean {
  const letters = name.toLowerCase();
  let at = 0;
  for (const letter of typed.toLowerCase()) {
    at = letters.indexOf(letter, at) + 1;
    if (at === 0) return false;
  }
  return true;
}

function calleeItem(
  ctx: CompletionContext,
  found: Callable,
  kind: "operator" | "block" | "network",
  rank: Rank,
  order: number,
  { asValues = false }: Options,
): Completion {
  const { name } = found;
  return item(name, kind, rank, order, {
    detail: argumentsText(found),
    documentation: kind === "operator" ? { of: "operator", name } : { of: "declaration", file: ctx.id, name },
    ...(asValues ? {} : callText(ctx, found)),
  });
}
