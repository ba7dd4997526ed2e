import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { beginFolder, FileTakenError, standingAt, writeFileAtomically } from './atomic.ts';

const folder = mkdtempSync(join(tmpdir(), 'convsheet-'));
afterAll(() => rmSync(folder, { recursive: true }));
const path = join(folder, 'book.convsheet');
const writer = join(folder, 'writer.mjs');

/** A process: node writer.mjs PATH LENGTH writes files of LENGTH equal bytes, each time of another byte, until it
 *  dies. */
beforeAll(async () => {
  await build({
    stdin: {
      contents: `import { writeFileAtomically } from './atomic.ts';
        const [path, length] = process.argv.slice(2);
        for (let n = 0; ; n++) {
          await writeFileAtomically(path, new Uint8Array(Number(length)).fill(n)).catch(error => {
            console.error(error.message);
            process.exit(1);
          });
          if (n === 3) console.log('writing');
        }`,
      resolveDir: import.meta.dirname,
    },
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile: writer,
  });
});

test('the file is the old or the new one whenever the writing process is killed', async () => {
  const lengths = new Set<number>();
  for (let round = 0; round < 25; round++) {
    const length = 200_000 + round;
    const child = spawn(process.execPath, [writer, path, String(length)], { stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = new Promise(resolve => child.once('exit', resolve));
    await new Promise(resolve => child.stdout.once('data', resolve));
    await pause(round % 7);
    child.kill('SIGKILL');
    await ended;
    const bytes = readFileSync(path);
    expect(bytes.length).toBe(length);
    expect(bytes.every(byte => byte === bytes[0])).toBe(true);
    lengths.add(bytes.length);
  }
  expect(lengths.size).toBe(25);
});

test('a file that does not fit leaves the old one and nothing else', () => {
  const place = join(folder, 'full');
  mkdirSync(place);
  writeFileSync(join(place, 'book.convsheet'), 'old');
  // 8 blocks of 512 or 1,024 bytes. Beyond that, the system refuses as on a full disk.
  const limited = `ulimit -f 8; exec "$0" "$@"`;
  const { status, stderr } = spawnSync(
    'bash',
    ['-c', limited, process.execPath, writer, join(place, 'book.convsheet'), '100000'],
    { encoding: 'utf8' },
  );
  expect(stderr).toBe(
    `${place}/book.convsheet can't be written: there is no room for it. Free some space, or choose another disk. ` +
      `Nothing was replaced.\n`,
  );
  expect(status).toBe(1);
  expect(readdirSync(place)).toEqual(['book.convsheet']);
  expect(readFileSync(join(place, 'book.convsheet'), 'utf8')).toBe('old');
});

test('what a process left behind that died while it wrote is removed by a later write, nothing else is', async () => {
  const place = join(folder, 'left');
  mkdirSync(place);
  const name = (n: number) => `.convsheet-00000000-0000-4000-8000-00000000000${n}.tmp`;
  const others = [name(2), '.convsheet-notes.tmp', 'convsheet.tmp'];
  for (const each of [name(1), ...others]) writeFileSync(join(place, each), 'half');
  // Two days old; the second one may still be written.
  const past = Date.now() / 1000 - 48 * 3600;
  for (const each of [name(1), ...others.slice(1)]) utimesSync(join(place, each), past, past);
  await writeFileAtomically(join(place, 'book.convsheet'), Buffer.from('new'));
  expect(readdirSync(place).sort()).toEqual([...others, 'book.convsheet'].sort());
});

test('what a process left behind that was killed while it wrote is removed by the next write (fault 39)', async () => {
  const place = join(folder, 'killed');
  mkdirSync(place);
  const target = join(place, 'book.convsheet');
  let left: string[] = [];
  // Kills writers until one has left a temporary file.
  for (let round = 0; left.length === 0 && round < 200; round++) {
    const child = spawn(process.execPath, [writer, target, '2000000'], { stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = new Promise(resolve => child.once('exit', resolve));
    await new Promise(resolve => child.stdout.once('data', resolve));
    await pause(round % 5);
    child.kill('SIGKILL');
    await ended;
    left = readdirSync(place).filter(name => name !== 'book.convsheet');
  }
  expect(left).toHaveLength(1);
  // These may still be in use: by this process, or by another computer that shares the folder.
  const mine = left[0].replace(/-\d+-/, `-${process.pid}-`);
  const elsewhere = left[0].replace(/^(\.convsheet-)[0-9a-f]{8}/, '$100000000');
  for (const name of [mine, elsewhere]) writeFileSync(join(place, name), 'half');
  await writeFileAtomically(target, Buffer.from('new'));
  const stay = [mine, elsewhere, 'book.convsheet'];
  expect(stay).not.toContain(left[0]);
  expect(readdirSync(place).sort()).toEqual(stay.sort());
});

test('a file that another program put there meanwhile is left as it is', async () => {
  const place = join(folder, 'taken');
  mkdirSync(place);
  const target = join(place, 'book.convsheet');
  const nothing = await standingAt(target);
  writeFileSync(target, 'theirs');
  const theirs = await standingAt(target);
  await expect(writeFileAtomically(target, Buffer.from('ours'), nothing)).rejects.toThrow(FileTakenError);
  expect(readdirSync(place)).toEqual(['book.convsheet']);
  await writeFileAtomically(target, Buffer.from('ours'), theirs);
  await expect(writeFileAtomically(target, Buffer.from('again'), theirs)).rejects.toThrow(
    `${target} was written by another program meanwhile`,
  );
  expect(readFileSync(target, 'utf8')).toBe('ours');
  // Both see that there is no file before either of them writes.
  const fresh = join(place, 'new.convsheet');
  const both = await Promise.allSettled(
    ['one', 'other'].map(text => writeFileAtomically(fresh, Buffer.from(text), nothing)),
  );
  expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(readdirSync(place)).toHaveLength(2);
});

test('a file keeps its permissions', async () => {
  const script = join(folder, 'private.convsheet');
  writeFileSync(script, 'old');
  chmodSync(script, 0o640);
  await writeFileAtomically(script, Buffer.from('new'));
  expect(statSync(script).mode & 0o777).toBe(0o640);
  expect(readFileSync(script, 'utf8')).toBe('new');
});

test('a symbolic link stays one, and its target is written', async () => {
  const link = join(folder, 'link.convsheet');
  writeFileSync(join(folder, 'target.convsheet'), 'old');
  symlinkSync('target.convsheet', link);
  await writeFileAtomically(link, Buffer.from('new'));
  expect(lstatSync(link).isSymbolicLink()).toBe(true);
  expect(readFileSync(join(folder, 'target.convsheet'), 'utf8')).toBe('new');
});

test('what stands in the way is named', async () => {
  const bytes = Buffer.from('new');
  const file = join(folder, 'file');
  writeFileSync(file, '');
  const sentence = (path: string) =>
    writeFileAtomically(path, bytes).then(
      () => 'written',
      (error: Error) => error.message,
    );
  expect(await sentence(folder)).toBe(`${folder} can't be written: it is a folder. Choose another name.`);
  expect(await sentence('/dev/null')).toBe(`/dev/null can't be written: it is no ordinary file. Choose another name.`);
  expect(await sentence(`${folder}/none/a`)).toContain(`there is no folder ${folder}/none. Create it`);
  expect(await sentence(`${file}/a`)).toContain(`there is no folder ${file}. Create it`);
  expect(await sentence(join(folder, 'a'.repeat(300)))).toContain('the name is too long');
  expect(await sentence(join(folder, 'a\0b'))).toContain('(ERR_INVALID_ARG_VALUE)');
});

test('a folder without permission is named', () => {
  const closed = join(folder, 'closed');
  mkdirSync(closed, { mode: 0o555 });
  chmodSync(folder, 0o755);
  // Root may do everything, so root's test run uses another user.
  const user = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
  const target = join(closed, 'book.convsheet');
  const { stderr } = spawnSync(process.execPath, [writer, target, '10'], { encoding: 'utf8', ...user });
  expect(stderr).toContain(`${closed}/book.convsheet can't be written: you don't have permission.`);
  expect(readdirSync(closed)).toEqual([]);
});

test('the files of a folder come to their places together; those of before go, and others stay', async () => {
  const place = join(folder, 'frames');
  const isFrame = (name: string) => name.startsWith('frame');
  const fill = (into: string, ...names: string[]) => names.forEach(name => writeFileSync(join(into, name), 'new'));
  const first = await beginFolder(place);
  fill(first.path, 'frame-1', 'frame-2', 'frame-3');
  expect(readdirSync(folder)).not.toContain('frames');
  await first.finish(isFrame);
  await first.drop();
  expect(readdirSync(place).sort()).toEqual(['frame-1', 'frame-2', 'frame-3']);

  fill(place, 'notes');
  const second = await beginFolder(place);
  fill(second.path, 'frame-1', 'frame-02');
  await second.finish(isFrame);
  expect(readdirSync(place).sort()).toEqual(['frame-02', 'frame-1', 'notes']);

  const dropped = await beginFolder(place);
  fill(dropped.path, 'frame-4');
  await dropped.drop();
  // A process that was killed leaves such a folder.
  const left = join(place, `.convsheet-${'0'.repeat(8)}-1-00000000-0000-4000-8000-000000000001.tmp`);
  mkdirSync(left);
  fill(left, 'frame-5');
  const past = Date.now() / 1000 - 48 * 3600;
  utimesSync(left, past, past);
  await (await beginFolder(place)).drop();
  expect(readdirSync(place).sort()).toEqual(['frame-02', 'frame-1', 'notes']);
  await expect(beginFolder(join(place, 'notes'))).rejects.toThrow('it is a file, not a folder. Choose another name.');
  await expect(beginFolder(join(place, 'no', 'frames'))).rejects.toThrow(`there is no folder ${join(place, 'no')}`);
});
