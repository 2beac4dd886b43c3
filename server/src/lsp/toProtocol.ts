/** The core's plain data to the protocol's: offsets become UTF-16 positions, kinds become numbers. */
import * as lsp from "vscode-languageserver";
import { applyEdits, LineIndex, type TextEdit, type TextRange } from "../../../grammar/text.ts";
import type * as core from "../core/index.ts";
import type { ActionData, HintData, LensData } from "./fromProtocol.ts";
import type { CheckedNetwork, GraphPicture } from "./protocol.ts";

/** The lines of a file that a diagnostic points to, if it is known. */
export type LinesOf = (file: string) => LineIndex | undefined;

export function range(lines: LineIndex, { start, end }: TextRange): lsp.Range {
  return { start: lines.position(start), end: lines.position(end) };
}

export function textEdit(edit: TextEdit, lines: LineIndex): lsp.TextEdit {
  return { range: range(lines, edit.range), newText: edit.newText };
}

/** Those in files that are known. */
export function locations(places: readonly core.FileRange[], linesOf: LinesOf): lsp.Location[] {
  return places.flatMap(({ file, range: place }) => {
    const lines = linesOf(file);
    return lines ? [{ uri: file, range: range(lines, place) }] : [];
  });
}

export function locationLinks(
  found: readonly core.Definition[],
  { lines, linesOf }: { readonly lines: LineIndex; readonly linesOf: LinesOf },
): lsp.LocationLink[] {
  return found.flatMap(({ origin, file, range: name, whole }) => {
    const target = linesOf(file);
    if (!target) return [];
    return [
      {
        originSelectionRange: range(lines, origin),
        targetUri: file,
        targetRange: range(target, whole),
        targetSelectionRange: range(target, name),
      },
    ];
  });
}

export function highlight({ range: place, kind }: core.Highlight, lines: LineIndex): lsp.DocumentHighlight {
  const { Read, Write, Text } = lsp.DocumentHighlightKind;
  const kinds = { read: Read, write: Write, text: Text };
  return { range: range(lines, place), kind: kinds[kind] };
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
    ...(found.unnecessary ? { tags: [lsp.DiagnosticTag.Unnecessary] } : {}),
    relatedInformation: found.related.flatMap((place) => {
      const placeLines = linesOf(place.file);
      if (!placeLines) return [];
      return [
        { message: place.message, location: { uri: place.file, range: range(placeLines, place.range) } },
      ];
    }),
  };
}

/** Its details come when it is resolved, to clients that do that. */
export function inlayHint(
  hint: core.InlayHint,
  lines: LineIndex,
  { uri, version, resolves }: { readonly uri: string; readonly version: number; readonly resolves: boolean },
): lsp.InlayHint {
  const { parts, statement, tooltip } = hint;
  const place = { position: lines.position(hint.offset), paddingLeft: true };
  // Room around the text: editors set a hint close to the code.
  if (!resolves || !parts || statement === undefined) {
    return { ...place, label: ` ${hint.label} `, ...(tooltip ? { tooltip: markdown(tooltip) } : {}) };
  }
  const room = { value: " " };
  const data: HintData = { uri, version, statement, parts: parts.map(({ of }) => of ?? null) };
  return { ...place, label: [room, ...parts.map(({ text }) => ({ value: text })), room], data };
}

/** A hint with its details: `room` stands before the first part. */
export function resolvedHint(
  hint: lsp.InlayHint,
  { parts }: HintData,
  details: core.HintDetails,
  linesOf: LinesOf,
): lsp.InlayHint {
  const { label } = hint;
  if (typeof label === "string") return hint;
  return { ...hint, label: label.map((part, i) => resolvedPart(part, parts[i - 1], details, linesOf)) };
}

function resolvedPart(
  part: lsp.InlayHintLabelPart,
  of: HintData["parts"][number] | undefined,
  details: core.HintDetails,
  linesOf: LinesOf,
): lsp.InlayHintLabelPart {
  if (of === "costs") return { ...part, tooltip: markdown(details.costs) };
  const origin = of && details[of];
  if (!origin) return part;
  const [location] = locations([origin.place], linesOf);
  return { ...part, tooltip: markdown(origin.tooltip), ...(location ? { location } : {}) };
}

export function hover(found: core.Hover, lines: LineIndex): lsp.Hover {
  return { contents: markdown(found.markdown), range: range(lines, found.range) };
}

/** Its command comes when it is resolved. */
export function codeLens(
  { range: at, kind, name }: core.CodeLens,
  uri: string,
  lines: LineIndex,
): lsp.CodeLens {
  const data: LensData = { uri, kind, name };
  return { range: range(lines, at), data };
}

const lensCommands = {
  totals: "lwnet.showTotals",
  graph: "lwnet.showGraph",
  run: "lwnet.exportAndRun",
  export: "lwnet.exportModel",
  measured: "lwnet.showRunReport",
  instances: "lwnet.chooseInstance",
  showAll: "lwnet.showAllInstances",
} satisfies Record<core.LensKind, string>;

