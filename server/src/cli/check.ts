/** `lwnet check FILE…`: every diagnostic of the files. */
import { counted } from "../report/words.ts";
import { allDiagnostics, analysisOf, load, renderAll } from "./targets.ts";
import { exitCodes, paint, print, printJson } from "./terminal.ts";

export interface CheckOptions {
  readonly json?: boolean;
  readonly denyWarnings?: boolean;
}

export async function check(files: readonly string[], options: CheckOptions): Promise<number> {
  const loaded = await load(files);
  const found = allDiagnostics(loaded);
  const errors = found.filter(({ found: d }) => d.severity === "error").length;
  const warnings = found.filter(({ found: d }) => d.severity === "warning").length;
  if (options.json) {
    printJson(
      found.map(({ target, found: { range, related, ...rest } }) => ({
        file: target.name,
        ...rest,
        ...placeOf(target.id, range),
        related: related.map((place) => ({
          message: place.message,
          file: loaded.targets.find(({ id }) => id === place.file)?.name ?? place.file,
          ...placeOf(place.file, place.range),
        })),
      })),
    );
  } else {
    for (const text of renderAll(loaded)) print(`${text}\n`);
    print(verdict(errors, warnings));
  }
  return errors > 0 || (options.denyWarnings && warnings > 0) ? exitCodes.failed : exitCodes.clean;

  /** One-based, as compilers print places. */
  function placeOf(id: string, range: { start: number; end: number }) {
    const lines = loaded.analysis.file(id)?.lines;
    const [start, end] = [lines?.position(range.start), lines?.position(range.end)];
    return {
      line: (start?.line ?? 0) + 1,
      column: (start?.character ?? 0) + 1,
      endLine: (end?.line ?? 0) + 1,
      endColumn: (end?.character ?? 0) + 1,
    };
  }

  function verdict(errorCount: number, others: number): string {
    const networks = loaded.targets.flatMap((target) =>
      analysisOf(loaded, target).networks.filter((n) => n.instance),
    );
    const scope = `${counted(loaded.targets.length, "file")}, ${counted(networks.length, "network")}`;
    if (errorCount + others === 0) return `${scope}: ${paint.strong("no problems")}`;
    const problems = [
      errorCount > 0 ? counted(errorCount, "error") : "",
      others > 0 ? counted(others, "warning") : "",
    ];
    const colour = errorCount > 0 ? paint.error : paint.warning;
    return `${scope}: ${colour(problems.filter(Boolean).join(", "))}`;
  }
}
