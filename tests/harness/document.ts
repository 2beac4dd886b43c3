/**
 * A document of the project, block by block. Beside `lwnet` blocks (see docBlock.ts) it may hold
 *
 * - `diff`: a change of the document's file; `diff try` a change that is taken back after its output was shown;
 * - `text tensors`: the names of the tensors of the last network so far, `…` for some of them;
 * - `console`: commands with what they print of the file so far.
 */
import { diagnostics, networkGraph } from "../../server/src/core/index.ts";
import { docBlock } from "./docBlock.ts";
import { type Fence, fencesOf, missingLines, withBodies } from "./markdown.ts";
import { openText } from "./open.ts";

/** A file as it stands after a block, with the blocks of output that follow. */
export interface Stage {
  readonly file: string;
  readonly fence: Fence;
  readonly outputs: readonly Fence[];
}

export interface Document {
  readonly text: string;
  /** The text as it should be. */
  readonly wanted: string;
  readonly stages: readonly Stage[];
}

export function readDocument(text: string): Document {
  const fences = fencesOf(text);
  const bodies = new Map<Fence, string>();
  const stages: { file: string; fence: Fence; outputs: Fence[] }[] = [];
  let current = "";
  for (const [i, fence] of fences.entries()) {
    const toldBelow = isCheck(fences[i + 1]);
    if (fence.language === "lwnet") {
      const { body, file } = docBlock(fence, current, toldBelow);
      bodies.set(fence, body);
      if (fence.info.includes("step")) current = file;
      stages.push({ file, fence, outputs: [] });
    } else if (fence.language === "diff") {
      const file = patched(current, fence.body);
      if (!toldBelow) requireClean(file);
      if (fence.info !== "try") current = file;
      stages.push({ file, fence, outputs: [] });
    } else if (fence.language === "text" && fence.info === "tensors") {
      bodies.set(fence, tensorList(tensorNames(stages.at(-1)?.file ?? ""), fence.body));
    } else if (fence.language === "console") stages.at(-1)?.outputs.push(fence);
  }
  return { text, wanted: withBodies(text, bodies), stages };
}

/** Whether a block shows what `lwnet check` says of the one before. */
function isCheck(fence: Fence | undefined): boolean {
  return fence?.language === "console" && /^\$ npx lwnet check/.test(fence.body);
}

function requireClean(file: string): void {
  const { analysis, id } = openText(file);
  const messages = diagnostics(analysis, id).map(({ message }) => message);
  if (messages.length > 0)
    throw new Error(`a change that nothing is said of has errors: ${messages.join("; ")}`);
}

/** Lines that begin with `-` give way to those that begin with `+`; `@@` stands between places. */
function patched(text: string, diff: string): string {
  return diff.split(/^@@.*\n/m).reduce(patchedAt, text);
}

function patchedAt(text: string, hunk: string): string {
  const side = (sign: string) =>
    hunk
      .split("\n")
      .filter((line) => line.startsWith(sign) || line.startsWith(" "))
      .map((line) => `${line.slice(1)}\n`)
      .join("");
  const pieces = `\n${text}`.split(`\n${side("-")}`);
  if (pieces.length !== 2) throw new Error(`there are ${pieces.length - 1} places for this change:\n${hunk}`);
  return pieces.join(`\n${side("+")}`).slice(1);
}

/** All names, or those that the document gives with `…` between them. */
function tensorList(names: readonly string[], given: string): string {
  const shortened = given.split("\n").includes("…");
  if (shortened && missingLines(given.trim().split("\n"), names).length === 0) return given;
  return names.map((name) => `${name}\n`).join("");
}

/** The names of the last network's tensors, as a state_dict has them. */
export function tensorNames(file: string): string[] {
  const { analysis, id, file: analysed } = openText(file);
  const graph = networkGraph(analysis, id, analysed.networks.at(-1)?.name ?? "");
  if ("problem" in graph) throw new Error(graph.problem);
  return graph.nodes.flatMap(({ weights }) => weights.map((w) => w.fullName));
}
