/** Completion as a person meets it: `$0` is the cursor; what is offered, first the likely, and what accepting it writes. */
import { describe, expect, test } from "vitest";
import { applyEdits } from "../grammar/text.ts";
import { type Completion, completionDocumentation, completions } from "../server/src/core/index.ts";
import { mainFile, openMarked } from "./harness/marked.ts";

function offered(marked: string): readonly Completion[] {
  const { analysis, cursor } = openMarked(marked);
  const { items = [] } = completions(analysis, mainFile, cursor) ?? {};
  return items.toSorted((a, b) => (a.sort < b.sort ? -1 : 1));
}

const labels = (marked: string) => offered(marked).map(({ label }) => label);
const first = (marked: string, count = 3) => labels(marked).slice(0, count);
const detail = (marked: string, label: string) =>
  offered(marked).find((item) => item.label === label)?.detail;

/** The text after accepting an item and leaving all its places as they are. */
function accepted(marked: string, label: string): string {
  const { analysis, cursor, text } = openMarked(marked);
  const list = completions(analysis, mainFile, cursor);
  const item = list?.items.find((each) => each.label === label);
  if (!list || !item) throw new Error(`${label} is not offered: ${list?.items.map((each) => each.label)}`);
  const newText = (item.snippet ?? item.text)
    .replace(/\$\{\d+\|([^,|]*)[^|]*\|\}/g, "$1")
    .replace(/\$\{\d+:([^}]*)\}/g, "$1")
    .replace(/\$\d+/g, "");
  return applyEdits(text(), [...item.edits, { range: list.word, newText }]);
}

const inNetwork = (line: string) => `network N {\n  input image: [64, 56, 56]\n  ${line}\n}\n`;

describe("statements", () => {
  test("layers are called with their required parameters", () => {
    expect(accepted(inNetwork("con$0"), "conv")).toContain("conv(channels, kernel: kernel)\n");
    expect(accepted(inNetwork("conv(8, kernel: 3) -> $0"), "relu")).toContain("-> relu\n");
  });

  test("a name before brackets gets no second ones", () => {
    expect(accepted(inNetwork("con$0v(8, kernel: 3)"), "conv")).toContain("  conv(8, kernel: 3)\n");
  });

  test("blocks of the file, and blocks that a parameter holds", () => {
    const found = labels("block a(act: block, n: int) { $0 }\nblock b { relu }");
    expect(found.slice(0, 2)).toEqual(["act", "b"]);
    expect(found).not.toContain("n");
    // A block can't contain itself.
    expect(found).not.toContain("a");
  });

  test("a network without an input begins with one", () => {
    expect(labels("network N {\n  $0\n}")).toEqual(["input", "budget", "require"]);
  });

  test("only what is legal at the place", () => {
    expect(labels(inNetwork("$0"))).toEqual(
      expect.arrayContaining(["input", "budget", "residual", "output"]),
    );
    expect(labels(inNetwork("$0"))).not.toContain("branch");
    expect(labels(inNetwork("concat {\n    $0\n  }"))).toEqual(["branch"]);
    const inRepeat = labels(inNetwork("repeat 2 {\n    $0\n  }"));
    expect(inRepeat).toContain("tap");
    expect(inRepeat).not.toContain("input");
    expect(inRepeat).not.toContain("budget");
    const inBlock = labels("block b {\n  $0\n}");
    expect(inBlock).toContain("require");
    expect(inBlock).not.toContain("input");
    expect(labels(inNetwork("stem: $0"))).not.toContain("expect");
  });

  test("a clause goes on with the statement before it", () => {
    expect(labels(inNetwork("residual { relu } $0"))).toEqual(["shortcut"]);
    expect(first(inNetwork("residual { relu }\n  $0"), 1)).toEqual(["shortcut"]);
    expect(labels(inNetwork("if true { relu } el$0"))).toEqual(["else"]);
    expect(labels(inNetwork("residual $0"))).toEqual(["when"]);
    expect(first(inNetwork("repeat 3 $0"), 1)).toEqual(["as"]);
    expect(labels(inNetwork("for x $0"))).toEqual(["in"]);
  });

  test("the shape that is here is what to expect", () => {
    expect(accepted(inNetwork("max_pool(2)\n  exp$0"), "expect")).toContain("  expect [64, 28, 28]\n");
    expect(first(inNetwork("max_pool(2)\n  expect $0"), 1)).toEqual(["[64, 28, 28]"]);
    expect(first(inNetwork("max_pool(2)\n  expect [$0]"), 1)).toEqual(["64, 28, 28"]);
    expect(first(inNetwork("max_pool(2)\n  expect [64, $0"), 1)).toEqual(["28"]);
  });

  test("earlier tensors to go on from", () => {
    const marked = inNetwork("a: max_pool(2)\n  from $0");
    expect(labels(marked)).toEqual(["in", "a", "image"]);
    expect(detail(marked, "a")).toBe("64×28×28");
  });
});

