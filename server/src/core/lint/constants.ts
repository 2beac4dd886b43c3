/** Values that can be read off the text: of literals, and of constants made from them. */
import type { Expr } from "../../../../grammar/ast.ts";
import { evaluate } from "../sema/evaluate.ts";
import type { FileScope, Resolved } from "../sema/symbols.ts";
import type { Value } from "../values.ts";

/** The value of an expression whose names are all constants; of one without names where there is no scope. */
export function constantValue(
  expr: Expr,
  resolved: (node: Expr) => Resolved | undefined,
  scope?: FileScope,
  depth = 0,
): Value {
  const constant = ({ kind, name }: Resolved): Value => {
    const declaration = kind === "declaration" ? scope?.lookup(name) : undefined;
    if (!scope || declaration?.kind !== "const" || depth > 32) return undefined;
    // A constant of another file sees other names.
    const inside = declaration.section.file === scope.file ? scope : undefined;
    return constantValue(declaration.value, byName(inside), inside, depth + 1);
  };
  return evaluate(
    { resolved, valueOf: constant, tensor: () => ({ kind: "tensor", shape: undefined }), report: () => {} },
    expr,
  );
}

/** In a constant's own expression there are no other names than the file's and those of functions. */
function byName(scope: FileScope | undefined): (node: Expr) => Resolved | undefined {
  return (node) => {
    if (node.kind !== "name") return undefined;
    return { kind: scope?.lookup(node.name) ? "declaration" : "function", name: node.name };
  };
}
