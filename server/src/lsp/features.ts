/** All requests that the server answers, in one table: method, capability, handler. */
import * as lsp from "vscode-languageserver";
import * as actions from "./handlers/actions.ts";
import * as checks from "./handlers/checks.ts";
import * as costs from "./handlers/costs.ts";
import * as graph from "./handlers/graph.ts";
import * as jobs from "./handlers/jobs.ts";
import * as names from "./handlers/names.ts";
import * as runs from "./handlers/runs.ts";
import * as text from "./handlers/text.ts";
import * as typing from "./handlers/typing.ts";
import {
  command,
  editor,
  type Feature,
  request,
  steppedEditor,
  workspaceEditor,
  workspaceRequest,
} from "./registration.ts";
import { legend } from "./semanticTokens.ts";

const actionKinds = [
  lsp.CodeActionKind.QuickFix,
  lsp.CodeActionKind.RefactorExtract,
  lsp.CodeActionKind.RefactorInline,
  lsp.CodeActionKind.RefactorRewrite,
  lsp.CodeActionKind.SourceOrganizeImports,
  `${lsp.CodeActionKind.SourceFixAll}.lwnet`,
];

/** What imports can point at, or lie in. */
const movable: lsp.FileOperationRegistrationOptions = {
  filters: [
    { pattern: { glob: "**/*.lwnet", matches: "file" } },
    { pattern: { glob: "**", matches: "folder" } },
  ],
};

/** The table of contents. */
export const features: readonly Feature[] = [
  // what names mean
  editor(lsp.DefinitionRequest.type, { definitionProvider: true }, names.definition),
  editor(lsp.TypeDefinitionRequest.type, { typeDefinitionProvider: true }, names.typeDefinition),
  // A parameter that takes a block is implemented by the blocks that it is given.
  editor(lsp.ImplementationRequest.type, { implementationProvider: true }, names.typeDefinition),
  editor(lsp.ReferencesRequest.type, { referencesProvider: true }, names.references),
  editor(lsp.DocumentHighlightRequest.type, { documentHighlightProvider: true }, names.highlights),
  editor(lsp.PrepareRenameRequest.type, {}, names.prepareRename),
  editor(lsp.RenameRequest.type, { renameProvider: { prepareProvider: true } }, names.rename),
  editor(lsp.LinkedEditingRangeRequest.type, { linkedEditingRangeProvider: true }, names.linkedRanges),
  editor(lsp.CallHierarchyPrepareRequest.type, { callHierarchyProvider: true }, names.callItems),
  workspaceEditor(lsp.CallHierarchyIncomingCallsRequest.type, {}, names.incomingCalls),
  workspaceEditor(lsp.CallHierarchyOutgoingCallsRequest.type, {}, names.outgoingCalls),
  editor(lsp.DocumentLinkRequest.type, { documentLinkProvider: {} }, names.documentLinks),
  editor(lsp.DocumentSymbolRequest.type, { documentSymbolProvider: true }, names.documentSymbols),
  workspaceEditor(lsp.WorkspaceSymbolRequest.type, { workspaceSymbolProvider: true }, names.workspaceSymbols),
  workspaceEditor(
    lsp.WillRenameFilesRequest.type,
    { workspace: { fileOperations: { willRename: movable, didRename: movable, didDelete: movable } } },
    names.willRenameFiles,
  ),

  // while typing
  editor(
    lsp.CompletionRequest.type,
    {
      completionProvider: {
        triggerCharacters: [".", ":", "(", ",", ">", '"', "/", "{", "["],
        resolveProvider: true,
        completionItem: { labelDetailsSupport: true },
      },
    },
    typing.completion,
  ),
  workspaceEditor(lsp.CompletionResolveRequest.type, {}, typing.resolveCompletion),
  editor(
    lsp.SignatureHelpRequest.type,
    { signatureHelpProvider: { triggerCharacters: ["(", ","], retriggerCharacters: [":", ")"] } },
    typing.signatureHelp,
  ),

  // the text
  editor(lsp.DocumentFormattingRequest.type, { documentFormattingProvider: true }, text.formatting),
  editor(
    lsp.DocumentRangeFormattingRequest.type,
    { documentRangeFormattingProvider: true },
    text.rangeFormatting,
  ),
  editor(
    lsp.DocumentOnTypeFormattingRequest.type,
    { documentOnTypeFormattingProvider: { firstTriggerCharacter: "}", moreTriggerCharacter: ["\n"] } },
    text.typeFormatting,
  ),
  editor(lsp.FoldingRangeRequest.type, { foldingRangeProvider: true }, text.foldingRanges),
  editor(lsp.SelectionRangeRequest.type, { selectionRangeProvider: true }, text.selectionRanges),
  editor(
    lsp.SemanticTokensRequest.type,
    (client) => ({ semanticTokensProvider: { legend: legend(client), full: { delta: true }, range: true } }),
    text.semanticTokens,
  ),
  editor(lsp.SemanticTokensDeltaRequest.type, {}, text.semanticTokensDelta),
  editor(lsp.SemanticTokensRangeRequest.type, {}, text.semanticTokensRange),

  // shapes and costs
  editor(lsp.InlayHintRequest.type, { inlayHintProvider: { resolveProvider: true } }, costs.inlayHints),
  workspaceEditor(lsp.InlayHintResolveRequest.type, {}, costs.resolveHint),
  editor(lsp.CodeLensRequest.type, { codeLensProvider: { resolveProvider: true } }, costs.codeLenses),
  workspaceEditor(lsp.CodeLensResolveRequest.type, {}, costs.resolveLens),
  editor(lsp.HoverRequest.type, { hoverProvider: true }, costs.hover),

  // changes
  steppedEditor(
    lsp.CodeActionRequest.type,
    { codeActionProvider: { codeActionKinds: actionKinds, resolveProvider: true } },
    actions.codeActions,
  ),
  workspaceEditor(lsp.CodeActionResolveRequest.type, {}, actions.resolveAction),

  // lwnet's own
  request("lwnet/std", jobs.std),
  command("lwnet/networks", jobs.networks),
  command("lwnet/totals", costs.totals),
  command("lwnet/heat", costs.heat),
  command("lwnet/graph", graph.graph),
  command("lwnet/instances", costs.instances),
  command("lwnet/chooseInstance", costs.chooseInstance),
  workspaceRequest("lwnet/checkedFiles", checks.checkedFiles),
  workspaceRequest("lwnet/checks", checks.checks),
  request("lwnet/formats", jobs.exportFormats),
  command("lwnet/devices", jobs.devices),
  command("lwnet/export", jobs.exportModel),
  command("lwnet/exportAndRun", jobs.exportAndRun),
  command("lwnet/times", runs.times),
  command("lwnet/layerPlace", runs.layerPlace),
  request("lwnet/runText", runs.runText),
];
