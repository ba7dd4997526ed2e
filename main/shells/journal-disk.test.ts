import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Args } from '../../shared/protocol.ts';
import { messages } from '../../shared/messages.ts';
import { createRandom } from '../../shared/random.ts';
import { smallConfig } from '../engine/data/testing/small-digits.ts';
import { startModelEngine } from '../fuzz/model-engine.ts';
import { runFile, unsavedWorks } from './journal.ts';
import { createSupervisor, type Supervisor } from './supervisor.ts';

let scratch: string;
let folder: string;
let supervisor: Supervisor;
/** Why the disk refuses; undefined while it doesn't. */
let trouble: string | undefined;
let told: number;
beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'convsheet-disk-'));
  folder = join(scratch, 'works');
  mkdirSync(folder);
  trouble = undefined;
  told = 0;
});
afterEach(async () => {
  await supervisor.close({ keep: false });
  rmSync(scratch, { recursive: true, force: true });
});

async function begin(compactAfter = 64 * 2 ** 20) {
  supervisor = createSupervisor({
    folder,
    start: works => startModelEngine(createRandom(1), works),
    onEvent: () => {},
    onTrouble(error) {
      trouble = error?.message;
      told++;
    },
    compactAfter,
  });
  await supervisor.open({ from: 'template', template: 'any' }, { name: 'any' });
  // The checkpoint is made meanwhile.
  await until(() => trouble !== undefined || readdirSync(folder).some(name => name.endsWith('.checkpoint')));
  await supervisor.request('getWorkbook', {});
}
/** An edit that takes this many bytes in the journal. */
const edit = (value: number, bytes = 8): Promise<unknown> => {
  const values = new Float32Array(bytes / 8).fill(value);
  const change: Args<'change'> = {
    label: `Type ${value}`,
    changes: [{ kind: 'values', edits: [{ tensor: 'conv1/kernel', indices: new Uint32Array(bytes / 8), values }] }],
  };
  return supervisor.request('change', change);
};
const journals = () => readdirSync(folder).filter(name => name.endsWith('.journal'));
const journal = () => join(folder, journals()[0]);

/** What the next start would find if this process died now. undefined if there is no unsaved work. */
async function afterDeath(): Promise<number[] | undefined> {
  const copy = mkdtempSync(join(scratch, 'copy-'));
  if (existsSync(folder)) cpSync(folder, copy, { recursive: true, filter: path => !path.endsWith('.new') });
  const [work] = unsavedWorks(copy);
  if (!work) return undefined;
  expect(work.content).toBeDefined();
  const next = createSupervisor({
    folder: copy,
    start: works => startModelEngine(createRandom(1), works),
    onEvent: () => {},
  });
  try {
    await next.recover(work.path, work.content!);
    return (await next.request('getWorkbook', {})).classes.map(Number);
  } finally {
    await next.close({ keep: true });
  }
}
const until = async (holds: () => boolean | Promise<boolean>) => {
  for (let i = 0; i < 800 && !(await holds()); i++) await pause(10);
  expect(await holds()).toBe(true);
};

