import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const root = fileURLToPath(new URL('../..', import.meta.url));
const tests = ['main', 'renderer', 'shared'].map(folder => `${folder}/**/*.test.ts`);
/** Where tests take much memory. */
const LARGE = /^main\/engine\/(backend|oracle)/;
/** Such tests put another module in the place of one, or measure or change their process. */
const ALONE = /vi\.mock\(|memoryUsage|cpuUsage|process\.(on|chdir)\(/;
/** The tests that have a process each. */
const apart = ['main', 'renderer', 'shared'].flatMap(folder =>
  (readdirSync(join(root, folder), { recursive: true }) as string[])
    .map(path => `${folder}/${path.replaceAll('\\', '/')}`)
    .filter(path => path.endsWith('.test.ts'))
    .filter(path => LARGE.test(path) || ALONE.test(readFileSync(join(root, path), 'utf8'))),
);

/** All other tests share a process, in which their modules are loaded once. */
export default defineConfig({
  test: {
    root,
    globalSetup: fileURLToPath(new URL('vitest.setup.mjs', import.meta.url)),
    setupFiles: fileURLToPath(new URL('testing/equal-sentences.ts', import.meta.url)),
    // A generous limit, because on a busy machine a process may take seconds to start.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    maxWorkers: 2,
    // Both cores are busy already. What needs threads says how many, and the stories start the app as it comes.
    env: { CONVSHEET_THREADS: process.env.CONVSHEET_THREADS ?? '1' },
    projects: [
      { extends: true, test: { name: 'apart', include: apart } },
      { extends: true, test: { name: 'together', include: tests, exclude: apart, isolate: false } },
    ],
  },
});
