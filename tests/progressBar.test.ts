/** The line on stderr that says how far an export is. */
import { expect, test } from "vitest";
import { progressBar } from "../server/src/cli/progressBar.ts";

function drawn(isTTY: boolean, columns: number, steps: readonly (readonly [ms: number, fraction: number])[]) {
  const written: string[] = [];
  let time = 0;
  const terminal = { isTTY, columns, write: (text: string) => written.push(text) };
  const bar = progressBar("Net", terminal, () => time);
  for (const [ms, fraction] of steps) {
    time = ms;
    bar.update(fraction);
  }
  bar.end();
  return written;
}

test("a long job is drawn, no more than ten times a second, and the line goes when it ends", () => {
  expect(
    drawn(true, 80, [
      [100, 0.1],
      [500, 0.25],
      [550, 0.3],
      [1000, 0.5],
    ]),
  ).toEqual([
    "\r" + "Net ━━━━━━━━──────────────────────  25 %, 2 s left" + "\u001b[K",
    "\r" + "Net ━━━━━━━━━━━━━━━───────────────  50 %, 1 s left" + "\u001b[K",
    "\r\u001b[K",
  ]);
});

test("a narrow terminal gets what fits in a line", () => {
  expect(drawn(true, 10, [[500, 0.5]])[0]).toBe("\rNet ━━━━━\u001b[K");
});

test("short jobs, and what is no terminal, get nothing", () => {
  expect(
    drawn(true, 80, [
      [50, 0.5],
      [300, 1],
    ]),
  ).toEqual([]);
  expect(drawn(false, 80, [[500, 0.5]])).toEqual([]);
});
