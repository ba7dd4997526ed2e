/** What `train` does if it can't write the file it was asked for. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { messages } from '../../shared/messages.ts';
import { readWorkbook } from '../files/convsheet.ts';
import {
  createTrainingFolder,
  eventsIn,
  program,
  smallTraining,
  type TrainingEvent,
} from './testing/training-folder.ts';

const photos = createTrainingFolder();
const { folder, inFolder, run } = photos;
beforeAll(photos.addPhotos);
afterAll(photos.remove);

test('refuses a folder and a write-protected file before it trains', async () => {
  const args = ['train', ...smallTraining, '--force', '-o'];
  mkdirSync(inFolder('folder.convsheet'));
  expect((await run(...args, 'folder.convsheet')).stderr).toBe(
    `${messages.files.writing.folder('folder.convsheet')}\n`,
  );

  writeFileSync(inFolder('protected.convsheet'), 'keep', { mode: 0o444 });
  // A rename could replace the file. Root may write everything, so as root the command runs as another user.
  chmodSync(folder, 0o777);
  const user = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
  const asked = { cwd: folder, encoding: 'utf8', ...user } as const;
  const { status, stderr } = spawnSync(process.execPath, [program, ...args, 'protected.convsheet'], asked);
  expect(status).toBe(1);
  expect(stderr).toBe(`${messages.files.writing.permission('protected.convsheet')}\n`);
});

test('saves what it trained elsewhere, and says where, if the file can’t be written in the end', async () => {
  mkdirSync(inFolder('vanishing'));
  const temporary = inFolder('temporary');
  mkdirSync(temporary);
  const args = ['train', ...smallTraining, '--json', '-o', 'vanishing/x.convsheet'];
  const child = spawn(process.execPath, [program, ...args], {
    cwd: folder,
    env: { ...process.env, TMPDIR: temporary },
  });
  let errors = '';
  child.stderr.on('data', text => (errors += text));
  let told = '';
  for await (const line of createInterface({ input: child.stdout })) {
    told += `${line}\n`;
    if ((JSON.parse(line) as TrainingEvent).event === 'start') rmSync(inFolder('vanishing'), { recursive: true });
  }
  if (child.exitCode === null) await once(child, 'exit');
  expect(child.exitCode).toBe(1);
  const [saved] = readdirSync(temporary);
  expect(saved).toMatch(/^x-.*\.convsheet$/);
  expect(eventsIn(told).at(-1)).toMatchObject({ event: 'end', end: 'finished', path: join(temporary, saved) });
  const { writing } = messages.files;
  expect(errors.trimEnd().split('\n').at(-1)).toBe(
    `${writing.folderMissing('vanishing/x.convsheet', 'vanishing')} What was trained is in ` +
      `${join(temporary, saved)} instead.`,
  );
  expect(readWorkbook(readFileSync(join(temporary, saved)), saved).runs).toMatchObject([{ end: 'finished' }]);
});
