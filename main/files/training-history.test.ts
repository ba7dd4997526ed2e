import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import { expect, test } from 'vitest';
import { english } from '../../shared/messages/render.ts';
import { type TensorId, trainedTensors } from '../../shared/network.ts';
import { createRandom } from '../../shared/random.ts';
import type { BackendName, RunRecord } from '../../shared/training.ts';
import { defaultConfig } from '../../shared/training-defaults.ts';
import type { TrainingMemory, Workbook } from '../../shared/workbook.ts';
import { digitChoice, smallNetwork, smallWorkbook } from '../engine/data/testing/small-digits.ts';
import { readWorkbook, writeWorkbook } from './convsheet.ts';
import { historyFiles } from './training-history.ts';

const HEADER = 'workbook.json';
const run: RunRecord = {
  id: 'run-1',
  name: 'First run',
  started: '2025-03-14T09:26:53.589Z',
  config: defaultConfig(digitChoice),
  start: 'initial',
  dataName: 'digits',
  classes: ['0', '1'],
  loss: 'crossEntropy',
  stepsPerEpoch: 2,
  points: [{ step: 1, loss: 0.1 + 0.2, metric: 1 / 3, learningRate: 1e-7 }],
  epochs: [{ epoch: 1, step: 2, loss: 0.5, metric: 0.25, validationLoss: 0.6, validationMetric: 0.2, seconds: 1.5 }],
  notes: [{ step: 1, sentence: 'Paused.' }],
  seconds: 3.25,
  end: 'finished',
};

