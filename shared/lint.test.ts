import { describe, expect, it } from 'vitest';
import { type Facts, type Finding, keyOf, lint } from './lint.ts';
import { english } from './messages/render.ts';
import { type Layer, type NetworkSpec, parseNetwork } from './network.ts';
import { networkTemplates, templateNames, templateSize } from './templates.ts';

type Step = { kind: Layer['kind']; name?: string; inputs?: string[]; [setting: string]: unknown };

/** A chain of layers for images of this shape. A layer without a name is called by its kind. */
function chain(shape: [number, number, number], ...steps: Step[]): NetworkSpec {
  const layers: Layer[] = [{ id: 'input', name: 'input', inputs: [], kind: 'input', shape }];
  for (const { name, inputs, ...settings } of steps) {
    const id = name ?? settings.kind;
    layers.push({ id, name: id, inputs: inputs ?? [layers.at(-1)!.id], ...settings } as Layer);
  }
  return parseNetwork({ version: 1, layers });
}

const conv = (filters: number, side: number, more: object = {}): Step => ({
  kind: 'conv2d',
  filters,
  kernelSize: [side, side],
  strides: [1, 1],
  padding: 'valid',
  useBias: true,
  ...more,
});
const pool = (side: number, stride: number): Step => ({
  kind: 'maxPool2d',
  poolSize: [side, side],
  strides: [stride, stride],
  padding: 'valid',
});
const dense = (units: number): Step => ({ kind: 'dense', units, useBias: true });
const norm: Step = { kind: 'batchNorm', epsilon: 1e-3, momentum: 0.9 };
const nothing: Facts = { dead: [], zeros: [], vectors: [] };

const keys = (network: NetworkSpec, facts?: Facts) => lint(network, facts).map(keyOf);
const sole = (network: NetworkSpec, facts?: Facts): Finding => {
  const found = lint(network, facts);
  expect(found.map(keyOf)).toHaveLength(1);
  return found[0];
};
/** The network after the remedy. */
function remedied({ remedy }: Finding): NetworkSpec {
  const change = remedy!.changes.find(({ kind }) => kind === 'layers');
  if (change?.kind !== 'layers') throw new Error('The remedy edits no layers.');
  return parseNetwork(change.network);
}
const settingsOf = ({ layers }: NetworkSpec, id: string) => layers.find(layer => layer.id === id);

