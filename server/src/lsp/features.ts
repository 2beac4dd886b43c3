/**
 * All requests that the server answers, in one table: method, capability, handler. Registering wraps each
 * handler once, so that a fault in one is logged and costs that one answer.
 */
import * as lsp from "vscode-languageserver";
import type { FileContext } from "./handlers.ts";
import * as handlers from "./handlers.ts";
import type { JobControl } from "./host.ts";
import type { CustomRequests } from "./protocol.ts";

/** What a feature needs of the server to register itself. */
export interface Registrar {
  readonly connection: lsp.Connection;
  /** Undefined for a file that is not open. */
  readonly open: (uri: string) => Promise<FileContext | undefined>;
  /** Aborted when the server shuts down: no job outlives it. */
  readonly ended: AbortSignal;
}

export interface Feature {
  readonly method: string;
  readonly capability: lsp.ServerCapabilities;
  readonly register: (registrar: Registrar) => void;
}

/** The table of contents. */
export const features: readonly Feature[] = [
  editor(lsp.InlayHintRequest.type, { inlayHintProvider: true }, handlers.inlayHints),
  editor(lsp.HoverRequest.type, { hoverProvider: true }, handlers.hover),
  editor(lsp.DocumentSymbolRequest.type, { documentSymbolProvider: true }, handlers.documentSymbols),
  editor(
    lsp.CodeActionRequest.type,
    { codeActionProvider: { codeActionKinds: [lsp.CodeActionKind.QuickFix] } },
    handlers.codeActions,
  ),
  editor(lsp.DefinitionRequest.type, { definitionProvider: true }, handlers.definition),
  editor(lsp.DocumentFormattingRequest.type, { documentFormattingProvider: true }, handlers.formatting),
  editor(
    lsp.DocumentRangeFormattingRequest.type,
    { documentRangeFormattingProvider: true },
    handlers.rangeFormatting,
  ),
  editor(
    lsp.DocumentOnTypeFormattingRequest.type,
    { documentOnTypeFormattingProvider: { firstTriggerCharacter: "}", moreTriggerCharacter: ["\n"] } },
    handlers.typeFormatting,
  ),
  request("lwnet/std", handlers.std),
  command("lwnet/networks", handlers.networks),
  command("lwnet/export", handlers.exportModel),
  command("lwnet/exportAndRun", handlers.exportAndRun),
];

/** A feature that the editor asks for by itself: a fault is logged and answered with nothing. */
function editor<P extends { readonly textDocument: lsp.TextDocumentIdentifier }, R>(
  type:
    | lsp.ProtocolRequestType<P, R | null, never, void, unknown>
    | lsp.ProtocolRequestType<P, R | null, R, void, unknown>,
  capability: lsp.ServerCapabilities,
  handler: (ctx: FileContext, params: P) => R | null,
): Feature {
  return {
    method: type.method,
    capability,
    register({ connection, open }) {
      connection.onRequest(type.method, async (params: P): Promise<unknown> => {
        try {
          const ctx = await open(params.textDocument.uri);
          return ctx ? handler(ctx, params) : null;
        } catch (error) {
          connection.console.error(`${type.method}: ${describe(error)}`);
          return null;
        }
      });
    },
  };
}

/** A question that is about no open file. */
function request<M extends keyof CustomRequests>(
  method: M,
  handler: (params: CustomRequests[M]["params"]) => CustomRequests[M]["result"],
): Feature {
  return {
    method,
    capability: {},
    register: ({ connection }) =>
      void connection.onRequest(method, (params: CustomRequests[M]["params"]): unknown => handler(params)),
  };
}

/** A feature that the user asked for: what fails is told. */
function command<M extends keyof CustomRequests>(
  method: M,
  handler: (
    ctx: FileContext,
    params: CustomRequests[M]["params"],
    control: JobControl,
  ) => CustomRequests[M]["result"] | Promise<CustomRequests[M]["result"]>,
): Feature {
  return {
    method,
    capability: {},
    register({ connection, open, ended }) {
      connection.onRequest(
        method,
        async (params: CustomRequests[M]["params"], token: lsp.CancellationToken): Promise<unknown> => {
          try {
            const ctx = await open(params.uri);
            if (!ctx) throw new lsp.ResponseError(lsp.ErrorCodes.InvalidParams, `${params.uri} is not open`);
            return await handler(ctx, params, jobControl(connection, params, token, ended));
          } catch (error) {
            throw failure(connection, method, error, token);
          }
        },
      );
    },
  };
}

function jobControl(
  connection: lsp.Connection,
  params: { readonly uri: string; readonly progress?: string },
  token: lsp.CancellationToken,
  ended: AbortSignal,
): JobControl {
  const controller = new AbortController();
  if (token.isCancellationRequested) controller.abort();
  token.onCancellationRequested(() => controller.abort());
  const id = params.progress;
  let last = { message: "", at: 0 };
  return {
    signal: AbortSignal.any([controller.signal, ended]),
    onProgress(progress) {
      const at = performance.now();
      const repeated = progress.message === last.message && at - last.at < progressEveryMs;
      if (id === undefined || repeated) return;
      last = { message: progress.message, at };
      void connection.sendNotification("lwnet/progress", { id, ...progress });
    },
  };
}

/** An export tells of every tensor that it writes: more than a client can draw. */
const progressEveryMs = 100;

function failure(
  connection: lsp.Connection,
  method: string,
  error: unknown,
  token: lsp.CancellationToken,
): lsp.ResponseError {
  if (token.isCancellationRequested) {
    return new lsp.ResponseError(lsp.LSPErrorCodes.RequestCancelled, "cancelled");
  }
  if (error instanceof lsp.ResponseError) return error;
  connection.console.error(`${method}: ${describe(error)}`);
  return new lsp.ResponseError(
    lsp.LSPErrorCodes.RequestFailed,
    error instanceof Error ? error.message : String(error),
  );
}

/** For the log: with the stack where there is one. */
export function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
