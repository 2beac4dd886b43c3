/**
 * Long work in steps, between which a server answers others. Whoever can wait goes through them at once; whoever no
 * longer wants the result stops asking for the next.
 */
export type Steps<T> = Generator<void, T, void>;

/** What the steps come to, made without a break. */
export function finished<T>(steps: Steps<T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}
