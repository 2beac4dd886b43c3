/** In an import: paths to files, and the names that a file declares. */
import { declarations } from "../../../../../grammar/parse.ts";
import { importedFile } from "../../sema/imports.ts";
import { declaredCallable, signatureText } from "../callables.ts";
import type { Place } from "../cursor/place.ts";
import { importables, otherFiles } from "./autoImport.ts";
import { type CompletionContext, item } from "./context.ts";
import type { Completion } from "./types.ts";

/** Between the quotes, or with quotes of their own. */
export function pathItems(ctx: CompletionContext, quoted: boolean): Completion[] {
  return otherFiles(ctx.analysis, ctx.id).map(({ path, source }, i) =>
    item(path, "file", path.startsWith("std/") ? "elsewhere" : "file", i, {
      text: quoted ? path : JSON.stringify(path),
      detail: declarations(source)
        .map(({ name }) => name.name)
        .join(", "),
    }),
  );
}

/** Between the braces: of the file that the import names; before it names one, of all, with the rest of the line. */
export function importNameItems(
  ctx: CompletionContext,
  { path, given }: Extract<Place, { kind: "importName" }>,
): Completion[] {
  const target = path === undefined || path === "" ? undefined : importedFile(ctx.id, path);
  const all = importables(ctx.analysis, ctx.id).filter(({ file }) => target === undefined || file === target);
  const close = closingBrace(ctx);
  return all.flatMap(({ declaration, file, path: from }, i) => {
    const { name } = declaration.name;
    const isTaken =
      given.includes(name) || (target === undefined && ctx.file.scope.lookup(name) !== undefined);
    if (isTaken) return [];
    const found = declaredCallable(ctx.analysis.names(file), declaration);
    const kind =
      declaration.kind === "const" ? "constant" : declaration.kind === "block" ? "block" : "network";
    const unnamed = path === undefined && close !== undefined;
    return [
      item(name, kind, target === undefined ? "elsewhere" : "file", i, {
        detail: found && (signatureText(found).slice(name.length) || undefined),
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
