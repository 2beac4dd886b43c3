/** The core's facade: the only import for hosts. */
export {
  codes,
  type DiagnosticCode,
  faults,
  type LintCode,
  type LintSettings,
  lints,
  type Severity,
} from "./diagnostics/codes.ts";
export { fileKey } from "./fileKey.ts";
export {
  type CallItem,
  type CallLink,
  callItems,
  incomingCalls,
  outgoingCalls,
} from "./ide/callHierarchy.ts";
export { type Check, checks, filesWithNetworks, type NetworkChecks } from "./ide/checks.ts";
export { codeActions, type OfferedAction, offeredActions, resolveAction } from "./ide/codeActions.ts";
export {
  type CodeLens,
  codeLenses,
  type LensKind,
  type LensTitle,
  lensTitle,
  type MeasuredNow,
} from "./ide/codeLenses.ts";
export {
  type Completion,
  type CompletionKind,
  type CompletionList,
  completionDocumentation,
  completions,
  type DocumentationKey,
} from "./ide/completion/index.ts";
export { definition } from "./ide/definition.ts";
export { dependencies, dependents } from "./ide/dependents.ts";
export { diagnostics, prepareDiagnostics } from "./ide/diagnostics.ts";
export { type DocumentLink, documentLinks } from "./ide/documentLinks.ts";
export { documentSymbols } from "./ide/documentSymbols.ts";
export { type FoldingRange, foldingRanges } from "./ide/folding.ts";
export { formatting, rangeFormatting, typeFormatting } from "./ide/formatting.ts";
export { type GraphOptions, type GraphView, graphView } from "./ide/graph.ts";
export { type CostMetric, type Heat, type HeatMetric, heat } from "./ide/heat.ts";
export { hintDetails } from "./ide/hintDetails.ts";
export { hover } from "./ide/hover/index.ts";
export { inlayHints } from "./ide/inlayHints.ts";
export {
  type Choices,
  type InstanceEntry,
  type InstanceList,
  instances,
  noChoices,
} from "./ide/instances.ts";
export { linkedRanges } from "./ide/linkedEditing.ts";
export { type Move, moveFiles } from "./ide/moveFiles.ts";
export { networkGraph, networks } from "./ide/networks.ts";
export { highlights, references } from "./ide/references.ts";
export { prepareRename, type Refusal, rename } from "./ide/rename.ts";
export { selectionRanges } from "./ide/selectionRanges.ts";
export {
  type SectionTokens,
  type SemanticToken,
  semanticTokens,
  standardKinds,
  tokenKinds,
  tokenModifiers,
} from "./ide/semanticTokens.ts";
export { type Signature, type SignatureHelp, signatureHelp } from "./ide/signatureHelp.ts";
export { isStale } from "./ide/times/current.ts";
export { timeHeat } from "./ide/times/heat.ts";
export { type TimeLine, timeLines } from "./ide/times/lines.ts";
export { type Measured, type MeasuredRun, measure, textsOf } from "./ide/times/measured.ts";
export { layerPlace } from "./ide/times/place.ts";
export { type Totals, totals, totalsNamed } from "./ide/totals.ts";
export { typeDefinition } from "./ide/typeDefinition.ts";
export * from "./ide/types.ts";
export { type WorkspaceSymbol, workspaceSymbols } from "./ide/workspaceSymbols.ts";
export type { Graph, GraphNode } from "./ir/graph.ts";
export { nodeLines } from "./ir/lines.ts";
export type { LayoutEngine } from "./picture/layoutGraph.ts";
export { idWithin, stdScheme } from "./sema/imports.ts";
export { stdText } from "./std.ts";
export { finished, type Steps } from "./steps.ts";
export { type Analysis, type FileSource, noFiles, Workspace } from "./workspace.ts";
