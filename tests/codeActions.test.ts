/** Which actions are offered where, and those for a whole file. What each fix writes is in tests/fixtures/fixes. */
import { describe, expect, test } from "vitest";
import { applyEdits } from "../grammar/text.ts";
import { codeActions, finished, offeredActions, resolveAction } from "../server/src/core/index.ts";
import { mainFile, openMarked } from "./harness/marked.ts";

/** The actions at the cursor or at the first range. */
function actionsAt(marked: string, only?: readonly string[]) {
  const { analysis, cursor, ranges } = openMarked(marked);
  const range = ranges[0]?.range ?? { start: Math.max(0, cursor), end: Math.max(0, cursor) };
  return codeActions(analysis, mainFile, range, only ? { only } : {});
}

/** The text after the action of this title, or after the only one. */
function textAfter(marked: string, only: readonly string[], title?: string): string | undefined {
  const action = actionsAt(marked, only).find((each) => title === undefined || each.title === title);
  return action && applyEdits(openMarked(marked).text(), action.edits);
}

const biased = `network Net {
  input image: [3, 8, 8]
  co$0nv(8, kernel: 3) -> bn -> relu
}
`;

describe("kinds", () => {
  const kindsFor = (only?: readonly string[]) => [
    ...new Set(actionsAt(biased.replace("8, 8]", "8, 8] "), only).map(({ kind }) => kind)),
  ];

  test("an editor that asks for one gets no other", () => {
    expect(kindsFor(["quickfix"])).toEqual(["quickfix"]);
    expect(kindsFor(["source.organizeImports"])).toEqual([]);
    expect(kindsFor(["refactor.extract"]).filter((kind) => !kind.startsWith("refactor.extract"))).toEqual([]);
  });

  test("what is for the whole file is offered only when asked for", () => {
    const marked = `$0import { fire } from "std/squeezenet"\n${biased.replace("$0", "")}`;
    expect(actionsAt(marked).filter(({ kind }) => kind.startsWith("source"))).toEqual([]);
    expect(actionsAt(marked, ["source"]).map(({ kind }) => kind)).toEqual([
      "source.fixAll.lwnet",
      "source.organizeImports",
    ]);
  });

  test("a lint that is turned off has no fixes", () => {
    const { analysis, cursor } = openMarked(biased);
    const range = { start: cursor, end: cursor };
    const lint = { "bias-before-norm": "off" } as const;
    expect(codeActions(analysis, mainFile, range, { only: ["quickfix"], lint })).toEqual([]);
  });
});

test("a missing brace is put where the lines stand as before", () => {
  const body = "network Net {\n  input image: [3, 8, 8]\n  residual $0{\n    relu\n\n    relu\n\n  relu\n}\n";
  expect(textAfter(body, ["quickfix"])).toBe(
    body.replace("$0", "").replace("    relu\n\n  relu", "    relu\n  }\n\n  relu"),
  );
});

describe("allowing a lint", () => {
  test("stands at the end of the line", () => {
    expect(textAfter(biased, ["quickfix"], "Allow `bias-before-norm` here")).toContain(
      "-> relu // lwnet: allow bias-before-norm\n",
    );
  });

  test("stands on a line above, where the line has a comment", () => {
    const marked = biased.replace("relu", "relu // as it was trained");
    expect(textAfter(marked, ["quickfix"], "Allow `bias-before-norm` here")).toContain(
      "  // lwnet: allow bias-before-norm\n  conv(8, kernel: 3) -> bn -> relu // as it was trained\n",
    );
  });

  test("stands above an item, and joins what is allowed there", () => {
    const unused = `block $0lonely(spare: int) { relu }
network Net { input image: [3, 8, 8] }
`;
    const once = textAfter(unused, ["quickfix"], "Allow `unused-block` here") ?? "";
    expect(once).toContain("// lwnet: allow unused-block\nblock lonely");
    const twice = textAfter(
      once.replace("(spare", "($0spare"),
      ["quickfix"],
      "Allow `unused-parameter` here",
    );
    expect(twice).toContain("// lwnet: allow unused-block, unused-parameter\nblock lonely");
  });
});

