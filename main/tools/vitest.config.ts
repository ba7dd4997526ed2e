import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const root = fileURLToPath(new URL('../..', import.meta.url));
const main = ['main/**/*.test.ts'];
const plain = ['shared/**/*.test.ts', 'renderer/**/*.test.ts'];
/** The tests of plain computations that put another module in the place of one. */
const replacing = ['shared', 'renderer'].flatMap(folder =>
  (readdirSync(join(root, folder), { recursive: true }) as string[])
    .map(path => `${folder}/${path.replaceAll('\\', '/')}`)
    .filter(path => path.endsWith('.test.ts') && readFileSync(join(root, path), 'utf8').includes('vi.mock(')),
);

/** Tests of plain computations share a process, in which their modules are loaded once. All others have a process for
 *  each file. */
export default defineConfig({
  test: {
    root,
    globalSetup: fileURLToPath(new URL('vitest.setup.mjs', import.meta.url)),
    setupFiles: fileURLToPath(new URL('testing/equal-sentences.ts', import.meta.url)),
    // A generous limit, because on a busy machine a process may take seconds to start.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    maxWorkers: 2,
    projects: [
      { extends: true, test: { name: 'apart', include: [...main, ...replacing] } },
      { extends: true, test: { name: 'together', include: plain, exclude: replacing, isolate: false } },
    ],
  },
});