function trained(): Workbook {
  const workbook = smallWorkbook();
  const random = createRandom(1);
  const slots = new Map(
    trainedTensors(workbook.network).flatMap(({ id, size }) =>
      ['momentum', 'velocity'].map(name => [`${id}/${name}`, Float32Array.from({ length: size }, random.normal)]),
    ),
  );
  const parameters = new Map(
    [...workbook.values]
      .filter(([id]) => !/^(input|softmax)\//.test(id))
      .map(([id, values]) => [id, values.map(one => one / 2)]),
  );
  const place = {
    step: 7,
    epoch: 3,
    position: 1,
    validating: false,
    samples: 224,
    firstEpoch: 0,
    epochTotals: { count: 32, loss: 0.1 + 0.2, metric: 1 / 3, seconds: 0.5 },
    best: { epoch: 2, loss: 0.25, parameters },
    mean: { count: 2, parameters },
    images: { training: 64, validation: 16 },
  };
  const memory: TrainingMemory = { run: 'run-2', optimizer: 'adam', step: 7, epochs: 4, slots, place };
  return { ...workbook, runs: [run, { ...run, id: 'run-2' }], memory };
}

test('runs and the optimizer’s memory go through a file bit for bit', () => {
  const bytes = writeWorkbook(trained());
  const read = readWorkbook(bytes, 'trained.convsheet');
  expect(read.runs).toEqual(trained().runs);
  expect(read.memory).toEqual(trained().memory);
  expect(Buffer.compare(writeWorkbook(read), bytes)).toBe(0);
});

const weightsAt = (...steps: number[]) =>
  steps.map(step => ({
    step,
    values: new Map<TensorId, Float32Array>([
      ['conv/kernel', Float32Array.of(step, 0.1)],
      ['conv/bias', Float32Array.of(-step)],
    ]),
  }));
const kept = (): Workbook => ({
  ...trained(),
  runs: [
    { ...run, layers: smallNetwork.layers, weights: weightsAt(0, 4, 7) },
    { ...run, id: 'run-2' },
  ],
});

test('the weights that runs have kept go through a file bit for bit; those that no file can hold are left out', () => {
  const bytes = writeWorkbook(kept());
  expect(readWorkbook(bytes, 'kept.convsheet').runs).toEqual(kept().runs);
  expect(Buffer.compare(writeWorkbook(readWorkbook(bytes, 'kept.convsheet')), bytes)).toBe(0);
  const earlier = { ...kept(), runs: [{ ...run, weights: weightsAt(0, 4) }] };
  expect(readWorkbook(writeWorkbook(earlier), 'earlier.convsheet').runs).toEqual(earlier.runs);
  const endless = weightsAt(0, Number.NaN);
  const uneven = [...weightsAt(0), { step: 1, values: new Map<TensorId, Float32Array>() }];
  for (const weights of [endless, uneven, []]) {
    const read = readWorkbook(writeWorkbook({ ...kept(), runs: [{ ...kept().runs![0], weights }] }), 'odd.convsheet');
    expect(read.runs).toEqual([run]);
  }
  const large = [{ step: 0, values: new Map<TensorId, Float32Array>([['conv/kernel', new Float32Array(9000)]]) }];
  const { json, tensors } = historyFiles({ ...smallWorkbook(), runs: [{ ...run, weights: large }] }, 30_000);
  expect([strFromU8(json!).includes('weights'), tensors.size]).toEqual([false, 0]);
});

test('a run of an engine that is no more is one of wasm', () => {
  const config = { ...run.config, backend: 'onnx' as BackendName };
  const bytes = writeWorkbook({ ...trained(), runs: [{ ...run, config }], setup: { ...config, start: 'here' } });
  const { runs, setup } = readWorkbook(bytes, 'onnx.convsheet');
  expect([runs![0].config.backend, setup!.backend]).toEqual(['wasm', 'wasm']);
});

test('a file keeps how images were fitted without its runs, and what tells a run’s images apart (faults 2, 6)', () => {
  const { runs: _runs, memory, ...workbook } = trained();
  expect(readWorkbook(writeWorkbook(workbook), 'plain.convsheet')).not.toHaveProperty('fit');
  expect(readWorkbook(writeWorkbook({ ...workbook, fit: 'crop' }), 'cropped.convsheet')).toMatchObject({ fit: 'crop' });
  const images = { ...memory!.place!.images, digest: 'a1'.repeat(16) };
  const cut = { ...memory!, place: { ...memory!.place!, images } };
  expect(readWorkbook(writeWorkbook({ ...workbook, memory: cut }), 'cut.convsheet').memory).toEqual(cut);
  const { [HEADER]: header, ...rest } = unzipSync(writeWorkbook(workbook));
  const odd = { ...(JSON.parse(strFromU8(header)) as object), fit: 'squeeze' };
  const bytes = zipSync({ [HEADER]: strToU8(JSON.stringify(odd)), ...rest });
  expect(() => readWorkbook(bytes, 'odd.convsheet')).toThrow('odd.convsheet is damaged');
});

test('a workbook that was never trained makes the same bytes with and without an empty list of runs', () => {
  const plain = writeWorkbook(smallWorkbook());
  expect(Buffer.compare(writeWorkbook({ ...smallWorkbook(), runs: [] }), plain)).toBe(0);
  expect(Object.keys(unzipSync(plain)).filter(name => !name.startsWith('tensors/'))).toEqual(['workbook.json']);
  expect(readWorkbook(plain, 'plain.convsheet')).not.toHaveProperty('runs');
});

test('whatever a run recorded, its file opens again: no number is left out, long sentences are cut', () => {
  const [point] = run.points;
  const [epoch] = run.epochs;
  const { memory, ...workbook } = trained();
  const odd: RunRecord = {
    ...run,
    dataName: 'd'.repeat(2000),
    points: [point, { ...point, step: 2, loss: Number.NaN }],
    epochs: [
      { ...epoch, validationLoss: undefined, validationMetric: undefined },
      { ...epoch, epoch: 2, validationLoss: Number.POSITIVE_INFINITY },
    ],
    notes: [{ step: 1, sentence: 'n'.repeat(3000) }],
    sentence: 's'.repeat(3000),
  };
  const slots = new Map(memory!.slots);
  slots.get('conv/kernel/velocity')![3] = Number.POSITIVE_INFINITY;
  const bytes = writeWorkbook({ ...workbook, runs: [odd], memory: { ...memory!, slots } });
  const read = readWorkbook(bytes, 'odd.convsheet');
  expect(read.values).toEqual(workbook.values);
  expect(read.memory).toBeUndefined();
  const [kept] = read.runs!;
  expect(kept.points).toEqual([point]);
  expect(kept.epochs.map(each => each.epoch)).toEqual([1]);
  expect([kept.dataName, english(kept.notes[0].sentence), english(kept.sentence!)].map(({ length }) => length)).toEqual(
    [1000, 2000, 2000],
  );
});

/** The sentence about a file in which one entry was changed. */
function refusal(entry: string, change: (text: string) => string, workbook = trained()): string {
  const entries = unzipSync(writeWorkbook(workbook));
  entries[entry] = strToU8(change(strFromU8(entries[entry])));
  try {
    readWorkbook(zipSync(entries), 'changed.convsheet');
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('the file was opened');
}

test('damaged runs are refused with a sentence that names what is wrong', () => {
  expect(refusal('runs.json', () => '[{')).toMatch(/runs\.json in it can't be read/);
  expect(refusal('runs.json', text => text.replace('"finished"', '"exploded"'))).toMatch(
    /its runs\.json has something else where 0\.end belongs/,
  );
  expect(refusal('runs.json', text => text.replace('"epochs":5', '"epochs":-5'))).toMatch(/0\.config\.epochs/);
  expect(refusal('runs.json', text => text.replace('"loss":0.5', '"loss":"much"'))).toMatch(/0\.epochs\.0\.loss/);
  const ofWeights = (change: (text: string) => string) => refusal('runs.json', change, kept());
  expect(ofWeights(text => text.replace('[0,4,7]', '[0,4]'))).toMatch(/runs\/0\.bin in it has 36 bytes instead of 24/);
  expect(ofWeights(text => text.replace('[0,4,7]', '[0,-4,7]'))).toMatch(/0\.weights\.steps\.1/);
  expect(ofWeights(text => text.replace('"kind":"relu"', '"kind":"gone"'))).toMatch(/0\.weights\.layers\.2\.kind/);
  expect(ofWeights(text => text.replace('"size":2', '"size":2000000000'))).toMatch(/where weights belongs/);
  // A hundred times two thousand empty arrays.
  const steps = JSON.stringify(Array.from({ length: 100 }, (_, step) => step));
  const empty = `${'{"tensor":"a","size":0},'.repeat(1999)}{"tensor":"a","size":0}`;
  expect(ofWeights(text => text.replace('[0,4,7]', steps).replace(/("tensors":\[)[^\]]*\]/, `$1${empty}]`))).toMatch(
    /where weights belongs/,
  );
  expect(refusal('runs/0.bin', text => text.slice(4), kept())).toMatch(/runs\/0\.bin in it has/);
});

test('a damaged memory is refused with a sentence that names what is wrong', () => {
  const header = (change: (text: string) => string) => refusal('workbook.json', change);
  expect(header(text => text.replace('conv/kernel/momentum', 'conv/nosuch/momentum'))).toMatch(
    /its network has no place for conv\/nosuch\/momentum/,
  );
  expect(header(text => text.replace('conv/kernel/momentum', 'conv/kernel/velocity'))).toMatch(
    /no place for conv\/kernel\/velocity/,
  );
  expect(header(text => text.replace('memory/0.bin', 'memory/nosuch.bin'))).toMatch(/memory\/nosuch\.bin/);
  const best = (change: (text: string) => string) => header(text => text.replace(/"best"[^]*/, change));
  expect(best(text => text.replace('conv/kernel', 'conv/nosuch'))).toMatch(/its network has no place for conv\/nosuch/);
  expect(best(text => text.replace('conv/kernel', 'conv/bias'))).toMatch(/no place for conv\/bias/);
  expect(refusal('memory/0.bin', text => text.slice(4))).toMatch(/memory\/0\.bin in it has/);
});

test('long names are cut, and a run that could not be read again is left out', () => {
  const { memory: _memory, ...workbook } = trained();
  const long: RunRecord = { ...run, name: 'n'.repeat(300), classes: ['c'.repeat(1200), '1'] };
  const odd: RunRecord = { ...run, id: 'no id', stepsPerEpoch: 0.5 };
  const source = { kind: 'image', name: 'i'.repeat(3000) } as const;
  const classes = workbook.classes.with(3, 'c'.repeat(300));
  const read = readWorkbook(writeWorkbook({ ...workbook, source, classes, runs: [long, odd] }), 'long.convsheet');
  expect(read.runs).toEqual([{ ...long, name: 'n'.repeat(200), classes: ['c'.repeat(1000), '1'] }]);
  expect(read.source).toEqual({ kind: 'image', name: 'i'.repeat(1000) });
  expect(read.classes[3]).toBe('c'.repeat(200));
});

test('a file of an earlier version, which doesn’t say whose memory it has, can be opened', () => {
  const { run: _run, place: _place, ...before } = trained().memory!;
  const read = readWorkbook(writeWorkbook({ ...trained(), memory: before }), 'before.convsheet');
  expect(read.memory).toEqual(before);
});

test('a memory of another network, as undoing a run leaves it, is no part of a file, which can be opened', () => {
  const { memory, ...workbook } = trained();
  for (const changed of [
    { ...memory!, slots: new Map([...memory!.slots, ['scores/kernel/momentum', new Float32Array(26 * 144)]]) },
    {
      ...memory!,
      place: {
        ...memory!.place!,
        best: { epoch: 1, loss: 1, parameters: new Map([['scores/kernel', new Float32Array(26 * 144)]] as const) },
      },
    },
  ]) {
    const read = readWorkbook(writeWorkbook({ ...workbook, memory: changed }), 'undone.convsheet');
    expect(read.memory).toBeUndefined();
    expect(read.values).toEqual(workbook.values);
  }
});

test('of more runs than fit, the oldest are left out', () => {
  const points = Array.from({ length: 100_000 }, (_, step) => ({
    step,
    loss: Math.random(),
    metric: Math.random(),
    learningRate: Math.random(),
  }));
  const runs = Array.from({ length: 4 }, (_, i) => ({ ...run, id: `run-${i}`, points }));
  const read = readWorkbook(writeWorkbook({ ...smallWorkbook(), runs }), 'long.convsheet');
  expect(read.runs!.map(({ id }) => id)).toEqual(['run-2', 'run-3']);
});

test('a memory that a file has no room for is left out, and that is told (fault 28)', () => {
  const workbook = trained();
  expect(historyFiles(workbook, 2 ** 30)).toMatchObject({ memoryLeftOut: false, memory: { optimizer: 'adam' } });
  const { json, memory, memoryLeftOut } = historyFiles(workbook, 100);
  expect([json, memory, memoryLeftOut]).toEqual([undefined, undefined, true]);
});