describe("blocks of other files", () => {
  test("bring their import along", () => {
    const text = `// The file.\n\n${inNetwork("fi$0")}`;
    expect(accepted(text, "fire")).toBe(
      `// The file.\n\nimport { fire } from "std/squeezenet"\n\n${inNetwork("fire(s1x1, e1x1, e3x3)")}`,
    );
  });

  test("join an import of the same file", () => {
    const text = `import { basic } from "std/resnet"\nimport { fire } from "std/squeezenet"\n${inNetwork("$0")}`;
    expect(accepted(text, "bottleneck")).toContain('import { basic, bottleneck } from "std/resnet"\n');
    expect(accepted(text, "transition")).toContain(
      'from "std/squeezenet"\nimport { transition } from "std/densenet"\n',
    );
  });

  test("are found in the workspace, except where files would import each other in a circle", () => {
    const files = [
      inNetwork("$0"),
      "//- file: common.lwnet\n/// Halves.\nblock shrink { max_pool(2) }\n",
      '//- file: user.lwnet\nimport { N } from "./main.lwnet"\nblock looping { relu }\n',
    ].join("");
    expect(accepted(files, "shrink")).toMatch(/^import \{ shrink \} from "\.\/common\.lwnet"\n\nnetwork/);
    expect(labels(files)).not.toContain("looping");
  });

  test("are so many at most, and asked for again as more is typed", () => {
    const blocks = Array.from({ length: 150 }, (_, i) => `block unit${i} { relu }\n`).join("");
    const listed = (typed: string) => {
      const { analysis, cursor } = openMarked(`${inNetwork(`${typed}$0`)}//- file: many.lwnet\n${blocks}`);
      const { items = [], complete } = completions(analysis, mainFile, cursor) ?? {};
      return { units: items.filter(({ origin }) => origin === "./many.lwnet").length, complete };
    };
    expect(listed("")).toEqual({ units: 100, complete: false });
    expect(listed("ut14")).toEqual({ units: 15, complete: true });
  });

  test("say where they come from, and their documentation when looked at", () => {
    const fire = offered(inNetwork("$0")).find(({ label }) => label === "fire");
    expect(fire).toMatchObject({ detail: "(s1x1, e1x1, e3x3)", origin: "std/squeezenet" });
    const { analysis } = openMarked(inNetwork("$0"));
    expect(fire?.documentation && completionDocumentation(analysis, fire.documentation)).toMatch(
      /^```lwnet\nblock fire\(s1x1: int, e1x1: int, e3x3: int\)\n```\n\nThe Fire module/,
    );
  });
});

