import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** The sources that git keeps. */
const sources = execFileSync('git', ['ls-files', '*.ts', '*.mjs', '*.mts', '*.css', '*.html', '*.yml'], {
  cwd: root,
  encoding: 'utf8',
})
  .trim()
  .split('\n')
  // Its long lines are text of the page that it writes.
  .filter(path => path !== 'assets/data/letters/make_letters.mjs');
const linesOf = (path: string) => readFileSync(join(root, path), 'utf8').trimEnd().split('\n');

test('no line of a source is longer than 120 columns', () => {
  const long = sources.flatMap(path =>
    linesOf(path).flatMap((line, at) => (line.length > 120 ? [`${path}:${at + 1}: ${line.length} columns`] : [])),
  );
  expect(long).toEqual([]);
  expect(sources.length).toBeGreaterThan(500);
});

test('a source of more than 500 lines says in its first comment why', () => {
  const large = sources.filter(path => {
    const lines = linesOf(path);
    const [comment] = lines.join('\n').split('*/');
    return lines.length > 500 && !(comment.startsWith('/*') && comment.includes('More than 500 lines:'));
  });
  expect(large).toEqual([]);
});
