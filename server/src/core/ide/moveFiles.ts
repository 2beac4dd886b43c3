/** Imports when files or folders are renamed or moved: those that point at them, and their own. */
import type { FileId } from "../../../../grammar/ast.ts";
import { shift, type TextEdit } from "../../../../grammar/text.ts";
import { fileKey } from "../fileKey.ts";
import { importedFile, importPath, stdScheme } from "../sema/imports.ts";
import type { Analysis } from "../workspace.ts";
import { filesToSearch } from "./names/occurrences.ts";
import type { FileEdits } from "./types.ts";

/** A file, or a folder with all that is in it. */
export interface Move {
  readonly from: FileId;
  readonly to: FileId;
}

/** The edits to make before the move, in the files as they are called now. */
export function moveFiles(analysis: Analysis, moves: readonly Move[]): FileEdits[] {
  return filesToSearch(analysis).flatMap((file) => {
    const edits = analysis.text(file)?.includes("import") ? importEdits(analysis, file, moves) : [];
    return edits.length > 0 ? [{ file, edits }] : [];
  });
}

function importEdits(analysis: Analysis, file: FileId, moves: readonly Move[]): TextEdit[] {
  return (analysis.file(file)?.sections ?? []).flatMap(({ section, offset }) =>
    section.items.flatMap((item) => {
      const path = item.kind === "import" ? item.path : undefined;
      const target = path && importedFile(file, path.value);
      if (!path || target === undefined || target.startsWith(stdScheme)) return [];
      const newFile = moved(file, moves);
      const newTarget = moved(target, moves);
      // As long as the path leads there, it stays as it was written.
      const stays = importedFile(newFile, path.value);
      if (stays !== undefined && fileKey(stays) === fileKey(newTarget)) return [];
      const newPath = importPath(newFile, newTarget);
      return newPath === undefined
        ? []
        : [{ range: shift(path.range, offset), newText: JSON.stringify(newPath) }];
    }),
  );
}

function moved(file: FileId, moves: readonly Move[]): FileId {
  for (const { from, to } of moves) {
    if (fileKey(file) === fileKey(from)) return to;
    if (!fileKey(file).startsWith(`${fileKey(from)}/`)) continue;
    return [to, ...file.split("/").slice(from.split("/").length)].join("/");
  }
  return file;
}
