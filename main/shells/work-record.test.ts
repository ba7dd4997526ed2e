import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
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
  work = createWorkRecord(folder, {
    onTrouble: error => errors.push(String(error)),
    onGone: async () => {},
    log: line => errors.push(line),
  });
  work.open(load, { name: 'lesson3' });
});
afterEach(async () => {
  await work.close();
  rmSync(folder, { recursive: true });
});

const undo = (): RecordEntry => ({ kind: 'undo', args: {}, skipped: false });
const modified = (value: boolean): RecordEntry => ({ kind: 'setModified', args: { modified: value }, skipped: false });
const journals = () => readdirSync(folder).filter(name => name.endsWith('.journal'));
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

test('a compacted record restores the present state and counts from there; what came later stays', async () => {
  const second = undo();
  await work.add(undo());
  await work.add(second);
  expect(work.isLong(300)).toBe(true);
  const present: Args<'load'> = { from: 'checkpoint', file: 'a.checkpoint', size: 3, checksum: 4, id: 'work1' };
  writeFileSync(join(folder, present.file), 'abc');
  await work.mark(modified(false));
  work.compact(present, second, [modified(true)]);
  expect(work.isLong(300)).toBe(false);
  await work.rewrite();
  expect(content().requests).toEqual([
    { kind: 'load', args: present },
    { kind: 'setModified', args: { modified: true } },
    { kind: 'setModified', args: { modified: false } },
  ]);
});

test('a checkpoint is deleted when the journal no longer names it, and not before', async () => {
  const checkpoint = (file: string): Args<'load'> => {
    writeFileSync(join(folder, file), 'abc');
    return { from: 'checkpoint', file, size: 3, checksum: 4, id: 'work1' };
  };
  work.compact(checkpoint('a.checkpoint'), undefined, []);
  const change = undo();
  await work.add(change);
  expect(readdirSync(folder)).toContain('a.checkpoint');
  const next = checkpoint('b.checkpoint');
  work.compact(next, change, []);
  expect(existsSync(join(folder, 'a.checkpoint'))).toBe(true);
  await work.rewrite();
  expect(journals()).toHaveLength(1);
  expect(readdirSync(folder).filter(name => !name.endsWith('.journal'))).toEqual(['b.checkpoint']);
  work.open({ ...load, id: 'work2' }, { name: 'other' });
  expect(readdirSync(folder)).toEqual([]);
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
