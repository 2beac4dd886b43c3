/** Where the name under the cursor is declared: in this file, in an imported one, or in what ships with the product. */
import type { Declaration, FileId, Item, Location, SyntaxNode } from "../../../../grammar/ast.ts";
import { shift } from "../../../../grammar/text.ts";
import type { FileAnalysis } from "../analysis.ts";
import { importedFile } from "../sema/imports.ts";
import type { LocalSymbol, Resolved } from "../sema/symbols.ts";
import type { Analysis } from "../workspace.ts";
import { nodesAt, placeOf } from "./places.ts";
import type { Definition } from "./types.ts";

export function definition(analysis: Analysis, id: FileId, offset: number): Definition | undefined {
  const file = analysis.of(id);
  const path = file && nodesAt(file.source, offset);
  const node = path?.nodes.at(-1);
  if (!file || !path || !node) return undefined;
  const origin = shift(node.range, path.offset);
  if (path.item.kind === "import" && node === path.item.path) {
    const target = importedFile(id, path.item.path.value);
    const start = { start: 0, end: 0 };
    return target !== undefined && analysis.file(target) ? { origin, file: target, range: start } : undefined;
  }
  const location = declarationOf(file, path.item, path.nodes);
  const place = location && placeOf(analysis, location);
  return place && { origin, ...place };
}

function declarationOf(file: FileAnalysis, item: Item, nodes: readonly SyntaxNode[]): Location | undefined {
  const node = nodes.at(-1);
  const parent = nodes.at(-2);
  if (!node) return undefined;
  if (parent?.kind === "importName")
    return ofDeclaration(file.scope.lookup((parent.alias ?? parent.name).name));
  if (item.kind === "import") return undefined;
  const references = file.resolutionOf(item).references;
  if (node.kind === "identifier" && parent?.kind === "argument") {
    const call = nodes.at(-3);
    const callee = call?.kind === "layer" ? call.callee : call?.kind === "instance" ? call.base : undefined;
    return callee && parameter(file, references.get(callee), node.name);
  }
  const resolved = references.get(node);
  return resolved && ofResolved(file, item, resolved);
}

function ofResolved(file: FileAnalysis, item: Declaration, resolved: Resolved): Location | undefined {
  switch (resolved.kind) {
    case "declaration":
      return ofDeclaration(file.scope.lookup(resolved.name));
    case "operator":
    case "function":
    case "word":
    case "in":
      return undefined;
    default:
      return { section: item.section, range: nameRange(resolved) };
  }
}

function nameRange({ node }: LocalSymbol) {
  return node.kind === "param" || node.kind === "input" ? node.name.range : node.range;
}

function ofDeclaration(declaration: Declaration | undefined): Location | undefined {
  return declaration && { section: declaration.section, range: declaration.name.range };
}

/** The parameter that a named argument is for. A named instance passes on to the network that it comes down to. */
function parameter(file: FileAnalysis, resolved: Resolved | undefined, name: string): Location | undefined {
  let target = resolved?.kind === "declaration" ? file.scope.lookup(resolved.name) : undefined;
  for (let depth = 0; target?.kind === "instance" && depth < 32; depth++) {
    target = target.base && file.scope.lookup(target.base.name);
  }
  if (target?.kind !== "block" && target?.kind !== "network") return undefined;
  const param = target.params.find((p) => p.name.name === name);
  return param && { section: target.section, range: param.name.range };
}
