import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { english } from '../../shared/messages/render.ts';
import type { Args, Events } from '../../shared/protocol.ts';
import { smallConfig } from '../engine/data/testing/small-digits.ts';
import { nodeEngine } from './engine-link.ts';
import { readJournal, unsavedWorks } from './journal.ts';
import { buildStandIn, type StandIn } from './testing/stand-in.ts';
import { createSupervisor, type Supervisor, type SupervisorOptions } from './supervisor.ts';

let engine: StandIn;
beforeAll(async () => {
  engine = await buildStandIn();
});
afterAll(() => engine.remove());

let folder: string;
let faults: string;
let events: { event: keyof Events; data: unknown; client?: number }[];
const open: Supervisor[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'convsheet-works-'));
  faults = join(folder, 'faults');
  events = [];
});
afterEach(async () => {
  for (const supervisor of open.splice(0)) await supervisor.close({ keep: false });
  rmSync(folder, { recursive: true });
});

function supervise(more: Partial<SupervisorOptions> = {}): Supervisor {
  const supervisor = createSupervisor({
    start: nodeEngine(engine.path, { ...process.env, FAULTS: faults }),
    folder,
    onEvent: (event, data, client) => events.push({ event, data, client }),
    ...more,
  });
  open.push(supervisor);
  return supervisor;
}

const template = async (supervisor: Supervisor) => {
  const info = await supervisor.open({ from: 'template', template: 'empty' }, { name: 'empty' });
  // The checkpoint is made meanwhile.
  while (!readdirSync(folder).some(name => name.endsWith('.checkpoint'))) await pause(5);
  await supervisor.request('getWorkbook', {});
  return info;
};
const edit = (value: number, label = `Type ${value}`): Args<'change'> => ({
  label,
  changes: [
    { kind: 'values', edits: [{ tensor: 'conv1/kernel', indices: Uint32Array.of(0), values: Float32Array.of(value) }] },
  ],
});
const numbers = async (supervisor: Supervisor) => (await supervisor.request('getWorkbook', {})).classes.map(Number);
const notices = () =>
  events
    .filter(({ event }) => event === 'notice')
    .map(({ data }) => {
      const { tone, sentence } = data as Events['notice'];
      return { tone, sentence: english(sentence) };
    });

beforeEach(() => writeFileSync(faults, '0'));

test('An engine killed while edits stream in is replaced, and every edit is there once and in order', async () => {
  const supervisor = supervise();
  const { id } = await template(supervisor);
  await supervisor.request('watch', { windows: [] }, 7);
  const sent: Promise<unknown>[] = [];
  const killed = new Set<number>();
  const type = () => sent.push(supervisor.request('change', edit(sent.length), 7));
  for (const round of [1, 2]) {
    for (let i = 0; i < 60; i++) type();
    killed.add(supervisor.enginePid!);
    process.kill(supervisor.enginePid!, 'SIGKILL');
    while (notices().length < round) {
      // On a busy machine the next engine takes long to start.
      if (sent.length < 300 * round) type();
      await pause(1);
    }
  }
  await Promise.all(sent);
  expect(killed.size).toBe(2);
  expect(killed).not.toContain(supervisor.enginePid);
  expect(await numbers(supervisor)).toEqual(Array.from(sent, (_, i) => i));
  expect(notices()).toEqual([
    { tone: 'info', sentence: 'The calculation stopped and was restarted. Nothing was lost.' },
    { tone: 'info', sentence: 'The calculation stopped and was restarted. Nothing was lost.' },
  ]);
  const announced = events.filter(({ event }) => event === 'workbook');
  expect(announced.map(({ data }) => (data as Events['workbook']).id)).toEqual([id, id]);
  // The window still gets its watched values, without asking again.
  const last = events.findLast(({ event }) => event === 'changes')!;
  expect(last.client).toBe(7);
  expect((last.data as Events['changes']).windows[0].values.length).toBe(sent.length);
});

test('Undo and redo work across a crash', async () => {
  const supervisor = supervise();
  await template(supervisor);
  for (const value of [1, 2, 3]) await supervisor.request('change', edit(value));
  await supervisor.request('undo', {});
  process.kill(supervisor.enginePid!, 'SIGKILL');
  await supervisor.request('undo', {});
  expect(await numbers(supervisor)).toEqual([1]);
  await supervisor.request('redo', {});
  await supervisor.request('redo', {});
  expect(await numbers(supervisor)).toEqual([1, 2, 3]);
});

