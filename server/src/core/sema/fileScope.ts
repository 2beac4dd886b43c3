/** The names that a file sees: its own declarations, and those that its imports bring. */
import type { Declaration, FileId } from "../../../../grammar/ast.ts";
import { declarations, imports, type SourceFile } from "../../../../grammar/parse.ts";
import { bindArguments, declaredParameters, type Parameter } from "./arguments.ts";
import { type Files, importedFile } from "./imports.ts";
import type { FileScope } from "./symbols.ts";

/** A name declared in the file hides an imported one; that is reported as a duplicate. */
export function fileScope(files: Files, id: FileId): FileScope {
  const source = files.file(id);
  const byName = new Map<string, Declaration>();
  const unresolved = new Set<string>();
  for (const declaration of source ? declarations(source) : []) {
    if (!byName.has(declaration.name.name)) byName.set(declaration.name.name, declaration);
  }
  for (const { local, declaration } of source ? imported(files, source) : []) {
    if (!declaration) unresolved.add(local);
    else if (!byName.has(local)) byName.set(local, declaration);
  }
  for (const name of byName.keys()) unresolved.delete(name);
  const signature = [...byName].map(([name, each]) => `${name} ${signatureOf(files, each)}`);
  return {
    file: id,
    lookup: (name) => byName.get(name),
    names: [...byName.keys()],
    unresolved,
    parametersOf: (declaration) => parametersOf(files, declaration),
    signature: [...signature, ...unresolved].join("\n"),
  };
}

function imported(
  files: Files,
  source: SourceFile,
): { readonly local: string; readonly declaration: Declaration | undefined }[] {
  return imports(source).flatMap((item) => {
    const target = item.path && importedFile(source.id, item.path.value);
    const exported = target === undefined ? undefined : files.file(target);
    return item.names.map(({ name, alias }) => ({
      local: (alias ?? name).name,
      declaration: exported && declarations(exported).find((each) => each.name.name === name.name),
    }));
  });
}

/** What other declarations can see of one. */
function signatureOf(files: Files, declaration: Declaration): string {
  if (declaration.kind === "const") return "const";
  const params = parametersOf(files, declaration).map((p) => p.name + (p.required ? "" : "="));
  return `${declaration.kind}(${params.join()})`;
}

/** A named instance has those of the network that it builds on, which may stand in another file. */
function parametersOf(files: Files, declaration: Declaration, depth = 0): readonly Parameter[] {
  if (declaration.kind === "network" || declaration.kind === "block") {
    return declaredParameters(declaration.params);
  }
  if (declaration.kind === "const" || !declaration.base || depth > maxChain) return [];
  const base = lookup(files, declaration.section.file, declaration.base.name);
  if (!base) return [];
  const parameters = parametersOf(files, base, depth + 1);
  const given = bindArguments(parameters, declaration.args, declaration.base).bound;
  return parameters.map((p) => ({ name: p.name, required: p.required && !given.has(p.name) }));
}

/** Named instances of named instances that are followed. */
const maxChain = 32;

function lookup(files: Files, id: FileId, name: string): Declaration | undefined {
  const source = files.file(id);
  if (!source) return undefined;
  return (
    declarations(source).find((declaration) => declaration.name.name === name) ??
    imported(files, source).find(({ local, declaration }) => local === name && declaration)?.declaration
  );
}
