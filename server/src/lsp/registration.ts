/**
 * How a feature comes to be on a connection. Registering wraps each handler once, so that a fault in one is logged and
 * costs that one answer.
 */
import * as lsp from "vscode-languageserver";
import type { Steps } from "../core/index.ts";
import type { FileContext, WorkspaceContext } from "./handlers/context.ts";
import type { JobControl } from "./host.ts";
import type { CustomRequests } from "./protocol.ts";
import { inSlices, pause } from "./slices.ts";

/** What a feature needs of the server to register itself. */
export interface Registrar {
  readonly connection: lsp.Connection;
  /** Undefined for a file that is not open. */
  readonly open: (uri: string) => Promise<FileContext | undefined>;
  /** Of a file that is open. */
  readonly versionOf: (uri: string) => number | null;
  readonly workspace: () => WorkspaceContext;
  /** Aborted when the server shuts down: no job outlives it. */
  readonly ended: AbortSignal;
}

/** What the server says that it can do; some of it in words that the client has told that it knows. */
export type Capability =
  | lsp.ServerCapabilities
  | ((client: lsp.ClientCapabilities) => lsp.ServerCapabilities);

export interface Feature {
  readonly method: string;
  readonly capability: Capability;
  readonly register: (registrar: Registrar) => void;
}

/** A feature that the editor asks for by itself: a fault is logged and answered with nothing, a refusal is told. */
export function editor<P extends { readonly textDocument: lsp.TextDocumentIdentifier }, R>(
  type: RequestType<P, R>,
  capability: Capability,
  handler: (ctx: FileContext, params: P) => R | null,
): Feature {
  return editorFeature(type, capability, async (registrar, params, token) => {
    const question = await questionAbout(registrar, params, token);
    const ctx = await question.context();
    return ctx ? handler(ctx, params) : null;
  });
}

/** One that is long at its answer: others may come between the steps. */
export function steppedEditor<P extends { readonly textDocument: lsp.TextDocumentIdentifier }, R>(
  type: RequestType<P, R>,
  capability: Capability,
  handler: (ctx: FileContext, params: P) => Steps<R | null>,
): Feature {
  return editorFeature(type, capability, async (registrar, params, token) => {
    const question = await questionAbout(registrar, params, token);
    for (;;) {
      const ctx = await question.context();
      if (!ctx) return null;
      // A change of another file alone makes the question no other: it begins anew.
      const isStale = () => question.isVoid() || registrar.workspace().analysis !== ctx.analysis;
      const answer = await inSlices(handler(ctx, params), isStale);
      if (answer) return answer.value;
    }
  });
}

/** Positions in a question about an older text point to nothing in this one, and nobody waits for the answer. */
async function questionAbout(
  { open, versionOf }: Registrar,
  { textDocument: { uri } }: { readonly textDocument: lsp.TextDocumentIdentifier },
  token: lsp.CancellationToken,
) {
  const asked = versionOf(uri);
  const isChanged = () => asked !== null && versionOf(uri) !== asked;
  // What came right behind the question is taken in first: it may be void by now.
  await pause();
  return {
    isVoid: () => token.isCancellationRequested || isChanged(),
    async context(): Promise<FileContext | undefined> {
      const ctx = await open(uri);
      if (token.isCancellationRequested)
        throw new lsp.ResponseError(lsp.LSPErrorCodes.RequestCancelled, "cancelled");
      if (isChanged()) throw new lsp.ResponseError(lsp.LSPErrorCodes.ContentModified, "the text has changed");
      return ctx;
    },
  };
}

/** One about the workspace as a whole, or about an item that an earlier answer has told the editor of. */
export function workspaceEditor<P, R>(
  type: RequestType<P, R>,
  capability: Capability,
  handler: (ctx: WorkspaceContext, params: P) => R | null,
): Feature {
  return editorFeature(type, capability, async ({ workspace }, params) => handler(workspace(), params));
}

type RequestType<P, R> =
  | lsp.ProtocolRequestType<P, R | null, never, void, unknown>
  | lsp.ProtocolRequestType<P, R | null, void, void, unknown>
  | lsp.ProtocolRequestType<P, R | null, R, void, unknown>
  | lsp.ProtocolRequestType<P, R | null, lsp.SemanticTokensPartialResult, void, unknown>
  | lsp.ProtocolRequestType<
      P,
      R | null,
      lsp.SemanticTokensPartialResult | lsp.SemanticTokensDeltaPartialResult,
      void,
      unknown
    >;

function editorFeature<P, R>(
  type: RequestType<P, R>,
  capability: Capability,
  answer: (registrar: Registrar, params: P, token: lsp.CancellationToken) => Promise<R | null>,
): Feature {
  return {
    method: type.method,
    capability,
    register(registrar) {
      const { connection } = registrar;
      connection.onRequest(type.method, async (params: P, token: lsp.CancellationToken): Promise<unknown> => {
        try {
          return await answer(registrar, params, token);
        } catch (error) {
          if (error instanceof lsp.ResponseError) throw error;
          registrar.connection.console.error(`${type.method}: ${describe(error)}`);
          return null;
        }
      });
    },
  };
}

/** A question that is about no open file. */
export function request<M extends keyof CustomRequests>(
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

/** A question about the workspace as a whole, or about any file of it. */
export function workspaceRequest<M extends keyof CustomRequests>(
  method: M,
  handler: (ctx: WorkspaceContext, params: CustomRequests[M]["params"]) => CustomRequests[M]["result"],
): Feature {
  return {
    method,
    capability: {},
    register: ({ connection, workspace }) =>
      void connection.onRequest(method, (params: CustomRequests[M]["params"]): unknown =>
        handler(workspace(), params),
      ),
  };
}

/** The requests that are about a file. */
type FileRequest = {
  [M in keyof CustomRequests]: CustomRequests[M]["params"] extends { readonly uri: string } ? M : never;
}[keyof CustomRequests];

/** A feature that the user asked for: what fails is told. */
export function command<M extends FileRequest>(
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