test('An edit that kills the engine twice is left out and named, and what came with it is kept', async () => {
  const supervisor = supervise();
  await template(supervisor);
  const before = supervisor.request('change', edit(1));
  const poison = supervisor.request('change', edit(2, 'poison'));
  const after = supervisor.request('change', edit(3));
  await expect(poison).rejects.toThrow(
    'The calculation stopped twice over "poison", so it was left out. Everything else is kept.',
  );
  await Promise.all([before, after]);
  expect(await numbers(supervisor)).toEqual([1, 3]);
  expect(notices()).toEqual([
    {
      tone: 'warning',
      sentence: 'The calculation stopped and was restarted. Left out, because it stopped twice over it: poison.',
    },
  ]);
  // The journal on the disk doesn't have it either.
  const [work] = unsavedWorks(folder);
  expect(work.content!.requests.map(({ args }) => (args as Args<'change'>).label)).toEqual([
    undefined,
    'Type 1',
    'Type 3',
  ]);
});

test('An engine that hangs is killed and replaced', async () => {
  // Generous, because starting a process may take four times as long on a busy machine.
  const supervisor = supervise({ patience: 1000 });
  await template(supervisor);
  await supervisor.request('change', edit(1));
  await expect(supervisor.request('change', edit(2, 'hang'))).rejects.toThrow('stopped twice over "hang"');
  expect(await numbers(supervisor)).toEqual([1]);
});

test('An engine that dies again and again is given up with a sentence, and the work stays on disk', async () => {
  const supervisor = supervise();
  await template(supervisor);
  await supervisor.request('change', edit(1));
  writeFileSync(faults, '99');
  process.kill(supervisor.enginePid!, 'SIGKILL');
  const sentence = /stopped again and again and was not restarted\. Your work is kept/;
  await expect(supervisor.request('change', edit(2))).rejects.toThrow(sentence);
  await expect(supervisor.request('getWorkbook', {})).rejects.toThrow(sentence);
  expect(Number(readFileSync(faults, 'utf8'))).toBe(95);
  const [work] = unsavedWorks(folder);
  // A refused request isn't carried out later (fault 38).
  expect(work.content!.requests.map(({ args }) => (args as Args<'change'>).label)).toEqual([undefined, 'Type 1']);
});

test('An engine that was given up is tried again by a request after a while, and the work is there', async () => {
  const supervisor = supervise({ calm: 0 });
  const { id } = await template(supervisor);
  for (const value of [1, 2]) await supervisor.request('change', edit(value));
  writeFileSync(faults, '4');
  process.kill(supervisor.enginePid!, 'SIGKILL');
  await expect(supervisor.request('getWorkbook', {})).rejects.toThrow('go on after a minute');
  expect(notices().map(({ tone }) => tone)).toEqual(['error']);
  await supervisor.request('change', edit(3));
  expect(await numbers(supervisor)).toEqual([1, 2, 3]);
  await supervisor.request('undo', {});
  expect(await numbers(supervisor)).toEqual([1, 2]);
  expect(notices()[1].sentence).toEqual('The calculation stopped and was restarted. Nothing was lost.');
  expect(events.filter(({ event }) => event === 'workbook').map(({ data }) => (data as { id: string }).id)).toEqual([
    id,
  ]);
  // One more death isn't too many.
  process.kill(supervisor.enginePid!, 'SIGKILL');
  expect(await numbers(supervisor)).toEqual([1, 2]);
});

const train = (name: string): Args<'train'> => ({
  id: 'run-1',
  name,
  config: smallConfig(),
  start: 'here',
});

test('A run that kills engine after engine at one step is given up, not the engine; its result stays', async () => {
  const ends: string[] = [];
  const supervisor = supervise({ log: line => ends.push(line) });
  await template(supervisor);
  await supervisor.request('change', edit(1));
  await supervisor.request('train', train('kept'));
  const kinds = () => unsavedWorks(folder)[0].content!.requests.map(({ kind }) => kind);
  while (!kinds().includes('finishRun')) await pause(20);
  expect(await numbers(supervisor)).toEqual([1]);
  expect(kinds()).toEqual(['load', 'change', 'train', 'finishRun']);
  const [work] = unsavedWorks(folder);
  expect(ends).toEqual(Array.from({ length: 5 }, () => 'engine ended: exit status 3'));
  expect(notices().every(({ tone }) => tone === 'info')).toBe(true);
  // Nothing of it is left that could kill another engine.
  process.kill(supervisor.enginePid!, 'SIGKILL');
  expect(await numbers(supervisor)).toEqual([1]);
  // In a replay, commands made during the run find the workbook as the run has changed it.
  await supervisor.close({ keep: true });
  await supervise().recover(work.path, work.content!);
  const [, , begun, finished] = unsavedWorks(folder)[0].content!.requests;
  const { id, made } = finished.args as Args<'finishRun'>;
  expect(begun).toEqual({ kind: 'beginRun', args: { id, made } });
  expect(made?.changes).toEqual([{ kind: 'classes', classes: ['cat', 'dog'] }]);
});

