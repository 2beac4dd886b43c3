/** Where the name under the cursor is declared: in this file, in an imported one, or in what ships with the product. */
import type { FileId } from "../../../../grammar/ast.ts";
import { shift } from "../../../../grammar/text.ts";
import { importedFile } from "../sema/imports.ts";
import type { Analysis } from "../workspace.ts";
import { declarationOf, useAt } from "./names/symbols.ts";
import { nodesAt, placeOf } from "./places.ts";
import type { Definition } from "./types.ts";

/** Several where the name of an argument is given to a block that is itself a value. */
export function definition(analysis: Analysis, id: FileId, offset: number): Definition[] {
  const found = useAt(analysis, id, offset);
  if (!found) return importedPath(analysis, id, offset);
  const origin = shift(found.use.range, found.offset);
  return found.symbols.flatMap((symbol) => {
    const location = declarationOf(symbol);
    const place = location && placeOf(analysis, location);
    return place ? [{ origin, ...place }] : [];
  });
}

/** The path of an import leads to the file. */
function importedPath(analysis: Analysis, id: FileId, offset: number): Definition[] {
  const source = analysis.file(id);
  const path = source && nodesAt(source, offset);
  const node = path?.nodes.at(-1);
  if (path?.item.kind !== "import" || node?.kind !== "string") return [];
  const file = importedFile(id, node.value);
  if (file === undefined || analysis.file(file) === undefined) return [];
  return [{ origin: shift(node.range, path.offset), file, range: { start: 0, end: 0 } }];
}
