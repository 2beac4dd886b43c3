/** Tests start processes and share two cores with each other: patience, and no tests of build outputs. */
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["tests/*.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // What devices can do is kept, but not in the user's own folder.
    env: { XDG_CACHE_HOME: join(tmpdir(), "lwnet-test-cache") },
  },
});