describe("fix all", () => {
  const fixAll = (text: string) => textAfter(text, ["source.fixAll"]);

  test("removes what says nothing, and leaves alone what changes a network or its names", () => {
    expect(
      fixAll(
        `import { fire, basic } from "std/squeezenet"
import { basic as unit } from "std/resnet"

network Net {
  budget { params <= 1M, params < 500K, macs <= 1G }
  input image: [3, 8, 8]
  repeat 2 as i {
    conv(8, kernel: 3) -> bn -> relu -> relu // lwnet: allow linear-chain
  }
}
`.replace(", basic }", " }"),
      ),
    ).toBe(`network Net {
  budget { params < 500K, macs <= 1G }
  input image: [3, 8, 8]
  repeat 2 {
    conv(8, kernel: 3) -> bn -> relu -> relu
  }
}
`);
  });

  test("is not offered where there is nothing to do", () => {
    expect(fixAll("network Net { input image: [3, 8, 8] }\n")).toBeUndefined();
  });
});

describe("fixing all of one kind", () => {
  const many = `network Net {
  input image: [3, 8, 8]
  co$0nv(8, kernel: 3) -> bn -> relu
  repeat 2 { conv(8, kernel: 3) -> bn -> depthwise(3) -> bn }
  conv(8, kernel: 3) -> relu
}
`;

  test("is offered where there are more", () => {
    const title = "Drop every bias before `bn`";
    expect(textAfter(many, ["quickfix"], title)).toBe(
      many
        .replace("co$0nv(8, kernel: 3)", "conv(8, kernel: 3, bias: false)")
        .replace(
          "conv(8, kernel: 3) -> bn -> depthwise(3)",
          "conv(8, kernel: 3, bias: false) -> bn -> depthwise(3, bias: false)",
        ),
    );
    expect(actionsAt(biased).map((action) => action.title)).not.toContain(title);
  });
});

describe("organise imports", () => {
  const organised = (text: string) => textAfter(text, ["source.organizeImports"]);
  const uses = `
network Net {
  input image: [64, 8, 8]
  basic(64) -> shrink(64) -> fire(8, 16, 16) -> thin(8)
}
`;
  const others = `//- file: b.lwnet
block thin(channels: int) { conv(channels, kernel: 1) }
block spare { relu }
`;

  test("sorts, joins what is of one file and drops what is not used", () => {
    expect(
      organised(`// A network.
import { thin, spare } from "./b.lwnet"
import { fire } from "std/squeezenet"
// Units.
import { preact_basic, bottleneck as shrink } from "std/resnet"
import { basic } from "std/resnet"
${uses}${others}`),
    ).toBe(`// A network.
// Units.
import { basic, bottleneck as shrink } from "std/resnet"
import { fire } from "std/squeezenet"
import { thin } from "./b.lwnet"
${uses}`);
  });

  test("has nothing to do where all is in order, or where an import can't be read", () => {
    const ordered = `import { basic, bottleneck as shrink } from "std/resnet"
import { fire } from "std/squeezenet"
import { thin } from "./b.lwnet"
`;
    expect(organised(ordered + uses + others)).toBeUndefined();
    expect(organised(`import { b, a } from\n${uses}`)).toBeUndefined();
  });
});

describe("channels by name", () => {
  const titles = (text: string) =>
    actionsAt(text, ["refactor.rewrite"]).flatMap(({ title }) =>
      title.startsWith("Replace") ? [title] : [],
    );

  test("a number that is the entering tensor's in every use can be written so", () => {
    const block = `block unit {
  residual { conv(32, kernel: 1) -> relu -> conv(6$04, kernel: 3) }
}
network Net { input image: [64, 8, 8]
  unit -> unit
}
`;
    expect(titles(block)).toContain("Replace 64 by `in.channels`");
    expect(titles(block)).not.toContain("Replace 64 by `it.channels`");
    expect(textAfter(block, ["refactor.rewrite"], "Replace 64 by `in.channels`")).toContain(
      "conv(in.channels, kernel: 3)",
    );
  });

  test("not where a use differs, and not for a kernel", () => {
    const used = (channels: string) => `block unit { relu -> conv(${channels}, kernel: 3) }
network Net { input image: [64, 8, 8]
  unit -> conv(3, kernel: 3) -> unit
}
`;
    expect(titles(used("6$04"))).toEqual([]);
    expect(titles(used("64").replace("kernel: 3) }", "kernel: $03) }"))).toEqual([]);
  });

  test("its edits are made when it is chosen", () => {
    const { analysis, cursor } = openMarked(`network Net { input image: [64, 8, 8]
  conv(6$04, kernel: 3)
}
`);
    const range = { start: cursor, end: cursor };
    const [offered] = finished(
      offeredActions(analysis, mainFile, range, { only: ["refactor.rewrite"] }),
    ).filter(({ title }) => title.includes("in.channels"));
    expect(offered?.edits).toBeUndefined();
    expect(resolveAction(analysis, mainFile, range, offered?.title ?? "")?.edits).toHaveLength(1);
  });
});