describe("arguments", () => {
  test("parameters that have no argument yet, required ones first", () => {
    const marked = inNetwork("conv(8, $0, padding: 1)");
    expect(first(marked)).toEqual(["kernel", "stride", "dilation"]);
    expect(labels(marked)).not.toContain("padding");
    expect(labels(marked)).not.toContain("channels");
    expect(detail(marked, "stride")).toBe("int or list = 1");
    expect(accepted(marked, "bias")).toContain("conv(8, bias: false, padding: 1)");
    expect(accepted(inNetwork("conv(8, ke$0: 3)"), "kernel")).toContain("conv(8, kernel: 3)");
  });

  test("one that mostly stands for another is filled in", () => {
    const upsample = offered(inNetwork("$0")).find(({ label }) => label === "upsample");
    expect(upsample).toMatchObject({ snippet: "upsample(${1:scale})", detail: "(scale, …)" });
  });

  test("words, truth values and activations where they fit", () => {
    expect(first(inNetwork("conv(8, kernel: 3, padding: $0)"), 2)).toEqual(["same", "valid"]);
    expect(first(inNetwork("conv(8, kernel: 3, bias: $0)"), 2)).toEqual(["true", "false"]);
    expect(labels(inNetwork("upsample(2, mode: $0)"))).toEqual(["nearest", "bilinear"]);
    expect(first(`block u(act: block) { act }\n${inNetwork("u(act: $0)")}`, 1)).toEqual(["relu"]);
    expect(labels(inNetwork("a: relu\n  matmul($0)"))).toEqual([
      "it",
      "in",
      "a",
      "image",
      "other",
      "transpose",
    ]);
    expect(labels(inNetwork("a: relu\n  add(it, $0)"))).toEqual(["it", "in", "a", "image"]);
  });

  test("groups are what both sides can be divided by", () => {
    expect(first(inNetwork("conv(96, kernel: 3, groups: $0)"), 7)).toEqual([
      "1",
      "2",
      "4",
      "8",
      "16",
      "32",
      "in.channels",
    ]);
    const marked = inNetwork("conv(64, kernel: 3, groups: $0)");
    expect(detail(marked, "64")).toBe("depthwise: a group for each channel");
    expect(detail(marked, "16")).toBe("16 groups, 4 ch each");
    expect(detail(inNetwork("conv(96, kernel: 3, groups: $0)"), "8")).toBe("8 groups, 8→12 ch each");
    expect(labels(inNetwork("conv(64, kernel: 3, groups: 3$0)"))).toEqual(expect.arrayContaining(["32"]));
    expect(detail(`network T {\n  input x: [197, 768]\n  attention($0)\n}`, "12")).toBe("64 each");
  });

  test("the channels that make a shortcut match", () => {
    const identity = inNetwork("residual {\n    conv(16, kernel: 1) -> relu\n    conv($0)\n  }");
    expect(offered(identity)[0]).toMatchObject({
      label: "64",
      detail: "matches the shortcut: 64×56×56",
      preferred: true,
    });
    const projected = inNetwork("residual {\n    conv(128, kernel: 3, stride: 2)\n  } shortcut { conv($0) }");
    expect(offered(projected)[0]).toMatchObject({
      label: "128",
      detail: "matches the main path: 128×28×28",
    });
    const family = `block u(planes: int) {
  residual {
    conv(4 * planes, kernel: 1)
  } shortcut { conv($0) }
}
network N {
  input image: [16, 8, 8]
  u(8) -> u(16)
}`;
    expect(offered(family)[0]).toMatchObject({ label: "4 * planes", preferred: true });
  });

  test("brackets that are still open, on lines of their own, and within each other", () => {
    expect(first(inNetwork("conv(8, $0\n  relu"), 1)).toEqual(["kernel"]);
    expect(first(inNetwork("conv(\n    8,\n    $0\n  )"), 1)).toEqual(["kernel"]);
    expect(labels(inNetwork("conv(floor($0"))).not.toContain("kernel");
    expect(labels(inNetwork("conv(8 * $0, kernel: 3)"))).not.toContain("kernel");
    expect(labels(inNetwork("conv(kernel: 3, $0)"))).toContain("channels");
  });
});

