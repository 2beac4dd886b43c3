/** Times of a run on the lines of the text that was measured, and what becomes of them after an edit. */
import { expect, test } from "vitest";
import {
  type Analysis,
  codeLenses,
  hover,
  instances,
  layerPlace,
  lensTitle,
  type Measured,
  measure,
  networkGraph,
  textsOf,
  timeHeat,
  timeLines,
} from "../server/src/core/index.ts";
import { mainFile, openMarked } from "./harness/marked.ts";

/** A run in which the n-th layer took n tenths of a millisecond; with some layers left unmeasured. */
function ran(analysis: Analysis, network: string, unmeasured: readonly string[] = []): Measured {
  const graph = networkGraph(analysis, mainFile, network);
  if ("problem" in graph) throw new Error(graph.problem);
  const layers = graph.nodes.map(({ name, macs, flops }, i) => ({
    name,
    ms: unmeasured.includes(name) ? undefined : (i + 1) / 10,
    macs: Number(macs),
    flops: Number(flops),
    bytes: 100_000,
  }));
  const texts = textsOf(analysis, mainFile);
  const run = { file: mainFile, network, ranAt: "2026-11-25T12:00:00Z", device: "Some CPU", medianMs: 23.4 };
  const measured = measure(analysis, { ...run, layers, texts, ceilings: { gflops: 16, gbps: 10 } });
  if (!measured) throw new Error("it does not fit");
  return measured;
}

interface Shown {
  readonly network?: string;
  /** The text that was measured, where it is not the one that is shown. */
  readonly before?: string;
  readonly unmeasured?: readonly string[];
  readonly file?: string;
  readonly choices?: ReadonlyMap<string, string>;
}

/** The lines with their times: `3: 0.10 ms · 5%`, and `was` before those of an earlier text. */
function shown(
  text: string,
  { network = "Net", before = text, unmeasured, file, choices }: Shown = {},
): string[] {
  const run = ran(openMarked(before).analysis, network, unmeasured);
  const lines = timeLines(openMarked(text).analysis, file ?? mainFile, [run], choices);
  return lines.map((each) => `${each.line + 1}: ${each.stale ? "was " : ""}${each.text}`);
}

const net = `block unit(planes: int) {
  conv(planes, kernel: 1, bias: false)
  bn -> relu
}
network Net {
  input x: [8, 4, 4]
  conv(8, kernel: 1, bias: false)
  repeat 3 {
    unit(8)
  }
  residual {
    unit(8) // twice as wide
  }
  global_avg_pool -> flatten
}
`;

test("a line has the time of what begins on it, with its share of all layers", () => {
  expect(
    shown(`network Net {
  input x: [8, 4, 4]
  conv(8, kernel: 1)
  bn -> relu
  flatten
}
`),
  ).toEqual(["3: 0.10 ms · 10%", "4: 0.50 ms · 50%", "5: 0.40 ms · 40%"]);
});

test("in blocks and repeats: the sum, and in brackets how many uses there are and how long one takes", () => {
  expect(shown(net)).toEqual([
    // Of the layers 1 to 16, where 2 to 10 are in the repeat and 11 to 14 in the residual.
    "2: 2.60 ms · 19% (4 × 0.20–1.10 ms)",
    "3: 6.40 ms · 47% (4 × 0.70–2.50 ms)",
    "7: 0.10 ms · 0.7%",
    "8: 5.40 ms · 40%",
    "9: 5.40 ms · 40% (3 × 0.90–2.70 ms)",
    "11: 5.00 ms · 37%",
    "12: 3.60 ms · 26%",
    "14: 3.10 ms · 23%",
  ]);
});

test("of the chosen instance its own, and nothing where the run does not have it", () => {
  const text = `block unit(planes: int) {
  conv(planes, kernel: 1)
}
network Net {
  input x: [8, 4, 4]
  unit(16) -> unit(32)
}
network Other {
  input x: [1, 4, 4]
  unit(2)
}
`;
  const { analysis } = openMarked(text);
  const [first, , other] = instances(analysis, mainFile, "unit")?.entries ?? [];
  const inBlock = (key = "") =>
    timeLines(analysis, mainFile, [ran(analysis, "Net")], new Map([["unit", key]]))
      .filter(({ line }) => line === 1)
      .map((line) => line.text);
  expect(inBlock()).toEqual(["0.30 ms · 100% (2 × 0.10–0.20 ms)"]);
  expect(inBlock(first?.key)).toEqual(["0.10 ms · 33%"]);
  expect(inBlock(other?.key)).toEqual([]);
});

