/** Training with a real engine process that is killed again and again. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Events } from '../../shared/protocol.ts';
import { createRandom } from '../../shared/random.ts';
import type { TrainingConfig } from '../../shared/training.ts';
import { DIGIT_SIZE, testDigits } from '../engine/digits.ts';
import { digitChoice, smallConfig, smallWorkbook } from '../engine/small-digits.ts';
import { readWorkbook, writeWorkbook } from '../files/convsheet.ts';
import { nodeEngine } from './engine-link.ts';
import { readJournal } from './journal.ts';
import { createSupervisor, type Supervisor } from './supervisor.ts';

const main = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const program = main('../.build/main/engine-process.mjs');
let folder: string;
let config: TrainingConfig;

beforeAll(() => {
  execFileSync(process.execPath, [main('tools/build.mjs'), 'engine'], { stdio: 'ignore' });
  folder = mkdtempSync(join(tmpdir(), 'convsheet-training-'));
  const [images, labels] = [join(folder, 'images'), join(folder, 'labels')];
  const { bytes, classes } = testDigits();
  const count = 1600;
  writeFileSync(images, idx([count, DIGIT_SIZE, DIGIT_SIZE], bytes));
  writeFileSync(labels, idx([count], classes));
  writeFileSync(join(folder, 'small.convsheet'), writeWorkbook(smallWorkbook()));
  config = smallConfig({ data: { ...digitChoice, source: { kind: 'idx', images, labels } }, epochs: 60 });
});
afterAll(() => rmSync(folder, { recursive: true }));

const open: Supervisor[] = [];
afterEach(async () => {
  for (const supervisor of open.splice(0)) await supervisor.close({ keep: false });
});

/** An IDX file of bytes, as far as these are needed. */
function idx(shape: number[], bytes: Uint8Array): Uint8Array {
  const head = Buffer.alloc(4 + 4 * shape.length);
  head.writeUInt32BE(0x0800 + shape.length);
  shape.forEach((size, axis) => head.writeUInt32BE(size, 4 + 4 * axis));
  return Buffer.concat([
    head,
    bytes.subarray(
      0,
      shape.reduce((product, size) => product * size, 1),
    ),
  ]);
}

/** The small network, with the run under way. */
async function train(name: string) {
  const works = mkdtempSync(join(folder, `${name}-`));
  let last: Events['run']['state'] | undefined;
  const notices: string[] = [];
  /** Of each restart, the steps that were made before it and are made again. */
  const repeated: number[] = [];
  const supervisor = createSupervisor({
    start: nodeEngine(program, { ...process.env, CONVSHEET_CHECKPOINT_EVERY: '100' }),
    folder: works,
    onEvent(event, data) {
      if (event === 'run') last = (data as Events['run']).state;
      if (event === 'notice') notices.push((data as Events['notice']).sentence);
      if (event === 'workbook') repeated.push(last!.step - (data as Events['workbook']).run!.step);
    },
  });
  open.push(supervisor);
  const path = join(folder, 'small.convsheet');
  await supervisor.open({ from: 'file', path }, { name: 'small', path });
  await supervisor.request('train', { id: 'run1', name: 'Run 1', config, start: 'initial' });
  return {
    supervisor,
    works,
    notices,
    repeated,
    step: () => last?.step ?? 0,
    async ended() {
      while ((await supervisor.request('getWorkbook', {})).runs.length === 0) await pause(50);
      const { bytes } = await supervisor.request('bytes', {});
      return readWorkbook(bytes, 'small');
    },
  };
}

test('a run whose engine is killed 20 times at random moments ends bit for bit as an undisturbed one', async () => {
  const undisturbed = await (await train('undisturbed')).ended();
  const run = await train('killed');
  const random = createRandom(20);
  for (let kill = 0; kill < 20; kill++) {
    const reached = run.step();
    // Every fourth comes while the engine is starting again.
    if (kill % 4 !== 3) while (run.step() <= reached) await pause(5);
    await pause(400 * random.uniform());
    while (run.supervisor.enginePid === undefined) await pause(1);
    process.kill(run.supervisor.enginePid, 'SIGKILL');
  }
  const disturbed = await run.ended();

  for (const [tensor, values] of undisturbed.values) expect(disturbed.values.get(tensor)).toEqual(values);
  expect(disturbed.memory).toEqual(undisturbed.memory);
  expect(disturbed.runs![0].points).toEqual(undisturbed.runs![0].points);
  // 15 kills met a run under way, the others may have met an engine that was only starting.
  expect(run.repeated.length).toBeGreaterThanOrEqual(15);
  // Checkpoints come every 100 ms here, and a step takes 2 ms or more.
  expect(Math.max(...run.repeated)).toBeLessThan(150);
  expect(run.notices.at(-1)).toMatch(
    /^The calculation stopped and was restarted\. .* Training goes on from step [\d,]+\.$/,
  );
  expect(disturbed.runs![0].notes.at(-1)!.sentence).toBe('Went on here after the engine was restarted.');
  // The result is in the journal, and the checkpoint is gone.
  const files = readdirSync(run.works);
  expect(files.filter(name => name.endsWith('.run'))).toEqual([]);
  const { requests } = readJournal(join(run.works, files.find(name => name.endsWith('.journal'))!))!;
  expect(requests.map(({ kind }) => kind)).toEqual(['load', 'train', 'finishRun']);
}, 120_000);