test('A run that is given up before its first checkpoint is left out, and whoever works on is told why', async () => {
  const supervisor = supervise();
  await template(supervisor);
  await supervisor.request('change', edit(1));
  await supervisor.request('train', train('lost'));
  const last = () => notices().at(-1);
  while (!last()?.sentence.endsWith('given up.')) await pause(20);
  expect(last()).toEqual({
    tone: 'warning',
    sentence: 'The calculation stopped and was restarted. Nothing was lost. The run was given up.',
  });
  expect(await numbers(supervisor)).toEqual([1]);
  const kinds = () => unsavedWorks(folder)[0].content!.requests.map(({ kind }) => kind);
  // The old journal stays until the new one is on the disk.
  while (kinds().length > 2) await pause(20);
  expect(kinds()).toEqual(['load', 'change']);
});

test('A workbook that can not be opened, or kills the engine, leaves the open one alone', async () => {
  const supervisor = supervise();
  await template(supervisor);
  await supervisor.request('change', edit(5));
  await expect(supervisor.open({ from: 'template', template: 'missing' }, { name: 'missing' })).rejects.toThrow(
    'There is no template "missing".',
  );
  await expect(supervisor.open({ from: 'template', template: 'poison' }, { name: 'poison' })).rejects.toThrow(
    'poison could not be opened: the calculation stopped while reading it. Your workbook is unchanged.',
  );
  expect(await numbers(supervisor)).toEqual([5]);
  expect(supervisor.document.name).toBe('empty');
});

test('Where no copy can be made to restore a workbook from, it says so, and edits go on (fault 28)', async () => {
  const told: unknown[] = [];
  const supervisor = supervise({ onTrouble: (error, changes) => told.push([error?.message, changes]) });
  await supervisor.open({ from: 'template', template: 'huge' }, { name: 'huge' });
  await supervisor.request('change', edit(5));
  expect(await numbers(supervisor)).toEqual([5]);
  expect(told).toEqual([['It is too large for a file.', false]]);
});

test('Work survives the death of the shell: another supervisor restores it with its undo history', async () => {
  const first = supervise();
  await template(first);
  for (const value of [1, 2, 3]) await first.request('change', edit(value));
  await first.close({ keep: true });
  const [{ path, content }] = unsavedWorks(folder);
  const second = supervise();
  const info = await second.recover(path, content!);
  expect(info.state.modified).toBe(true);
  expect(await numbers(second)).toEqual([1, 2, 3]);
  await second.request('undo', {});
  await second.request('change', edit(4));
  await second.close({ keep: true });
  const third = supervise();
  await third.recover(path, readJournal(path)!);
  expect(await numbers(third)).toEqual([1, 2, 4]);
});

test('Work whose restoring kills the engine once comes back; twice, it is refused and kept on disk', async () => {
  const first = supervise();
  await template(first);
  await first.request('change', edit(1));
  await first.close({ keep: true });
  const [{ path, content }] = unsavedWorks(folder);
  writeFileSync(faults, '2');
  const second = supervise();
  await expect(second.recover(path, content!)).rejects.toThrow('The calculation stopped twice over');
  expect(readJournal(path)).toEqual(content);
  writeFileSync(faults, '1');
  const third = supervise();
  await third.recover(path, content!);
  expect(await numbers(third)).toEqual([1]);
});

test('Saved work leaves no unsaved journal, and saving keeps undo across a crash', async () => {
  const supervisor = supervise();
  await template(supervisor);
  await supervisor.request('change', edit(1));
  await supervisor.request('change', edit(2));
  const path = join(folder, 'two.convsheet');
  await supervisor.save(path, async () => ({ name: 'two', path }));
  expect(readFileSync(path, 'utf8')).toBe('[1,2]');
  process.kill(supervisor.enginePid!, 'SIGKILL');
  expect(await supervisor.isModified()).toBe(false);
  await supervisor.request('undo', {});
  expect(await numbers(supervisor)).toEqual([1]);
  expect(await supervisor.isModified()).toBe(true);
  expect(unsavedWorks(folder).map(({ content }) => content!.document)).toEqual([{ name: 'two', path }]);
  await supervisor.save(path, async () => ({ name: 'two', path }));
  expect(unsavedWorks(folder)).toEqual([]);
});

