/** Tests start processes and share two cores with each other: patience, and no tests of build outputs. */
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["tests/*.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
