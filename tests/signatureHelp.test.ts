/** What the signature of a call shows while its arguments are written: `[…]` marks the parameter at the cursor. */
import { expect, test } from "vitest";
import { signatureHelp } from "../server/src/core/index.ts";
import { mainFile, openMarked } from "./harness/marked.ts";

function shown(marked: string): string | undefined {
  const { analysis, cursor } = openMarked(marked);
  const help = signatureHelp(analysis, mainFile, cursor);
  const signature = help?.signatures[help.active];
  if (!help || !signature) return undefined;
  const range = signature.parameters[help.activeParameter ?? -1]?.range;
  if (!range) return signature.label;
  const { label } = signature;
  return `${label.slice(0, range.start)}[${label.slice(range.start, range.end)}]${label.slice(range.end)}`;
}

const inNetwork = (line: string) => `block unit(planes: int, stride: int = 1) { relu }
network N(n: int = 2) {
  input image: [64, 56, 56]
  ${line}
}
`;

test("layers: by position, by name, and what is open behind a name", () => {
  expect(shown(inNetwork("linear($0)"))).toBe("linear([features: int], bias: bool = true, axis: int = …)");
  expect(shown(inNetwork("linear(8, $0)"))).toBe("linear(features: int, [bias: bool = true], axis: int = …)");
  expect(shown(inNetwork("linear(bias: fa$0lse)"))).toBe(
    "linear(features: int, [bias: bool = true], axis: int = …)",
  );
  expect(shown(inNetwork("linear(bias: false, $0)"))).toBe(
    "linear([features: int], bias: bool = true, axis: int = …)",
  );
  expect(shown(inNetwork("linear(8, true, 1, $0)"))).toBe(
    "linear(features: int, bias: bool = true, axis: int = …)",
  );
});

test("blocks, and networks that are instantiated", () => {
  expect(shown(inNetwork("unit($0)"))).toBe("unit([planes: int], stride: int = 1)");
  expect(shown(`${inNetwork("relu")}network M = N($0`)).toBe("N([n: int = 2])");
  expect(shown(`${inNetwork("relu")}network M = N(n: 3)\nnetwork K = M($0)`)).toBe("M([n: int = 3])");
  expect(shown('import { fire as f } from "std/squeezenet"\nblock b { f(1, $0) }')).toBe(
    "f(s1x1: int, [e1x1: int], e3x3: int)",
  );
});

test("functions in the form that fits, within other calls", () => {
  expect(shown(inNetwork("linear(floor($0), bias: false)"))).toBe("floor([x])");
  expect(shown(inNetwork("linear(floor(8.5), $0)"))).toBe(
    "linear(features: int, [bias: bool = true], axis: int = …)",
  );
  expect(shown(inNetwork("for i in range($0) { relu }"))).toBe("range([n])");
  expect(shown(inNetwork("for i in range(1, $0) { relu }"))).toBe("range(start, [end])");
  expect(shown(inNetwork("linear(max(1, 2, $0))"))).toBe("max(a, b, […])");
});

test("text in the middle of being written", () => {
  expect(shown(inNetwork("linear($0\n  relu"))).toBe(
    "linear([features: int], bias: bool = true, axis: int = …)",
  );
  expect(shown(inNetwork("linear(\n    8,\n    $0\n  )"))).toBe(
    "linear(features: int, [bias: bool = true], axis: int = …)",
  );
  expect(shown(inNetwork("linear(2 * (n + $0"))).toBe(
    "linear([features: int], bias: bool = true, axis: int = …)",
  );
  expect(shown(inNetwork("repeat n as i { `u{min(i, $0)}`: relu }"))).toBe("min(a, [b], …)");
});

test("connections of tensors by name", () => {
  expect(shown(inNetwork("a: relu\n  add(a, $0)"))).toBe("add([tensor, …])");
});

test("nothing outside of brackets, and for what a parameter holds", () => {
  expect(shown(inNetwork("lin$0ear(8)"))).toBeUndefined();
  expect(shown(inNetwork("linear(8)$0"))).toBeUndefined();
  expect(shown(inNetwork("linear(8) // ($0"))).toBeUndefined();
  expect(shown("block b(act: block) { act($0) }")).toBeUndefined();
  expect(shown(inNetwork("nothing($0)"))).toBeUndefined();
});
