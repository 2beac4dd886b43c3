/** Imports follow the files that they name: what the edits make of each text. */
import { expect, test } from "vitest";
import { applyEdits } from "../grammar/text.ts";
import { moveFiles } from "../server/src/core/index.ts";
import { folder, openMarked } from "./harness/marked.ts";

const files = `import { a } from "./lib/a.lwnet"
import { fire } from "std/squeezenet"
network N { input x: [3, 8, 8] -> a -> fire(2, 4, 4) }
//- file: lib/a.lwnet
import { b } from "./deep/b.lwnet"
block a { b }
//- file: lib/deep/b.lwnet
import { c } from "../../c.lwnet"
block b { c }
//- file: c.lwnet
block c { relu }
`;

/** The imports of each file after its edits, where there are any. */
function moving(...moves: readonly (readonly [from: string, to: string])[]): Record<string, string[]> {
  const { analysis } = openMarked(files);
  const absolute = moves.map(([from, to]) => ({ from: `${folder}/${from}`, to: `${folder}/${to}` }));
  return Object.fromEntries(
    moveFiles(analysis, absolute).map(({ file, edits }) => {
      const text = applyEdits(analysis.text(file) ?? "", edits);
      return [file.slice(folder.length + 1), text.match(/"[^"]+"/g) ?? []];
    }),
  );
}

test("a file that gets another name", () => {
  expect(moving(["c.lwnet", "d.lwnet"])).toEqual({ "lib/deep/b.lwnet": ['"../../d.lwnet"'] });
});

test("a file that moves takes its own imports along", () => {
  expect(moving(["lib/a.lwnet", "other/place/a.lwnet"])).toEqual({
    "main.lwnet": ['"./other/place/a.lwnet"', '"std/squeezenet"'],
    "lib/a.lwnet": ['"../../lib/deep/b.lwnet"'],
  });
});

test("a folder that moves with all that is in it; what stays relative is left alone", () => {
  expect(moving(["lib", "blocks/lib"])).toEqual({
    "main.lwnet": ['"./blocks/lib/a.lwnet"', '"std/squeezenet"'],
    "lib/deep/b.lwnet": ['"../../../c.lwnet"'],
  });
});

test("two files that move at once", () => {
  expect(moving(["lib/a.lwnet", "a.lwnet"], ["lib/deep/b.lwnet", "b.lwnet"])).toEqual({
    "main.lwnet": ['"./a.lwnet"', '"std/squeezenet"'],
    "lib/a.lwnet": ['"./b.lwnet"'],
    "lib/deep/b.lwnet": ['"./c.lwnet"'],
  });
});

test("names with spaces and other signs are written as they are", () => {
  expect(moving(["c.lwnet", "my%20c%20%281%29.lwnet"])).toEqual({
    "lib/deep/b.lwnet": ['"../../my c (1).lwnet"'],
  });
});

test("a file that nothing imports, and one whose name only begins alike", () => {
  expect(moving(["main.lwnet", "other.lwnet"])).toEqual({});
  expect(moving(["li", "lo"])).toEqual({});
});

test("an editor may escape names as it likes", () => {
  expect(moving(["l%69b", "a+b"])).toEqual({
    "main.lwnet": ['"./a+b/a.lwnet"', '"std/squeezenet"'],
  });
  expect(moving(["%6Dain.lwnet", "sub/main.lwnet"])).toEqual({
    "main.lwnet": ['"../lib/a.lwnet"', '"std/squeezenet"'],
  });
});
