import type { DataChoice, DataSet } from '../../shared/data.ts';
import { initialValues } from '../../shared/initial-values.ts';
import { messages } from '../../shared/messages.ts';
import { createRandom, type Random } from '../../shared/random.ts';
import type { BackendName } from '../../shared/training.ts';
import { defaultConfig } from '../../shared/training-defaults.ts';
import { startBackend } from '../engine/backend/backend.ts';
import { chain } from '../engine/oracle/example-network.ts';
import { loadNative, nativeAvailable } from '../engine/backend/native.ts';
import { createTrainer, type Trainer } from '../engine/training/trainer.ts';
import { quantile, type Result, round, summarize } from './results.ts';
import { type Round, startPeer } from './peer.ts';

/** Rounds in which our engines and the peers take turns, so that a busy moment of the machine affects all. */
const ROUNDS = 9;
const STEPS = 100;
export const BATCH = 64;
const SAMPLES = STEPS * BATCH;
const SHAPE = [28, 28, 1] as const;
const CLASSES = 10;

type Contender = { name: string; round(): Round | Promise<Round>; close(): void | Promise<void> };

/** Trains the same network (two convolutions, pool, dense) on the same number of random images in batches of 64 with
 *  Adam. Ours train as in the app, including the reading of bytes and the recording. Keras uses model.fit; Keras and
 *  PyTorch use two threads. */
export async function* benchTrain(): AsyncIterable<Result> {
  await startBackend();
  const native = nativeAvailable();
  if (native) await loadNative();
  else process.stderr.write(`${messages.native.absent}\n`);
  const ours = [openTrainer('wasm'), ...(native ? [openTrainer('tensorflow')] : [])];
  const peers: Contender[] = [];
  for (const name of ['keras', 'pytorch'] as const) {
    const peer = await startPeer(name);
    if (peer) peers.push(peer);
    else process.stderr.write(`${messages.trainCommand.noPeer(name)}\n`);
  }
  const all = [...ours, ...peers];
  const rounds = new Map(all.map(contender => [contender, [] as Round[]]));
  try {
    // Our first round compiles and allocates. The peers have made such a round before they say that they are ready.
    for (const contender of ours) await contender.round();
    for (let n = 0; n < ROUNDS; n++) for (const contender of all) rounds.get(contender)!.push(await contender.round());
  } finally {
    for (const contender of all) await contender.close();
  }

  for (const contender of ours) {
    const own = rounds.get(contender)!;
    const name = `train/${contender.name}`;
    const cpuSeconds = cpuOf(own);
    if (peers.length === 0) yield { ...summarize(name, own.map(speed), 'samples/s'), cpuSeconds };
    for (const peer of peers) {
      const theirs = rounds.get(peer)!;
      const versus = { name: peer.name, values: theirs.map(speed) };
      yield {
        ...summarize(name, own.map(speed), 'samples/s', versus),
        cpuSeconds,
        peerCpuSeconds: cpuOf(theirs),
      };
    }
  }
}

const speed = ({ seconds }: Round) => SAMPLES / seconds;
const cpuOf = (rounds: readonly Round[]) =>
  round(
    quantile(
      rounds.map(({ cpuSeconds }) => cpuSeconds),
      0.5,
    ),
  );

/** The app's own training loop on one of its engines. */
function openTrainer(backend: BackendName): Contender {
  const trainer = createBenchTrainer(backend, ROUNDS + 1);
  return {
    name: backend,
    round() {
      const [start, cpu] = [performance.now(), process.cpuUsage()];
      for (let step = 0; step < STEPS; step++) trainer.advance();
      const { user, system } = process.cpuUsage(cpu);
      return { seconds: (performance.now() - start) / 1000, cpuSeconds: (user + system) / 1e6 };
    },
    close: () => trainer.dispose(),
  };
}

/** A run of `rounds` rounds with images of 28×28×1 and ten classes. The backend has to be started. */
export function createBenchTrainer(backend: BackendName, rounds: number, network = ownNetwork): Trainer {
  const random = createRandom(1);
  const data = randomImages(random);
  const config = { ...defaultConfig(CHOICE), backend, epochs: rounds, batchSize: BATCH };
  return createTrainer({ network, parameters: initialValues(network, random), data, config });
}

const conv = { kind: 'conv2d', kernelSize: [3, 3], strides: [1, 1], padding: 'valid', useBias: true } as const;
const ownNetwork = chain(
  { kind: 'input', shape: [...SHAPE] },
  { ...conv, filters: 8 },
  { kind: 'relu' },
  { ...conv, filters: 16 },
  { kind: 'maxPool2d', poolSize: [2, 2], strides: [2, 2], padding: 'valid' },
  { kind: 'flatten' },
  { kind: 'dense', units: CLASSES, useBias: true },
  { kind: 'softmax' },
);

/** The choice of images in the set-up. Nothing reads it. */
const CHOICE: DataChoice = {
  source: { kind: 'named', name: 'digits' },
  shape: [...SHAPE],
  fit: 'stretch',
  validation: 0,
  test: 0,
  seed: 1,
};

function randomImages(random: Random): DataSet {
  const byte = (most: number) => Math.floor(random.uniform() * most);
  return {
    name: 'random',
    shape: SHAPE,
    classes: Array.from({ length: CLASSES }, (_, n) => String(n)),
    severalLabels: false,
    count: SAMPLES,
    bytes: Uint8Array.from({ length: SAMPLES * SHAPE[0] * SHAPE[1] }, () => byte(256)),
    labels: Uint8Array.from({ length: SAMPLES }, () => byte(CLASSES)),
    nameOf: String,
    split: {
      training: Uint32Array.from({ length: SAMPLES }, (_, n) => n),
      validation: new Uint32Array(),
      test: new Uint32Array(),
    },
    problems: [],
  };
}
