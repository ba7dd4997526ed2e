import { describe, expect, it } from 'vitest';
import { readByHand } from './network-by-hand.ts';
import { workbookOf } from './new-workbook.ts';
import { describeTensors, inferShapes, parseNetwork } from './network.ts';
import { networkTemplates, templateNames, templateSize } from './templates.ts';

const small = {
  input: [28, 28],
  classes: ['cat', 'dog'],
  layers: [
    { kind: 'Conv2D', filters: 8, kernelSize: 3, name: 'edges' },
    'relu',
    { kind: 'maxPool2d', poolSize: 3 },
    { kind: 'zeroPadding2d', padding: [1, 2] },
    { kind: 'conv2d', filters: 8, kernelSize: [1, 3], padding: 'same' },
    { kind: 'add', inputs: ['conv2d', 'zeroPadding2d'] },
    { kind: 'dropout', rate: 0.25 },
    'flatten',
    { kind: 'dense', units: 2 },
    'softmax',
  ],
};

describe('a network written by hand', () => {
  it('has what Keras has where something is left out', () => {
    const { network, classes, rates } = readByHand(small);
    expect(network.layers[0]).toEqual({ id: 'input', name: 'input', inputs: [], kind: 'input', shape: [28, 28, 1] });
    expect(network.layers[1]).toEqual({
      id: 'edges',
      name: 'edges',
      inputs: ['input'],
      kind: 'conv2d',
      filters: 8,
      kernelSize: [3, 3],
      strides: [1, 1],
      padding: 'valid',
      useBias: true,
    });
    expect(network.layers[3]).toMatchObject({ inputs: ['relu'], poolSize: [3, 3], strides: [3, 3], padding: 'valid' });
    expect([...inferShapes(network).values()]).toEqual([
      [28, 28, 1],
      [26, 26, 8],
      [26, 26, 8],
      [8, 8, 8],
      [10, 12, 8],
      [10, 12, 8],
      [10, 12, 8],
      [10, 12, 8],
      [960],
      [2],
      [2],
    ]);
    expect(classes).toEqual(['cat', 'dog']);
    expect([...rates]).toEqual([['dropout', 0.25]]);
  });

  it('becomes a workbook with fresh weights, the same for the same seed', () => {
    const { network, rates } = readByHand(small);
    const { values } = workbookOf(network, { rates, seed: 3 });
    for (const { id, role, size } of describeTensors(network))
      if (role !== 'computed') expect(values.get(id)?.length, id).toBe(size);
    expect(values.get('dropout/rate')).toEqual(Float32Array.of(0.25));
    expect(workbookOf(network, { rates, seed: 3 }).values).toEqual(values);
    expect(workbookOf(network, { rates, seed: 4 }).values.get('edges/kernel')).not.toEqual(values.get('edges/kernel'));
  });

  it.each(templateNames)('may be what calc --tensors prints: %s', name => {
    const { images, classes } = templateSize(name);
    const network = networkTemplates[name](images, classes);
    expect(readByHand({ sheets: {}, network, tensors: {} }).network).toEqual(network);
    expect(readByHand(network).network).toEqual(network);
  });

  it('names a layer whose kind occurs twice as Keras does', () => {
    const { network } = readByHand({ input: [8, 8, 1], layers: ['relu', 'relu', { kind: 'relu' }] });
    expect(network.layers.map(({ name }) => name)).toEqual(['input', 'relu', 'relu_1', 'relu_2']);
  });

  it('may be an input alone', () => {
    expect(readByHand({ input: [8, 9, 3], layers: [] }).network).toEqual(
      parseNetwork({
        version: 1,
        layers: [{ id: 'input', name: 'input', inputs: [], kind: 'input', shape: [8, 9, 3] }],
      }),
    );
  });
});

describe('an error in a network written by hand names the layer, the setting and what would fit', () => {
  const withLayers = (...layers: unknown[]) => ({ input: [8, 8, 1], layers });
  it.each<[string, unknown, RegExp]>([
    ['no layers', { input: [8, 8, 1] }, /no list of layers\. A small one is \{"input"/],
    ['a text', 'conv', /no list of layers/],
    ['a wrong word', { input: [8, 8, 1], layer: [], layers: [] }, /^layer is nothing .* input, layers and classes/],
    ['no layer', withLayers(3), /“layer 2” is neither the name of a kind nor an object/],
    ['an unknown kind', withLayers({ kind: 'conv3d' }), /layer 2 is “conv3d”\. Choose among input, conv2d/],
    ['a number for a kind', withLayers({ kind: 3 }), /kind of layer 2 is 3\. Choose among input/],
    ['no kind', withLayers({ name: 'a' }), /kind of a is left out\. Choose among input/],
    ['no filters', withLayers({ kind: 'conv2d', kernelSize: 3 }), /filters of layer 2 \(conv2d\) .* "filters": 8/],
    ['no units', withLayers('flatten', { kind: 'dense', name: 'scores' }), /units of scores .* "units": 10/],
    ['no shape', { layers: [{ kind: 'input' }] }, /shape of layer 1 \(input\) .* \[28, 28, 1\]/],
    [
      'an unknown setting',
      withLayers({ kind: 'maxPool2d', size: 2 }),
      /size is no setting .* poolSize, strides, padding/,
    ],
    ['a setting of a kind without any', withLayers({ kind: 'relu', slope: 1 }), /slope is no setting .* only name and/],
    ['a wrong value', withLayers({ kind: 'maxPool2d', poolSize: 0 }), /poolSize\[0\] of maxPool2d is 0 where a whole/],
    ['a wrong padding', withLayers({ kind: 'maxPool2d', padding: 'full' }), /“full” where 'valid' or 'same' belongs/],
    ['a wrong rate', withLayers({ kind: 'dropout', rate: 2 }), /rate of layer 2 \(dropout\) takes a number from 0 up/],
    [
      'an unknown input',
      withLayers('relu', { kind: 'add', inputs: ['relu', 'x'] }),
      /“x”, .* before it: input, relu\./,
    ],
    ['maps for a dense layer', withLayers({ kind: 'dense', units: 2 }), /dense needs a vector.* Put a flatten layer/],
    ['too large a window', withLayers({ kind: 'conv2d', filters: 1, kernelSize: 9 }), /9×9 kernel of conv2d is larger/],
    ['two of a name', withLayers({ kind: 'relu', name: 'a' }, { kind: 'relu', name: 'a' }), /Two layers have the id a/],
    ['classes that are too few', { ...small, classes: ['cat'] }, /have to be 2 different names/],
    ['classes without scores', { ...withLayers('relu'), classes: ['cat'] }, /doesn’t end in scores/],
    ['too many layers', withLayers(...Array.from({ length: 1000 }, () => 'relu')), /1,001 layers, more than the 1,000/],
    ['huge images', { input: [20000, 20000, 9], layers: [] }, /input/],
  ])('%s', (_, value, sentence) => {
    expect(() => readByHand(value)).toThrow(sentence);
  });
});
