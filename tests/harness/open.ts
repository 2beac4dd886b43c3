/** Opens texts and files of the repository in a workspace of their own. */
import { readFileSync } from "node:fs";
import type { FileAnalysis } from "../../server/src/core/analysis.ts";
import { type Analysis, Workspace } from "../../server/src/core/index.ts";

export interface Opened {
  readonly id: string;
  readonly analysis: Analysis;
  readonly file: FileAnalysis;
}

export function openFile(path: string): Opened {
  return openText(readFileSync(path, "utf8"), path);
}

export function openText(text: string, id = "file:///test.lwnet"): Opened {
  const workspace = new Workspace();
  workspace.setFile(id, text);
  const analysis = workspace.analysis();
  const file = analysis.of(id);
  if (!file) throw new Error(`${id} was not analysed`);
  return { id, analysis, file };
}
