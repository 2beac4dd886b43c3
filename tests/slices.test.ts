/** Long answers in slices: others come between, and what nobody waits for any more is not gone on with. */
import { describe, expect, test } from "vitest";
import * as lsp from "vscode-languageserver";
import { codeActions, finished, offeredActions, type Steps } from "../server/src/core/index.ts";
import type { FileContext } from "../server/src/lsp/handlers/context.ts";
import { type Registrar, steppedEditor } from "../server/src/lsp/registration.ts";
import { inSlices, pause, sliceMs } from "../server/src/lsp/slices.ts";
import { mainFile, openMarked } from "./harness/marked.ts";

/** Steps that each take a slice; what is logged says who was let in between. */
function* slowSteps(log: string[], count: number): Steps<string> {
  for (let step = 1; step <= count; step++) {
    const end = performance.now() + sliceMs;
    while (performance.now() < end);
    log.push(`step ${step}`);
    yield;
  }
  return "done";
}

describe("slices", () => {
  test("what waits is let in between two of them", async () => {
    const log: string[] = [];
    setTimeout(() => log.push("another"));
    expect(await inSlices(slowSteps(log, 3), () => false)).toEqual({ value: "done" });
    expect(log).toEqual(["step 1", "another", "step 2", "step 3"]);
  });

  test("once they are stale no further one is begun", async () => {
    const log: string[] = [];
    expect(await inSlices(slowSteps(log, 3), () => log.length === 2)).toBeUndefined();
    expect(log).toEqual(["step 1", "step 2"]);
  });
});

describe("a question in steps", () => {
  const uri = "file:///net.lwnet";

  /** A server with one open file and a feature that takes three slices; `during` happens in the second. */
  async function ask(during: (world: { version: number; analysis: object; cancel: () => void }) => void) {
    const log: string[] = [];
    const cancellation = new lsp.CancellationTokenSource();
    const world = { version: 1, analysis: {}, cancel: () => cancellation.cancel() };
    let answer: (params: unknown, token: lsp.CancellationToken) => unknown = () => undefined;
    const registrar = {
      connection: {
        onRequest: (_: string, handler: typeof answer) => {
          answer = handler;
        },
      },
      open: () => Promise.resolve({ analysis: world.analysis } as FileContext),
      versionOf: () => world.version,
      workspace: () => ({ analysis: world.analysis }),
    } as unknown as Registrar;
    const handler = () => slowSteps(log, 3) as unknown as Steps<lsp.Hover>;
    steppedEditor(lsp.HoverRequest.type, {}, handler).register(registrar);
    const result = answer({ textDocument: { uri } }, cancellation.token);
    const watch = async () => {
      while (log.length < 2) await pause();
      during(world);
    };
    await watch();
    return {
      log,
      result: await Promise.resolve(result).catch((error: lsp.ResponseError<void>) => error.code),
    };
  }

  test("is answered", async () => {
    expect(await ask(() => undefined)).toEqual({ log: ["step 1", "step 2", "step 3"], result: "done" });
  });

  test("that is taken back is gone on with no more", async () => {
    const { log, result } = await ask(({ cancel }) => cancel());
    expect(result).toBe(lsp.LSPErrorCodes.RequestCancelled);
    expect(log).toEqual(["step 1", "step 2"]);
  });

  test("about a text that changes meanwhile is refused", async () => {
    const { log, result } = await ask((world) => {
      world.version++;
    });
    expect(result).toBe(lsp.LSPErrorCodes.ContentModified);
    expect(log).toEqual(["step 1", "step 2"]);
  });

  test("begins anew when another file changes", async () => {
    const { log, result } = await ask((world) => {
      world.analysis = {};
    });
    expect(result).toBe("done");
    expect(log).toEqual(["step 1", "step 2", "step 1", "step 2", "step 3"]);
  });
});

describe("code actions", () => {
  const broken = `network Net {
  input image: [3, 16, 16]
  res$0idual { conv(8, kernel: 3, stride: 2) -> bn }
}
`;

  test("take a step for each fix and each conversion that is tried", () => {
    const { analysis, cursor } = openMarked(broken);
    const range = { start: cursor, end: cursor };
    const steps = offeredActions(analysis, mainFile, range);
    let trials = 0;
    let tried = 0;
    const withText = analysis.withText;
    const counted: typeof analysis = {
      ...analysis,
      withText(id, text) {
        trials++;
        return withText(id, text);
      },
    };
    const counting = offeredActions(counted, mainFile, range);
    for (let step = counting.next(); !step.done; step = counting.next()) {
      expect(trials - tried).toBeLessThanOrEqual(1);
      tried = trials;
    }
    expect(trials).toBeGreaterThan(2);
    expect(finished(steps).map(({ title }) => title)).toEqual(
      codeActions(analysis, mainFile, range).map(({ title }) => title),
    );
  });
});
