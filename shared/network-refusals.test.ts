import { describe, expect, test } from 'vitest';
import { parseNetwork } from './network.ts';
import { createRandom } from './random.ts';
import { conv, dense, input, network, plain, refusal } from './testing/plain-layers.ts';

describe('a network from outside', () => {
  test('is taken as it stands where it is sound', () => {
    const lesson = network(
      input,
      conv,
      plain('relu', 'conv1'),
      plain('flatten', 'relu'),
      dense,
      plain('softmax', 'dense'),
    );
    expect(parseNetwork(lesson)).toEqual(lesson);
  });

  const second = { ...input, id: 'b', name: 'b' };
  const cases: [name: string, value: unknown, sentence: string][] = [
    ['a number', 5, 'This is no network: it is 5 where a network (an object with version and layers) belongs.'],
    ['null', null, 'This is no network: it is null where a network (an object with version and layers) belongs.'],
    ['no version', { layers: [input] }, 'The setting version of the network is missing.'],
    [
      'another version',
      { version: 2, layers: [input] },
      "The network can't be read: version is 2 where the version 1 belongs.",
    ],
    [
      'no layers',
      network(),
      "The network can't be read: layers is a list of 0 where a list of 1 to 1,000 layers belongs.",
    ],
    [
      'too many layers',
      network(...Array.from({ length: 1001 }, () => input)),
      "The network can't be read: layers is a list of 1001 where a list of 1 to 1,000 layers belongs.",
    ],
    [
      'something more',
      { version: 1, layers: [input], author: 'x' },
      'author is no setting of the network that this version knows. Remove it or use a newer version of the app.',
    ],
    [
      'a layer that is none',
      network(input, 7),
      "The network can't be read: layer 2 is 7 where a layer (an object with id, name, inputs and kind) belongs.",
    ],
    [
      'an unknown kind',
      network(input, plain('mixture', 'input')),
      "The kind of mixture is “mixture”, which this version doesn't know. Choose another kind of layer or use a " +
        'newer version of the app.',
    ],
    ['no kind', network({ ...input, kind: undefined }), 'The setting kind of input is missing.'],
    ['a missing setting', network(input, { ...conv, filters: undefined }), 'The setting filters of conv1 is missing.'],
    [
      'an unknown setting',
      network(input, { ...conv, dilation: 2 }),
      'dilation is no setting of conv1 that this version knows. Remove it or use a newer version of the app.',
    ],
    [
      'half a filter',
      network(input, { ...conv, filters: 2.5 }),
      'The setting filters of conv1 is 2.5 where a whole number from 1 to 65,536 belongs.',
    ],
    [
      'too many filters',
      network(input, { ...conv, filters: 65_537 }),
      'The setting filters of conv1 is 65537 where a whole number from 1 to 65,536 belongs.',
    ],
    [
      'a huge kernel',
      network(input, { ...conv, kernelSize: [3, 65] }),
      'The setting kernelSize[1] of conv1 is 65 where a whole number from 1 to 64 belongs.',
    ],
    [
      'one number for a pair',
      network(input, { ...conv, strides: 2 }),
      'The setting strides of conv1 is 2 where a list of two numbers, for height and width, belongs.',
    ],
    [
      'a stride of nothing',
      network(input, { ...conv, strides: [0, 1] }),
      'The setting strides[0] of conv1 is 0 where a whole number from 1 to 64 belongs.',
    ],
    [
      'other padding',
      network(input, { ...conv, padding: 'full' }),
      "The setting padding of conv1 is “full” where 'valid' or 'same' belongs.",
    ],
    [
      'a bias that is no flag',
      network(input, { ...conv, useBias: 1 }),
      'The setting useBias of conv1 is 1 where true or false belongs.',
    ],
    [
      'pixels that are no number',
      network({ ...input, shape: [28, Number.NaN, 1] }),
      'The setting shape[1] of input is NaN where a whole number from 1 to 16,384 belongs.',
    ],
    [
      'a name with a slash',
      network({ ...input, name: 'in/put' }),
      'The setting name of layer 1 is “in/put” where a name of up to 64 letters, digits, spaces, _ or -, without ' +
        'spaces at its ends, belongs.',
    ],
    [
      'a name with a bracket',
      network(input, { ...conv, name: 'conv[1' }),
      'The setting name of layer 2 is “conv[1” where a name of up to 64 letters, digits, spaces, _ or -, without ' +
        'spaces at its ends, belongs.',
    ],
    [
      'an id with a slash',
      network({ ...input, id: 'a/b' }),
      'The setting id of input is “a/b” where an id of up to 64 letters, digits, _ or - belongs.',
    ],
    [
      'the same id twice',
      network(input, { ...conv, id: 'input' }),
      'Two layers have the id input. Give each layer an id of its own.',
    ],
    [
      'the same name twice, in another case',
      network(input, conv, { ...conv, id: 'conv2', name: 'Conv1' }),
      'Two layers are called Conv1. Give each layer a name of its own.',
    ],
    ['no input first', network(conv), 'The network begins with conv1. The first layer has to be an input layer.'],
    [
      'two inputs',
      network(input, second),
      'b is a second input layer. Remove it: a network has one input, its first layer.',
    ],
    [
      'an input that reads something',
      network({ ...input, inputs: ['input'] }),
      'input is an input layer and reads nothing, yet it names a layer as its input. Remove that.',
    ],
    [
      'a layer without input',
      network(input, { ...conv, inputs: [] }),
      'conv1 reads no layer. Connect it to exactly one.',
    ],
    [
      'a layer with two inputs',
      network(input, { ...conv, inputs: ['input', 'input'] }),
      'conv1 reads 2 layers. Connect it to exactly one.',
    ],
    ['a sum of one', network(input, plain('add', 'input', 'sum')), 'sum adds one layer. Connect it to 2 to 255.'],
    [
      'a sum of maps and a vector',
      network(input, plain('flatten', 'input'), { ...plain('add', 'input', 'sum'), inputs: ['input', 'flatten'] }),
      'sum adds input (28×28×1) and flatten (784), whose shapes differ. Give both as many rows, columns and maps, ' +
        'with a 1×1 convolution in one of them for instance.',
    ],
    [
      'a sum with maps of another size in its third place',
      network(input, conv, { ...plain('add', 'input', 'sum'), inputs: ['input', 'input', 'conv1'] }),
      'sum adds input (28×28×1) and conv1 (26×26×2), whose shapes differ. Give both as many rows, columns and maps, ' +
        'with a 1×1 convolution in one of them for instance.',
    ],
    [
      'a concatenation of one',
      network(input, plain('concatenate', 'input', 'both')),
      'both puts one layer one after the other. Connect it to 2 to 255.',
    ],
    [
      'a concatenation of maps of different sizes',
      network(input, conv, { ...plain('concatenate', 'input', 'both'), inputs: ['input', 'conv1'] }),
      "both puts conv1 (26×26×2) after input (28×28×1), which doesn't fit. Connect it to vectors " +
        'only, or to maps that all have as many rows and columns.',
    ],
    [
      'a concatenation of maps and a vector',
      network(input, plain('flatten', 'input'), {
        ...plain('concatenate', 'input', 'both'),
        inputs: ['input', 'flatten'],
      }),
      "both puts flatten (784) after input (28×28×1), which doesn't fit. Connect it to vectors " +
        'only, or to maps that all have as many rows and columns.',
    ],
    [
      'zeros around maps that are no whole numbers',
      network(input, {
        ...plain('zeroPadding2d', 'input', 'zeros'),
        padding: [
          [1, 1],
          [-1, 0],
        ],
      }),
      'The setting padding[1][0] of zeros is -1 where a whole number from 0 to 64 belongs.',
    ],
    [
      'a convolution with dilation and strides',
      network(input, { ...conv, dilationRate: [2, 2], strides: [2, 1] }),
      "conv1 has a dilation and strides above 1, which don't go together. Set its strides or its dilationRate to 1.",
    ],
    [
      'a dilated kernel with too many weights',
      network(input, { ...conv, dilationRate: [1, 2], strides: [1, 1], kernelSize: [20, 13], padding: 'same' }),
      'The kernel of conv1 is 20×13. A dilated kernel may have up to 256 weights for each channel: choose a smaller ' +
        'one.',
    ],
    [
      'groups that the channels cannot be split into',
      network(input, { ...conv, filters: 4, groups: 3 }),
      "conv1 can't split one map of input and 4 filters into 3 equal groups. Choose a number that divides both.",
    ],
    [
      'groups of more channels than a formula holds',
      network({ ...input, shape: [8, 8, 300] }, { ...conv, filters: 4, groups: 2 }),
      'A group of conv1 has 150 input maps, and a formula holds up to 128. Choose more groups.',
    ],
    [
      'a depthwise convolution with other strides down than across',
      network(input, {
        ...plain('depthwiseConv2d', 'input', 'dw'),
        kernelSize: [3, 3],
        strides: [1, 2],
        padding: 'same',
        useBias: true,
      }),
      'The strides of dw are 1×2. A depthwise convolution goes as far down as across: give both the same number.',
    ],
    [
      'a depthwise convolution of a vector',
      network(input, plain('flatten', 'input'), {
        ...plain('depthwiseConv2d', 'flatten', 'dw'),
        kernelSize: [3, 3],
        strides: [1, 1],
        padding: 'same',
        useBias: true,
      }),
      'dw needs maps, but flatten is a vector of 784. Put dw before the layer that makes a vector of the maps.',
    ],
    [
      'a slope below 0',
      network(input, { ...plain('leakyRelu', 'input', 'leaky'), negativeSlope: -0.1 }),
      'The setting negativeSlope of leaky is -0.1 where a number from 0 to 1,000 belongs.',
    ],
    [
      'an epsilon of 0',
      network(input, { ...plain('batchNorm', 'input', 'norm'), epsilon: 0, momentum: 0.9 }),
      'The setting epsilon of norm is 0 where a number from 1e-12 to 1 belongs.',
    ],
    [
      'no momentum',
      network(input, { ...plain('batchNorm', 'input', 'norm'), epsilon: 0.001 }),
      'The setting momentum of norm is missing.',
    ],
    [
      'a layer that is not there',
      network(input, { ...conv, inputs: ['conv9'] }),
      "conv1 reads a layer with the id conv9, which there isn't. Connect it to an earlier layer.",
    ],
    [
      'a later layer',
      network(input, { ...conv, inputs: ['relu'] }, plain('relu', 'conv1')),
      'conv1 reads relu, which comes later. Connect it to an earlier layer.',
    ],
    ['itself', network(input, { ...conv, inputs: ['conv1'] }), 'conv1 reads itself. Connect it to an earlier layer.'],
    [
      'a kernel larger than the maps',
      network({ ...input, shape: [4, 28, 1] }, { ...conv, kernelSize: [5, 3] }),
      'The 5×3 kernel of conv1 is larger than the 4×28×1 maps of input. Make the kernel smaller, choose the padding ' +
        "'same', or shrink the maps less before.",
    ],
    [
      'a pool larger than the maps',
      network(
        { ...input, shape: [3, 3, 2] },
        { ...plain('maxPool2d', 'input', 'pool'), poolSize: [2, 4], strides: [2, 2], padding: 'valid' },
      ),
      'The 2×4 window of pool is larger than the 3×3×2 maps of input. Make the window smaller, choose the padding ' +
        "'same', or shrink the maps less before.",
    ],
    [
      'a dense layer on maps',
      network(input, { ...dense, inputs: ['input'] }),
      'dense needs a vector, but input has 28×28×1 maps. Put a flatten layer or a global pool between them.',
    ],
    [
      'softmax on maps',
      network(input, conv, plain('softmax', 'conv1')),
      'softmax needs a vector of scores, but conv1 has 26×26×2 maps. Put a flatten layer and a dense layer, or a ' +
        'global pool, between them.',
    ],
    [
      'a convolution on a vector',
      network(input, plain('flatten', 'input'), { ...conv, inputs: ['flatten'] }),
      'conv1 needs maps, but flatten is a vector of 784. Put conv1 before the layer that makes a vector of the maps.',
    ],
    [
      'a global pool on a vector',
      network(input, plain('flatten', 'input'), plain('globalMaxPool2d', 'flatten', 'pool')),
      'pool needs maps, but flatten is a vector of 784. Put pool before the layer that makes a vector of the maps.',
    ],
    [
      'more numbers than can be counted',
      network({ ...input, shape: [512, 512, 300] }, { ...conv, filters: 65_536, padding: 'same' }),
      'The network has 68,975,132,672 numbers, more than the 200,000,000 there can be. The most are in the partial ' +
        'of conv1: 3×512×512×65536. Use fewer filters or units, or smaller maps.',
    ],
  ];
  test.each(cases)('is refused where it has %s', (_name, value, sentence) => {
    expect(refusal(value)).toBe(sentence);
  });

  test('tensors that fit one by one may be too many together', () => {
    const many = Array.from({ length: 9 }, (_, i) => plain('relu', i === 0 ? 'input' : `relu${i - 1}`, `relu${i}`));
    expect(refusal(network({ ...input, shape: [512, 512, 80] }, ...many))).toBe(
      'The network has 209,715,200 numbers, more than the 200,000,000 there can be. The most are in the output of ' +
        'input: 512×512×80. Use fewer filters or units, or smaller maps.',
    );
  });

  test('damaged in one place or two is accepted or refused with a sentence, never more (3000 times)', () => {
    const sound = JSON.stringify(
      network(input, conv, plain('relu', 'conv1'), plain('flatten', 'relu'), dense, plain('softmax', 'dense')),
    );
    const junk: unknown[] = [null, -1, 0, 2, 3, 1e9, 0.5, '', 'x', 'conv1', 'dense', true, [], [1], [3, 3], {}, 'same'];
    const random = createRandom(3);
    const answers = new Set<string>();
    for (let round = 0; round < 3000; round++) {
      const damaged: unknown = JSON.parse(sound);
      for (let damages = 1 + random.integer(2); damages > 0; damages--) damage(damaged, junk, random.integer);
      const sentence = refusal(damaged);
      expect(sentence).toMatch(/^accepted$|^.+\.$/);
      expect(sentence).not.toMatch(/undefined|\[object|NaN|Invalid|Expected/);
      answers.add(sentence);
    }
    expect(answers.size).toBeGreaterThan(100);
    expect(answers).toContain('accepted');
  });

  test('a window may be larger than the map where padding fills it up', () => {
    expect(refusal(network({ ...input, shape: [2, 2, 1] }, { ...conv, kernelSize: [5, 5], padding: 'same' }))).toBe(
      'accepted',
    );
  });

  test('names may have letters of any language', () => {
    expect(refusal(network({ ...input, name: 'Eingabe für 手書き 1' }))).toBe('accepted');
  });
});

/** Puts junk somewhere into an object, or takes something away, or adds something. */
function damage(value: unknown, junk: readonly unknown[], integer: (bound: number) => number): void {
  let at = value as Record<string, unknown>;
  for (;;) {
    const keys = Object.keys(at);
    const key = keys[integer(keys.length)];
    const inner = at[key];
    if (typeof inner === 'object' && inner !== null && Object.keys(inner).length > 0 && integer(8) > 0) {
      at = inner as Record<string, unknown>;
      continue;
    }
    const what = integer(10);
    if (what === 0 && !Array.isArray(at)) delete at[key];
    else if (what === 1 && !Array.isArray(at)) at['more'] = 1;
    else at[key] = structuredClone(junk[integer(junk.length)]);
    return;
  }
}
