/** Ways from one place to another: what stands behind a name, who calls whom, links of imports, symbols by letters. */
import { describe, expect, test } from "vitest";
import {
  callItems,
  documentLinks,
  incomingCalls,
  outgoingCalls,
  typeDefinition,
  workspaceSymbols,
} from "../server/src/core/index.ts";
import { mainFile as main, openMarked } from "./harness/marked.ts";

const net = (body: string) => `network N {\n  input x: [3, 8, 8]\n  ${body}\n}\n`;

describe("what stands behind a name", () => {
  test.each([
    [
      "of a named instance, its network",
      "network «A» { input x: [3, 8, 8] }\nnetwork B = A()\nnetwork C = B$0()",
    ],
    [
      "of a label, the block that its statement calls",
      `block «unit» { relu }\n${net("a: unit -> add(it, a$0)")}`,
    ],
    ["of a label in backquotes as well", `block «unit» { relu }\n${net("repeat 2 as i { `u$0{i}`: unit }")}`],
    ["of a layer's label, nothing", net("a$0: relu")],
    [
      "of a parameter, every block that it is given",
      `block «one» { relu }\nblock «two» { relu }\nblock other { relu }
network A(un$0it: block = one) { input x: [3, 8, 8] -> unit }
network B = A(two)\nnetwork C = A(relu)\n`,
    ],
    ["of its call, the same", `block «one» { relu }\nblock unit(f: block) { $0f }\n${net("unit(one)")}`],
    [
      "of a loop's variable, the blocks in the list",
      `block «one» { relu }\nblock «two» { relu }\n${net("for f in [one, two] { $0f }")}`,
    ],
    ["of a parameter that holds a number, nothing", `block unit(k$0: int) { relu }\n${net("unit(3)")}`],
  ])("%s", (_, text) => {
    const { analysis, cursor, ranges } = openMarked(text);
    const found = typeDefinition(analysis, main, cursor);
    expect(found.map(({ file, range }) => ({ file, range }))).toEqual(ranges);
  });
});

describe("calls", () => {
  const text = `import { unit } from "./common.lwnet"
const act = inner
block inner { relu }
block through(f: block, g: block = act) { f -> f -> g }
network A(k: int) {
  input x: [3, 8, 8]
  un$0it(k)
  through(unit)
}
network B = A(3)
//- file: common.lwnet
block unit(k: int = 3) { conv(k, kernel: 1) }
//- file: other.lwnet
import { unit as mine } from "./common.lwnet"
block user { mine -> mine }
`;
  const { analysis, cursor, text: textOf } = openMarked(text);
  const shown = (links: ReturnType<typeof incomingCalls>, file?: string) =>
    links.map(({ item, ranges }) => [
      item.name,
      item.detail,
      ...ranges.map(({ start, end }) => textOf(file ?? item.file).slice(start, end)),
    ]);

  test("begin at the name under the cursor", () => {
    const [item] = callItems(analysis, main, cursor);
    expect(item).toMatchObject({ name: "unit", kind: "block", detail: "common.lwnet" });
    expect(textOf(item?.file).slice(item?.selectionRange.start, item?.selectionRange.end)).toBe("unit");
  });

  test("to a block come from all files, by any name, and from where it is given as a value", () => {
    expect(shown(incomingCalls(analysis, "file:///w/common.lwnet", "unit"))).toEqual([
      ["A", "main.lwnet", "unit", "unit"],
      ["user", "other.lwnet", "mine", "mine"],
    ]);
  });

  test("from a network are the blocks that it calls or gives, not layers", () => {
    expect(shown(outgoingCalls(analysis, main, "A"), main)).toEqual([
      ["unit", "common.lwnet", "unit", "unit"],
      ["through", "main.lwnet", "through"],
    ]);
    expect(shown(outgoingCalls(analysis, main, "B"), main)).toEqual([["A", "main.lwnet", "A"]]);
  });

  test("through a constant lead to the block that it holds", () => {
    expect(shown(outgoingCalls(analysis, main, "through"), main)).toEqual([["inner", "main.lwnet", "act"]]);
    expect(shown(incomingCalls(analysis, main, "inner"))).toEqual([["act", "main.lwnet", "inner"]]);
  });

  test("of a parameter that holds blocks begin at each of them", () => {
    const { analysis: other, cursor: at } = openMarked(
      "block one { relu }\nblock two { relu }\nblock c(f: block = one) { f$0 }\nnetwork N { input x: [3, 8, 8] -> c(two) }\n",
    );
    expect(callItems(other, main, at).map(({ name }) => name)).toEqual(["one", "two"]);
  });

  test("of what is no longer there are none", () => {
    expect(incomingCalls(analysis, main, "gone")).toEqual([]);
    expect(outgoingCalls(analysis, "file:///w/gone.lwnet", "unit")).toEqual([]);
  });
});

test("the paths of imports are links, but not to files that are not there", () => {
  const { analysis, ranges } = openMarked(`import { fire } from "«std/squeezenet»"
import { unit } from "«./my common.lwnet»"
import { gone } from "./gone.lwnet"
//- file: my%20common.lwnet
block unit { relu }
`);
  expect(documentLinks(analysis, main)).toEqual([
    {
      range: ranges[0]?.range,
      target: "lwnet-std:/squeezenet.lwnet",
      tooltip: "Show std/squeezenet, which ships with lwnet",
    },
    { range: ranges[1]?.range, target: "file:///w/my%20common.lwnet", tooltip: "Open my common.lwnet" },
  ]);
});

describe("symbols of the workspace", () => {
  const { analysis } = openMarked(`const depth = 3
block dense_block { relu }
network DenseNet121 { input x: [3, 8, 8] }
//- file: other.lwnet
block basic { relu }
network ResNet50 { input x: [3, 8, 8] }
`);
  const find = (query: string) => workspaceSymbols(analysis, query);

  test("are found in files that are not open, with the file's name", () => {
    expect(find("ResNet50")).toMatchObject([
      { name: "ResNet50", kind: "network", container: "other.lwnet", file: "file:///w/other.lwnet" },
    ]);
  });

  test("by some of their letters in order, in any case, those that begin words first", () => {
    expect(find("dn1").map(({ name }) => name)).toEqual(["DenseNet121"]);
    expect(find("db")[0]?.name).toBe("dense_block");
    expect(
      find("dense")
        .map(({ name }) => name)
        .slice(0, 2),
    ).toEqual(["DenseNet121", "dense_block"]);
    expect(find("xyz")).toEqual([]);
  });

  test("all of them for no letters, the workspace's own before those that ship with lwnet", () => {
    const containers = find("").map(({ container }) => container);
    expect(new Set(containers.slice(0, 5))).toEqual(new Set(["main.lwnet", "other.lwnet"]));
    expect(find("fire")).toMatchObject([{ container: "std/squeezenet" }]);
  });
});
