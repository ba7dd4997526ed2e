import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    root: fileURLToPath(new URL('../..', import.meta.url)),
    include: ['shared/**/*.test.ts', 'main/**/*.test.ts', 'renderer/**/*.test.ts'],
    globalSetup: fileURLToPath(new URL('vitest.setup.mjs', import.meta.url)),
    setupFiles: fileURLToPath(new URL('testing/equal-sentences.ts', import.meta.url)),
    // A generous limit, because on a busy machine a process may take seconds to start.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    maxWorkers: 2,
  },
});