test('Work saved after autosave failed does not come back as unsaved, and its next change is kept safe', async () => {
  const troubles: (string | undefined)[] = [];
  const supervisor = supervise({ onTrouble: (error?: NodeJS.ErrnoException) => troubles.push(error?.code) });
  await template(supervisor);
  await supervisor.request('change', edit(0));
  const [{ path: journal }] = unsavedWorks(folder);
  // A folder in the place of the journal.
  rmSync(journal);
  mkdirSync(journal);
  for (let i = 1; i < 30; i++) await supervisor.request('change', edit(i));
  expect(troubles).toEqual(['EISDIR']);
  rmSync(journal, { recursive: true });
  const path = join(folder, 'thirty.convsheet');
  await supervisor.save(path, async () => ({ name: 'thirty', path }));
  expect(unsavedWorks(folder)).toEqual([]);
  await supervisor.request('undo', {});
  expect(unsavedWorks(folder).map(({ content }) => content!.document.name)).toEqual(['thirty']);
  expect(troubles).toEqual(['EISDIR', undefined]);
});

test('A save during which the engine dies is carried out by the next, with the edits before it only', async () => {
  const supervisor = supervise();
  await template(supervisor);
  await supervisor.request('change', edit(1));
  writeFileSync(faults, '1');
  const path = join(folder, 'one.convsheet');
  const saved = supervisor.save(path, async () => ({ name: 'one', path }));
  await Promise.resolve();
  const after = supervisor.request('change', edit(2));
  await saved;
  expect(readFileSync(path, 'utf8')).toBe('[1]');
  await after;
  expect(await numbers(supervisor)).toEqual([1, 2]);
  expect(await supervisor.isModified()).toBe(true);
});

test('A journal that grew large is replaced by a new checkpoint, and no value is lost', async () => {
  const supervisor = supervise({ compactAfter: 5000 });
  await template(supervisor);
  const many = Array.from({ length: 100 }, (_, i) => supervisor.request('change', edit(i)));
  await Promise.all(many);
  process.kill(supervisor.enginePid!, 'SIGKILL');
  expect(await numbers(supervisor)).toEqual(Array.from({ length: 100 }, (_, i) => i));
  expect(await supervisor.isModified()).toBe(true);
  const [{ path }] = unsavedWorks(folder);
  const requests = () => readJournal(path)!.requests;
  // The old journal stays until the new one is on the disk.
  while (requests().length > 60) await pause(50);
  expect(requests()[1].kind).toBe('setModified');
});

test('After a new checkpoint a restart says that older steps can no longer be undone, and says it once', async () => {
  const supervisor = supervise({ compactAfter: 5000 });
  await template(supervisor);
  for (let i = 0; i < 20; i++) await supervisor.request('change', edit(i));
  for (const round of [1, 2]) {
    process.kill(supervisor.enginePid!, 'SIGKILL');
    expect((await numbers(supervisor)).length).toBe(20);
    expect(notices().length).toBe(round);
  }
  expect(notices().map(({ sentence }) => sentence)).toEqual([
    'The calculation stopped and was restarted. Every value is kept. Older steps can no longer be undone.',
    'The calculation stopped and was restarted. Nothing was lost.',
  ]);
});

test('Discarding drops the autosave and counts as saved; the next edit is kept safe again', async () => {
  const supervisor = supervise();
  await template(supervisor);
  await supervisor.request('change', edit(1));
  expect(readdirSync(folder).some(name => name.endsWith('.journal'))).toBe(true);
  await supervisor.discard();
  expect(await supervisor.isModified()).toBe(false);
  expect(readdirSync(folder).some(name => name.endsWith('.journal'))).toBe(false);
  await supervisor.request('change', edit(2));
  expect(unsavedWorks(folder).length).toBe(1);
});

test('A refused request is answered with the sentence and does no harm to the replay', async () => {
  const supervisor = supervise();
  await template(supervisor);
  await expect(supervisor.request('change', edit(1, 'refused'))).rejects.toThrow('Refused.');
  await supervisor.request('change', edit(2));
  process.kill(supervisor.enginePid!, 'SIGKILL');
  expect(await numbers(supervisor)).toEqual([2]);
});

test('How the next run is set up comes back with restored work, but is no change of it (fault 19)', async () => {
  const setup = { epochs: 3 } as unknown as Args<'keepSetup'>['setup'];
  const supervisor = supervise();
  const { id } = await template(supervisor);
  await supervisor.request('keepSetup', { setup }, 1, id);
  await supervisor.request('change', edit(5), 1);
  await supervisor.request('keepSetup', { setup: { ...setup, epochs: 9 } }, 1, id);
  await supervisor.close({ keep: true });
  const [work] = unsavedWorks(folder);
  expect(work.content?.requests.map(({ kind }) => kind)).toEqual(['load', 'keepSetup', 'change', 'keepSetup']);
  const restored = supervise();
  const info = await restored.recover(work.path, work.content!);
  expect(await numbers(restored)).toEqual([5]);

  const path = join(folder, 'mine.convsheet');
  await restored.save(path, async () => ({ name: 'mine', path }));
  await restored.request('keepSetup', { setup }, 1, info.id);
  await restored.close({ keep: true });
  expect(unsavedWorks(folder)).toEqual([]);
});
