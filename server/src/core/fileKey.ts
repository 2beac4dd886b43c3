/** When two ids of files mean the same: programs escape a name differently, and write a drive's letter as they like. */
import type { FileId } from "../../../grammar/ast.ts";

export function fileKey(id: FileId): string {
  const plain = id.startsWith("file:///") ? id.replace(/^file:\/\/\/[A-Z](?=:|%3A)/i, lower) : id;
  if (!plain.includes("%")) return plain;
  try {
    return decodeURIComponent(plain);
  } catch {
    return plain;
  }
}

const lower = (text: string) => text.toLowerCase();
