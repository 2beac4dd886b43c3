/** `lwnet fmt FILE…`: files in the one style of the language. */
import { readFile } from "node:fs/promises";
import { relative } from "node:path";
import { buffer } from "node:stream/consumers";
import { format } from "../../../grammar/format.ts";
import { parse, type SourceFile } from "../../../grammar/parse.ts";
import { applyEdits } from "../../../grammar/text.ts";
import { replaceFile } from "../host/node/replaceFile.ts";
import { filesOf } from "./targets.ts";
import { CommandError, exitCodes, print, printError } from "./terminal.ts";

export interface FmtOptions {
  readonly check?: boolean;
}

/** Writes the files in place and prints which; `--check` only prints which would change. `-` is a filter. */
export async function fmt(args: readonly string[], options: FmtOptions): Promise<number> {
  if (args.includes("-")) {
    if (args.length > 1)
      throw new CommandError("`-` stands for the standard input: it can't be mixed with files");
    return filter(options);
  }
  const files = new Set((await Promise.all(args.map(filesOf))).flat());
  let failed = false;
  for (const path of files) {
    const name = relative(process.cwd(), path) || path;
    const { source, formatted } = formatText(name, await readText(path));
    if (formatted !== source.text) {
      if (options.check) failed = true;
      else await write(path, name, formatted);
      print(name);
    }
    if (reportErrors(name, source)) failed = true;
  }
  return failed ? exitCodes.failed : exitCodes.clean;
}

async function filter(options: FmtOptions): Promise<number> {
  const name = "<stdin>";
  const { source, formatted } = formatText(name, decode(name, await buffer(process.stdin)));
  const changed = formatted !== source.text;
  if (!options.check) process.stdout.write(formatted);
  else if (changed) print(name);
  const broken = reportErrors(name, source);
  return broken || (options.check && changed) ? exitCodes.failed : exitCodes.clean;
}

function formatText(name: string, text: string): { readonly source: SourceFile; readonly formatted: string } {
  const source = parse(name, text);
  return { source, formatted: applyEdits(text, format(source)) };
}

/** Tells which parts were left as they are; false if none was. */
function reportErrors(name: string, { sections, lines }: SourceFile): boolean {
  let found = false;
  for (const { section, offset } of sections) {
    const [error] = section.errors;
    if (!error) continue;
    const { line, character } = lines.position(error.range.start + offset);
    printError(`${name}:${line + 1}:${character + 1}: left as it is: ${error.message}`);
    found = true;
  }
  return found;
}

async function readText(path: string): Promise<string> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    throw new CommandError(`${path} can't be read: ${(error as Error).message}`);
  }
  return decode(path, bytes);
}

/** Bytes that are no text would be lost when the file is written. */
function decode(name: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new CommandError(`${name} is not UTF-8 text`);
  }
}

async function write(path: string, name: string, text: string): Promise<void> {
  try {
    await replaceFile(path, text);
  } catch (error) {
    throw new CommandError(`${name} can't be written: ${(error as Error).message}`, exitCodes.failed);
  }
}
