/** The paths of imports as links to the files. */
import type { FileId } from "../../../../grammar/ast.ts";
import { shift, type TextRange } from "../../../../grammar/text.ts";
import { fileName, importedFile, stdScheme } from "../sema/imports.ts";
import type { Analysis } from "../workspace.ts";

export interface DocumentLink {
  /** The path without its quotes. */
  readonly range: TextRange;
  readonly target: FileId;
  readonly tooltip: string;
}

/** A file that is not there is told by its diagnostic: it gets no link. */
export function documentLinks(analysis: Analysis, id: FileId): DocumentLink[] {
  return (analysis.file(id)?.sections ?? []).flatMap(({ section, offset }) =>
    section.items.flatMap((item): DocumentLink[] => {
      const path = item.kind === "import" ? item.path : undefined;
      const target = path && importedFile(id, path.value);
      if (!path || target === undefined || analysis.file(target) === undefined) return [];
      const range = shift({ start: path.range.start + 1, end: path.range.end - 1 }, offset);
      const tooltip = target.startsWith(stdScheme)
        ? `Show ${path.value}, which ships with lwnet`
        : `Open ${fileName(target)}`;
      return [{ range, target, tooltip }];
    }),
  );
}
