import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { strFromU8, strToU8, unzipSync, type Zippable, zipSync } from 'fflate';
import { afterAll, describe, expect, test } from 'vitest';
import { UserError } from '../../shared/errors.ts';
import { layerKinds } from '../../shared/layers/kinds.ts';
import { canHold, describeTensors, type NetworkSpec, parseNetwork } from '../../shared/network.ts';
import { createRandom, type Random } from '../../shared/random.ts';
import { randomNetwork } from '../../shared/testing/random-network.ts';
import { defaultConfig } from '../../shared/training-defaults.ts';
import type { Workbook } from '../../shared/workbook.ts';
import { digitChoice } from '../engine/data/testing/small-digits.ts';
import { readWorkbook, writeWorkbook } from './convsheet.ts';
import { openWorkbook } from './open.ts';

const folder = mkdtempSync(join(tmpdir(), 'convsheet-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('a workbook goes through a file', () => {
  test('bit for bit, whatever its network and values', () => {
    const kinds = new Set<string>();
    for (let seed = 1; seed <= 150; seed++) {
      const workbook = randomWorkbook(createRandom(seed));
      for (const { kind } of workbook.network.layers) kinds.add(kind);
      const bytes = writeWorkbook(workbook);
      const read = readWorkbook(bytes, 'random.convsheet');
      expect(bitsOf(read)).toEqual(bitsOf(workbook));
      expect(Buffer.compare(writeWorkbook(read), bytes)).toBe(0);
    }
    expect([...kinds].sort()).toEqual(Object.keys(layerKinds).sort());
  });

  test('also from bytes that stand at an odd place of a larger buffer', () => {
    const bytes = writeWorkbook(small());
    const larger = Buffer.alloc(bytes.length + 3);
    larger.set(bytes, 3);
    expect(bitsOf(readWorkbook(larger.subarray(3), 'small.convsheet'))).toEqual(bitsOf(small()));
  });

  test('with the advice that is not to be told again', () => {
    const bytes = writeWorkbook({ ...small(), hushed: ['unread pool', 'dead relu'] });
    expect(readWorkbook(bytes, 'small.convsheet').hushed).toEqual(['unread pool', 'dead relu']);
    expect(readWorkbook(writeWorkbook(small()), 'small.convsheet')).not.toHaveProperty('hushed');
  });

  test('with how its next run is set up; what cannot be read of that is left out, and nothing else (fault 19)', () => {
    const { data: _, ...config } = defaultConfig(digitChoice);
    const setup = {
      ...config,
      epochs: 9,
      augmentation: { ...config.augmentation, flip: true },
      start: 'here' as const,
    };
    const bytes = writeWorkbook({ ...small(), setup });
    expect(readWorkbook(bytes, 'small.convsheet').setup).toEqual(setup);
    const judging = { beta: 2, ordered: true as const, metric: '=SUM(actual)', thresholds: [0.25, 1] };
    const judged = readWorkbook(writeWorkbook({ ...small(), setup: { ...setup, judging } }), 'small.convsheet');
    expect(judged.setup).toEqual({ ...setup, judging });
    expect(readWorkbook(writeWorkbook(small()), 'small.convsheet')).not.toHaveProperty('setup');
    const entries = unzipSync(bytes);
    const header = JSON.parse(strFromU8(entries['workbook.json'])) as object;
    for (const other of [{ ...setup, epochs: -1 }, { ...setup, novel: true }, 7, null, []]) {
      const foreign = strToU8(JSON.stringify({ ...header, setup: other }));
      const read = readWorkbook(zipSync({ ...entries, 'workbook.json': foreign }), 'small.convsheet');
      expect(read).not.toHaveProperty('setup');
      expect(bitsOf(read)).toEqual(bitsOf(small()));
    }
  });

  test('also when another program has packed it more tightly', () => {
    const bytes = zipSync(unzipSync(writeWorkbook(small())), { level: 9 });
    expect(bitsOf(readWorkbook(bytes, 'small.convsheet'))).toEqual(bitsOf(small()));
  });

  test('and entries nobody asked for do no harm', () => {
    const bytes = zipSync({ ...unzipSync(writeWorkbook(small())), 'thumbnail.png': strToU8('not looked at') });
    expect(bitsOf(readWorkbook(bytes, 'small.convsheet'))).toEqual(bitsOf(small()));
  });
});

