/** What the app opens and trains in the benchmarks of a run in its own processes. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DataChoice } from '../../shared/data.ts';
import { workbookOf } from '../../shared/new-workbook.ts';
import { type NetworkSpec, trainedTensors, type TensorId } from '../../shared/network.ts';
import { createRandom } from '../../shared/random.ts';
import { networkTemplates } from '../../shared/templates.ts';
import { defaultConfig } from '../../shared/training-defaults.ts';
import { writeWorkbook } from '../files/convsheet.ts';
import { benchNetworks, randomImages } from './train-networks.ts';

export const digits: DataChoice = {
  source: { kind: 'named', name: 'digits' },
  shape: [28, 28, 1],
  fit: 'stretch',
  validation: 0,
  test: 0,
  seed: 1,
};

export type TrainTarget = {
  /** What is opened: a template, or the path of a file. */
  open: string;
  data: DataChoice;
  /** A kernel that is trained. */
  kernel: TensorId;
};

/** The networks of train-networks.ts for which a batch takes longest. */
export const largeTargets = ['vgg-small', 'photos'] as const;
export type LargeTarget = (typeof largeTargets)[number];

/** How many images the large networks train on, and the share that validates them. */
const IMAGES = 704;
const VALIDATION = 0.1;

/** Lets `work` use a template with the digits, or a large network with random images. */
export async function* withTarget<Result>(
  name: 'lesson3' | 'lenet' | LargeTarget,
  work: (target: TrainTarget) => AsyncIterable<Result>,
): AsyncIterable<Result> {
  if (name === 'lesson3' || name === 'lenet') {
    const kernel = firstKernel(networkTemplates[name]([28, 28, 1], 10));
    yield* work({ open: name, data: digits, kernel });
    return;
  }
  const folder = await mkdtemp(join(tmpdir(), 'convsheet-bench-'));
  try {
    yield* work(await writeTarget(name, folder));
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Writes a workbook, with the set-up for its images in it, and the images as IDX files. */
async function writeTarget(name: LargeTarget, folder: string): Promise<TrainTarget> {
  const { network, shape } = benchNetworks[name];
  const { bytes, labels, classes } = randomImages(createRandom(1), shape, IMAGES);
  const [open, images, answers] = ['network.convsheet', 'images.idx', 'labels.idx'].map(each => join(folder, each));
  await writeFile(images, [idxHeader([IMAGES, ...shape]), bytes]);
  await writeFile(answers, [idxHeader([IMAGES]), labels]);
  const source = { kind: 'idx' as const, images, labels: answers };
  const data: DataChoice = { ...digits, source, shape, validation: VALIDATION };
  const setup = { ...defaultConfig(data), epochs: 100, start: 'initial' as const };
  await writeFile(open, writeWorkbook({ ...workbookOf(network, { classes }), setup }));
  return { open, data, kernel: firstKernel(network) };
}

const firstKernel = (network: NetworkSpec) => trainedTensors(network).find(({ name }) => name === 'kernel')!.id;

/** The beginning of an IDX file of bytes. */
function idxHeader(shape: readonly number[]): Uint8Array {
  const header = new DataView(new ArrayBuffer(4 + 4 * shape.length));
  header.setUint8(2, 8);
  header.setUint8(3, shape.length);
  for (const [axis, size] of shape.entries()) header.setUint32(4 + 4 * axis, size);
  return new Uint8Array(header.buffer);
}
