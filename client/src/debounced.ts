/** Work that follows the user a moment later: only the last of many wishes is carried out. */

export interface Debounced {
  readonly soon: () => void;
  readonly dispose: () => void;
}

/** `work` is told whether nothing newer was wished for meanwhile. */
export function debounced(delayMs: number, work: (isCurrent: () => boolean) => Promise<void>): Debounced {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let latest = 0;
  const start = () => {
    const own = ++latest;
    void work(() => own === latest);
  };
  return {
    soon() {
      clearTimeout(timer);
      latest++;
      timer = setTimeout(start, delayMs);
    },
    dispose() {
      clearTimeout(timer);
      latest++;
    },
  };
}
