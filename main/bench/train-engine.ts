/** Training in the app's own processes: the engine's memory, and how long an edit waits for its answer. */
import { fork } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Command, editCommand } from '../../shared/change.ts';
import type { DataChoice } from '../../shared/data.ts';
import { initialValues } from '../../shared/initial-values.ts';
import { describeTensors, type NetworkSpec, type TensorId } from '../../shared/network.ts';
import type { Args, Events } from '../../shared/protocol.ts';
import { createRandom } from '../../shared/random.ts';
import { type Caller, createCaller } from '../../shared/rpc.ts';
import { networkTemplates } from '../../shared/templates.ts';
import { defaultConfig, LARGE } from '../../shared/training-defaults.ts';
import { countHandles, startBackend } from '../engine/backend/backend.ts';
import { writeWorkbook } from '../files/convsheet.ts';
import { engineOptions } from '../shells/engine-link.ts';
import { connectClient, startApp } from './app.ts';
import { type Result, round, summarize } from './results.ts';
import { createBenchTrainer } from './train-networks.ts';
import { digits, type LargeTarget, type TrainTarget, withTarget } from './train-target.ts';

const FLAT_STEPS = 2000;
/** After this many steps all memory that is kept has been allocated. */
const WARM_STEPS = 200;
const EVERY = 100;
const EDITS = 150;
const PHOTOS = 10_000;
const PHOTO_STEPS = 50;
/** The same for a network whose batches take long. */
const WARM_LARGE_STEPS = 10;
const { batchSize: BATCH } = LARGE;
const PHOTO_CLASSES = ['day', 'night'];

/** Megabytes of the engine process while it trains lenet on the 60,000 digits, and how much they and the number of its
 *  tensors grow over 2,000 batches. Also the megabytes with 10,000 photos. */
export async function* benchTrainMemory(): AsyncIterable<Result> {
  yield await tensorsOverSteps();
  yield* await memoryOnDigits();
  yield await memoryOnPhotos();
}

async function tensorsOverSteps(): Promise<Result> {
  await startBackend();
  const trainer = createBenchTrainer('wasm', (WARM_STEPS + FLAT_STEPS) / EVERY);
  const counts: number[] = [];
  while (!trainer.end) {
    trainer.advance();
    if (trainer.step >= WARM_STEPS && trainer.step % EVERY === 0) counts.push(countHandles());
  }
  trainer.dispose();
  return { ...summarize('train-memory/tensors', counts, 'tensors'), maximum: Math.max(...counts) };
}

async function memoryOnDigits(): Promise<Result[]> {
  const engine = startEngine();
  try {
    await engine.caller.send('load', { from: 'template', template: 'lenet' });
    await engine.caller.send('train', runOf({ ...digits }, 4));
    const [early, late]: [number[], number[]] = [[], []];
    while (engine.step() < WARM_STEPS + FLAT_STEPS) {
      await pause(EVERY);
      const step = engine.step();
      const { now } = await engine.memory();
      if (step >= WARM_STEPS && step < 2 * WARM_STEPS) early.push(now);
      if (step >= FLAT_STEPS) late.push(now);
    }
    const { most } = await engine.memory();
    return [
      { ...summarize('train-memory/digits', [most], 'MB') },
      { ...summarize('train-memory/digits-after-200-batches', early, 'MB') },
      { ...summarize('train-memory/digits-after-2000-batches', late, 'MB') },
    ];
  } finally {
    engine.stop();
  }
}

/** Memory with photos of 500×400 from a folder of JPEG files, scaled to 64×64. */
async function memoryOnPhotos(): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'convsheet-bench-'));
  const engine = startEngine();
  try {
    const photos = join(folder, 'photos');
    await makePhotos(photos);
    const shape: DataChoice['shape'] = [64, 64, 3];
    const network = networkTemplates['resnet-tiny'](shape, PHOTO_CLASSES.length);
    const path = join(folder, 'photos.convsheet');
    await writeFile(path, photoWorkbook(network));
    await engine.caller.send('load', { from: 'file', path });
    await engine.caller.send('train', runOf({ ...digits, source: { kind: 'folders', path: photos }, shape }, 1));
    await until(() => engine.step() >= PHOTO_STEPS);
    const { most } = await engine.memory();
    return summarize('train-memory/photos', [most], 'MB');
  } finally {
    engine.stop();
    await rm(folder, { recursive: true });
  }
}

