/** Heat: where in the text a network's cost is. */
import { expect, test } from "vitest";
import { type CostMetric, heat, instances } from "../server/src/core/index.ts";
import { mainFile, openMarked } from "./harness/marked.ts";

function heated(marked: string, metric: CostMetric, prefer?: string): string[] | undefined {
  const { analysis, cursor } = openMarked(marked);
  const found = heat(analysis, mainFile, {
    metric,
    offset: Math.max(0, cursor),
    ...(prefer ? { prefer } : {}),
  });
  return found && [found.network, ...found.lines.map(({ line, text }) => `${line + 1}: ${text}`)];
}

const net = `block unit(planes: int) {
  conv(planes, kernel: 1, bias: false)
  conv(planes, kernel: 1, bias: false) -> relu
}
network $0Net {
  input x: [8, 4, 4]
  repeat 3 {
    unit(8)
  }
  residual { unit(8) }
  global_avg_pool -> flatten
}
network Other {
  input x: [1, 4, 4]
  unit(2)
}
`;

test("a line's share is that of its layers in all uses; a call has the share of what it calls", () => {
  expect(heated(net, "params")).toEqual(["Net", "2: 50%", "3: 50%", "8: 75%", "10: 25%"]);
  expect(heated(net, "macs")).toEqual(heated(net, "params"));
});

test("activations: what joins tensors counts on the line of its keyword", () => {
  // Of 6720 bytes: 4 · 512 in line 2, 8 · 512 in line 3, a sum of 512 in line 10, twice 32 in line 11.
  expect(heated(net, "activations")).toEqual(["Net", "2: 30%", "3: 61%", "8: 69%", "10: 30%", "11: 1%"]);
});

test("in a block the network that was shown before, if it has the block, else the first that has", () => {
  const inBlock = net.replace("$0", "").replace("unit(planes", "un$0it(planes");
  expect(heated(inBlock, "params")?.[0]).toBe("Net");
  expect(heated(inBlock, "params", "Other")?.slice(0, 3)).toEqual(["Other", "2: 33%", "3: 67%"]);
  expect(heated(inBlock, "params", "Gone")?.[0]).toBe("Net");
});

test("where an instance is chosen, a network that has it", () => {
  const { analysis, cursor } = openMarked(net.replace("$0", "").replace("unit(planes", "un$0it(planes"));
  const entries = instances(analysis, mainFile, "unit")?.entries ?? [];
  const key = entries.find(({ uses }) => uses.includes("Other"))?.key ?? "";
  const choices = new Map([["unit", key]]);
  expect(heat(analysis, mainFile, { metric: "macs", offset: cursor, choices })?.network).toBe("Other");
});

test("blocks of other files count where they are called; small shares are not nothing", () => {
  expect(
    heated(
      `import { big } from "./big.lwnet"
network N {
  input x: [1, 16, 16]
  $0conv(1, kernel: 1, bias: false)
  big
}
//- file: big.lwnet
block big { conv(64, kernel: 7) -> conv(64, kernel: 7) }
`,
      "macs",
    ),
  ).toEqual(["N", "4: <0.1%", "5: 100%"]);
});

test("no network, no parameters, named dimensions: no line is hot, and nothing fails", () => {
  expect(heated("block b { re$0lu }", "macs")).toBeUndefined();
  expect(heated("network N {\n  input x: [1, 4, 4]\n  re$0lu\n}", "params")).toEqual(["N"]);
  expect(heated("network N {\n  input x: [1, H, W]\n  conv(1, kernel: 1)$0\n}", "macs")).toEqual(["N"]);
});