test("of layers that were not measured nothing is told", () => {
  const text = "network Net {\n  input x: [8, 4, 4]\n  flatten\n  linear(2)\n}\n";
  expect(shown(text, { unmeasured: ["flatten"] })).toEqual(["4: 0.20 ms · 100%"]);
});

test("in an imported file as in one's own; the call has what it calls", () => {
  const text = `import { unit } from "./unit.lwnet"
network Net {
  input x: [8, 4, 4]
  unit -> unit
}
//- file: unit.lwnet
block unit {
  conv(8, kernel: 1)
  relu
}
`;
  expect(shown(text)).toEqual(["4: 1.00 ms · 100%"]);
  expect(shown(text, { file: "file:///w/unit.lwnet" })).toEqual([
    "2: 0.40 ms · 40% (2 × 0.10–0.30 ms)",
    "3: 0.60 ms · 60% (2 × 0.20–0.40 ms)",
  ]);
});

test("comments, names, layout and other networks may change: the times stay those of the text", () => {
  const edits = [
    net.replace("// twice as wide", ""),
    net.replace("  conv(8", "\n  // The stem.\n  stem: conv(8"),
    net.replaceAll("planes", "width"),
    `network Other {\n  input x: [1, 4, 4]\n  unit(2)\n}\n${net}`,
  ];
  for (const edited of edits) {
    const lines = shown(edited, { before: net });
    expect(lines.map((line) => line.replace(/^\d+: /, ""))).toEqual(
      shown(net).map((line) => line.replace(/^\d+: /, "")),
    );
  }
});

test("an edit of what was measured leaves each line its time from before, where the line is still there", () => {
  const before = shown(net);
  const edited = net.replace("8, kernel: 1, bias: false)\n  repeat", "8, kernel: 3)\n  relu\n  repeat");
  expect(shown(edited, { before: net })).toEqual(
    before.map((line) => {
      const [, number, text] = /^(\d+): (.*)/.exec(line) ?? [];
      return `${Number(number) + (Number(number) > 7 ? 1 : 0)}: was ${text}`;
    }),
  );
  const gone = net.replace("  global_avg_pool -> flatten\n", "");
  expect(shown(gone, { before: net })).toEqual(
    before.slice(0, -1).map((line) => line.replace(": ", ": was ")),
  );
});

test("a text with an error, or without the network, has the times from before", () => {
  expect(shown(net.replace("unit(8) //", "unit(9) //"), { before: net })[0]).toMatch(/^2: was 2\.60 ms/);
  expect(shown(net.replace("network Net", "network Mine"), { before: net })[0]).toMatch(/^2: was 2\.60 ms/);
});

test("an argument, a shape, an order of equal layers: each is something else to measure", () => {
  const text = "network Net {\n  input x: [8, 4, 4]\n  conv(8, kernel: 1)\n  relu\n  sigmoid\n}\n";
  const stale = (edited: string) => shown(edited, { before: text }).every((line) => line.includes("was "));
  expect(stale(text)).toBe(false);
  expect(stale(text.replace("kernel: 1", "kernel: 1, groups: 2"))).toBe(true);
  expect(stale(text.replace("[8, 4, 4]", "[8, 5, 4]"))).toBe(true);
  expect(stale(text.replace("relu\n  sigmoid", "sigmoid\n  relu"))).toBe(true);
});

test("where two networks were run, a line has the time of the later run that has it", () => {
  const text = `block unit { conv(8, kernel: 1) }
network Net {
  input x: [8, 4, 4]
  unit
}
network Wide {
  input x: [8, 8, 8]
  unit -> unit
}
`;
  const { analysis } = openMarked(text);
  const lines = timeLines(analysis, mainFile, [ran(analysis, "Wide"), ran(analysis, "Net")]);
  expect(lines.map(({ line, text: time }) => `${line + 1}: ${time}`)).toEqual([
    "1: 0.30 ms · 100% (2 × 0.10–0.20 ms)",
    "4: 0.10 ms · 100%",
    "8: 0.30 ms · 100%",
  ]);
});

