import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { UserError } from '../../shared/errors.ts';
import { createKeptWork, type KeptWork } from './kept-work.ts';
import { type JournalledRequest, readJournal } from './journal.ts';
import { journalledAlready } from './pending.ts';

let folder: string;
let kept: KeptWork;
let troubles: (string | undefined)[];
/** How the engine answers a request for a checkpoint. */
let make: (file: string) => Promise<{ file: string; size: number; checksum: number; modified: boolean }>;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'convsheet-kept-'));
  troubles = [];
  make = async file => {
    writeFileSync(join(folder, file), 'abc');
    return { file, size: 3, checksum: 4, modified: true };
  };
  kept = createKeptWork({
    folder,
    ask: async file => ({ last: kept.work.entries.at(-1), reply: make(file), died: () => false }),
    isTooLong: () => false,
    onCut: () => {},
    onTrouble: error => troubles.push(error?.message),
    log: () => {},
  });
  kept.work.open({ from: 'template', template: 'lesson3', id: 'work1' }, { name: 'lesson3' });
});
afterEach(async () => {
  kept.checkpoints.forget();
  await kept.work.close();
  rmSync(folder, { recursive: true });
});

const names = (ending: string) => readdirSync(folder).filter(name => name.endsWith(ending));
const requests = (): JournalledRequest[] => readJournal(join(folder, names('.journal')[0]))!.requests;
const edit = () => kept.work.add(journalledAlready('undo', {}));

test('a checkpoint that is not whole is not taken: the one before stays, with all changes since', async () => {
  await edit();
  await kept.checkpoints.want();
  await kept.work.rewrite();
  const [before] = names('.checkpoint');
  await edit();
  make = async file => {
    writeFileSync(join(folder, file), 'ab');
    throw new UserError(`${file} is not whole.`);
  };
  await kept.checkpoints.want();
  await kept.work.rewrite();
  expect(troubles).toEqual([expect.stringContaining('is not whole.')]);
  expect(names('.checkpoint')).toEqual([before]);
  expect(requests().map(({ kind }) => kind)).toEqual(['load', 'setModified', 'undo']);
  expect(requests()[0].args).toMatchObject({ from: 'checkpoint', file: before });
});

test('a checkpoint that comes when another work is open is none of that one, and is deleted', async () => {
  let finish = () => {};
  const whole = make;
  make = async file => {
    await new Promise<void>(resolve => (finish = resolve));
    return whole(file);
  };
  const made = kept.checkpoints.want();
  await Promise.resolve();
  kept.work.open({ from: 'template', template: 'lenet', id: 'work2' }, { name: 'lenet' });
  kept.checkpoints.forget();
  finish();
  await made;
  expect(kept.work.load).toMatchObject({ template: 'lenet' });
  expect(readdirSync(folder)).toEqual([]);
});