describe('a file that is not whole', () => {
  const bytes = writeWorkbook(small());

  test('is refused with a sentence wherever it was cut off', () => {
    for (let length = 0; length < bytes.length; length++) {
      expect(refusal(bytes.subarray(0, length))).toMatch(/^cut\.convsheet is /);
    }
  });

  test('is refused wherever a byte was changed, unless the byte means nothing', () => {
    const whole = bitsOf(small());
    let refused = 0;
    for (let at = 0; at < bytes.length; at++) {
      for (const change of [0x01, 0x80, 0xff]) {
        const changed = bytes.slice();
        changed[at] ^= change;
        const result = attempt(changed);
        if (typeof result === 'string') refused++;
        else expect(bitsOf(result)).toEqual(whole);
      }
    }
    expect(refused).toBeGreaterThan(bytes.length * 2);
  });
});

describe('a hostile or foreign file is refused with one sentence:', () => {
  const cases: [title: string, bytes: () => Uint8Array, sentence: RegExp][] = [
    ['an empty one', () => new Uint8Array(), /^cut\.convsheet is empty\./],
    ['text', () => strToU8('A;B;C\n1;2;3\n'), /is a text file, not a ConvSheet workbook\. Choose/],
    ['a picture', () => Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0), /is a picture, not/],
    ['a PDF', () => strToU8('%PDF-1.7\n%âãÏÓ'), /is a PDF document, not/],
    ['random bytes', () => Uint8Array.from({ length: 5000 }, (_, n) => (n * 7919) % 251), /of an unknown kind, not/],
    ['an Excel workbook', () => zipSync({ 'xl/workbook.xml': strToU8('<workbook/>') }), /is an Excel workbook, not/],
    ['another archive', () => zipSync({ 'readme.txt': strToU8('hello') }), /is another kind of archive, not/],
    ['an archive without entries', () => zipSync({}), /is another kind of archive, not/],
    ['another format', () => packed({ format: 'netron' }), /is another kind of archive, not/],
    ['a newer version', () => packed({ version: 4 }), /was made by a newer ConvSheet \(file version 4\)\. Install/],
    ['a version that is none', () => packed({ version: 'latest' }), /version in its workbook.json should be a whole/],
    ['a version before the first', () => packed({ version: 0 }), /version in its workbook.json should be a whole/],
    [
      'broken JSON',
      () => packed({}, { 'workbook.json': strToU8('{"format":"convsheet"') }),
      /not the JSON of a workbook/,
    ],
    ['deep JSON', () => packed({}, { 'workbook.json': strToU8('['.repeat(5e6)) }), /not the JSON of a workbook/],
    ['no network', () => packed({ network: undefined }), /: network is missing from its workbook\.json/],
    ['a network that is none', () => packed({ network: 7 }), /^cut\.convsheet can't be opened\. This is no network/],
    ['a network that cannot be', () => packed({ network: oversized }), /can't be opened\. The 9×9 kernel of conv /],
    ['no classes', () => packed({ classes: undefined }), /: classes is missing from its workbook\.json/],
    ['too few classes', () => packed({ classes: ['cat'] }), /names 1 classes, but its network ends in 3 scores/],
    ['an unknown source', () => packed({ source: { kind: 'camera' } }), /source\.kind in its workbook.json should be/],
    ['a digit before the first', () => packed({ source: { kind: 'digit', index: -1 } }), /source\.index in its/],
    ['a list of tensors that is none', () => packed({ tensors: {} }), /tensors in its workbook.json should be/],
    ['a tensor left out', () => packed({ tensors: listed().slice(1) }), /doesn't name input\/output/],
    [
      'a tensor too many',
      () => packed({ tensors: [...listed(), { ...listed()[0], tensor: 'x/bias' }] }),
      /for x\/bias/,
    ],
    ['a tensor twice', () => packed({ tensors: [...listed(), listed()[0]] }), /names input\/output twice/],
    [
      'two tensors in one place',
      () => packed({ tensors: listed().map(tensor => ({ ...tensor, file: 'tensors/0.bin' })) }),
      /names tensors\/0\.bin twice/,
    ],
    [
      'a computed tensor',
      () => packed({ tensors: [...listed(), { ...listed()[0], tensor: 'conv/output', file: 'tensors/1.bin' }] }),
      /no place for conv\/output/,
    ],
    [
      'another shape',
      () => packed({ tensors: listed().map(tensor => ({ ...tensor, shape: [1, 4, 4] })) }),
      /input\/output has the shape 1 × 4 × 4 instead of 4 × 4 × 1/,
    ],
    [
      'another type',
      () => packed({ tensors: listed().map(tensor => ({ ...tensor, type: 'float64' })) }),
      /tensors\.0\.type in its workbook.json should be "float32"/,
    ],
    ['a tensor without its numbers', () => packed({}, { 'tensors/0.bin': undefined }), /tensors\/0\.bin is missing/],
    ['too few numbers', () => packed({}, { 'tensors/1.bin': new Uint8Array(35) }), /35 bytes instead of 36/],
    ['too many numbers', () => packed({}, { 'tensors/1.bin': new Uint8Array(40) }), /40 bytes instead of 36/],
    [
      'a pixel that is no number',
      () => packed({}, { 'tensors/0.bin': floats(16, Number.NaN) }),
      /number 6 of input\/output is NaN, which no cell can hold/,
    ],
    [
      'a variance below 0',
      () => withParameter('norm/movingVariance', -0.5),
      /number 1 of norm\/movingVariance is -0.5, which no cell can hold/,
    ],
    ['a certain drop', () => withParameter('drop/rate', 1), /number 1 of drop\/rate is 1, which no cell can hold/],
    [
      'an infinite weight',
      () => packed({}, { 'tensors/1.bin': floats(9, Number.NEGATIVE_INFINITY) }),
      /number 6 of conv\/kernel is -Infinity/,
    ],
    [
      'an infinite expectation',
      () => packed({}, { [listed().at(-1)!.file]: floats(3, Number.POSITIVE_INFINITY) }),
      /of softmax\/actual is Infinity/,
    ],
    [
      'a path out of the file',
      () => packed({}, { '../../.bashrc': strToU8('x') }),
      /"\.\.\/\.\.\/\.bashrc", which points/,
    ],
    ['an absolute path', () => packed({}, { '/etc/passwd': strToU8('x') }), /"\/etc\/passwd", which points outside/],
    ['a path of Windows', () => packed({}, { 'C:\\x': strToU8('x') }), /which points outside/],
    ['an entry twice', () => renamed('tensors/1.bin', 'tensors/0.bin'), /it holds tensors\/0\.bin twice/],
    ['an encrypted one', () => patched({ flags: 1 }), /packed in a way ConvSheet doesn't read/],
    ['another compression', () => patched({ method: 12 }), /packed in a way ConvSheet doesn't read/],
    ['declared gigabytes', () => patched({ size: 0xfffffffe }), /what it unpacks to is larger than the 4 GiB/],
    ['a declared gigabyte', () => patched({ size: 0x7fffffff }), /would unpack to 2,147,48\d,\d{3} bytes, far more/],
    ['a bomb in the header', () => patched({ size: 20 }), /workbook\.json in it can't be read/],
    [
      'a bomb that tells its size',
      () => packed({}, { 'workbook.json': new Uint8Array(17 * 2 ** 20) }),
      /its workbook\.json is larger than the 16 MiB/,
    ],
    [
      'a bomb in a tensor',
      () => packed({}, { 'tensors/0.bin': new Uint8Array(64 * 2 ** 20) }),
      /has 67108864 bytes instead of 64/,
    ],
    [
      'ten thousand entries',
      () => zipSync(Object.fromEntries(Array.from({ length: 10_001 }, (_, n) => [`${n}.txt`, new Uint8Array()]))),
      /it holds 10001 entries, more than the 10000/,
    ],
  ];

  test.each(cases)('%s', (_title, bytes, sentence) => {
    const text = refusal(bytes());
    expect(text).toMatch(sentence);
    expect(text).toMatch(/^cut\.convsheet [^\n]{10,400}\.$/);
  });

  test('a file beyond 4 GiB, before it is read', async () => {
    const path = join(folder, 'huge.convsheet');
    writeFileSync(path, '');
    truncateSync(path, 4096 * 2 ** 20 + 1);
    await expect(openWorkbook(path)).rejects.toThrow(`${path} was refused: the file is larger than the 4 GiB`);
  });

  test('no file at all, a folder, a device', async () => {
    await expect(openWorkbook(join(folder, 'nowhere'))).rejects.toThrow(`There is no file ${folder}/nowhere.`);
    await expect(openWorkbook(folder)).rejects.toThrow(`${folder} is a folder.`);
    await expect(openWorkbook('/dev/zero')).rejects.toThrow('/dev/zero is no ordinary file.');
  });
});

/** 4×4 pixels → one 3×3 kernel → dense 3 → softmax: every kind of stored tensor in 1 kB. */
function small(): Workbook {
  const layer = (id: string, settings: object, ...inputs: string[]) => ({ id, name: id, inputs, ...settings });
  const network = parseNetwork({
    version: 1,
    layers: [
      layer('input', { kind: 'input', shape: [4, 4, 1] }),
      layer(
        'conv',
        { kind: 'conv2d', filters: 1, kernelSize: [3, 3], strides: [1, 1], padding: 'valid', useBias: true },
        'input',
      ),
      layer('flatten', { kind: 'flatten' }, 'conv'),
      layer('dense', { kind: 'dense', units: 3, useBias: false }, 'flatten'),
      layer('softmax', { kind: 'softmax' }, 'dense'),
    ],
  });
  return withRandomValues(network, createRandom(7), ['cat', 'dog', 'bird']);
}

const oversized = {
  ...small().network,
  layers: small().network.layers.map(layer => (layer.kind === 'conv2d' ? { ...layer, kernelSize: [9, 9] } : layer)),
};
type ListedTensor = { tensor: string; shape: number[]; type: string; file: string };
function listed(): ListedTensor[] {
  return (JSON.parse(header()) as { tensors: ListedTensor[] }).tensors;
}
function header(): string {
  return new TextDecoder().decode(unzipSync(writeWorkbook(small()))['workbook.json']);
}

/** A file in which the first variance of the batchNorm layer, or the rate of the dropout layer, is this value. */
function withParameter(tensor: 'norm/movingVariance' | 'drop/rate', value: number): Uint8Array {
  const network = parseNetwork({
    version: 1,
    layers: [
      { id: 'input', name: 'input', inputs: [], kind: 'input', shape: [2, 2, 2] },
      { id: 'norm', name: 'norm', inputs: ['input'], kind: 'batchNorm', epsilon: 1e-3, momentum: 0.99 },
      { id: 'drop', name: 'drop', inputs: ['norm'], kind: 'dropout' },
    ],
  });
  const workbook = withRandomValues(network, createRandom(1), []);
  workbook.values.get(tensor)![0] = value;
  return writeWorkbook(workbook);
}

/** The small workbook's file with other header fields and other entries (undefined removes one). */
function packed(fields: object, entries: Record<string, Uint8Array | undefined> = {}): Uint8Array {
  const text = JSON.stringify({ ...(JSON.parse(header()) as object), ...fields });
  const all = { ...unzipSync(writeWorkbook(small())), 'workbook.json': strToU8(text), ...entries };
  return zipSync(Object.fromEntries(Object.entries(all).filter(([, bytes]) => bytes)) as Zippable);
}

/** The small workbook's file with other numbers in the table of contents, for its first entry workbook.json. */
function patched({ flags, method, size }: { flags?: number; method?: number; size?: number }): Uint8Array {
  const bytes = writeWorkbook(small());
  const view = new DataView(bytes.buffer);
  const directory = view.getUint32(bytes.length - 22 + 16, true);
  if (flags !== undefined) view.setUint16(directory + 8, flags, true);
  if (method !== undefined) view.setUint16(directory + 10, method, true);
  if (size !== undefined) view.setUint32(directory + 24, size, true);
  return bytes;
}

function renamed(from: string, to: string): Uint8Array {
  return Buffer.from(Buffer.from(writeWorkbook(small())).toString('latin1').replaceAll(from, to), 'latin1');
}

function floats(length: number, sixth: number): Uint8Array {
  return new Uint8Array(new Float32Array(length).fill(0.5).fill(sixth, Math.min(5, length - 1), 6).buffer);
}

/** The workbook, or the sentence that refuses it. Any other error fails the test. */
function attempt(bytes: Uint8Array): Workbook | string {
  try {
    return readWorkbook(bytes, 'cut.convsheet');
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
}

function refusal(bytes: Uint8Array): string {
  const result = attempt(bytes);
  if (typeof result !== 'string') throw new Error('the file was opened');
  return result;
}

/** Everything in a workbook, with the bits of its values: NaN equals NaN, and 0 differs from −0. */
function bitsOf({ network, classes, source, values }: Workbook): unknown {
  const bits = [...values].map(([id, tensor]) => [
    id,
    Buffer.from(new Uint8Array(tensor.slice().buffer)).toString('hex'),
  ]);
  return { network, classes, source, values: bits };
}

function randomWorkbook(random: Random): Workbook {
  // Its settings in the order in which a file has them.
  const network = parseNetwork(randomNetwork(random));
  const scores = describeTensors(network).at(-1)!;
  const classes = scores.shape.length === 1 && random.uniform() < 0.7 ? scores.shape[0] : 0;
  return withRandomValues(
    network,
    random,
    Array.from({ length: classes }, (_, n) => `“${n}” \\ é\n`),
  );
}

function withRandomValues(network: NetworkSpec, random: Random, classes: string[]): Workbook {
  const values: Workbook['values'] = new Map();
  for (const { id, role, name, size } of describeTensors(network)) {
    if (role === 'computed') continue;
    const expected = random.uniform() < 0.5 ? Number.NaN : 0;
    const floats = randomFloats(random, size).map(value => (canHold(name, value) ? value : Math.abs(value) % 1));
    values.set(id, role === 'actual' ? new Float32Array(size).fill(expected) : floats);
  }
  const source = [{ kind: 'digit', index: random.integer(10_000) }, { kind: 'drawing' }, { kind: 'typed' }] as const;
  return { network, classes, source: source[random.integer(3)], values };
}

/** Random finite bits, with zeros of both signs, subnormal and huge numbers. */
function randomFloats(random: Random, size: number): Float32Array {
  const words = Uint32Array.from({ length: size }, () => random.integer(2 ** 32));
  const floats = new Float32Array(words.buffer);
  floats.forEach((value, n) => {
    if (!Number.isFinite(value)) floats[n] = [0, -0, 1e-45, -3.4028234663852886e38][n % 4];
  });
  return floats;
}
