import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { createJournal, type JournalContent, readJournal, removeLeftovers } from './journal.ts';

const folder = mkdtempSync(join(tmpdir(), 'convsheet-journal-'));
afterAll(() => rmSync(folder, { recursive: true }));

const content: JournalContent = {
  document: { name: 'lesson3' },
  requests: [{ kind: 'load', args: { from: 'template', template: 'lesson3' } }],
};
const onLinux = process.platform === 'linux' ? test : test.skip;

onLinux('A disk that refuses again and again leaves nothing open and nothing behind, and the next try succeeds', () => {
  const path = join(folder, 'work.journal');
  const refusals: string[] = [];
  const journal = createJournal(path, error => refusals.push((error as NodeJS.ErrnoException).code!));
  // A folder stands where the journal should.
  mkdirSync(path);
  const before = readdirSync('/proc/self/fd').length;
  for (let i = 0; i < 20; i++) journal.rewrite(content);
  expect(refusals).toEqual(Array.from({ length: 20 }, () => 'EISDIR'));
  expect(readdirSync('/proc/self/fd').length).toBe(before);
  expect(readdirSync(folder)).toEqual(['work.journal']);
  expect(journal.written).toBe(false);
  rmSync(path, { recursive: true });
  journal.rewrite(content);
  expect(readJournal(path)).toEqual(content);
  journal.close();
});

test('What a process left behind goes at the next start: half-written files, and checkpoints of runs that nothing goes on with', () => {
  const works = mkdtempSync(join(folder, 'works-'));
  const names = ['open.run', 'gone.run', '.convsheet-00000000-0000-4000-8000-000000000001.tmp', 'work.journal'];
  for (const name of names) writeFileSync(join(works, name), '');
  const training = { ...content, requests: [...content.requests, { kind: 'train' as const, args: { id: 'open' } }] };
  removeLeftovers(works, [{ content: training }, { content: undefined }]);
  expect(readdirSync(works).toSorted()).toEqual(['open.run', 'work.journal']);
});
