/**
 * Names of the file that nothing uses: imports, and in a file with networks blocks and constants that no other file
 * imports; and parameters. A file without networks is there for others, who may not be in this workspace.
 */
import type { Declaration, ImportDecl } from "../../../../grammar/ast.ts";
import { declarations, imports } from "../../../../grammar/parse.ts";
import { doubtfulWords, importedElsewhere, mayBeMeant, usedNames } from "./names.ts";
import { type FileContext, type FileRule, hasBody, type PlacedFinding } from "./rule.ts";

export const unusedNames: FileRule = {
  sees: "file",
  find(ctx) {
    const { source, file, analysis } = ctx;
    const own = declarations(source);
    // Where a text can't be read, or a name is misspelt, the use that is missing may be there.
    const resolutions = new Map(own.map((each) => [each.section, file.resolutionOf(each)]));
    const words = source.sections.flatMap(({ section }) => doubtfulWords(section, resolutions.get(section)));
    const hasNetworks = own.some(({ kind }) => kind === "network" || kind === "instance");
    const idle = own.filter(
      (declaration) =>
        hasNetworks &&
        (declaration.kind === "block" || declaration.kind === "const") &&
        !ctx.used.has(declaration.name.name) &&
        !declaration.name.name.startsWith("_") &&
        !mayBeMeant(declaration.name.name, words),
    );
    const params = own.flatMap((declaration) => unusedParameters(ctx, declaration));
    const elsewhere =
      idle.length + params.length > 0 ? importedElsewhere(analysis, source.id) : new Set<string>();
    return [
      ...imports(source).flatMap((item) => unusedImports(ctx, item, words)),
      ...idle.filter(({ name }) => !elsewhere.has(name.name)).map(unusedDeclaration),
      ...params.filter(({ owner }) => !elsewhere.has(owner)).map(({ finding }) => finding),
    ];
  },
};

function unusedImports(
  { used, file }: FileContext,
  item: ImportDecl,
  words: readonly string[],
): PlacedFinding[] {
  return item.names.flatMap((node): PlacedFinding[] => {
    const local = node.alias ?? node.name;
    // An import that fails leads nowhere: its uses can't be told.
    const isUsed = used.has(local.name) || !file.scope.lookup(local.name);
    if (local.name === "" || local.name.startsWith("_") || isUsed || mayBeMeant(local.name, words)) return [];
    const message = `nothing here uses the import \`${local.name}\``;
    const data = { kind: "unused-import", item, node } as const;
    return [{ code: "unused-import", section: item.section, range: node.range, message, data }];
  });
}

function unusedDeclaration(declaration: Declaration): PlacedFinding {
  const { section, name } = declaration;
  const isBlock = declaration.kind === "block";
  const noun = isBlock ? "block" : "constant";
  return {
    code: isBlock ? "unused-block" : "unused-const",
    section,
    range: name.range,
    message: `nothing uses the ${noun} \`${name.name}\``,
    data: { kind: "unused-declaration", declaration },
  };
}

/** Not of a block that is handed on as a value: its parameters are what its callers give. */
function unusedParameters(
  { file, source }: FileContext,
  declaration: Declaration,
): { readonly owner: string; readonly finding: PlacedFinding }[] {
  if (!hasBody(declaration) || declaration.params.length === 0) return [];
  const resolution = file.resolutionOf(declaration);
  const { symbols } = usedNames(resolution);
  const words = doubtfulWords(declaration.section, resolution);
  const unused = declaration.params.filter((param) => {
    const symbol = resolution.declared.get(param);
    const { name } = param.name;
    return symbol && !symbols.has(symbol) && !name.startsWith("_") && !mayBeMeant(name, words);
  });
  const owner = declaration.name.name;
  const handedOn = () =>
    declarations(source).some((other) => usedNames(file.resolutionOf(other)).values.has(owner));
  if (unused.length === 0 || handedOn()) return [];
  return unused.map((param) => ({
    owner,
    finding: {
      code: "unused-parameter",
      section: declaration.section,
      range: param.name.range,
      message: `\`${owner}\` does not use its parameter \`${param.name.name}\``,
      data: { kind: "unused-parameter", declaration, param },
    },
  }));
}
