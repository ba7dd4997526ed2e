import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { type JournalContent, readJournal, removeLeftovers, unsavedWorks } from './journal.ts';
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
    // A folder in the place of the journal.
    mkdirSync(path);
    const before = readdirSync('/proc/self/fd').length;
    for (let i = 0; i < 20; i++) await journal.rewrite();
    // The refusal is reported once.
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

test('What a process left goes at the next start: half-written files, saved work, checkpoints nobody needs', () => {
  const works = mkdtempSync(join(folder, 'works-'));
  const journal = join(works, 'work.journal');
  const half = ['.convsheet-00000000-0000-4000-8000-000000000001.tmp', 'work.journal.new', 'a.copy'];
  const names = ['open.run', 'gone.run', 'gone.checkpoint', 'saved.journal', 'work.journal', ...half];
  for (const name of names) writeFileSync(join(works, name), '');
  const training = { ...content, requests: [...content.requests, { kind: 'train' as const, args: { id: 'open' } }] };
  // Looking changes nothing.
  expect(unsavedWorks(works).map(({ path }) => path)).toContain(journal);
  expect(readdirSync(works).toSorted()).toEqual(names.toSorted());
  removeLeftovers(works, [{ path: journal, content: training }]);
  expect(readdirSync(works).toSorted()).toEqual(['open.run', 'work.journal']);
});

test.each(['work.journal', 'work.journal.unreadable'])(
  'As long as %s can’t be read, the files stay that it may name, and later ones go',
  name => {
    const works = mkdtempSync(join(folder, 'works-'));
    for (const each of [name, 'before.checkpoint', 'before.result', 'later.checkpoint'])
      writeFileSync(join(works, each), '');
    const now = Date.now() / 1000;
    utimesSync(join(works, 'before.checkpoint'), now - 7200, now - 7200);
    utimesSync(join(works, 'before.result'), now - 3600, now - 3600);
    utimesSync(join(works, name), now - 3600, now - 3600);
    removeLeftovers(works, unsavedWorks(works));
    expect(readdirSync(works).toSorted()).toEqual(['before.checkpoint', 'before.result', name].toSorted());
  },
);
