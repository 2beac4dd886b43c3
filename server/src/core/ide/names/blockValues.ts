/**
 * Blocks as values: which blocks a parameter or a loop's variable may hold, told from the places that give it one.
 * Conditions are not looked at, so this may be more than what ever happens, never less.
 */
import type { BlockDecl, Declaration, Expr, Item, NetworkDecl } from "../../../../../grammar/ast.ts";
import { visit } from "../../../../../grammar/walk.ts";
import type { FileNames } from "../../analysis.ts";
import { bindArguments, declaredParameters } from "../../sema/arguments.ts";
import type { Analysis } from "../../workspace.ts";
import { type Occurrence, occurrences } from "./occurrences.ts";
import { keyOf, type NameSymbol, symbolOf } from "./symbols.ts";
import type { Call } from "./uses.ts";

/** What can be called with arguments. */
export type Callable =
  | { readonly kind: "declaration"; readonly declaration: BlockDecl | NetworkDecl }
  | { readonly kind: "operator"; readonly name: string };

/** What a call may call. A named instance passes its arguments on to the network that it comes down to. */
export function calledBlocks(
  analysis: Analysis,
  file: FileNames,
  item: Item,
  call: Call,
): readonly Callable[] {
  const symbol = call.resolved && symbolOf(file, item, call.resolved);
  return symbol ? blocksOf(analysis, symbol) : [];
}

/** The blocks that a name may stand for. */
export function blocksOf(analysis: Analysis, symbol: NameSymbol): readonly Callable[] {
  switch (symbol.kind) {
    case "operator":
      return [{ kind: "operator", name: symbol.name }];
    case "declaration": {
      const declaration = networkOf(analysis, symbol.declaration);
      if (!declaration) return [];
      return declaration.kind === "const" ? held(analysis, symbol) : [{ kind: "declaration", declaration }];
    }
    case "param":
    case "loop":
      return held(analysis, symbol);
    default:
      return [];
  }
}

/** The network that a chain of named instances comes down to; any other declaration is its own. */
export function networkOf(
  analysis: Analysis,
  declaration: Declaration,
): Exclude<Declaration, { kind: "instance" }> | undefined {
  let current: Declaration | undefined = declaration;
  for (let depth = 0; current?.kind === "instance"; depth++) {
    if (depth > 32 || !current.base) return undefined;
    current = analysis.names(current.section.file)?.scope.lookup(current.base.name);
  }
  return current;
}

// ── forwards: what a name holds ──────────────────────────────────────────────────────────────────

/** By analysis and symbol; undefined while it is being found, which ends circles. */
const known = new WeakMap<Analysis, Map<object | string, readonly Callable[]>>();

function held(analysis: Analysis, symbol: NameSymbol): readonly Callable[] {
  const bySymbol = known.get(analysis) ?? new Map<object | string, readonly Callable[]>();
  known.set(analysis, bySymbol);
  const key = keyOf(symbol);
  const before = bySymbol.get(key);
  if (before) return before;
  bySymbol.set(key, []);
  const found = new Map(
    sourcesOf(analysis, symbol).map((each) => [
      each.kind === "operator" ? each.name : each.declaration,
      each,
    ]),
  );
  const values = [...found.values()];
  bySymbol.set(key, values);
  return values;
}

function sourcesOf(analysis: Analysis, symbol: NameSymbol): readonly Callable[] {
  const within = (item: Declaration, expr: Expr | undefined) => {
    const file = analysis.names(item.section.file);
    return file && expr ? blocksIn(analysis, file, item, expr) : [];
  };
  if (symbol.kind === "declaration" && symbol.declaration.kind === "const") {
    return within(symbol.declaration, symbol.declaration.value);
  }
  if (symbol.kind === "loop") {
    let list: Expr | undefined;
    visit(symbol.owner, (node) => {
      if (node.kind === "for" && node.variables.some((each) => each === symbol.node)) list = node.list;
    });
    return within(symbol.owner, list);
  }
  if (symbol.kind !== "param") return [];
  const { param, owner } = symbol;
  const given = callsOf(analysis, { kind: "declaration", declaration: owner }).flatMap(
    ({ file, item, call }) => {
      const argument = bound(owner, call).get(param.name.name);
      return argument ? blocksIn(analysis, file, item, argument.value) : [];
    },
  );
  return [...within(owner, param.default), ...given];
}

/** Every block that an expression mentions. */
function blocksIn(analysis: Analysis, file: FileNames, item: Declaration, expr: Expr): readonly Callable[] {
  const found: Callable[] = [];
  const { references } = file.resolutionOf(item);
  visit(expr, (node) => {
    const resolved = node.kind === "name" ? references.get(node) : undefined;
    const symbol = resolved && symbolOf(file, item, resolved);
    if (symbol) found.push(...blocksOf(analysis, symbol));
  });
  return found;
}

// ── backwards: where a block is called ───────────────────────────────────────────────────────────

export interface CallSite {
  readonly file: FileNames;
  readonly item: Declaration;
  readonly call: Call;
}

/** Where something is called: by its name, by a named instance of it, and by names that hold it. */
export function callsOf(
  analysis: Analysis,
  symbol: NameSymbol,
  seen: Set<object | string> = new Set(),
): readonly CallSite[] {
  const key = keyOf(symbol);
  if (seen.has(key)) return [];
  seen.add(key);
  return occurrences(analysis, symbol).flatMap((occurrence): readonly CallSite[] => {
    const { file, use } = occurrence;
    if (use.role !== "use" || use.item.kind === "import") return [];
    if (use.place?.kind !== "callee") {
      return goesTo(analysis, occurrence).flatMap((next) => callsOf(analysis, next, seen));
    }
    const site = { file, item: use.item, call: use.place.call };
    if (use.item.kind !== "instance") return [site];
    return [site, ...callsOf(analysis, { kind: "declaration", declaration: use.item }, seen)];
  });
}

/** The names that hold what is given here. */
function goesTo(analysis: Analysis, { file, use }: Occurrence): readonly NameSymbol[] {
  const { item, place } = use;
  if (item.kind === "import") return [];
  if (item.kind === "const") return [{ kind: "declaration", declaration: item }];
  switch (place?.kind) {
    case "loop":
      return place.loop.variables.map((node) => ({ kind: "loop", name: node.name, node, owner: item }));
    case "default":
      return item.kind === "instance" ? [] : [{ kind: "param", param: place.param, owner: item }];
    case "argument":
      return calledBlocks(analysis, file, item, place.call).flatMap((called): NameSymbol[] => {
        if (called.kind !== "declaration") return [];
        const owner = called.declaration;
        const bindings = bound(owner, place.call);
        return owner.params
          .filter((param) => bindings.get(param.name.name) === place.argument)
          .map((param) => ({ kind: "param", param, owner }));
      });
    default:
      return [];
  }
}

function bound(owner: BlockDecl | NetworkDecl, call: Call) {
  return bindArguments(declaredParameters(owner.params), call.args, call.callee).bound;
}
