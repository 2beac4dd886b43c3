/**
 * Answers clients that ask for diagnostics, of a file or of the whole workspace. A report has an id: a client that
 * still has it is told so, and a question about the workspace waits until there is something new to tell.
 */
import * as lsp from "vscode-languageserver";
import { pause, sliceMs } from "./slices.ts";

export interface DiagnosticsPull {
  readonly document: (
    params: lsp.DocumentDiagnosticParams,
    token: lsp.CancellationToken,
  ) => Promise<lsp.DocumentDiagnosticReport>;
  readonly workspace: (
    params: lsp.WorkspaceDiagnosticParams,
    token: lsp.CancellationToken,
    work: lsp.WorkDoneProgressReporter,
    partial?: lsp.ResultProgressReporter<lsp.WorkspaceDiagnosticReportPartialResult>,
  ) => Promise<lsp.WorkspaceDiagnosticReport>;
  /** Something changed that diagnostics depend on. */
  readonly changed: () => void;
}

interface Wiring {
  readonly compute: (uri: string) => Promise<lsp.Diagnostic[]>;
  readonly files: () => readonly string[];
  readonly versionOf: (uri: string) => number | null;
  /** Open files that see what another declares. */
  readonly dependents: (uri: string) => readonly string[];
  /** Whether the client takes reports on other files along with the one that it asked for. */
  readonly relatedDocuments: () => boolean;
  readonly ended: AbortSignal;
}

interface Report {
  readonly id: string;
  readonly items: lsp.Diagnostic[];
}

const chunkSize = 64;
const settleMs = 50;
/** The workspace is not checked again at each keystroke. */
const quietMs = 300;

export function diagnosticsPull(wiring: Wiring): DiagnosticsPull {
  const reports = new Map<string, Report & { readonly json: string }>();
  let made = 0;
  let waiting: (() => void)[] = [];
  let quiet: ReturnType<typeof setTimeout> | undefined;
  const wake = () => {
    for (const resume of waiting) resume();
    waiting = [];
  };
  wiring.ended.addEventListener("abort", wake);

  /** The same diagnostics keep their id. */
  const report = async (uri: string): Promise<Report> => {
    const items = await wiring.compute(uri);
    const json = JSON.stringify(items);
    const last = reports.get(uri);
    if (last?.json === json) return last;
    const next = { id: String(++made), items, json };
    reports.set(uri, next);
    return next;
  };

  const answer = async (uri: string, previous: string | undefined) => {
    const { id, items } = await report(uri);
    if (id === previous) return { kind: lsp.DocumentDiagnosticReportKind.Unchanged, resultId: id } as const;
    return { kind: lsp.DocumentDiagnosticReportKind.Full, resultId: id, items } as const;
  };

  const refuseCancelled = (token: lsp.CancellationToken) => {
    if (token.isCancellationRequested || wiring.ended.aborted) {
      // The client asks again of its own accord for what it still wants to know.
      throw new lsp.ResponseError(lsp.LSPErrorCodes.RequestCancelled, "cancelled");
    }
  };

  const changeOrEnd = (token: lsp.CancellationToken) =>
    new Promise<void>((resolve) => {
      waiting.push(resolve);
      token.onCancellationRequested(resolve);
    });

  return {
    changed() {
      clearTimeout(quiet);
      quiet = setTimeout(wake, quietMs);
    },
    async document({ textDocument: { uri }, previousResultId }, token) {
      // While someone types, each question takes back the one before it.
      await pause(settleMs);
      refuseCancelled(token);
      const own = await answer(uri, previousResultId);
      const related = wiring.relatedDocuments() ? wiring.dependents(uri) : [];
      if (related.length === 0) return own;
      const answers = related.map(async (other) => [other, await answer(other, undefined)] as const);
      return { ...own, relatedDocuments: Object.fromEntries(await Promise.all(answers)) };
    },
    async workspace({ previousResultIds }, token, work, partial) {
      const previous = new Map(previousResultIds.map(({ uri, value }) => [uri, value]));
      const progress = [work];
      for (;;) {
        const items = await check(previous, token, progress.pop(), partial);
        const news = items.some(({ kind }) => kind === lsp.DocumentDiagnosticReportKind.Full);
        // The first question is answered even by nothing: its client may wait for it.
        if (news || previous.size === 0) return { items: partial ? [] : items };
        await changeOrEnd(token);
        refuseCancelled(token);
      }
    },
  };

  async function check(
    previous: ReadonlyMap<string, string>,
    token: lsp.CancellationToken,
    work: lsp.WorkDoneProgressReporter | undefined,
    partial: lsp.ResultProgressReporter<lsp.WorkspaceDiagnosticReportPartialResult> | undefined,
  ): Promise<lsp.WorkspaceDocumentDiagnosticReport[]> {
    const files = wiring.files();
    work?.begin("lwnet", 0, "checking the workspace", true);
    try {
      const all: lsp.WorkspaceDocumentDiagnosticReport[] = goneFiles(files, previous);
      let sent = 0;
      let until = performance.now() + sliceMs;
      for (const [i, uri] of files.entries()) {
        all.push({ uri, version: wiring.versionOf(uri), ...(await answer(uri, previous.get(uri))) });
        if (performance.now() < until && all.length - sent < chunkSize) continue;
        work?.report(Math.round((100 * i) / files.length), `${i} of ${files.length} files`);
        partial?.report({ items: all.slice(sent) });
        sent = all.length;
        await pause();
        refuseCancelled(token);
        until = performance.now() + sliceMs;
      }
      if (sent < all.length) partial?.report({ items: all.slice(sent) });
      return all;
    } finally {
      work?.done();
    }
  }

  /** What is known of files that are no more is taken back. */
  function goneFiles(
    files: readonly string[],
    previous: ReadonlyMap<string, string>,
  ): lsp.WorkspaceDocumentDiagnosticReport[] {
    const here = new Set(files);
    const gone = [...previous.keys()].filter((uri) => !here.has(uri));
    return gone.map((uri) => {
      const known = reports.get(uri);
      const empty = known?.items.length === 0 && known.id === previous.get(uri);
      if (empty) return { uri, version: null, kind: "unchanged", resultId: known.id };
      const taken = { id: String(++made), items: [], json: "[]" };
      reports.set(uri, taken);
      return { uri, version: null, kind: "full", resultId: taken.id, items: [] };
    });
  }
}