describe("expressions", () => {
  test("members with the values that they have now", () => {
    const marked = inNetwork("max_pool(2)\n  conv(it.$0");
    expect(labels(marked)).toEqual(["channels", "height", "width", "features", "shape"]);
    expect(detail(marked, "height")).toBe("28");
    expect(detail(inNetwork("max_pool(2)\n  conv(in.$0)"), "height")).toBe("56");
    expect(detail(inNetwork("a: max_pool(4)\n  conv(a.$0)"), "shape")).toBe("[64, 14, 14]");
    const twice = `block u { conv(2 * it.$0, kernel: 1) }\n${inNetwork("u")}network M {\n  input x: [128, 8, 8]\n  u\n}`;
    expect(detail(twice, "channels")).toBe("64–128");
  });

  test("no members of what is no tensor", () => {
    expect(labels("block u(n: int) { conv(n.$0) }")).toEqual([]);
  });

  test("names in scope, and none that are not", () => {
    const marked = `const width = 8
block u(planes: int) {
  repeat 2 as i {
    tap { hidden: relu }
    conv($0, kernel: 3)
  }
}`;
    expect(labels(marked)).toEqual(expect.arrayContaining(["planes", "i", "width", "it", "in", "floor"]));
    expect(labels(marked)).not.toContain("hidden");
    expect(detail(marked, "width")).toBe("8");
    expect(accepted(marked, "floor")).toContain("conv(floor(), kernel: 3)");
  });

  test("no block where a number or a condition stands", () => {
    expect(labels("block u(act: block, n: int) { conv($0) }")).toContain("n");
    expect(labels("block u(act: block, n: int) { conv($0) }")).not.toContain("act");
    expect(labels("block u(act: block, n: int) { if $0 { relu } }")).not.toContain("act");
    expect(labels("block u(act: block) { for f in [$0] { f } }")).toContain("act");
  });

  test("what may become a number, a list or a condition", () => {
    const inBlock = (line: string) => `block u(n: int, ks: list, on: bool, act: block) { ${line} }`;
    const number = labels(inBlock("conv($0"));
    expect(number).toEqual(expect.arrayContaining(["n", "ks", "in.channels", "floor"]));
    for (const unfit of ["on", "act", "true", "range"]) expect(number).not.toContain(unfit);
    expect(first(inBlock("for k in $0"), 3)).toEqual(["ks", "range", "enumerate"]);
    expect(labels(inBlock("for k in $0"))).not.toContain("k");
    expect(labels(inBlock("for k in ks { conv($0"))).toContain("k");
    expect(labels(inBlock("if $0"))).toEqual(expect.arrayContaining(["on", "n", "true", "not"]));
    expect(labels(inBlock("repeat $0"))).not.toContain("true");
    expect(detail(inNetwork("conv($0"), "in.channels")).toBe("64");
  });

  test("defaults by the parameter's type, constants without themselves", () => {
    expect(first("block u(act: block = $0) { act }", 2)).toEqual(["relu", "relu6"]);
    expect(first("block u(on: bool = $0) { relu }", 2)).toEqual(["true", "false"]);
    expect(first("block u(n: int, m: int = $0) { relu }", 1)).toEqual(["n"]);
    expect(labels("block u(n: int = $0) { relu }")).toContain("in");
    expect(labels("network A(n: int) { input x: [1] }\nnetwork B = A(n: $0)")).not.toContain("in");
    expect(labels("const a = 1\nconst b = $0")).toContain("a");
    expect(labels("const a = 1\nconst b = $0")).not.toContain("b");
    expect(detail(inNetwork("residual when $0 { relu }"), "in.channels")).toBe("64");
  });

  test("kernels and strides of papers", () => {
    expect(first(inNetwork("conv(8, kernel: $0"), 4)).toEqual(["3", "1", "5", "7"]);
    expect(detail(inNetwork("conv(8, kernel: $0)"), "3")).toBe("3×3");
    expect(first(inNetwork("max_pool($0"), 2)).toEqual(["2", "3"]);
    expect(detail(inNetwork("conv(8, kernel: 3, stride: $0)"), "2")).toBe("halves the size");
  });

  test("within a label's holes", () => {
    const marked = inNetwork("repeat 2 as i { `unit{$0}`: relu }");
    expect(labels(marked)).toContain("i");
    expect(accepted(inNetwork("repeat 2 as it_ { `unit{it$0}`: relu }"), "it_")).toContain("`unit{it_}`");
    expect(labels(inNetwork("repeat 2 as i { `un$0it{i}`: relu }"))).toEqual([]);
  });

  test("types of parameters, metrics of budgets, networks to build on", () => {
    expect(labels("block u(n: $0) { }")).toEqual([
      "int",
      "float",
      "bool",
      "string",
      "list",
      "block",
      "tensor",
    ]);
    const budget = inNetwork("conv(8, kernel: 1)\n  budget { params <= 1M, $0 }");
    expect(labels(budget)).not.toContain("params");
    expect(detail(budget, "macs")).toBe("1.61M now");
    expect(accepted(`network A(n: int) { input x: [1] }\nnetwork B = $0`, "A")).toContain("B = A(n: n)");
  });
});

