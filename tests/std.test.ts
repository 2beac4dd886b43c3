/** The blocks that ship with the product: bundled as they stand in `server/std`, documented, and sound. */
import { globSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { expect, test } from "vitest";
import { stdSource } from "../esbuild.ts";
import { declarations, parse } from "../grammar/parse.ts";
import { diagnostics, Workspace } from "../server/src/core/index.ts";
import { stdFiles, stdText } from "../server/src/core/std.ts";

const files = globSync("server/std/*.lwnet").sort();

test("the generated module is fresh", () => {
  expect(readFileSync("server/src/core/generated/std.ts", "utf8")).toBe(stdSource());
  expect([...stdFiles]).toEqual(files.map((file) => basename(file)));
});

test.each(files)("%s: every block has a doc comment, and nothing is wrong", (file) => {
  const text = readFileSync(file, "utf8");
  expect(stdText(basename(file))).toBe(text);
  for (const declaration of declarations(parse(file, text))) {
    expect(declaration.doc, declaration.name.name).toBeTruthy();
  }
  const workspace = new Workspace();
  workspace.setFile(file, text);
  expect(diagnostics(workspace.analysis(), file)).toEqual([]);
});

test("all of it can be imported and used", () => {
  const id = "file:///use.lwnet";
  const workspace = new Workspace();
  workspace.setFile(
    id,
    `
import { basic, bottleneck, preact_basic, preact_bottleneck } from "std/resnet"
import { dense_layer, dense_bottleneck, transition } from "std/densenet"
import { fire } from "std/squeezenet"
import { shuffle_unit } from "std/shufflenet"
import { conv_bn, separable_bn, squeeze_excite, inverted_residual } from "std/mobilenet"
network All {
  input image: [3, 32, 32]
  conv_bn(16, kernel: 3, act: silu)
  basic(16) -> basic(32, stride: 2) -> bottleneck(16) -> bottleneck(16, groups: 4, width: 32)
  preact_basic(64) -> preact_bottleneck(16)
  repeat 3 { dense { dense_layer(12) } }
  repeat 3 { dense { dense_bottleneck(12) } }
  transition
  fire(8, 16, 16)
  separable_bn(24) -> squeeze_excite(6)
  inverted_residual(24, 1, 6) -> inverted_residual(32, 2, 6, kernel: 5, act: hard_swish)
  shuffle_unit(64, stride: 2) -> shuffle_unit(64)
  global_avg_pool -> flatten -> linear(10)
}
`,
  );
  const analysis = workspace.analysis();
  expect(diagnostics(analysis, id)).toEqual([]);
  expect(analysis.of(id)?.networks[0]?.instance?.cost.params).toBeGreaterThan(0);
});
