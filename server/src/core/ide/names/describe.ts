/** What a symbol is, in a word or two for messages: `the parameter \`k\` of \`unit\``. */
import { type NameSymbol, nameOf } from "./symbols.ts";

export function describeSymbol(symbol: NameSymbol): string {
  const name = `\`${nameOf(symbol)}\``;
  switch (symbol.kind) {
    case "declaration":
      return `the ${symbol.declaration.kind === "const" ? "constant" : symbol.declaration.kind === "instance" ? "network" : symbol.declaration.kind} ${name}`;
    case "param":
      return `the parameter ${name} of \`${symbol.owner.name.name}\``;
    case "loop":
      return `the loop's ${name}`;
    case "dim":
      return `the dimension ${name}`;
    case "operator":
      return `the layer ${name} of the language`;
    case "function":
      return `the function ${name} of the language`;
    case "word":
      return `the word ${name} of the language`;
    case "operatorParam":
      return `the parameter ${name} of the layer \`${symbol.operator}\``;
    case "entry":
      return "the tensor `in`";
    default:
      return `the ${symbol.kind} ${name}`;
  }
}
