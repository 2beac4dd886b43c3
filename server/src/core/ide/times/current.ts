/**
 * A run held against the text as it is now. While the network computes what was measured, whatever else was edited, its
 * times are those of the text; afterwards they are those of the earlier text, line by line where a line is still there.
 */
import type { FileId, Item, Statement } from "../../../../../grammar/ast.ts";
import type { SourceFile } from "../../../../../grammar/parse.ts";
import type { FileAnalysis } from "../../analysis.ts";
import { type Instance, kept } from "../../elaborate/instance.ts";
import { countUses } from "../../elaborate/uses.ts";
import { fileKey } from "../../fileKey.ts";
import type { Analysis } from "../../workspace.ts";
import { statementLines } from "../inlayHints.ts";
import { alignLines } from "./align.ts";
import { type Measured, networkOf } from "./measured.ts";
import { structureKey } from "./structure.ts";
import { type Times, timesOf } from "./walk.ts";

/** The times of one run in one file. */
export interface FileTimes {
  readonly measured: Measured;
  /** The network computes something else by now. */
  readonly stale: boolean;
  readonly times: Times;
  /** The file whose statements have the times: as it is, or as it was. */
  readonly source: SourceFile;
  readonly analysis: FileAnalysis | undefined;
  /** The line, as it is now, of a line of `source`. */
  readonly lineNow: (line: number) => number | undefined;
}

export function isStale(analysis: Analysis, measured: Measured): boolean {
  const now = networkNow(analysis, measured);
  return !now || !sameStructure(now, measured.root);
}

/** Of the runs that have times in the file, in the order in which they are given. */
export function fileTimes(analysis: Analysis, id: FileId, all: readonly Measured[]): FileTimes[] {
  const source = analysis.file(id);
  if (!source) return [];
  return all.flatMap((measured): FileTimes[] => {
    if (!isMadeOf(measured.root, id)) return [];
    const now = networkNow(analysis, measured);
    const { layers, run, then } = measured;
    if (now && sameStructure(now, measured.root)) {
      const times = timesKept(measured, now, () => timesOf(now, layers, run.ceilings));
      const lineNow = (line: number) => line;
      return [{ measured, stale: false, times, source, analysis: analysis.of(id), lineNow }];
    }
    const before = then.file(id);
    if (!before) return [];
    const times = timesKept(measured, measured.root, () => timesOf(measured.root, layers, run.ceilings));
    let matches: ReadonlyMap<number, number> | undefined;
    const lineNow = (line: number) => {
      matches ??= alignLines(before.text, source.text);
      return matches.get(line);
    };
    return [{ measured, stale: true, times, source: before, analysis: then.of(id), lineNow }];
  });
}

/** The statements that begin on a line. */
export interface LineStatements {
  /** Zero-based, in `source`. */
  readonly line: number;
  readonly item: Item;
  readonly statements: readonly Statement[];
}

export function linesOf({ source }: Pick<FileTimes, "source">): LineStatements[] {
  return source.sections.flatMap(({ section, offset }) => {
    const first = source.lines.position(offset).line;
    return statementLines(section).map(({ line, item, statements }) => ({
      line: first + line,
      item,
      statements,
    }));
  });
}

function networkNow(analysis: Analysis, { run }: Measured): Instance | undefined {
  return networkOf(analysis.of(run.file), run.network);
}

function sameStructure(a: Instance, b: Instance): boolean {
  return a === b || (a.sound && structureKey(a) === structureKey(b));
}

function isMadeOf(root: Instance, id: FileId): boolean {
  const files = kept(
    filesByRoot,
    root,
    () => new Set([...countUses(root).keys()].map(({ section }) => fileKey(section.file))),
  );
  return files.has(fileKey(id));
}

const filesByRoot = new WeakMap<Instance, ReadonlySet<string>>();

const known = new WeakMap<Measured, WeakMap<Instance, Times>>();

function timesKept(measured: Measured, root: Instance, find: () => Times): Times {
  const byRoot = known.get(measured) ?? new WeakMap<Instance, Times>();
  known.set(measured, byRoot);
  return kept(byRoot, root, find);
}
