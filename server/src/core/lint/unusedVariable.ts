/** A loop's only variable that its body does not use. Of several names each has a place to keep. */
import { visit } from "../../../../grammar/walk.ts";
import { doubtfulWords, mayBeMeant, usedNames } from "./names.ts";
import { type DeclarationRule, type Finding, hasBody } from "./rule.ts";

export const unusedVariable: DeclarationRule = {
  sees: "declaration",
  find({ declaration, resolution }) {
    if (!hasBody(declaration)) return [];
    const words = doubtfulWords(declaration.section, resolution);
    const { symbols } = usedNames(resolution);
    const found: Finding[] = [];
    visit(declaration.body, (node) => {
      const variable =
        node.kind === "repeat"
          ? node.variable
          : node.kind === "for" && node.variables.length === 1
            ? node.variables[0]
            : undefined;
      const symbol = variable && resolution.declared.get(variable);
      if (!variable || !symbol || symbols.has(symbol) || variable.name.startsWith("_")) return;
      if (mayBeMeant(variable.name, words)) return;
      found.push({
        code: "unused-variable",
        range: variable.range,
        message:
          node.kind === "repeat"
            ? `nothing uses \`${variable.name}\`: \`repeat\` needs no name`
            : `nothing uses \`${variable.name}\`: \`repeat\` does the same as often`,
        ...(node.kind === "repeat" ? { data: { kind: "repeat-variable", node } as const } : {}),
      });
    });
    return found;
  },
};
