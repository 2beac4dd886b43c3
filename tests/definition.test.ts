/** Going to where a name is declared: `$0` is the cursor, `«…»` the place that it leads to. */
import { expect, test } from "vitest";
import { definition, Workspace } from "../server/src/core/index.ts";
import { mainFile as main, openMarked } from "./harness/marked.ts";

function check(text: string, others: Readonly<Record<string, string>> = {}): void {
  const rest = Object.entries(others).map(([name, other]) => `\n//- file: ${name}\n${other}`);
  const { analysis, cursor, ranges } = openMarked(text + rest.join(""));
  expect(definition(analysis, main, cursor)).toMatchObject(ranges);
}

test.each([
  ["a block's call", "block «unit» { relu }\nnetwork N { input x: [3, 8, 8] -> un$0it }"],
  ["a parameter", "block unit(«k»: int) { conv($0k, kernel: 3) }"],
  ["a named argument", "block unit(«k»: int) { relu }\nnetwork N { input x: [3, 8, 8] -> unit(k$0: 3) }"],
  [
    "an argument of a named instance",
    "network A(«k»: int = 1) { input x: [3, 8, 8] }\nnetwork B = A(k: 2)\nnetwork C = B($0k: 3)",
  ],
  ["a label", "network N { input x: [3, 8, 8]\n «a»: relu -> relu -> add(it, $0a) }"],
  ["a label after from", "network N { input x: [3, 8, 8]\n «a»: relu -> relu\n from a$0 }"],
  ["a loop variable", "network N { input x: [3, 8, 8]\n for «n» in [1, 2] { conv($0n, kernel: 1) } }"],
  ["a network's input", "network N { input «x»: [3, 8, 8]\n relu -> add(it, $0x) }"],
  ["a constant", "const «k» = 3\nnetwork N { input x: [3, 8, 8] -> conv($0k, kernel: 3) }"],
  ["the network of an instance", "network «A» { input x: [3, 8, 8] }\nnetwork B = $0A"],
  [
    "`it`, the statement that left it",
    "network N { input x: [3, 8, 8]\n «conv»(3, kernel: 1) -> add(i$0t, x) }",
  ],
  ["`it`, with the label of the statement", "network N { input x: [3, 8, 8] -> «a»: relu -> add(i$0t, x) }"],
  [
    "`it` after what leaves the tensor alone",
    "network N { input x: [3, 8, 8] -> «relu»\n tap { bn -> output y }\n expect [i$0t.channels, 8, 8] }",
  ],
  [
    "`it` at the beginning of a body, what enters the statement around it",
    "network N { input «x»: [3, 8, 8]\n residual { repeat 2 { conv(i$0t.channels, kernel: 1) } } }",
  ],
  ["`it` at the beginning of a block, the block", "block «b» { conv(i$0t.channels, kernel: 1) }"],
  ["`in`, the block or the first input", "block «b» { relu -> add(it, i$0n) }"],
  ["`in` of a network", "network N { input «x»: [3, 8, 8]\n relu -> add(it, (i$0n)) }"],
  ["a layer of the language has none", "network N { input x: [3, 8, 8] -> re$0lu }"],
  ["a keyword has none", "network N { inp$0ut x: [3, 8, 8] }"],
])("%s", (_, text) => check(text));

test("an imported block leads into its file, by use, by import and by alias", () => {
  const others = { "common.lwnet": "// blocks\nblock «unit» { relu }\n" };
  check('import { unit } from "./common.lwnet"\nnetwork N { input x: [3, 8, 8] -> un$0it }', others);
  check('import { un$0it } from "./common.lwnet"', others);
  check('import { unit as mine$0 } from "./common.lwnet"', others);
});

test("an import's path leads to the file, and std to what ships with the product", () => {
  check('import { unit } from "./comm$0on.lwnet"', { "common.lwnet": "«»block unit { relu }\n" });
  const workspace = new Workspace();
  const text = 'import { fire } from "std/squeezenet"\n';
  workspace.setFile(main, text);
  const [found] = definition(workspace.analysis(), main, text.indexOf("fire"));
  const target = workspace.analysis().file(found?.file ?? "")?.text ?? "";
  expect(found?.file).toBe("lwnet-std:/squeezenet.lwnet");
  expect(target.slice(found?.range.start, found?.range.end)).toBe("fire");
});

test("what is declared is there as a whole, for a preview", () => {
  const whole = (marked: string) => {
    const { analysis, cursor, text } = openMarked(marked);
    return definition(analysis, main, cursor).map((found) =>
      text().slice(found.whole.start, found.whole.end),
    );
  };
  const net = (body: string) => `network N {\n  input x: [3, 8, 8]\n  ${body}\n}\n`;
  expect(whole(`block unit { relu }\n${net("un$0it")}`)).toEqual(["block unit { relu }"]);
  expect(whole(net("repeat 2 { a: conv(3, kernel: 1) -> relu -> add(it, $0a) }"))).toEqual([
    "a: conv(3, kernel: 1)",
  ]);
  expect(whole(net("for k in [3, 4] { conv(k$0, kernel: 1) }"))).toEqual([
    "for k in [3, 4] { conv(k, kernel: 1) }",
  ]);
  expect(whole("block unit(k: int = 3) { conv($0k, kernel: 1) }\n")).toEqual(["k: int = 3"]);
});