/** A click is answered by the client. A lens whose network an edit took away says nothing until the next answer. */
export function lensCommand(title: core.LensTitle | undefined, data: LensData | undefined): lsp.Command {
  if (!title || !data) return { title: "", command: "" };
  const { uri, kind, name } = data;
  const argument = kind === "instances" || kind === "showAll" ? { uri, block: name } : { uri, network: name };
  return {
    title: title.title,
    command: title.idle ? "" : lensCommands[kind],
    ...(title.idle ? {} : { arguments: [argument] }),
    ...(title.tooltip === undefined ? {} : { tooltip: title.tooltip }),
  };
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

export function callItem(item: core.CallItem, linesOf: LinesOf): lsp.CallHierarchyItem | undefined {
  const lines = linesOf(item.file);
  return (
    lines && {
      name: item.name,
      detail: item.detail,
      kind: symbolKinds[item.kind],
      uri: item.file,
      range: range(lines, item.range),
      selectionRange: range(lines, item.selectionRange),
    }
  );
}

export function workspaceSymbol(
  symbol: core.WorkspaceSymbol,
  linesOf: LinesOf,
): lsp.SymbolInformation | undefined {
  const lines = linesOf(symbol.file);
  return (
    lines && {
      name: symbol.name,
      kind: symbolKinds[symbol.kind],
      containerName: symbol.container,
      location: { uri: symbol.file, range: range(lines, symbol.range) },
    }
  );
}

const foldingKinds = {
  brackets: undefined,
  comment: lsp.FoldingRangeKind.Comment,
  imports: lsp.FoldingRangeKind.Imports,
  region: lsp.FoldingRangeKind.Region,
} satisfies Record<core.FoldingRange["kind"], lsp.FoldingRangeKind | undefined>;

/** By lines, one for each first line: the line of a closing bracket stays in sight. */
export function foldingRanges(folds: readonly core.FoldingRange[], lines: LineIndex): lsp.FoldingRange[] {
  const byStart = new Map<number, lsp.FoldingRange>();
  for (const { range: place, kind } of folds) {
    const startLine = lines.position(place.start).line;
    const endLine = lines.position(place.end).line - (kind === "brackets" ? 1 : 0);
    const known = byStart.get(startLine);
    if (endLine <= startLine || (known && known.endLine >= endLine)) continue;
    const named = foldingKinds[kind];
    byStart.set(startLine, { startLine, endLine, ...(named ? { kind: named } : {}) });
  }
  return [...byStart.values()].sort((a, b) => a.startLine - b.startLine);
}

/** The innermost with those around it as its parents. */
export function selectionRange(ranges: readonly TextRange[], lines: LineIndex): lsp.SelectionRange {
  const nothing: lsp.SelectionRange = { range: range(lines, { start: 0, end: 0 }) };
  const outermost = ranges.at(-1);
  if (!outermost) return nothing;
  return ranges
    .slice(0, -1)
    .reduceRight<lsp.SelectionRange>((parent, each) => ({ range: range(lines, each), parent }), {
      range: range(lines, outermost),
    });
}

/** The file that an action is for, and what else is known of files. */
export interface ActionPlace {
  readonly id: string;
  readonly lines: LineIndex;
  readonly linesOf: LinesOf;
  readonly versionOf: (file: string) => number | null;
}

export function codeAction(
  action: core.OfferedAction,
  asked: TextRange,
  place: ActionPlace & { readonly version: number },
): lsp.CodeAction {
  const { title, kind, edits, others, diagnostic: repaired, preferred } = action;
  return {
    title,
    kind,
    ...(preferred ? { isPreferred: true } : {}),
    ...(repaired ? { diagnostics: [diagnostic(repaired, place.lines, place.linesOf)] } : {}),
    ...(edits
      ? { edit: actionEdit({ edits, ...(others ? { others } : {}) }, place) }
      : { data: { file: place.id, version: place.version, range: asked } satisfies ActionData }),
  };
}

export function actionEdit(
  { edits, others = [] }: Pick<core.CodeAction, "edits" | "others">,
  place: ActionPlace,
): lsp.WorkspaceEdit {
  const own = edits.length > 0 ? [{ file: place.id, edits }] : [];
  return workspaceEdit([...own, ...others], place);
}

/** Asks for another name than the one that an action made up. The text is that before its edits. */
export function renameCommand(
  { edits, madeUp }: Pick<core.CodeAction, "edits" | "madeUp">,
  uri: string,
  text: string,
): lsp.Command | undefined {
  if (madeUp === undefined) return undefined;
  const position = new LineIndex(applyEdits(text, edits)).position(madeUp);
  return { title: "Rename", command: "lwnet.rename", arguments: [{ uri, position }] };
}

export function workspaceEdit(
  edits: readonly core.FileEdits[],
  place: Pick<ActionPlace, "linesOf" | "versionOf">,
): lsp.WorkspaceEdit {
  return {
    documentChanges: edits.flatMap(({ file, edits: own, create = false }) => {
      const lines = create ? new LineIndex("") : (place.linesOf(file) ?? new LineIndex(""));
      const textDocument = { uri: file, version: place.versionOf(file) };
      const change: lsp.TextDocumentEdit = { textDocument, edits: own.map((edit) => textEdit(edit, lines)) };
      return create ? [lsp.CreateFile.create(file, { ignoreIfExists: true }), change] : [change];
    }),
  };
}

export function markdown(value: string): lsp.MarkupContent {
  return { kind: lsp.MarkupKind.Markdown, value };
}

/** Of the checks those in files that are known. */
export function checkedNetwork(found: core.NetworkChecks, uri: string, linesOf: LinesOf): CheckedNetwork {
  return {
    network: found.network,
    problem: found.problem,
    range: range(linesOf(uri) ?? new LineIndex(""), found.range),
    checks: found.checks.flatMap(({ file, range: place, ...check }) => {
      const lines = linesOf(file);
      return lines ? [{ ...check, uri: file, range: range(lines, place) }] : [];
    }),
  };
}

/** Places in files that are known. */
export function graph({ nodes, ...view }: core.GraphView, linesOf: LinesOf): GraphPicture {
  return {
    ...view,
    nodes: nodes.map(({ fault, places, covers, ...node }) => ({
      ...node,
      ...(fault === undefined ? {} : { fault }),
      places: locations(places, linesOf),
      covers: locations(covers, linesOf),
    })),
  };
}