test("in comments nothing but the lints that one may allow, those first that are found there", () => {
  expect(labels("// A $0")).toEqual([]);
  const atEnd = inNetwork("conv(8, kernel: 3) -> bn -> relu // lwnet: allow b$0");
  expect(first(atEnd, 1)).toEqual(["bias-before-norm"]);
  const above = inNetwork("// lwnet: allow unused-layer, $0\n  conv(8, kernel: 3) -> bn -> relu");
  expect(first(above, 1)).toEqual(["bias-before-norm"]);
  expect(labels(above)).not.toContain("unused-layer");
  expect(accepted(inNetwork("relu // lwnet: a$0"), "allow")).toContain("// lwnet: allow \n");
});

describe("items and imports", () => {
  test("items at the top level", () => {
    expect(labels(`${inNetwork("relu")}\n$0`)).toEqual(["network", "block", "const", "import"]);
    expect(labels("net$0")).toEqual(["network", "block", "const", "import"]);
  });

  test("paths, within quotes and without", () => {
    const files = 'import { x } from "$0"\n//- file: common.lwnet\nblock shrink { relu }\n';
    expect(labels(files).slice(0, 2)).toEqual(["./common.lwnet", "std/densenet"]);
    expect(accepted('import { x } from "std/re$0"', "std/resnet")).toBe('import { x } from "std/resnet"');
    expect(accepted('import { x } from "std/$0', "std/resnet")).toBe('import { x } from "std/resnet');
    expect(accepted("import { x } from $0", "std/resnet")).toBe('import { x } from "std/resnet"');
  });

  test("names of the file that is imported, or of all with the rest of the line", () => {
    expect(labels('import { basic, $0 } from "std/resnet"')).toEqual([
      "bottleneck",
      "preact_basic",
      "preact_bottleneck",
    ]);
    expect(accepted("import { $0 }\n", "fire")).toBe('import { fire } from "std/squeezenet"\n');
  });
});

test("nothing where a new name is written, in comments and in texts", () => {
  for (const marked of [
    "block $0",
    "network $0 {",
    "block b($0",
    "const $0",
    inNetwork("output $0"),
    inNetwork("input $0"),
    inNetwork("repeat 2 as $0"),
    inNetwork("for $0"),
    inNetwork("st$0: relu"),
    inNetwork("relu // $0"),
    inNetwork('require true, "$0"'),
  ]) {
    expect([marked, labels(marked)]).toEqual([marked, []]);
  }
});

test("what promises documentation has some", () => {
  const places = [
    "block helper(n: int) { relu }\n$0",
    inNetwork("$0"),
    inNetwork("conv($0)"),
    inNetwork("if $0 { relu }"),
    inNetwork("budget { $0 }"),
    inNetwork("residual { relu } $0"),
    inNetwork("relu\n  concat { $0 }"),
    `const k = 2\nblock helper(act: block) { act }\n${inNetwork("helper($0)")}`,
    'import { $0 } from "std/resnet"',
  ];
  for (const marked of places) {
    const { analysis } = openMarked(marked);
    const silent = offered(marked).filter(
      ({ documentation: key }) => key && !completionDocumentation(analysis, key),
    );
    expect([marked, silent.map(({ label }) => label)]).toEqual([marked, []]);
  }
});
