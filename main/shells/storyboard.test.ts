/** A storyboard in a real engine process that is killed, and in the next start of the app. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { spokenBoard } from '../../shared/film/testing/small-storyboard.ts';
import { smallWorkbook } from '../engine/data/testing/small-digits.ts';
import { writeWorkbook } from '../files/convsheet.ts';
import { openWorkbook } from '../files/open.ts';
import { nodeEngine } from './engine-link.ts';
import { unsavedWorks } from './journal.ts';
import { createSupervisor } from './supervisor.ts';

const program = fileURLToPath(new URL('../../.build/main/engine-process.mjs', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'convsheet-storyboard-'));
const works = join(folder, 'works');
afterAll(() => rmSync(folder, { recursive: true }));

const start = () => createSupervisor({ start: nodeEngine(program), folder: works, onEvent() {} });

test('a storyboard and its sounds come back after a kill, with their undo, and after a start of the app', async () => {
  mkdirSync(works);
  const path = join(folder, 'small.convsheet');
  writeFileSync(path, writeWorkbook(smallWorkbook()));
  const first = start();
  await first.open({ from: 'file', path }, { name: 'small', path });
  const bytes = Uint8Array.from({ length: 100_000 }, (_, at) => at % 253);
  const board = spokenBoard('a');
  const film = (storyboard: typeof board, narrations: { id: string; bytes: Uint8Array }[] = []) =>
    first.request('change', { label: 'Film', changes: [{ kind: 'storyboard', storyboard, narrations }] });
  await film(board, [{ id: 'a', bytes }]);
  const told = { ...board, look: 'contrast' as const };
  await film(told);
  process.kill(first.enginePid!, 'SIGKILL');
  expect((await first.request('getNarration', { id: 'a' })).bytes).toEqual(bytes);
  expect((await first.request('getWorkbook', {})).storyboard).toEqual(told);
  await first.request('undo', {});
  expect((await first.request('getWorkbook', {})).storyboard).toEqual(board);
  await first.request('redo', {});
  expect(await first.close({ keep: true })).toBe('all');

  const [{ path: journal, content }] = unsavedWorks(works);
  const second = start();
  expect((await second.recover(journal, content!)).storyboard).toEqual(told);
  const copy = await openWorkbook(await second.copy());
  expect([copy.storyboard, copy.narrations]).toEqual([told, new Map([['a', bytes]])]);
  await second.close({ keep: false });
});
