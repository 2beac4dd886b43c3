/** The core's plain data to the protocol's: offsets become UTF-16 positions, kinds become numbers. */
import * as lsp from "vscode-languageserver";
import type { LineIndex, TextEdit, TextRange } from "../../../grammar/text.ts";
import type * as core from "../core/index.ts";

/** The lines of a file that a diagnostic points to, if it is known. */
export type LinesOf = (file: string) => LineIndex | undefined;

export function range(lines: LineIndex, { start, end }: TextRange): lsp.Range {
  return { start: lines.position(start), end: lines.position(end) };
}

export function textEdit(edit: TextEdit, lines: LineIndex): lsp.TextEdit {
  return { range: range(lines, edit.range), newText: edit.newText };
}

const severities = {
  error: lsp.DiagnosticSeverity.Error,
  warning: lsp.DiagnosticSeverity.Warning,
  information: lsp.DiagnosticSeverity.Information,
} satisfies Record<core.FileDiagnostic["severity"], lsp.DiagnosticSeverity>;

export function diagnostic(found: core.FileDiagnostic, lines: LineIndex, linesOf: LinesOf): lsp.Diagnostic {
  return {
    source: "lwnet",
    code: found.code,
    severity: severities[found.severity],
    message: found.message,
    range: range(lines, found.range),
    relatedInformation: found.related.flatMap((place) => {
      const placeLines = linesOf(place.file);
      if (!placeLines) return [];
      return [
        { message: place.message, location: { uri: place.file, range: range(placeLines, place.range) } },
      ];
    }),
  };
}

export function inlayHint(hint: core.InlayHint, lines: LineIndex): lsp.InlayHint {
  return {
    position: lines.position(hint.offset),
    // Room around the text: editors set a hint close to the code.
    label: ` ${hint.label} `,
    paddingLeft: true,
    ...(hint.tooltip === undefined ? {} : { tooltip: markdown(hint.tooltip) }),
  };
}

export function hover(found: core.Hover, lines: LineIndex): lsp.Hover {
  return { contents: markdown(found.markdown), range: range(lines, found.range) };
}

const symbolKinds = {
  block: lsp.SymbolKind.Class,
  network: lsp.SymbolKind.Module,
  instance: lsp.SymbolKind.Object,
  const: lsp.SymbolKind.Constant,
  layer: lsp.SymbolKind.Function,
  group: lsp.SymbolKind.Namespace,
  connection: lsp.SymbolKind.Operator,
  output: lsp.SymbolKind.Event,
} satisfies Record<core.SymbolKind, lsp.SymbolKind>;

export function documentSymbol(symbol: core.DocumentSymbol, lines: LineIndex): lsp.DocumentSymbol {
  return {
    name: symbol.name,
    detail: symbol.detail,
    kind: symbolKinds[symbol.kind],
    range: range(lines, symbol.range),
    selectionRange: range(lines, symbol.selectionRange),
    children: symbol.children.map((child) => documentSymbol(child, lines)),
  };
}

export function codeAction(
  action: core.CodeAction,
  document: { readonly uri: string; readonly version: number | null },
  lines: LineIndex,
  linesOf: LinesOf,
): lsp.CodeAction {
  const edits = action.edits.map((edit) => textEdit(edit, lines));
  return {
    title: action.title,
    kind: lsp.CodeActionKind.QuickFix,
    isPreferred: action.preferred,
    diagnostics: [diagnostic(action.diagnostic, lines, linesOf)],
    edit: { documentChanges: [{ textDocument: document, edits }] },
  };
}

function markdown(value: string): lsp.MarkupContent {
  return { kind: lsp.MarkupKind.Markdown, value };
}
