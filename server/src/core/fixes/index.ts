/** The fixes of each diagnostic, one row per code. What a row thinks of is tried before it is offered. */
import type { FileId } from "../../../../grammar/ast.ts";
import type { DiagnosticCode } from "../diagnostics/codes.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { PlacedDiagnostic } from "../ide/diagnostics.ts";
import type { Steps } from "../steps.ts";
import type { Analysis } from "../workspace.ts";
import { allowLint, removeAllow } from "./allowLint.ts";
import { addMissingArguments, nameArgument, removeArgument } from "./arguments.ts";
import { pairBrace } from "./braces.ts";
import { createFile } from "./createFile.ts";
import { type Candidate, type Fix, type FixContext, fixContext, working } from "./fix.ts";
import { importName } from "./importName.ts";
import { divideEvenly, fitKernel, flattenFirst } from "./layerShapes.ts";
import { addActivation, dropBias, keepRows, removeLayer, removeUnusedLayer, squeeze } from "./layers.ts";
import { renameToSuggestion } from "./rename.ts";
import { projectionShortcut, shortcutChannels, zeroPaddingShortcut } from "./shortcutMismatch.ts";
import { stackMismatch } from "./stackMismatch.ts";
import { expectActual, raiseBudget } from "./statedFacts.ts";
import { addInput, keepTaken, removeMisplaced, repeatInstead } from "./structure.ts";
import { sumChannels } from "./sumChannels.ts";
import {
  removeBudgetEntry,
  removeDeclaration,
  removeImport,
  removeLoopName,
  removeParameter,
} from "./unused.ts";

type FixRule = (ctx: FixContext) => readonly Candidate[];

const rules: { readonly [C in DiagnosticCode]?: readonly FixRule[] } = {
  syntax: [pairBrace],
  // names
  "unknown-name": [importName, renameToSuggestion],
  "unknown-file": [renameToSuggestion, createFile],
  // arguments
  "missing-argument": [addMissingArguments],
  "unknown-argument": [renameToSuggestion, removeArgument],
  "duplicate-argument": [removeArgument],
  "wrong-argument": [nameArgument],
  // structure
  "no-input": [addInput],
  "misplaced-statement": [removeMisplaced],
  // shapes
  "shortcut-mismatch": [projectionShortcut, zeroPaddingShortcut, shortcutChannels],
  "concat-mismatch": [stackMismatch],
  "shape-mismatch": [stackMismatch, sumChannels],
  "not-flat": [flattenFirst],
  "kernel-too-large": [fitKernel],
  "channels-not-divisible": [divideEvenly],
  "expect-failed": [expectActual],
  "over-budget": [raiseBudget],
  // lints
  "bias-before-norm": [dropBias],
  "doubled-activation": [removeLayer],
  "missing-activation": [addActivation],
  "linear-chain": [addActivation],
  "no-squeeze": [squeeze],
  "pooling-drops-rows": [keepRows],
  "unused-layer": [removeUnusedLayer],
  "unused-block": [removeDeclaration],
  "unused-const": [removeDeclaration],
  "unused-import": [removeImport],
  "unused-parameter": [removeParameter],
  "unused-variable": [removeLoopName, repeatInstead],
  "dead-branch": [keepTaken],
  "redundant-budget": [removeBudgetEntry],
  "unknown-lint": [renameToSuggestion],
  "unneeded-allow": [removeAllow],
};

/** Codes that have fixes, though not each of their diagnostics. */
export const fixable = Object.keys(rules) as DiagnosticCode[];

const known = new WeakMap<Analysis, WeakMap<Diagnostic, readonly Fix[]>>();

/** The fixes of one diagnostic, tried once for an analysis: the cursor may move to and fro. */
export function* fixesOf(
  analysis: Analysis,
  file: FileId,
  diagnostic: PlacedDiagnostic,
): Steps<readonly Fix[]> {
  const byDiagnostic = known.get(analysis) ?? new WeakMap<Diagnostic, readonly Fix[]>();
  known.set(analysis, byDiagnostic);
  const fixes = byDiagnostic.get(diagnostic.source) ?? (yield* tried(analysis, file, diagnostic));
  byDiagnostic.set(diagnostic.source, fixes);
  return fixes;
}

function* tried(analysis: Analysis, file: FileId, diagnostic: PlacedDiagnostic): Steps<readonly Fix[]> {
  const ctx = fixContext(analysis, file, diagnostic);
  if (!ctx) return [];
  const candidates = (rules[diagnostic.code] ?? []).flatMap((rule) => rule(ctx));
  return yield* working(ctx, [...candidates, ...allowLint(ctx)]);
}
