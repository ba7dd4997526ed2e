import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** The files in git with these endings. */
const filesOf = (...endings: string[]) =>
  execFileSync('git', ['ls-files', ...endings.map(ending => `*.${ending}`)], { cwd: root, encoding: 'utf8' })
    .trim()
    .split('\n');
const sources = filesOf('ts', 'mjs', 'mts', 'css', 'html', 'yml', 'py');
const linesOf = (path: string) => readFileSync(join(root, path), 'utf8').trimEnd().split('\n');
const longLines = (path: string, lines: string[]) =>
  lines.flatMap((line, at) => {
    const columns = Array.from(line).length;
    return columns > 120 ? [`${path}:${at + 1}: ${columns} columns`] : [];
  });

test('no line of a source is longer than 120 columns', () => {
  expect(sources.flatMap(path => longLines(path, linesOf(path)))).toEqual([]);
  expect(sources.length).toBeGreaterThan(500);
});

test('no line of prose is longer than 120 columns; tables, pictures and code may be', () => {
  const pages = filesOf('md');
  const long = pages.flatMap(path => {
    let inCode = false;
    const prose = linesOf(path).map(line => {
      if (line.trimStart().startsWith('```')) inCode = !inCode;
      return inCode || line.startsWith('|') || line.startsWith('![') ? '' : line;
    });
    return longLines(path, prose);
  });
  expect(long).toEqual([]);
  expect(pages.length).toBeGreaterThan(4);
});

test('no source is longer than 500 lines', () => {
  expect(sources.filter(path => linesOf(path).length > 500)).toEqual([]);
});

test('each of the 40 habits of people who come from a spreadsheet is named by a story', () => {
  const told = filesOf('story.ts').map(path => readFileSync(join(root, path), 'utf8'));
  const named = new Set<number>();
  for (const [, list] of told.join('\n').matchAll(/\bhabits? ((?:\d+(?:, | to |–| and )?)+)/g))
    for (const [, from, to] of list.matchAll(/(\d+)(?:(?: to |–)(\d+))?/g))
      for (let habit = Number(from); habit <= Number(to ?? from); habit++) named.add(habit);
  expect([...named].sort((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, i) => i + 1));
});
