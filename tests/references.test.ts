/** Where names are used: `$0` is the cursor, `«…»` every place that is found. */
import { describe, expect, test } from "vitest";
import { highlights, linkedRanges, references, Workspace } from "../server/src/core/index.ts";
import { mainFile as main, openMarked } from "./harness/marked.ts";

function finds(marked: string, declaration = true): void {
  const { analysis, cursor, ranges, files } = openMarked(marked);
  const found = references(analysis, main, cursor, { declaration });
  const order = (a: { file: string; range: { start: number } }, b: typeof a) =>
    files.indexOf(a.file) - files.indexOf(b.file) || a.range.start - b.range.start;
  expect([...found].sort(order)).toEqual(ranges);
}

const net = (body: string) => `network N {\n  input x: [3, 8, 8]\n  ${body}\n}\n`;

describe("references", () => {
  test("of a block are its calls, its imports, the places that give it as a value, and its declaration", () => {
    finds(
      `import { «unit» as mine } from "./b.lwnet"
network A(act: block = «mine») { input x: [3, 8, 8] -> «mi$0ne» -> act }
network B = A(act: «mine»)
//- file: b.lwnet
block «unit» { relu }
block other { «unit» }
//- file: c.lwnet
import { «unit» } from "./b.lwnet"
${net("«unit»")}`.replace("as mine", "as «mine»"),
    );
  });

  test("without the declaration", () => {
    finds(`block un$0it { relu }\n${net("«unit» -> «unit»")}`, false);
  });

  test("of a name that another file declares for itself are left out", () => {
    finds(`block «un$0it» { relu }\n//- file: b.lwnet\nblock unit { relu }\n${net("unit")}`);
  });

  test("of a parameter are the arguments that give it, also through instances in other files", () => {
    finds(
      `import { B } from "./b.lwnet"
network C = B(«k»: 3)
network D = C(«$0k»: 4)
//- file: b.lwnet
network A(«k»: int = 1) { input x: [3, 8, 8] -> conv(«k», kernel: 1) }
network B = A(«k»: 2)
`,
    );
  });

  test("of a block that ships with lwnet are those of the workspace, and its own", () => {
    const text = 'import { fire } from "std/squeezenet"\nblock b { fi$0re(2, 4, 4) }\n';
    const { analysis, cursor } = openMarked(text);
    const found = references(analysis, main, cursor, { declaration: true });
    expect(new Set(found.map(({ file }) => file))).toEqual(new Set([main, "lwnet-std:/squeezenet.lwnet"]));
  });

  test("are found in files outside of the workspace's folders that something in it imports", () => {
    const texts: Record<string, string> = {
      "file:///lib/a.lwnet": 'import { b } from "./b.lwnet"\nblock a { b }\n',
      "file:///lib/b.lwnet": "block b { relu }\n",
    };
    const workspace = new Workspace({ read: (id) => texts[id], list: () => [], find: () => [] });
    workspace.setFile(main, 'import { a } from "../lib/a.lwnet"\nblock user { a }\n');
    const b = "file:///lib/b.lwnet";
    workspace.setFile(b, texts[b] ?? "");
    workspace.analysis().of(main);
    const found = references(workspace.analysis(), b, 7, { declaration: false });
    expect(found.map(({ file }) => file)).toEqual(["file:///lib/a.lwnet", "file:///lib/a.lwnet"]);
  });

  test("of a layer are the places that use it, in all files", () => {
    finds(`${net("«re$0lu» -> bn")}//- file: b.lwnet\n${net("«relu»")}`);
  });

  test("of a keyword, a comment or a number there are none", () => {
    finds(net("re$0peat 2 { relu }"));
    finds(`// re$0lu\n${net("relu")}`);
    finds(net("conv($08, kernel: 1)"));
  });
});

test("declarations and imports are marked as written, uses as read", () => {
  const text = `import { unit as «mine» } from "./b.lwnet"\n${net("«mi$0ne»")}//- file: b.lwnet\nblock unit { relu }\n`;
  const { analysis, cursor } = openMarked(text);
  const marks = highlights(analysis, main, cursor);
  expect(marks.map(({ kind }) => kind)).toEqual(["read", "write", "read"]);
});

test("a label is highlighted with its uses, and not with the same label of another block", () => {
  const text = `block a { «x$0y»: relu -> add(it, «xy») }\nblock b { xy: relu -> add(it, xy) }\n`;
  const { analysis, cursor, ranges } = openMarked(text);
  const marks = highlights(analysis, main, cursor);
  expect(marks).toEqual(ranges.map(({ range }, i) => ({ range, kind: i === 0 ? "write" : "read" })));
});

test("`in` is highlighted throughout its block", () => {
  const text =
    "block a { relu -> add(it, «i$0n») -> conv(«in».channels, kernel: 1) }\nblock b { add(it, in) }\n";
  const { analysis, cursor, ranges } = openMarked(text);
  expect(highlights(analysis, main, cursor).map(({ range }) => range)).toEqual(
    ranges.map(({ range }) => range),
  );
});

test.each([
  [
    "`residual` and `shortcut`",
    "«resid$0ual» { relu } // shortcut\n  «shortcut» when true { conv(3, kernel: 1) }",
  ],
  ["from the shortcut as well", "«residual» { relu } «shor$0tcut» { conv(3, kernel: 1) }"],
  [
    "`concat` and its branches",
    "«concat» { «branch» { relu } branch: «br$0anch» { add { branch { bn } } } }",
  ],
  ["`if` and all of its `else`", "«if» true { relu } «else» «i$0f» false { bn } «else» { if true { bn } }"],
  ["`it` and what left it", "«a»: relu\n  add(«i$0t», x)"],
  ["nothing for a word that stands alone", "re$0peat 2 { relu }"],
  ["nothing within", "residual { conv(8$0, kernel: 1) } shortcut { bn }"],
])("words that belong together: %s", (_, body) => {
  const { analysis, cursor, ranges } = openMarked(net(body));
  const found = highlights(analysis, main, cursor);
  expect(found).toEqual(ranges.map(({ range }) => ({ range, kind: "text" })));
});

test.each([
  ["a label and its uses", net("«a$0»: relu -> relu -> add(it, «a»)")],
  ["a loop's variable", net("repeat 2 as «i» { conv(3 + «$0i», kernel: 1) }")],
  ["a dimension", "network N { input x: [3, «$0H», W] -> expect [3, «H», W] }\n"],
  ["not a parameter, which callers may name", "block b(k$0: int) { conv(k, kernel: 1) }\n"],
  ["not a block, which other files may import", "block b$0 { relu }\n"],
])("edited at once while typing: %s", (_, text) => {
  const { analysis, cursor, ranges } = openMarked(text);
  expect(linkedRanges(analysis, main, cursor)).toEqual(ranges.map(({ range }) => range));
});
