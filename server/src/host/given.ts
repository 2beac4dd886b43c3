/**
 * Files whose texts are handed over: in a browser there is no disk, and a workspace that lies elsewhere is on none. What
 * was not given is looked for behind. Ids are compared by what they stand for: programs escape them differently.
 */
import { type FileSource, fileKey, noFiles } from "../core/index.ts";

export interface GivenFile {
  readonly uri: string;
  /** Null takes the file away, or a folder with all that is in it. */
  readonly text: string | null;
}

export interface GivenFiles extends FileSource {
  readonly give: (files: readonly GivenFile[]) => void;
}

export function givenFiles(behind: FileSource = noFiles): GivenFiles {
  const texts = new Map<string, { readonly id: string; readonly text: string }>();
  const below = (folder: string) => {
    const prefix = `${fileKey(folder).replace(/\/$/, "")}/`;
    return [...texts].filter(([key]) => key.startsWith(prefix)).map(([, { id }]) => id);
  };
  return {
    give(files) {
      for (const { uri, text } of files) {
        if (text === null) {
          for (const key of [fileKey(uri), ...below(uri).map(fileKey)]) texts.delete(key);
        } else texts.set(fileKey(uri), { id: uri, text });
      }
    },
    read: (id) => texts.get(fileKey(id))?.text ?? behind.read(id),
    list(folder) {
      const depth = fileKey(folder).replace(/\/$/, "").split("/").length;
      const names = below(folder)
        .map((id) => fileKey(id).split("/"))
        .filter((segments) => segments.length === depth + 1)
        .map((segments) => segments.at(-1) ?? "");
      return [...new Set([...names, ...behind.list(folder)])];
    },
    find: (folder) => [...new Set([...below(folder), ...behind.find(folder)])],
  };
}