test("heat by time: what holds others is left to them", () => {
  const { analysis } = openMarked(net);
  const heat = timeHeat(analysis, mainFile, [ran(analysis, "Net")]);
  expect(heat?.lines.map(({ line, text }) => `${line + 1}: ${text}`)).toEqual([
    "2: 19%",
    "3: 47%",
    "7: 0.7%",
    "9: 40%",
    "11: 10%",
    "12: 26%",
    "14: 23%",
  ]);
  expect(timeHeat(analysis, mainFile, [])).toBeUndefined();
});

test("a hover tells the measured time, the speed, and how far it is from what the device can do", () => {
  const marked = openMarked(
    "network Net {\n  input x: [8, 100, 100]\n  con$0v(8, kernel: 1, bias: false)\n  relu\n}\n",
  );
  const { analysis, cursor } = marked;
  const rows = hover(analysis, mainFile, cursor, undefined, [ran(analysis, "Net")])?.markdown.split("\n");
  expect(rows?.filter((row) => /measured|speed|roofline/.test(row))).toEqual([
    "| measured | 0.10 ms · 33%, Net on Some CPU |",
    "| speed | 6.40 GMAC/s, 12.8 GFLOP/s (80% of the peak), 1.00 GB/s (10% of the peak) |",
    "| roofline | compute-bound: 0.080 ms at best, took 1.3 times that |",
  ]);
});

test("a hover after an edit says that the time is from before", () => {
  const before = "network Net {\n  input x: [8, 4, 4]\n  conv(8, kernel: 1)\n  relu\n}\n";
  const { analysis, cursor } = openMarked(before.replace("conv(8, kernel: 1)", "con$0v(8, kernel: 3)"));
  const run = ran(openMarked(before).analysis, "Net");
  expect(hover(analysis, mainFile, cursor, undefined, [run])?.markdown).toContain(
    "| measured | before the edit: 0.10 ms · 33% |",
  );
});

test("a lens above the network tells the whole run, how long ago it was, and whether it was before the edit", () => {
  const title = (text: string, minutes: number) => {
    const measured = [ran(openMarked(net).analysis, "Net")];
    const { analysis } = openMarked(text);
    const lenses = codeLenses(analysis, mainFile, undefined, measured);
    const lens = lenses.find(({ kind }) => kind === "measured");
    const now = Date.parse("2026-11-25T12:00:00Z") + minutes * 60_000;
    return lens && lensTitle(analysis, mainFile, lens, undefined, { measured, now })?.title;
  };
  expect(title(net, 0.5)).toBe("23.4 ms on Some CPU · just now");
  expect(title(net, 2)).toBe("23.4 ms on Some CPU · 2 min ago");
  expect(title(net, 200)).toBe("23.4 ms on Some CPU · 3 h ago");
  expect(title(net, 2000)).toBe("23.4 ms on Some CPU · yesterday");
  expect(title(net.replace("unit(planes: int) {", "unit(planes: int) {\n  relu"), 7000)).toBe(
    "23.4 ms on Some CPU · 4 days ago · before the edit",
  );
  expect(title(net.replace("network Net", "network Mine"), 0)).toBeUndefined();
});

test("from a layer of the run to its line, also after an edit", () => {
  const measured = ran(openMarked(net).analysis, "Net");
  const place = (text: string, layer: string) => {
    const found = layerPlace(openMarked(text).analysis, measured, layer);
    return found && text.slice(found.range.start, found.range.end);
  };
  expect(place(net, "conv")).toBe("conv(8, kernel: 1, bias: false)");
  expect(place(net.replace("conv(8", "stem: conv(8"), "conv")).toBe("stem: conv(8, kernel: 1, bias: false)");
  expect(place(net.replace("conv(8, kernel: 1", "relu\n  conv(8, kernel: 3"), "conv")).toBe(
    "conv(8, kernel: 3, bias: false)",
  );
  expect(place(net.replace("  global_avg_pool -> flatten\n", ""), "flatten")).toBeUndefined();
  expect(place(net, "no such layer")).toBeUndefined();
});

test("a run whose texts no longer make its network is left out", () => {
  const { analysis } = openMarked(net);
  const { run } = ran(analysis, "Net");
  expect(measure(analysis, { ...run, texts: [{ file: mainFile, text: "network Net {" }] })).toBeUndefined();
  expect(measure(analysis, { ...run, network: "Other" })).toBeUndefined();
  expect(measure(analysis, { ...run, layers: [{ name: "gone", ms: 1 }] })).toBeUndefined();
});
