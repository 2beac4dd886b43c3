/** Completions and signatures to the protocol's, as far as the client understands them. */
import * as lsp from "vscode-languageserver";
import type { LineIndex } from "../../../grammar/text.ts";
import type * as core from "../core/index.ts";
import * as to from "./toProtocol.ts";

const kinds = {
  operator: lsp.CompletionItemKind.Method,
  block: lsp.CompletionItemKind.Class,
  network: lsp.CompletionItemKind.Module,
  constant: lsp.CompletionItemKind.Constant,
  keyword: lsp.CompletionItemKind.Keyword,
  parameter: lsp.CompletionItemKind.Property,
  variable: lsp.CompletionItemKind.Variable,
  tensor: lsp.CompletionItemKind.Field,
  value: lsp.CompletionItemKind.Value,
  function: lsp.CompletionItemKind.Function,
  member: lsp.CompletionItemKind.Property,
  type: lsp.CompletionItemKind.TypeParameter,
  file: lsp.CompletionItemKind.File,
} satisfies Record<core.CompletionKind, lsp.CompletionItemKind>;

export function completionList(
  { typed, word, complete, items }: core.CompletionList,
  lines: LineIndex,
  client: lsp.ClientCapabilities,
): lsp.CompletionList {
  const supported = client.textDocument?.completion?.completionItem;
  const insert = to.range(lines, typed);
  const replace = to.range(lines, word);
  return {
    isIncomplete: !complete,
    items: items.map((item): lsp.CompletionItem => {
      const withPlaces = supported?.snippetSupport === true && item.snippet !== undefined;
      const newText = withPlaces ? (item.snippet ?? item.text) : item.text;
      return {
        label: item.label,
        kind: kinds[item.kind],
        sortText: item.sort,
        filterText: item.label,
        commitCharacters: [],
        textEdit: supported?.insertReplaceSupport ? { newText, insert, replace } : { newText, range: insert },
        ...details(item, supported?.labelDetailsSupport === true),
        ...(withPlaces ? { insertTextFormat: lsp.InsertTextFormat.Snippet } : {}),
        ...(item.preferred ? { preselect: true } : {}),
        ...(item.edits.length > 0
          ? { additionalTextEdits: item.edits.map((edit) => to.textEdit(edit, lines)) }
          : {}),
        ...(item.documentation ? { data: item.documentation } : {}),
      };
    }),
  };
}

/** A signature goes on from the name, what else there is to say stands at the end of the line. */
function details(item: core.Completion, labelDetails: boolean): Partial<lsp.CompletionItem> {
  const { detail, origin } = item;
  const both = [detail, origin && `from ${JSON.stringify(origin)}`].filter((part) => part !== undefined);
  const whole = both.length > 0 ? { detail: both.join(" · ") } : {};
  if (!labelDetails) return whole;
  const isSignature = detail?.startsWith("(") ?? false;
  const description = origin ?? (isSignature ? undefined : detail);
  return {
    ...whole,
    labelDetails: {
      ...(isSignature && detail !== undefined ? { detail } : {}),
      ...(description === undefined ? {} : { description }),
    },
  };
}

export function signatureHelp(
  { signatures, active, activeParameter }: core.SignatureHelp,
  client: lsp.ClientCapabilities,
): lsp.SignatureHelp {
  const supported = client.textDocument?.signatureHelp?.signatureInformation;
  const byOffset = supported?.parameterInformation?.labelOffsetSupport === true;
  return {
    signatures: signatures.map(({ label, doc, parameters }) => ({
      label,
      ...(doc === undefined ? {} : { documentation: to.markdown(doc) }),
      parameters: parameters.map(({ range: { start, end }, doc: of }) => ({
        label: byOffset ? ([start, end] as [number, number]) : label.slice(start, end),
        ...(of === undefined ? {} : { documentation: to.markdown(of) }),
      })),
    })),
    activeSignature: active,
    // Clients that know no "none" highlight none for one past the last.
    activeParameter:
      activeParameter ??
      (supported?.noActiveParameterSupport ? null : (signatures[active]?.parameters.length ?? 0)),
  };
}
