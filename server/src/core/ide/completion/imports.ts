/** In an import: paths to files, and the names that a file declares. */
import { importedFile } from "../../sema/imports.ts";
import { argumentsText, declaredCallable } from "../callables.ts";
import type { Place } from "../cursor/place.ts";
import { declarationOf, importables, otherFiles } from "./autoImport.ts";
import { mayMean, mostImports } from "./callees.ts";
import { type CompletionContext, item } from "./context.ts";
import type { Completion } from "./types.ts";

/** Between the quotes, or with quotes of their own. */
export function pathItems(ctx: CompletionContext, quoted: boolean): Completion[] {
  return otherFiles(ctx.analysis, ctx.id).map(({ path, outline }, i) =>
    item(path, "file", path.startsWith("std/") ? "elsewhere" : "file", i, {
      text: quoted ? path : JSON.stringify(path),
      detail: outline.declares.map(({ name }) => name).join(", "),
    }),
  );
}

/** Between the braces: of the file that the import names; before it names one, of all, with the rest of the line. */
export function importNameItems(
  ctx: CompletionContext,
  { path, given }: Extract<Place, { kind: "importName" }>,
): Completion[] {
  const target = path === undefined || path === "" ? undefined : importedFile(ctx.id, path);
  const close = closingBrace(ctx);
  const names = importables(
    ctx.analysis,
    ctx.id,
    (name, _, file) => (target === undefined || file === target) && mayMean(ctx.typed, name),
  );
  return Array.from(names)
    .slice(0, mostImports)
    .flatMap((importable, i) => {
      const { name, file, path: from } = importable;
      const isTaken =
        given.includes(name) || (target === undefined && ctx.file.scope.lookup(name) !== undefined);
      const declaration = isTaken ? undefined : declarationOf(ctx.analysis, importable);
      if (!declaration) return [];
      const found = declaredCallable(ctx.analysis.names(file), declaration);
      const kind = importable.kind === "const" ? "constant" : importable.kind;
      const unnamed = path === undefined && close !== undefined;
      return [
        item(name, kind, target === undefined ? "elsewhere" : "file", i, {
          detail: found && argumentsText(found),
          origin: target === undefined ? from : undefined,
          edits: unnamed
            ? [{ range: { start: close, end: close }, newText: ` from ${JSON.stringify(from)}` }]
            : [],
          documentation: { of: "declaration", file, name },
        }),
      ];
    });
}

/** Where the path would go: behind the brace on the cursor's line, if nothing stands there. */
function closingBrace({ file, cursor }: CompletionContext): number | undefined {
  const rest = /^[^\r\n}]*\}(?=[ \t]*(?:\r?\n|$))/.exec(file.source.text.slice(cursor));
  return rest ? cursor + rest[0].length : undefined;
}
