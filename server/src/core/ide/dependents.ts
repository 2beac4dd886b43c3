/** Which files see what a file declares: their diagnostics may change with it. */
import type { FileId } from "../../../../grammar/ast.ts";
import { imports } from "../../../../grammar/parse.ts";
import { fileKey } from "../fileKey.ts";
import { importedFile } from "../sema/imports.ts";
import type { Analysis } from "../workspace.ts";

/** Those of the candidates that import the file, or import one that does. */
export function dependents(analysis: Analysis, id: FileId, candidates: readonly FileId[]): FileId[] {
  const key = fileKey(id);
  return candidates.filter((candidate) => fileKey(candidate) !== key && reaches(analysis, candidate, key));
}

/** The other way about: those of the candidates that the file imports, or that one of these does. */
export function dependencies(analysis: Analysis, id: FileId, candidates: readonly FileId[]): FileId[] {
  return candidates.filter((candidate) => dependents(analysis, candidate, [id]).length > 0);
}

function reaches(analysis: Analysis, from: FileId, to: string): boolean {
  const seen = new Set([from]);
  for (const file of seen) {
    const source = analysis.file(file);
    for (const { path } of source ? imports(source) : []) {
      const target = path && importedFile(file, path.value);
      if (target === undefined) continue;
      if (fileKey(target) === to) return true;
      seen.add(target);
    }
  }
  return false;
}
