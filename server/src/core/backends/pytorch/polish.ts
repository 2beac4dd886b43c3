/** Lines of `forward` as people shorten them: a variable that is used once, in a sum, and what is returned at once. */
import type { Expr, Line } from "./expression.ts";

export function polished(lines: readonly Line[]): readonly Line[] {
  return returned(inlined(unpacked(lines), []));
}

/** `out = x.chunk(2, 1)[0]` and `x = x.chunk(2, 1)[1]` are `out, x = x.chunk(2, 1)`. */
function unpacked(lines: readonly Line[]): readonly Line[] {
  const result: Line[] = [];
  for (let i = 0; i < lines.length; ) {
    const line = lines[i];
    if (!line) break;
    const parts = partsFrom(lines.slice(i));
    const [first] = parts;
    if (first) {
      const target = parts.map((part) => part.target).join(", ");
      result.push({ kind: "set", target, value: first.value });
      i += parts.length;
      continue;
    }
    result.push(
      line.kind === "if" ? { ...line, body: unpacked(line.body), otherwise: unpacked(line.otherwise) } : line,
    );
    i++;
  }
  return result;
}

/** All parts of one tensor, one after the other. */
function partsFrom(lines: readonly Line[]): readonly { readonly target: string; readonly value: Expr }[] {
  const parts: { target: string; value: Expr }[] = [];
  for (const [index, line] of lines.entries()) {
    if (line.kind !== "set" || line.value.kind !== "suffix" || line.value.text !== `[${index}]`) break;
    const { object } = line.value;
    if (object.kind !== "call" || object.callee.kind !== "suffix" || object.callee.text !== ".chunk") break;
    const source = object.callee.object;
    const [count] = object.args;
    if (JSON.stringify(object) !== JSON.stringify(parts[0]?.value ?? object)) break;
    parts.push({ target: line.target, value: object });
    const whole = count?.value.kind === "slot" ? count.value.value : 0;
    if (parts.length === whole) return parts;
    if (source.kind !== "text" || source.text === line.target) break;
  }
  return [];
}

/** `out = self.conv(x)` and `x = out + x` are `x = self.conv(x) + x`, where nothing else asks for `out`; so with two that are joined. */
function inlined(lines: readonly Line[], after: readonly Line[]): readonly Line[] {
  const result: Line[] = [];
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i];
    if (!line) break;
    const rest = [...lines.slice(i + 1), ...after];
    if (line.kind === "if") {
      const [body, otherwise] = [inlined(line.body, rest), inlined(line.otherwise, rest)];
      result.push({ ...line, body, otherwise });
      continue;
    }
    if (line.kind === "loop") {
      result.push({ ...line, body: inlined(line.body, [...line.body, ...rest]) });
      continue;
    }
    const next = lines[i + 1];
    const joined = next && inSum(line, next, rest.slice(1));
    if (joined) {
      result.push(joined);
      i++;
    } else result.push(line);
  }
  return result;
}

function inSum(line: Line, next: Line, rest: readonly Line[]): Line | undefined {
  if (line.kind !== "set" || line.value.kind !== "call" || next.kind !== "set") return undefined;
  const { target, value } = line;
  const { value: sum } = next;
  if (/[,.]/.test(target) || mentions(sum, target) !== 1) return undefined;
  if (next.target !== target && isRead(rest, target)) return undefined;
  const put = (operands: readonly Expr[]) => {
    const place = operands.findIndex((operand) => operand.kind === "text" && operand.text === target);
    return place < 0 ? undefined : operands.with(place, value);
  };
  if (sum.kind === "infix") {
    const operands = put(sum.operands);
    return operands && { ...next, value: { ...sum, operands } };
  }
  const [parts, ...others] = sum.kind === "call" ? sum.args : [];
  if (sum.kind !== "call" || parts?.value.kind !== "list" || parts.value.items.length !== 2) return undefined;
  const items = put(parts.value.items);
  return items && { ...next, value: { ...sum, args: [{ value: { ...parts.value, items } }, ...others] } };
}

/** Whether a variable is asked for before it is set anew. */
function isRead(lines: readonly Line[], variable: string): boolean {
  for (const line of lines) {
    if (line.kind !== "set") {
      if (mentions(line, variable) > 0 || JSON.stringify(line).includes(`"target":"${variable}"`))
        return true;
      continue;
    }
    if (mentions(line.value, variable) > 0) return true;
    if (line.target === variable) return false;
  }
  return false;
}

/** How often a variable stands in a part: code of which only the text is known may name it too. */
function mentions(part: unknown, variable: string): number {
  if (typeof part !== "object" || part === null) return 0;
  if ("kind" in part && part.kind === "name") return 0;
  return Object.entries(part).reduce((sum, [key, inner]) => {
    if (key === "text" && typeof inner === "string")
      return sum + (inner.match(new RegExp(`(?<![.\\w])${variable}\\b`, "g"))?.length ?? 0);
    return sum + mentions(inner, variable);
  }, 0);
}

/** `x = self.fc(x)` and `return x` are `return self.fc(x)`, in each of two branches too. */
function returned(lines: readonly Line[]): readonly Line[] {
  const [last, ...more] = lines.slice(-2).toReversed();
  const [before] = more;
  if (last?.kind !== "return" || last.values.length !== 1 || !before) return lines;
  const [value] = last.values;
  const result = value?.kind === "text" ? value.text : undefined;
  if (before.kind === "set" && before.target === result)
    return [...lines.slice(0, -2), { kind: "return", values: [before.value] }];
  if (before.kind !== "if" || before.otherwise.length === 0) return lines;
  const ends = [before.body, before.otherwise].map((body) => body.at(-1));
  if (!ends.every((end) => end?.kind === "set" && end.target === result)) return lines;
  const [body = [], otherwise = []] = [before.body, before.otherwise].map((branch) =>
    returned([...branch, last]),
  );
  return [...lines.slice(0, -2), { ...before, body, otherwise: [] }, ...otherwise];
}
