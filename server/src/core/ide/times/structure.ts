/**
 * What an instance computes, as a key: equal for texts that differ in names, labels, comments and layout only. Whether a
 * measured network is still the one of the text is told by it.
 */
import { type Instance, kept, type Step, type Tensor } from "../../elaborate/instance.ts";
import { DimExpr } from "../../shape/dim.ts";

const keys = new WeakMap<Instance, string>();

export function structureKey(instance: Instance): string {
  return kept(keys, instance, () => hash(structureOf(instance)));
}

function structureOf(instance: Instance): string {
  const numbers = new Map<Tensor, number>();
  const numberOf = (tensor: Tensor) => {
    const known = numbers.get(tensor) ?? numbers.size;
    numbers.set(tensor, known);
    return known;
  };
  const list = (tensors: readonly Tensor[]) =>
    tensors.map((tensor) => `${numberOf(tensor)}:${tensor.key}`).join(",");
  const parts = [list([...instance.inputs, ...instance.declaredInputs.map(({ tensor }) => tensor)])];
  const add = (step: Step): void => {
    switch (step.kind) {
      case "layer":
        parts.push(`${step.operator.name}${argumentsText(step.args)}(${list(step.inputs)})`);
        break;
      case "call":
        parts.push(`${structureKey(step.instance)}(${list(step.inputs)})`);
        break;
      case "repeat": {
        const runs = step.runs.map(({ instance: inner, count }) => `${structureKey(inner)}×${count}`);
        parts.push(`${runs.join("+")}(${list([step.input, ...step.captured])})`);
        break;
      }
      case "group":
        for (const inner of step.steps) add(inner);
        return;
      case "mark":
        if (step.node.kind === "output") parts.push(`output ${list([step.output])}`);
        return;
    }
    parts.push(`→${list([step.output])}`);
  };
  for (const step of instance.steps) add(step);
  parts.push(`=${list([instance.result])}`);
  return parts.join(";");
}

function argumentsText(args: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(args, (_, value: unknown) => (value instanceof DimExpr ? value.key : value));
}

/** Two hashes of 32 bits by FNV-1a, one over each character and one over each with its place. */
function hash(text: string): string {
  let a = 0x811c9dc5;
  let b = 0x01000193;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b ^ (code + i), 0x85ebca6b);
  }
  return (a >>> 0).toString(36) + (b >>> 0).toString(36);
}
