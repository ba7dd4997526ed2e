import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Args } from '../../shared/protocol.ts';
import { readJournal } from './journal.ts';
import { createWorkRecord, type RecordEntry, type WorkRecord } from './work-record.ts';

let folder: string;
let errors: string[];
let work: WorkRecord<RecordEntry>;
const load: Args<'load'> = { from: 'template', template: 'lesson3', id: 'work1' };
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'convsheet-record-'));
  errors = [];
  work = createWorkRecord(folder, { onTrouble: error => errors.push(String(error)), log: line => errors.push(line) });
  work.open(load, { name: 'lesson3' });
});
afterEach(async () => {
  await work.close();
  rmSync(folder, { recursive: true });
});

const undo = (): RecordEntry => ({ kind: 'undo', args: {}, skipped: false });
const modified = (value: boolean): RecordEntry => ({ kind: 'setModified', args: { modified: value }, skipped: false });
const journals = () => readdirSync(folder);
const content = () => readJournal(join(folder, journals()[0]))!;
const kinds = () => content().requests.map(({ kind }) => kind);

test('the first change writes the journal, and what is skipped is left out when it is written anew', async () => {
  await work.mark(modified(true));
  expect(journals()).toEqual([]);
  const change = undo();
  await work.add(change);
  expect(kinds()).toEqual(['load', 'setModified', 'undo']);
  await work.saved({ name: 'mine', path: '/mine.convsheet' }, modified(false));
  expect(kinds()).toEqual(['load', 'setModified', 'undo', 'setModified']);
  expect(content().document.name).toBe('mine');
  change.skipped = true;
  await work.rewrite();
  expect(kinds()).toEqual(['load', 'setModified', 'setModified']);
  expect(errors).toEqual([]);
});

test('nobody waits while a change is written: it is on its way when added, on disk when told (fault 30)', async () => {
  const first = work.add(undo());
  expect(journals()).toEqual([]);
  await first;
  const { length } = kinds();
  const next = work.add(undo());
  expect(kinds()).toHaveLength(length);
  await next;
  expect(kinds()).toHaveLength(length + 1);
});

test('a compacted record restores the present state, and counts its size from there', async () => {
  await work.add(undo());
  expect(work.size).toBeGreaterThan(0);
  const present: Args<'load'> = { from: 'bytes', name: 'lesson3', bytes: Uint8Array.of(1, 2, 3), id: 'work1' };
  work.compact(present, [modified(true)]);
  expect(work.size).toBe(0);
  await work.rewrite();
  expect(content().requests).toEqual([
    { kind: 'load', args: present },
    { kind: 'setModified', args: { modified: true } },
  ]);
});

test('another work takes the place of the one before on the disk, too', async () => {
  await work.add(undo());
  const [before] = journals();
  work.open({ ...load, id: 'work2' }, { name: 'other' });
  expect(journals()).toEqual([]);
  await work.add(undo());
  expect(journals()).not.toEqual([before]);
  expect(content().requests[0].args).toMatchObject({ id: 'work2' });
});
