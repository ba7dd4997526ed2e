import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { type JournalContent, readJournal, removeLeftovers } from './journal.ts';
import { createJournalFile } from './journal-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'convsheet-journal-'));
afterAll(() => rmSync(folder, { recursive: true }));

const content: JournalContent = {
  document: { name: 'lesson3' },
  requests: [{ kind: 'load', args: { from: 'template', template: 'lesson3' } }],
};
const onLinux = process.platform === 'linux' ? test : test.skip;

onLinux(
  'A disk that refuses again and again leaves nothing open and nothing behind, and the next try succeeds',
  async () => {
    const path = join(folder, 'work.journal');
    const refusals: (string | undefined)[] = [];
    const onTrouble = (error?: NodeJS.ErrnoException) => refusals.push(error?.code);
    const journal = createJournalFile({ path, content: () => content, onTrouble });
    // A folder stands where the journal should.
    mkdirSync(path);
    const before = readdirSync('/proc/self/fd').length;
    for (let i = 0; i < 20; i++) await journal.rewrite();
    // The one that is told of it is told once.
    expect(refusals).toEqual(['EISDIR']);
    expect(readdirSync('/proc/self/fd').length).toBe(before);
    expect(readdirSync(folder)).toEqual(['work.journal']);
    expect(journal.complete).toBe(false);
    rmSync(path, { recursive: true });
    await journal.rewrite();
    expect(journal.complete).toBe(true);
    expect(readJournal(path)).toEqual(content);
    expect(await journal.close()).toBe(true);
    expect(refusals).toEqual(['EISDIR', undefined]);
  },
);

test('What a process left goes at the next start: half-written files, and checkpoints nobody needs', () => {
  const works = mkdtempSync(join(folder, 'works-'));
  const names = ['open.run', 'gone.run', '.convsheet-00000000-0000-4000-8000-000000000001.tmp', 'work.journal'];
  for (const name of names) writeFileSync(join(works, name), '');
  const training = { ...content, requests: [...content.requests, { kind: 'train' as const, args: { id: 'open' } }] };
  removeLeftovers(works, [{ content: training }, { content: undefined }]);
  expect(readdirSync(works).toSorted()).toEqual(['open.run', 'work.journal']);
});
