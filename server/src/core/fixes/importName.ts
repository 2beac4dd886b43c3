/** Imports a name that nothing here declares from the file of the workspace or of std that does. */
import { importables, importEdit } from "../ide/completion/autoImport.ts";
import { nearestName } from "../sema/suggest.ts";
import type { Candidate, FixContext } from "./fix.ts";

export function importName({ analysis, file, source, diagnostic }: FixContext): Candidate[] {
  const { range } = diagnostic;
  const written = source.text.slice(range.start, range.end);
  const all = [...importables(analysis, file)];
  const names = all.map((each) => each.name);
  // What is misspelt may be meant for a name of this file, which is told already.
  const isKnown = names.includes(written) || diagnostic.source.data?.kind === "rename";
  const name = isKnown ? written : nearestName(written, names);
  return all
    .filter((each) => each.name === name)
    .map((importable) => {
      const from = `"${importable.path}"`;
      const added = importEdit(source, importable);
      return name === written
        ? { title: `Import \`${name}\` from ${from}`, edits: [added] }
        : {
            title: `Change to \`${name}\` and import it from ${from}`,
            edits: [added, { range, newText: name ?? written }],
            preferred: false,
          };
    });
}
