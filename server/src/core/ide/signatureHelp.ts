/** The signature of the innermost call around the cursor, and which of its parameters the cursor is at. */
import type { FileId } from "../../../../grammar/ast.ts";
import { sectionAt } from "../../../../grammar/parse.ts";
import { cursorIn } from "../../../../grammar/sectionTokens.ts";
import type { TextRange } from "../../../../grammar/text.ts";
import type { FileNames } from "../analysis.ts";
import type { Analysis } from "../workspace.ts";
import { type Callable, callable, functionCallables, operatorCallable, signatureText } from "./callables.ts";
import { placeAt } from "./cursor/items.ts";
import type { OpenCall, ScopeName } from "./cursor/place.ts";

export interface Signature {
  readonly label: string;
  readonly doc: string | undefined;
  readonly parameters: readonly {
    /** Within the label. */
    readonly range: TextRange;
    readonly doc: string | undefined;
  }[];
}

export interface SignatureHelp {
  /** One, but for functions of several forms. */
  readonly signatures: readonly Signature[];
  readonly active: number;
  /** Undefined where no further argument fits. */
  readonly activeParameter: number | undefined;
}

export function signatureHelp(analysis: Analysis, id: FileId, offset: number): SignatureHelp | undefined {
  const file = analysis.names(id);
  const placed = file && sectionAt(file.source, offset);
  if (!placed) return undefined;
  const at = placeAt(cursorIn(placed.section, offset - placed.offset));
  // Within a call that nothing is known of the one around it says what the whole is for.
  for (const call of at?.calls.toReversed() ?? []) {
    const forms = formsOf(file, call, at?.names ?? []);
    if (forms.length === 0) continue;
    const fitting = forms.findIndex(
      ({ variadic, parameters }) => variadic || parameters.length > call.before.length,
    );
    const active = Math.max(0, fitting);
    const target = forms[active];
    return {
      signatures: forms.map(signature),
      active,
      activeParameter: target && activeParameter(call, target),
    };
  }
  return undefined;
}

function formsOf(file: FileNames, { form, callee }: OpenCall, names: readonly ScopeName[]): Callable[] {
  if (form === "function") return functionCallables(callee);
  // What a parameter holds may be anything.
  if (form === "layer" && names.some(({ name }) => name === callee)) return [];
  const found = form === "combine" ? operatorCallable(callee) : callable(file, callee);
  return found ? [found] : [];
}

function activeParameter(call: OpenCall, { parameters, variadic }: Callable): number | undefined {
  const { before, name, namesAfter } = call;
  if (variadic) return Math.min(before.length, parameters.length - 1);
  if (name !== undefined) return indexOrNone(parameters.findIndex((each) => each.name === name));
  if (before.every((argument) => argument.name === undefined)) {
    return before.length < parameters.length ? before.length : undefined;
  }
  // Behind an argument by name there are none by position: the next one that is still open.
  const given = new Set([...namesAfter, ...before.map((each, i) => each.name ?? parameters[i]?.name)]);
  return indexOrNone(parameters.findIndex((each) => !given.has(each.name)));
}

function indexOrNone(index: number): number | undefined {
  return index < 0 ? undefined : index;
}

function signature(target: Callable): Signature {
  const label = signatureText(target);
  let end = target.name.length;
  const parameters = target.parameters.map((parameter) => {
    // Behind the bracket, or the comma and the space before it.
    const start = label.indexOf(parameter.label, end);
    end = start + parameter.label.length;
    return { range: { start, end }, doc: parameter.doc };
  });
  return { label, doc: target.doc, parameters };
}
