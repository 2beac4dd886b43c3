/** Lints as a whole; what each finds is in tests/fixtures/lints. */
import { globSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { diagnostics, lints } from "../server/src/core/index.ts";
import { lintsOf } from "../server/src/core/lint/index.ts";
import { readSettings } from "../server/src/lsp/settings.ts";
import { mainFile, openMarked } from "./harness/marked.ts";
import { openFile } from "./harness/open.ts";

const shipped = globSync(["examples/*.lwnet", "server/std/*.lwnet"]).sort();

test.each(shipped)("%s has none", (path) => {
  const { analysis, id } = openFile(path);
  expect(diagnostics(analysis, id).map(({ code, message }) => `${code}: ${message}`)).toEqual([]);
});

const biased = `network Net {
  input image: [3, 8, 8]
  conv(8, kernel: 3) -> bn -> relu
}
`;

const severities = (settings: unknown) => {
  const { lint } = readSettings({ lint: settings });
  return diagnostics(openMarked(biased).analysis, mainFile, lint).map(({ severity }) => severity);
};

test("the setting says how severe one is, or that it is not told", () => {
  expect(severities(undefined)).toEqual(["warning"]);
  expect(severities({ "bias-before-norm": "error" })).toEqual(["error"]);
  expect(severities({ "bias-before-norm": "information" })).toEqual(["information"]);
  expect(severities({ "bias-before-norm": "off" })).toEqual([]);
});

test("a setting that makes no sense is not set", () => {
  expect(severities({ "bias-before-norm": "loud", "no-such-lint": "off" })).toEqual(["warning"]);
  expect(severities("off")).toEqual(["warning"]);
});

test("the manifest knows every lint, with its own severity as the default", () => {
  const manifest = JSON.parse(readFileSync("package.json", "utf8"));
  const { properties } = manifest.contributes.configuration.properties["lwnet.lint"];
  const levels = ["error", "warning", "information", "off"];
  expect(properties).toEqual(
    Object.fromEntries(
      Object.entries(lints).map(([code, { severity, title }]) => [
        code,
        { enum: levels, default: severity, description: title },
      ]),
    ),
  );
});

test("a block that another file of the folder imports is used", () => {
  const text = `block unit { relu }
network Net {
  input image: [3, 8, 8]
}
`;
  const codes = (marked: string) => {
    const { analysis } = openMarked(marked);
    return diagnostics(analysis, mainFile).map(({ code }) => code);
  };
  expect(codes(text)).toEqual(["unused-block"]);
  expect(codes(`${text}//- file: other.lwnet\nimport { unit } from "./main.lwnet"\n`)).toEqual([]);
});

test.each([
  ["fire(8, 16, 16", []],
  ["fir(8, 16, 16)", []],
  ["relu", ["unused-import"]],
  ["rellu", ["unused-import"]],
])("a name whose use may be meant is not told to be unused: %s", (line, expected) => {
  const { analysis } = openMarked(`import { fire } from "std/squeezenet"
network Net {
  input image: [3, 8, 8]
  ${line}
}
`);
  expect(lintsOf(analysis, mainFile).map(({ code }) => code)).toEqual(expected);
});

test("findings are remembered: asking twice is the same answer", () => {
  const { analysis } = openMarked(biased);
  expect(lintsOf(analysis, mainFile)).toBe(lintsOf(analysis, mainFile));
});

test("a repeat of one activation, which feeds itself, is looked at once", () => {
  const { analysis } = openMarked(`network Net {
  input image: [3, 8, 8]
  conv(4, kernel: 1) -> repeat 3 { relu }
}
`);
  expect(lintsOf(analysis, mainFile).map(({ code }) => code)).toEqual([]);
});
