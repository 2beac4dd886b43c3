/** Lenses above networks and blocks, and the choice of one instance of a block. */
import { expect, test } from "vitest";
import {
  type Choices,
  codeLenses,
  hover,
  inlayHints,
  instances,
  lensTitle,
  totals,
} from "../server/src/core/index.ts";
import { type Marked, mainFile, openMarked } from "./harness/marked.ts";

const units = `block unit(planes: int, stride: int = 1) {
  conv(planes, kernel: 3, stride: stride)
  repeat 2 { relu }
}
network Net {
  input image: [3, 32, 32]
  unit(16) -> unit(16)
  unit(32, stride: 2)
}
`;

/** Kind, name and title of every lens. */
function lenses({ analysis }: Marked, choices?: Choices): string[] {
  return codeLenses(analysis, mainFile, choices).map((lens) => {
    const { title, idle } = lensTitle(analysis, mainFile, lens, choices) ?? {};
    return `${lens.kind} ${lens.name}: ${title}${idle ? " (idle)" : ""}`;
  });
}

const chosen = (block: string, key: string | undefined): Choices => new Map(key ? [[block, key]] : []);

function hints(opened: Marked, choices?: Choices): string[] {
  const all = { shapes: true, params: true, work: true, workUnit: "macs" } as const;
  return inlayHints(opened.analysis, mainFile, all, undefined, choices).map(({ label }) => label);
}

test("a network: what it costs, and what can be done with it; a block: its instances and all their uses", () => {
  expect(lenses(openMarked(units))).toEqual([
    "instances unit: 3 instances · 7.41K params · 3.98M MACs",
    "totals Net: 7.41K params · 3.98M MACs · 29.6 KB · peak 131 KB",
    "graph Net: Graph",
    "run Net: Run",
    "export Net: Export",
  ]);
});

test("a block with an error counts its instances, and leaves out what is not known", () => {
  const opened = openMarked(
    "block unit(planes: int) {\n  residual { conv(planes, kernel: 3) }\n}\nnetwork Net {\n  input image: [8, 8, 8]\n  unit(16)\n}\n",
  );
  expect(lenses(opened)).toEqual([
    "instances unit: 1 instance",
    "totals Net: costs not known",
    "graph Net: Graph",
    "run Net: Run",
    "export Net: Export",
  ]);
});

test("a budget stands beside what is taken of it, in the lens and on its own line", () => {
  const opened = openMarked(
    "network Net {\n  budget {\n    params <= 0.5K\n    macs <= 300K, peak < 20KB }\n  input image: [3, 32, 32]\n  conv(4, kernel: 3)\n}",
  );
  expect(lenses(opened)[0]).toBe(
    "totals Net: 112 of 500 params · 111K of 300K MACs · 448 B · peak 28.7 KB of 20.0 KB",
  );
  expect(hints(opened)).toEqual(
    expect.arrayContaining(["params 112 of 500", "macs 111K of 300K · peak 28.7 KB of 20.0 KB"]),
  );
  const broken = openMarked(
    "network Net {\n  budget { params <= 1K }\n  input image: [3, 32, 32]\n  linear(10) -> conf\n}",
  );
  expect(hints(broken)).toEqual(["3×32×32"]);
});

test("a network that several build on: its instances by their names", () => {
  const opened = openMarked(`network Base(planes: int) {
  budget { params <= 1K }
  input image: [3, 8, 8]
  conv(planes, kernel: 3)
}
network Small = Base(4)
network Large = Base(planes: 8)
network Same = Base(4)
`);
  expect(lenses(opened).filter((lens) => lens.includes("Base"))).toEqual([
    "instances Base: 2 instances · 112–224 params · 6.91K–13.8K MACs",
  ]);
  expect(
    instances(opened.analysis, mainFile, "Base")?.entries.map(({ title, uses }) => [title, uses]),
  ).toEqual([
    ["Small, Same", "Base(planes: 4)"],
    ["Large", "Base(planes: 8)"],
  ]);
  const key = instances(opened.analysis, mainFile, "Base")?.entries[1]?.key;
  expect(hints(opened)[0]).toBe("params 112–224 of 1.00K");
  expect(hints(opened, chosen("Base", key)).slice(0, 2)).toEqual(["params 224 of 1.00K", "3×8×8"]);
});