function photoWorkbook(network: NetworkSpec): Uint8Array {
  const values = initialValues(network, createRandom(1));
  for (const { id, role, size } of describeTensors(network))
    if (role !== 'computed' && !values.has(id)) values.set(id, new Float32Array(size));
  return writeWorkbook({ network, classes: PHOTO_CLASSES, source: { kind: 'typed' }, values });
}

/** Makes different images of the size of photos: a few shades that run into each other, with noise. */
async function makePhotos(folder: string): Promise<void> {
  const { default: sharp } = await import('sharp');
  const random = createRandom(1);
  const noise = Buffer.from(Uint8Array.from({ length: 500 * 400 * 3 }, () => random.uniform() * 40));
  for (const name of PHOTO_CLASSES) await mkdir(join(folder, name), { recursive: true });
  const make = async (n: number) => {
    const shades = Buffer.from(Uint8Array.from({ length: 5 * 4 * 3 }, () => random.uniform() * 215));
    const picture = await sharp(shades, { raw: { width: 5, height: 4, channels: 3 } })
      .resize(500, 400, { kernel: 'cubic' })
      .raw()
      .toBuffer();
    for (let i = 0; i < picture.length; i++) picture[i] = Math.min(255, picture[i] + noise[i]);
    const path = join(folder, PHOTO_CLASSES[n % PHOTO_CLASSES.length], `${n}.jpg`);
    await sharp(picture, { raw: { width: 500, height: 400, channels: 3 } })
      .jpeg({ quality: 85 })
      .toFile(path);
  };
  for (let n = 0; n < PHOTOS; n += 4) await Promise.all([n, n + 1, n + 2, n + 3].map(make));
}

/** Sends edits of a cell ten times a second through the whole app while it trains lenet or a large network, and
 *  measures the time until the answer. Also yields the time of a batch. */
export async function* benchTrainLatency(network?: LargeTarget): AsyncIterable<Result> {
  yield* withTarget(network ?? 'lenet', target =>
    latencyOn(target, network ? `train-latency/${network}` : 'train-latency', network ? WARM_LARGE_STEPS : WARM_STEPS),
  );
}

async function* latencyOn({ open, data, kernel }: TrainTarget, name: string, warm: number): AsyncIterable<Result> {
  const app = await startApp(open);
  let step = 0;
  const batches: number[] = [];
  try {
    const client = await connectClient(app, (event, data) => {
      if (event !== 'run') return;
      const { state } = data as Events['run'];
      step = state.step;
      if (state.samplesPerSecond) batches.push((1000 * BATCH) / state.samplesPerSecond);
    });
    const { caller } = client;
    const { structure } = (await caller.send('hello', {})).workbook;
    await caller.send('train', runOf(data, 100));
    await until(() => step >= warm);
    const times: number[] = [];
    for (let n = 0; n < EDITS; n++) {
      await pause(EVERY);
      const sent = performance.now();
      await caller.send('change', { structure, ...editOf(kernel, n) });
      times.push(performance.now() - sent);
    }
    await caller.send('controlRun', { action: 'stop' });
    client.close();
    yield { ...summarize(`${name}/edit`, times), maximum: round(Math.max(...times)) };
    yield summarize(`${name}/batch`, batches);
  } finally {
    await app.stop();
  }
}

function editOf(tensor: TensorId, n: number): Command {
  return editCommand('bench', [{ tensor, indices: Uint32Array.of(0), values: Float32Array.of((n % 7) / 8) }]);
}

function runOf(data: DataChoice, epochs: number): Args<'train'> {
  return { id: 'bench', name: 'bench', config: { ...defaultConfig(data), epochs }, start: 'initial' };
}

/** The engine in a process of its own, as the app starts it. */
function startEngine() {
  const child = fork(fileURLToPath(new URL('engine-process.mjs', import.meta.url)), [], {
    serialization: 'advanced',
    execArgv: engineOptions,
  });
  let step = 0;
  const caller: Caller = createCaller(
    frame => child.send(frame),
    (event, data) => {
      if (event === 'run') ({ step } = (data as Events['run']).state);
    },
  );
  child.on('message', message => caller.receive(message as Uint8Array));
  return {
    caller,
    step: () => step,
    memory: () => memoryOf(child.pid!),
    stop: () => void child.kill('SIGKILL'),
  };
}

async function until(done: () => boolean): Promise<void> {
  while (!done()) await pause(EVERY);
}

/** Megabytes of main memory that a process has, and the most it has had. Only on Linux. */
async function memoryOf(pid: number): Promise<{ now: number; most: number }> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const of = (name: string) => Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)![1]) / 1024;
  return { now: of('VmRSS'), most: of('VmHWM') };
}
