/** What an item's documentation says: made only for the item that is looked at. */
import { declarations } from "../../../../../grammar/parse.ts";
import { metricNamed } from "../../elaborate/budget.ts";
import { functions } from "../../sema/functions.ts";
import type { Analysis } from "../../workspace.ts";
import { callable, declaredCallable, operatorCallable, signatureText } from "../callables.ts";
import { excerpt } from "../places.ts";
import { keywordDocs } from "./keywords.ts";
import type { DocumentationKey } from "./types.ts";

/** Markdown; undefined where there is nothing to say. */
export function completionDocumentation(analysis: Analysis, key: DocumentationKey): string | undefined {
  switch (key.of) {
    case "operator": {
      const found = operatorCallable(key.name);
      return found && text(code(signatureText(found)), found.doc);
    }
    case "function": {
      const found = Object.hasOwn(functions, key.name) ? functions[key.name] : undefined;
      return found && text(code(found.signature), found.doc);
    }
    case "keyword":
      return Object.hasOwn(keywordDocs, key.name) ? keywordDocs[key.name]?.doc : undefined;
    case "metric":
      return metricNamed(key.name)?.doc;
    case "declaration":
      return ofDeclaration(analysis, key);
    case "parameter":
      return ofParameter(analysis, key);
  }
}

function ofDeclaration(
  analysis: Analysis,
  { file, name }: Extract<DocumentationKey, { of: "declaration" }>,
): string | undefined {
  const source = analysis.file(file);
  const scope = analysis.names(file)?.scope;
  const own = source && declarations(source).find((each) => each.name.name === name);
  const declaration = own ?? scope?.lookup(name);
  if (!declaration) return undefined;
  if (declaration.kind === "const") {
    return text(code(excerpt(declaration.section.text, declaration.range)), declaration.doc);
  }
  const found = declaredCallable(analysis.names(file), declaration, name);
  return (
    found &&
    text(code(`${declaration.kind === "block" ? "block" : "network"} ${signatureText(found)}`), found.doc)
  );
}

function ofParameter(
  analysis: Analysis,
  { file, callee, name }: Extract<DocumentationKey, { of: "parameter" }>,
): string | undefined {
  const own = analysis.names(file);
  const found = own && callable(own, callee);
  const parameter = found?.parameters.find((each) => each.name === name);
  return parameter && text(code(parameter.label), parameter.doc ?? `A parameter of \`${callee}\`.`);
}

function text(...parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== "").join("\n\n");
}

function code(source: string): string {
  return `\`\`\`lwnet\n${source}\n\`\`\``;
}