test("a block that nothing in its file uses: where it is used, through blocks of its file as well", () => {
  const opened = openMarked(`block inner { relu }
block outer { inner }
block alone { relu }
//- file: a.lwnet
import { outer } from "./main.lwnet"
network A {
  input x: [1, 4, 4]
  outer
}
//- file: b.lwnet
import { inner } from "./main.lwnet"
`);
  expect(lenses(opened)).toEqual([
    "instances inner: used in 2 other files (idle)",
    "instances outer: used in a.lwnet (idle)",
    "instances alone: unused (idle)",
  ]);
});

test("the instances of the block at the cursor, told apart by what enters them", () => {
  const { analysis, cursor } = openMarked(units.replace("kernel: 3", "ker$0nel: 3"));
  expect(instances(analysis, mainFile, cursor)).toMatchObject({
    name: "unit",
    chosen: undefined,
    entries: [
      {
        title: "unit(planes: 16)",
        shapes: "3×32×32 → 16×32×32",
        cost: "448 params · 442K MACs",
        uses: "×1 in Net",
      },
      { title: "unit(planes: 16)", shapes: "16×32×32 → 16×32×32" },
      { title: "unit(planes: 32, stride: 2)", shapes: "16×32×32 → 32×16×16" },
    ],
  });
});

test("a chosen instance is shown in hints, hovers and lenses", () => {
  const opened = openMarked(units.replace("conv", "co$0nv"));
  const key = instances(opened.analysis, mainFile, "unit")?.entries[2]?.key;
  const choices = chosen("unit", key);
  expect(hints(opened).slice(0, 2)).toEqual([
    "16→32 ch · 32×32→16×16 · 448–4.64K params · 442K–2.36M MACs ×3",
    "16→32 ch · 32×32→16×16 ×3",
  ]);
  expect(hints(opened, choices).slice(0, 2)).toEqual(["32×16×16 · 4.64K params · 1.18M MACs", "32×16×16"]);
  expect(hover(opened.analysis, mainFile, opened.cursor, choices)?.markdown).toContain(
    "| parameters | (3·3·16 + 1)·32 = 4,640 |",
  );
  expect(lenses(opened, choices).slice(0, 2)).toEqual([
    "instances unit: showing unit(planes: 32, stride: 2) · 3 of 3",
    "showAll unit: show all",
  ]);
});

test("a choice outlives an edit elsewhere, and gives way to the range when its instance is gone", () => {
  const key = instances(openMarked(units).analysis, mainFile, "unit")?.entries[2]?.key;
  const edited = openMarked(units.replace("-> unit(16)", "-> unit(16) -> relu"));
  expect(lenses(edited, chosen("unit", key))[0]).toContain("showing unit(planes: 32, stride: 2)");
  const gone = openMarked(units.replace("unit(32, stride: 2)", "relu"));
  expect(lenses(gone, chosen("unit", key))[0]).toContain("2 instances");
  expect(hints(gone, chosen("unit", key))[0]).toContain("×2");
});

test("the totals meant at a place: the network's, or those of the first that uses the block there", () => {
  const two = `block used { relu }\n${units}network Other {\n  input x: [1, 4, 4]\n  used\n}\n`;
  const at = (mark: string) => {
    const { analysis, cursor } = openMarked(two.replace(mark, `${mark}$0`));
    return totals(analysis, mainFile, cursor)?.network;
  };
  expect(at("network Other")).toBe("Other");
  expect(at("block used")).toBe("Other");
  expect(at("block unit")).toBe("Net");
});

test("a network with an error or with named dimensions has what is known of it", () => {
  expect(lenses(openMarked("network N {\n  input x: [3, H, W]\n  conv(4, kernel: 1) -> relu\n}"))[0]).toBe(
    "totals N: 16 params · 12·H·W MACs · 64 B",
  );
  expect(lenses(openMarked("network N {\n  input x: [3, 4, 4]\n  rellu\n}"))[0]).toBe(
    "totals N: costs not known",
  );
});
