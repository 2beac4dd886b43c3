/**
 * Pushes each version's diagnostics a moment after the last change. A version that was superseded meanwhile is
 * dropped, so that squiggles never stand on a text they don't belong to.
 */
import type { Diagnostic } from "vscode-languageserver";

export interface PushedDocument {
  readonly uri: string;
  readonly version: number;
}

export interface DiagnosticsPush {
  readonly schedule: (document: PushedDocument) => void;
  readonly forget: (uri: string) => void;
}

interface Wiring {
  readonly delayMs: number;
  readonly compute: (uri: string) => Promise<Diagnostic[]>;
  /** The version that is open now. */
  readonly current: (uri: string) => number | undefined;
  readonly send: (uri: string, version: number, diagnostics: Diagnostic[]) => void;
  readonly onError: (error: unknown) => void;
}

export function diagnosticsPush(wiring: Wiring): DiagnosticsPush {
  const timers = new Map<string, ReturnType<typeof setTimeout>>();

  const push = async ({ uri, version }: PushedDocument) => {
    timers.delete(uri);
    if (wiring.current(uri) !== version) return;
    try {
      const found = await wiring.compute(uri);
      if (wiring.current(uri) === version) wiring.send(uri, version, found);
    } catch (error) {
      wiring.onError(error);
    }
  };

  return {
    schedule(document) {
      clearTimeout(timers.get(document.uri));
      timers.set(document.uri, setTimeout(push, wiring.delayMs, document));
    },
    forget(uri) {
      clearTimeout(timers.get(uri));
      timers.delete(uri);
      // The protocol has no other way to take squiggles back.
      wiring.send(uri, 0, []);
    },
  };
}