describe('advice about shapes', () => {
  it('is not given about the starter networks', () => {
    for (const name of templateNames) {
      const { images, classes } = templateSize(name);
      expect(keys(networkTemplates[name](images, classes), { ...nothing, exclusive: true }), name).toEqual([]);
    }
  });

  it('finds a window that never reads the last rows and columns, and pads it', () => {
    const network = chain([28, 27, 1], pool(2, 2));
    const found = sole(network);
    expect([keyOf(found), english(found.what)]).toEqual([
      'unread maxPool2d',
      'maxPool2d never reads the last column of its input.',
    ]);
    expect(settingsOf(remedied(found), 'maxPool2d')).toMatchObject({ padding: 'same' });
    expect(keys(remedied(found))).toEqual([]);
    const both = chain([12, 10, 1], { ...pool(3, 3), name: 'first' }, { ...pool(2, 2), name: 'second' });
    expect(lint(both).map(({ what }) => english(what))).toEqual([
      'first never reads the last column of its input.',
      'second never reads the last column of its input.',
    ]);
    const three = chain([10, 11, 1], pool(4, 4));
    expect(english(sole(three).what)).toBe(
      'maxPool2d never reads the last 2 rows and the last 3 columns of its input.',
    );
  });

  it('finds a stride that skips cells, and makes it smaller', () => {
    const found = sole(chain([12, 15, 1], conv(2, 3, { strides: [3, 5], padding: 'same' })));
    expect(keyOf(found)).toBe('skipped conv2d');
    expect(english(found.what)).toBe('conv2d steps by 3×5, further than its 3×3 window reaches.');
    expect(settingsOf(remedied(found), 'conv2d')).toMatchObject({ strides: [3, 3] });
    expect(keys(remedied(found))).toEqual([]);
  });

  it('says nothing of cells that another layer reads, as beside a shortcut', () => {
    const main = conv(4, 3, { strides: [2, 2], padding: 'same', name: 'main' });
    const shortcut = conv(4, 1, { strides: [2, 2], name: 'shortcut', inputs: ['input'] });
    const sum: Step = { kind: 'add', inputs: ['main', 'shortcut'] };
    expect(keys(chain([12, 12, 1], main, shortcut, sum))).toEqual([]);
    expect(keys(chain([12, 12, 1], shortcut))).toEqual(['skipped shortcut']);
  });

  it('finds two convolutions without an activation between, and puts one there', () => {
    const network = chain([9, 9, 1], { ...conv(2, 3), name: 'one', useBias: false }, norm, {
      ...conv(2, 3),
      name: 'two',
    });
    const found = sole(network);
    expect([keyOf(found), english(found.what)]).toEqual([
      'noActivation two',
      'Between one and two there is no activation.',
    ]);
    expect(remedied(found).layers.map(({ id }) => id)).toEqual(['input', 'one', 'batchNorm', 'relu', 'two']);
    expect(keys(remedied(found))).toEqual([]);
    expect(keys(chain([9, 9, 1], { ...conv(2, 3), name: 'one' }, pool(3, 1), { ...conv(2, 3), name: 'two' }))).toEqual(
      [],
    );
    // The two halves of a separable convolution.
    const depth: Step = {
      kind: 'depthwiseConv2d',
      kernelSize: [3, 3],
      strides: [1, 1],
      padding: 'same',
      useBias: true,
    };
    expect(keys(chain([9, 9, 2], depth, conv(2, 1)))).toEqual([]);
    expect(keys(chain([9, 9, 2], depth, conv(2, 3)))).toEqual(['noActivation conv2d']);
  });

  it('finds a bias before a batch normalisation, and lets the mean take it over', () => {
    const network = chain([9, 9, 1], conv(2, 3), norm, { kind: 'relu' });
    const vectors: Facts['vectors'] = [
      { tensor: 'conv2d/bias', values: Float32Array.of(2, -3) },
      { tensor: 'batchNorm/movingMean', values: Float32Array.of(0.5, 1) },
    ];
    const found = sole(network, { ...nothing, vectors });
    expect(keyOf(found)).toBe('biasBeforeNorm conv2d');
    expect(found.remedy!.changes[1]).toEqual({
      kind: 'values',
      edits: [{ tensor: 'batchNorm/movingMean', values: Float32Array.of(-1.5, 4) }],
    });
    expect(settingsOf(remedied(found), 'conv2d')).toMatchObject({ useBias: false });
    expect(keys(remedied(found))).toEqual([]);
    const other: Step = { kind: 'relu', name: 'other', inputs: ['conv2d'] };
    const sum: Step = { kind: 'add', inputs: ['batchNorm', 'other'] };
    expect(keys(chain([9, 9, 1], conv(2, 3), norm, other, sum))).toEqual([]);
  });

  it('finds a softmax before a softmax, and takes it out', () => {
    const network = chain(
      [4, 4, 1],
      { kind: 'flatten' },
      dense(3),
      { kind: 'softmax', name: 'inner' },
      { kind: 'dropout' },
      { kind: 'softmax', name: 'outer' },
    );
    const found = sole(network);
    expect(keyOf(found)).toBe('softmaxTwice inner');
    expect(remedied(found).layers.map(({ id }) => id)).toEqual(['input', 'flatten', 'dense', 'dropout', 'outer']);
    expect(keys(remedied(found))).toEqual([]);
  });

  it('finds a sigmoid where each image has one class, and makes it a softmax', () => {
    const network = chain([4, 4, 1], { kind: 'flatten' }, dense(3), { kind: 'sigmoid' });
    expect(keys(network, nothing)).toEqual([]);
    expect(keys(network, { ...nothing, exclusive: false })).toEqual([]);
    const found = sole(network, { ...nothing, exclusive: true });
    expect(keyOf(found)).toBe('sigmoidForClasses sigmoid');
    expect(settingsOf(remedied(found), 'sigmoid')).toMatchObject({ kind: 'softmax', name: 'softmax' });
    expect(keys(remedied(found), { ...nothing, exclusive: true })).toEqual([]);
    const single = chain([4, 4, 1], { kind: 'flatten' }, dense(1), { kind: 'sigmoid' });
    expect(keys(single, { ...nothing, exclusive: true })).toEqual([]);
  });

  it('finds a dense layer with nearly all parameters, and makes the maps before it smaller', () => {
    const network = chain([28, 28, 1], conv(4, 3), { kind: 'relu' }, { kind: 'flatten' }, dense(100));
    const found = sole(network);
    expect([keyOf(found), english(found.what)]).toEqual(['heavyDense dense', 'dense has 99 % of the parameters.']);
    expect(remedied(found).layers.map(({ kind }) => kind)).toEqual([
      'input',
      'conv2d',
      'relu',
      'maxPool2d',
      'flatten',
      'dense',
    ]);
    expect(keys(remedied(found))).toEqual([]);
    // Without convolutions there is nothing else.
    expect(keys(chain([28, 28, 1], { kind: 'flatten' }, dense(100)))).toEqual([]);
  });
});

describe('advice about numbers', () => {
  const network = chain([9, 9, 1], conv(4, 3), { kind: 'relu' }, { kind: 'flatten' }, dense(3));

  it('finds kernels of zeros, and gives them fresh weights', () => {
    const found = sole(network, { ...nothing, zeros: [{ layer: 'conv2d', filters: [1, 3] }] });
    expect([keyOf(found), english(found.what)]).toEqual(['zeroKernel conv2d', '2 kernels of conv2d are all 0.']);
    const [change] = found.remedy!.changes;
    if (change.kind !== 'values') throw new Error('The remedy edits no values.');
    const [{ tensor, indices, values }] = change.edits;
    expect(tensor).toBe('conv2d/kernel');
    expect(Array.from(indices!)).toEqual(Array.from({ length: 36 }, (_, i) => i).filter(i => i % 2 === 1));
    expect(values.every(value => value !== 0 && Math.abs(value) < 1)).toBe(true);
    const all = sole(network, { ...nothing, zeros: [{ layer: 'dense', filters: [0, 1, 2] }] });
    expect(english(all.what)).toBe('The weights of dense are all 0.');
  });

  it('finds ReLUs that never let anything through, and lets them leak', () => {
    const facts = { ...nothing, dead: [{ layer: 'relu', count: 1, of: 4 }] };
    const found = sole(network, facts);
    expect([keyOf(found), english(found.what)]).toEqual([
      'dead relu',
      '1 of 4 outputs of relu are 0 for every image of a sample.',
    ]);
    expect(settingsOf(remedied(found), 'relu')).toMatchObject({ kind: 'leakyRelu', negativeSlope: 0.1 });
    expect(keys(remedied(found), facts)).toEqual([]);
    expect(keys(network, { ...nothing, dead: [{ layer: 'relu', count: 1, of: 64 }] })).toEqual([]);
  });

  it('says nothing of layers that are gone', () => {
    const zeros = [{ layer: 'gone', filters: [0] }];
    expect(keys(network, { ...nothing, zeros, dead: [{ layer: 'gone', count: 4, of: 4 }] })).toEqual([]);
  });
});
