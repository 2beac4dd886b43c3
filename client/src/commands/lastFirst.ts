/** Rows of a quick pick of which one was chosen before: it comes first, and says so. */
import type { QuickPickItem } from "vscode";

export function lastFirst<T extends { readonly title: string; readonly description: string }>(
  all: readonly T[],
  last: string | undefined,
): (QuickPickItem & { readonly item: T })[] {
  return all
    .toSorted((a, b) => Number(b.title === last) - Number(a.title === last))
    .map((item) => ({
      label: item.title,
      description: item.title === last ? `${item.description} · chosen last` : item.description,
      item,
    }));
}
