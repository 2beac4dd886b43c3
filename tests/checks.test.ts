/** What networks are checked for, as the Test Explorer lists it. */
import { expect, test } from "vitest";
import { checks, filesWithNetworks } from "../server/src/core/index.ts";
import { mainFile, openMarked } from "./harness/marked.ts";

/** A line for each check: the network, its state, what it is. */
function listed(text: string): string[] {
  const { analysis } = openMarked(text);
  return checks(analysis, mainFile).flatMap((network) =>
    network.checks.map(({ state, label, detail }) =>
      [network.network, state, label, ...(detail === "" ? [] : [`(${detail})`])].join(" "),
    ),
  );
}

test("expectations, requirements and budgets, each with its outcome", () => {
  const text = `network N(width: int = 8) {
  input x: [3, 8, 8]
  require width % 4 == 0
  conv(width, kernel: 3)
  expect [8,
    8, 8]
  conv(width, kernel: 3, stride: 2)
  expect [8, 8, 8]
  budget { params <= 1K, macs < 100K }
}
`;
  expect(listed(text)).toEqual([
    "N passed require width % 4 == 0",
    "N passed expect [8, 8, 8]",
    "N failed expect [8, 8, 8]",
    "N passed params <= 1K (808)",
    "N passed macs < 100K (23.0K)",
  ]);
});

test("a check of a block stands under each network that uses it, once, with how often it runs", () => {
  const text = `block unit(k: int) {
  require k > 4, "units are wide"
  conv(k, kernel: 3)
  expect [k, 8, 8]
}
network A { input x: [3, 8, 8] -> unit(8) }
network B(n: int = 3) {
  input x: [3, 8, 8]
  repeat n { unit(8) }
  unit(16)
  max_pool(2) -> unit(16)
}
network C = B(n: 1)
network Bare { input x: [3, 8, 8] -> relu }
`;
  expect(listed(text)).toEqual([
    'A passed require k > 4, "units are wide" (in unit)',
    "A passed expect [k, 8, 8] (in unit)",
    'B passed require k > 4, "units are wide" (in unit, 5 times)',
    "B failed expect [k, 8, 8] (in unit, 5 times)",
    'C passed require k > 4, "units are wide" (in unit, 3 times)',
    "C failed expect [k, 8, 8] (in unit, 3 times)",
  ]);
});

test("what failed says where, and both sides", () => {
  const { analysis, ranges } = openMarked(`block unit(k: int) {
  require k > 4, "units are wide"
  conv(k, kernel: 3)
  «expect [k, 8, 8]»
}
network N {
  input x: [3, 16, 16]
  unit(2)
  unit(8)
  budget { params <= 100 }
}
`);
  const found = checks(analysis, mainFile).flatMap((network) => network.checks);
  expect(found.map(({ message }) => message)).toEqual([
    "in unit(k: 2): units are wide",
    "in unit(k: 2): the shape is 2×16×16 here, but 2×8×8 is expected",
    "params: 208, over the budget of 100",
  ]);
  expect(found[1]).toMatchObject({ ...ranges[0], expected: "2×8×8", actual: "2×16×16" });
  expect(found.map(({ kind }) => kind)).toEqual(["require", "expect", "budget"]);
});

test("only what runs is checked; what an error leaves open is unknown", () => {
  const text = `network N {
  input x: [3, 8, 8]
  if x.channels > 4 { expect [9, 9, 9] } else { expect [3, 8, 8] }
  conv(8)
  expect [8, 8, 8]
}
`;
  expect(listed(text)).toEqual(["N passed expect [3, 8, 8]", "N unknown expect [8, 8, 8]"]);
});

test("ids stay the same while other checks come and go, and are distinct", () => {
  const idsOf = (body: string) => {
    const { analysis } = openMarked(`network N {\n  input x: [3, 8, 8]\n${body}}\n`);
    return checks(analysis, mainFile).flatMap((network) => network.checks.map(({ id }) => id));
  };
  expect(idsOf("  expect [3, 8, 8]\n  relu\n  expect [3, 8, 8]\n")).toEqual([
    "expect [3, 8, 8]",
    "expect [3, 8, 8] 2",
  ]);
  expect(idsOf("  require true\n  expect [3, 8, 8]\n")).toContain("expect [3, 8, 8]");
});

test("files with networks are those of the workspace that may have checks", () => {
  const { analysis, files } = openMarked(
    "block b { relu }\n//- file: net.lwnet\nnetwork N { input x: [3, 8, 8] }\n//- file: more.lwnet\nconst k = 3\n",
  );
  expect(filesWithNetworks(analysis)).toEqual([files[1]]);
});
