/** Makes the file that an import asks for, with empty blocks of the names that it wants. */
import type { ImportDecl } from "../../../../grammar/ast.ts";
import { importedFile, stdScheme } from "../sema/imports.ts";
import type { Candidate, FixContext } from "./fix.ts";

export function createFile({ analysis, file, section, offset, diagnostic }: FixContext): Candidate[] {
  const at = diagnostic.range.start - offset;
  const item = section.items.find(
    (each): each is ImportDecl => each.kind === "import" && each.path?.range.start === at,
  );
  const path = item?.path?.value;
  const target = path === undefined ? undefined : importedFile(file, path);
  if (!item || !path?.endsWith(".lwnet") || !target || target.startsWith(stdScheme) || analysis.file(target))
    return [];
  const names = item.names.map(({ name }) => name.name).filter((name) => name !== "");
  const newText = names.map((name) => `block ${name} {}\n`).join("\n");
  const others = [{ file: target, create: true, edits: [{ range: { start: 0, end: 0 }, newText }] }];
  return [{ title: `Create \`${path}\``, edits: [], others, preferred: false }];
}
