/** The instances that the user has chosen to see of each block, while a file is open. */
import type { Choices } from "../core/index.ts";

export interface InstanceChoices {
  readonly of: (uri: string) => Choices;
  readonly set: (uri: string, block: string, instance: string | undefined) => void;
  readonly forget: (uri: string) => void;
}

export function instanceChoices(): InstanceChoices {
  const byFile = new Map<string, Map<string, string>>();
  return {
    of: (uri) => byFile.get(uri) ?? new Map(),
    set(uri, block, instance) {
      const choices = byFile.get(uri) ?? new Map();
      byFile.set(uri, choices);
      if (instance === undefined) choices.delete(block);
      else choices.set(block, instance);
    },
    forget: (uri) => byFile.delete(uri),
  };
}