describe('what somebody takes away is made again, with everything in it (fault 33)', () => {
  test('the journal', async () => {
    await begin();
    await edit(1);
    rmSync(journal());
    await edit(2);
    expect(await afterDeath()).toEqual([1, 2]);
    expect(told).toBe(0);
  });
  test('the folder', async () => {
    await begin();
    await edit(1);
    rmSync(folder, { recursive: true });
    await edit(2);
    expect(await afterDeath()).toEqual([1, 2]);
  });
  test('the folder before anything was written', async () => {
    await begin();
    rmSync(folder, { recursive: true });
    await edit(1);
    expect(await afterDeath()).toEqual([1]);
  });
  test('the folder while nothing is edited', async () => {
    await begin();
    await edit(1);
    rmSync(folder, { recursive: true });
    await until(async () => (await afterDeath())?.join() === '1');
  });
  test('the folder, which was moved elsewhere', async () => {
    await begin();
    await edit(1);
    renameSync(folder, join(scratch, 'elsewhere'));
    await edit(2);
    await until(async () => (await afterDeath())?.join() === '1,2');
  });
  test('the journal, in whose place another file stands', async () => {
    await begin();
    await edit(1);
    const path = journal();
    rmSync(path);
    writeFileSync(path, 'something else');
    await edit(2);
    expect(await afterDeath()).toEqual([1, 2]);
  });
  test('the folder, again and again', async () => {
    await begin();
    for (let i = 0; i < 10; i++) {
      await edit(i);
      if (i % 2) rmSync(folder, { recursive: true });
    }
    await edit(10);
    expect(await afterDeath()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });
});

describe('where there is no place for a journal (fault 33)', () => {
  /** Puts a file in the place of the folder. */
  const block = () => {
    rmSync(folder, { recursive: true });
    writeFileSync(folder, '');
  };
  const unblock = () => rmSync(folder);
  test('it is told once, tried again by itself, and told when it is over', async () => {
    await begin();
    await edit(1);
    block();
    for (let i = 2; i < 20; i++) await edit(i);
    expect(trouble).toBeDefined();
    expect(told).toBe(1);
    unblock();
    await until(() => trouble === undefined);
    expect(told).toBe(2);
    expect(await afterDeath()).toEqual(Array.from({ length: 19 }, (_, i) => i + 1));
  });
  test('from the first change on, the work is kept as soon as there is', async () => {
    await begin();
    block();
    await edit(1);
    expect(trouble).toBeDefined();
    unblock();
    await until(() => trouble === undefined);
    expect(await afterDeath()).toEqual([1]);
  });
  test('there is a last attempt at the end', async () => {
    await begin();
    await edit(1);
    block();
    await edit(2);
    unblock();
    expect(await supervisor.close({ keep: true })).toBe('all');
    expect(await afterDeath()).toEqual([1, 2]);
  });
  test('the end does not say that the work is kept', async () => {
    await begin();
    await edit(1);
    block();
    await edit(2);
    expect(await supervisor.close({ keep: true })).toBe('not all');
    unblock();
  });
  test('work that was saved meanwhile does not come back, and there is nothing to tell of at the end', async () => {
    await begin();
    await edit(1);
    block();
    await edit(2);
    await supervisor.save(join(scratch, 'saved.convsheet'), async () => ({ name: 'saved' }));
    unblock();
    await until(() => trouble === undefined);
    expect(await afterDeath()).toBeUndefined();
  });
  test('dropping the work ends the trouble', async () => {
    await begin();
    await edit(1);
    block();
    await edit(2);
    await supervisor.discard();
    expect(trouble).toBeUndefined();
    unblock();
    expect(await supervisor.close({ keep: true })).toBe('nothing');
  });
  test('opening another work ends the trouble, and its changes are kept', async () => {
    await begin();
    await edit(1);
    block();
    await edit(2);
    await supervisor.open({ from: 'template', template: 'other' }, { name: 'other' });
    expect(trouble).toBeUndefined();
    unblock();
    mkdirSync(folder);
    await edit(3);
    expect(await afterDeath()).toEqual([3]);
  });
  test('for a new checkpoint, the old journal goes on taking changes, and nobody is told of trouble', async () => {
    await begin(3000);
    await edit(0);
    mkdirSync(`${journal()}.new`);
    for (let i = 1; i < 40; i++) await edit(i);
    expect(told).toBe(0);
    expect(await afterDeath()).toEqual(Array.from({ length: 40 }, (_, i) => i));
    rmSync(`${journal()}.new`, { recursive: true });
    await until(() => statSync(journal()).size < 8000);
    expect(await afterDeath()).toEqual(Array.from({ length: 40 }, (_, i) => i));
  });
});

describe('a file that is saved over, while there is no room for a checkpoint', () => {
  let file: string;
  const stampOfFile = () => {
    const { mtimeMs, size } = statSync(file);
    return { modified: mtimeMs, size };
  };
  const describeFile = () => ({ name: 'file', path: file, stamp: stampOfFile() });
  beforeEach(async () => {
    file = join(scratch, 'file.convsheet');
    writeFileSync(file, '{"values":[1],"runs":[]}');
    supervisor = createSupervisor({
      folder,
      start: works => startModelEngine(createRandom(1), works, { isFull: () => true }),
      onEvent: () => {},
    });
    await supervisor.open({ from: 'file', path: file }, describeFile());
    await edit(2);
  });

  test('comes back with what was changed before, as long as it is the file that was opened', async () => {
    expect(await afterDeath()).toEqual([1, 2]);
  });
  test('is told to be another file, and not changed twice, where the app dies before the journal knows', async () => {
    let restored: Promise<unknown> | undefined;
    await supervisor.save(file, async () => {
      restored = afterDeath();
      await restored.catch(() => {});
      return describeFile();
    });
    await expect(restored).rejects.toThrow(`${file} was written since.`);
    expect(readFileSync(file, 'utf8')).toBe('{"values":[1,2],"runs":[]}');
  });
  test('comes back with what was changed afterwards, though there is no room for another journal either', async () => {
    mkdirSync(`${journal()}.new`);
    await supervisor.save(file, async () => describeFile());
    expect(await afterDeath()).toBeUndefined();
    await edit(3);
    expect(await afterDeath()).toEqual([1, 2, 3]);
  });
});

test.each([0, 2_000_000_000, 4_102_444_800])(
  'a journal whose time is %d s, by a clock that was stepped, comes back (fault 33)',
  async seconds => {
    await begin();
    await edit(1);
    utimesSync(journal(), seconds, seconds);
    await edit(2);
    utimesSync(journal(), seconds, seconds);
    expect(await afterDeath()).toEqual([1, 2]);
  },
);

const isRoot = process.platform === 'linux' && process.getuid?.() === 0;
describe.runIf(isRoot)('on a real full or read-only disk, a tmpfs of 1 MB that root mounts on Linux (fault 33)', () => {
  const mount = (...options: string[]) => execFileSync('mount', ['-t', 'tmpfs', '-o', options.join(), 'tmpfs', folder]);
  const filler = () => join(folder, 'filler');
  const fill = () => {
    // The last bytes are filled in whole pages.
    for (const size of [2 ** 16, 2 ** 12]) {
      for (let i = 0; ; i++) {
        try {
          writeFileSync(`${filler()}-${size}-${i}`, new Uint8Array(size));
        } catch {
          rmSync(`${filler()}-${size}-${i}`, { force: true });
          break;
        }
      }
    }
  };
  const makeRoom = () => {
    for (const name of readdirSync(folder)) if (name.startsWith('filler')) rmSync(join(folder, name));
  };
  beforeEach(() => mount('size=1m'));
  afterEach(async () => {
    await supervisor.close({ keep: false });
    execFileSync('umount', ['-l', folder]);
  });

  test('what was acknowledged before is whole, what came while it was full is kept when there is room', async () => {
    await begin();
    await edit(1);
    fill();
    for (let i = 2; i < 30; i++) await edit(i, 2000);
    expect(trouble).toContain('no space');
    expect(told).toBe(1);
    const before = (await afterDeath())!;
    expect(before).toEqual(Array.from(before, (_, i) => i + 1));
    makeRoom();
    await until(() => trouble === undefined);
    for (let i = 30; i < 40; i++) await edit(i, 2000);
    expect(await afterDeath()).toEqual(Array.from({ length: 39 }, (_, i) => i + 1));
  });
  test('of a change that fits only in part, no half stays in the way of what comes behind it', async () => {
    await begin();
    await edit(1);
    fill();
    await edit(2, 500_000);
    expect(trouble).toBeDefined();
    expect(await afterDeath()).toEqual([1]);
    makeRoom();
    await until(() => trouble === undefined);
    await edit(3);
    expect(await afterDeath()).toEqual([1, 2, 3]);
  });
  test('full from the first change on', async () => {
    await begin();
    fill();
    await edit(1, 5000);
    expect(trouble).toBeDefined();
    makeRoom();
    await until(() => trouble === undefined);
    expect(await afterDeath()).toEqual([1]);
  });
  test('with room for the changes but not for a second journal, nothing is in trouble', async () => {
    await begin(300_000);
    for (let i = 0; i < 7; i++) await edit(i, 100_000);
    expect(told).toBe(0);
    expect(await afterDeath()).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });
  test('room again just before the end: everything is kept', async () => {
    await begin();
    await edit(1);
    fill();
    for (let i = 2; i < 10; i++) await edit(i, 2000);
    makeRoom();
    expect(await supervisor.close({ keep: true })).toBe('all');
    expect(await afterDeath()).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });
  test('still full at the end: it is not called kept', async () => {
    await begin();
    await edit(1);
    fill();
    for (let i = 2; i < 10; i++) await edit(i, 2000);
    expect(await supervisor.close({ keep: true })).toBe('not all');
  });
  test('read-only at first, writable later', async () => {
    execFileSync('mount', ['-o', 'remount,ro', folder]);
    await begin();
    await edit(1);
    await edit(2);
    expect(trouble).toContain('read-only');
    execFileSync('mount', ['-o', 'remount,rw', folder]);
    await until(() => trouble === undefined);
    expect(await afterDeath()).toEqual([1, 2]);
  });
  test('full and empty by turns, ten times', async () => {
    await begin();
    let sent = 0;
    for (let round = 0; round < 10; round++) {
      fill();
      for (let i = 0; i < 4; i++) await edit(sent++, 1000);
      makeRoom();
      for (let i = 0; i < 4; i++) await edit(sent++, 1000);
    }
    await until(() => trouble === undefined);
    expect(await afterDeath()).toEqual(Array.from({ length: sent }, (_, i) => i));
  });
});

describe('around the end of a run', () => {
  const begun = async (id = 'run-1') => {
    await begin();
    await supervisor.request('train', { id, name: 'Run', config: smallConfig(), start: 'here' });
  };
  test('a checkpoint that can’t be removed ends nothing: the result is in the work, as is the next edit', async () => {
    await begun();
    // A folder in this place, which the system refuses to delete as a file.
    mkdirSync(join(folder, runFile('run-1')));
    await edit(1);
    await until(async () => (await supervisor.request('getWorkbook', {})).runs.length === 1);
    await edit(2);
    const { classes } = await supervisor.request('getWorkbook', {});
    expect(classes).toEqual(['1', '2']);
  });
  test('a change that waits for its result, while another workbook is opened, is none of that one', async () => {
    await begun();
    const { id } = await supervisor.request('getWorkbook', {});
    await supervisor.request('controlRun', { action: 'stop' });
    const opened = supervisor.open({ from: 'template', template: 'any' }, { name: 'other' });
    await Promise.resolve();
    const change: Args<'change'> = {
      label: 'Type 7',
      changes: [
        { kind: 'values', edits: [{ tensor: 'conv1/kernel', indices: Uint32Array.of(0), values: Float32Array.of(7) }] },
      ],
    };
    const answer = supervisor.request('change', change, undefined, id).then(
      () => 'done',
      (error: Error) => error.message,
    );
    await opened;
    expect(await answer).toBe(messages.shell.otherWorkbook);
    const { classes } = await supervisor.request('getWorkbook', {});
    expect(classes).toEqual([]);
  });
});
