import { describe, expect, test } from 'vitest';
import type { DataSet } from '../../../shared/data.ts';
import type { NetworkSpec } from '../../../shared/network.ts';
import type { Start } from '../../../shared/training.ts';
import { english } from '../../../shared/messages/render.ts';
import { labelsOf, weightsOf } from '../data/batches.ts';
import { fitForEvaluation, fitNetwork } from './fit.ts';
import { beginningOf } from './start.ts';
import { smallConfig } from '../data/testing/small-digits.ts';

const input = { id: 'input', name: 'input', inputs: [], kind: 'input', shape: [2, 2, 1] } as const;
const dense = (units: number): NetworkSpec => ({
  version: 1,
  layers: [
    input,
    { id: 'flat', name: 'flat', inputs: ['input'], kind: 'flatten' },
    { id: 'scores', name: 'scores', inputs: ['flat'], kind: 'dense', units, useBias: true },
    { id: 'softmax', name: 'softmax', inputs: ['scores'], kind: 'softmax' },
  ],
});
/** The scores are means of maps, so their number can't change. */
const maps = (filters: number): NetworkSpec => ({
  version: 1,
  layers: [
    input,
    {
      id: 'conv',
      name: 'conv',
      inputs: ['input'],
      kind: 'conv2d',
      filters,
      kernelSize: [1, 1],
      strides: [1, 1],
      padding: 'valid',
      useBias: false,
    },
    { id: 'mean', name: 'mean', inputs: ['conv'], kind: 'globalAveragePool2d' },
    { id: 'softmax', name: 'softmax', inputs: ['mean'], kind: 'softmax' },
  ],
});

/** Two images of each class. The second one is for test. */
function pictures(classes: readonly string[], name = 'pets'): DataSet {
  const count = 2 * classes.length;
  const indices = Uint32Array.from({ length: count }, (_, index) => index);
  return {
    name,
    shape: [2, 2, 1],
    classes,
    severalLabels: false,
    count,
    bytes: Uint8Array.from({ length: 4 * count }, (_, i) => i),
    labels: Uint8Array.from(indices, index => index >> 1),
    nameOf: index => `${classes[index >> 1]}/${index}.png`,
    split: {
      training: indices.filter(i => i % 2 === 0),
      validation: new Uint32Array(),
      test: indices.filter(i => i % 2),
    },
    problems: [],
  };
}
const namesOf = (data: DataSet, indices: Uint32Array) =>
  Array.from(indices, index => [data.nameOf(index), ...labelsOf(data, index).map(label => data.classes[label])]);

const pets = ['cat', 'dog', 'horse'];
const kernel = Float32Array.from({ length: 12 }, (_, i) => 10 * Math.floor(i / 3) + (i % 3));
const workbook = {
  network: dense(3),
  classes: pets,
  values: new Map([
    ['scores/kernel', kernel],
    ['scores/bias', Float32Array.of(1, 2, 3)],
  ] as const),
};
const begin = (classes: readonly string[], start: Start, layerRates = {}) =>
  beginningOf(workbook, pictures(classes, 'others'), smallConfig({ layerRates }), start);
const column = (values: Float32Array, unit: number, units: number) =>
  Array.from({ length: values.length / units }, (_, row) => values[row * units + unit]);

describe('training', () => {
  test('on the same classes in another order, changes nothing: labels are the network’s units (fault 1)', () => {
    for (const start of ['here', 'continue'] as const) {
      const { network, classes, values, data, notices, remarks } = begin(['horse', 'Cat', 'dog'], start);
      expect({ network, classes, notices, remarks }).toEqual({
        network: dense(3),
        classes: pets,
        notices: [],
        remarks: [],
      });
      expect(values).toEqual(workbook.values);
      expect(namesOf(data, data.split.training)).toEqual([
        ['horse/0.png', 'horse'],
        ['Cat/2.png', 'cat'],
        ['dog/4.png', 'dog'],
      ]);
    }
  });

  test('on other classes, keeps the scores of classes that stay, and says what happens to each (fault 1)', () => {
    const { network, classes, values, renewed, notices } = begin(['ant', 'horse', 'bee', 'cat'], 'here');
    expect(network).toEqual(dense(4));
    expect(classes).toEqual(['ant', 'horse', 'bee', 'cat']);
    const scores = values.get('scores/kernel')!;
    expect(column(scores, 1, 4)).toEqual(column(kernel, 2, 3));
    expect(column(scores, 3, 4)).toEqual(column(kernel, 0, 3));
    expect(column(scores, 0, 4)).not.toEqual(column(kernel, 0, 3));
    expect(Array.from(values.get('scores/bias')!)).toEqual([0, 3, 0, 1]);
    expect(renewed).toEqual(new Set(['scores/kernel', 'scores/bias']));
    expect(notices).toEqual([
      'scores now has 4 scores, one for each class of others: “horse” and “cat” keep their weights; “ant” and “bee” ' +
        'begin with fresh ones; “dog” goes.',
    ]);
  });

  test('on other classes of the same number, doesn’t take one for another (fault 1)', () => {
    const { classes, values, notices } = begin(['bee', 'cat', 'dog'], 'here');
    expect(classes).toEqual(['bee', 'cat', 'dog']);
    expect(column(values.get('scores/kernel')!, 1, 3)).toEqual(column(kernel, 0, 3));
    expect(column(values.get('scores/kernel')!, 2, 3)).toEqual(column(kernel, 1, 3));
    expect(english(notices[0])).toContain(
      '“cat” and “dog” keep their weights; “bee” begins with fresh ones; “horse” goes.',
    );
  });

  test('from fresh weights, keeps no scores, unless the layer is frozen (fault 1)', () => {
    const { values, notices } = begin(['ant', 'cat', 'dog'], 'initial');
    expect(column(values.get('scores/kernel')!, 1, 3)).not.toEqual(column(kernel, 0, 3));
    expect(notices).toEqual([
      'scores now has 3 scores, one for each class of others, and learns them from fresh weights.',
    ]);
    const frozen = begin(['ant', 'cat', 'dog'], 'initial', { scores: 0 });
    expect(column(frozen.values.get('scores/kernel')!, 1, 3)).toEqual(column(kernel, 0, 3));
    expect(english(frozen.notices[1])).toBe('scores is frozen, so its fresh weights stay as they are.');
  });

  test('goes on with a run if classes are missing, and says so; not if there are new ones (fault 1)', () => {
    const { classes, values, data, notices, remarks } = begin(['horse', 'cat'], 'continue');
    expect([classes, notices]).toEqual([pets, []]);
    expect(values).toEqual(workbook.values);
    expect(namesOf(data, data.split.training)).toEqual([
      ['horse/0.png', 'horse'],
      ['cat/2.png', 'cat'],
    ]);
    expect(remarks).toEqual(['others has no images of “dog”: its score stays, and is trained to be low.']);
    expect(() => begin(['cat', 'dog', 'zebra'], 'continue')).toThrow(
      'The last run was of other classes: it knows “cat”, “dog” and “horse”, but not “zebra” of others. Start from ' +
        'here instead',
    );
  });

  test('puts new classes in the place of absent ones if the scores can’t change, and says so (fault 1)', () => {
    const fit = (classes: readonly string[], start: Start) =>
      fitNetwork(maps(3), pets, pictures(classes, 'others'), { start, frozen: new Set() });
    const { classes, data, notices, moved } = fit(['bee', 'cat', 'horse'], 'here');
    expect(classes).toEqual(['cat', 'bee', 'horse']);
    expect(namesOf(data, data.split.training).map(([, label]) => label)).toEqual(['bee', 'cat', 'horse']);
    expect(notices).toEqual(['The classes are now those of others: “bee” begins with the weights of “dog”.']);
    expect(moved).toBeUndefined();
    expect(english(fit(['horse', 'cat'], 'here').remarks[0])).toContain('no images of “dog”');
    expect(() => fit(['a', 'b', 'c', 'd'], 'here')).toThrow('others has 4 classes, but the network ends in 3 scores');
  });

  test('gives a network without class names those of the data set, if the number fits (fault 1)', () => {
    const fit = (units: number, start: Start) =>
      fitNetwork(dense(units), [], pictures(['b', 'a'], 'others'), { start, frozen: new Set() });
    for (const start of ['here', 'continue', 'initial'] as const)
      expect(fit(2, start)).toMatchObject({
        classes: ['b', 'a'],
        notices: ['The classes are now called what they are called in others.'],
      });
    expect(fit(5, 'here')).toMatchObject({ network: dense(2), moved: { from: [undefined, undefined] } });
    expect(() => fit(5, 'continue')).toThrow('others has 2 classes, but the network ends in 5 scores');
  });

  test('takes listed class weights in the data set’s order (fault 1)', () => {
    const { data } = begin(['horse', 'cat', 'dog'], 'here');
    expect(weightsOf([1, 2, 3], data, data.split.training)).toEqual([2, 3, 1]);
    const fewer = begin(['horse', 'cat'], 'continue').data;
    expect(weightsOf([5, 7], fewer, fewer.split.training)).toEqual([7, 1, 5]);
    expect(() => weightsOf([1, 2, 3], fewer, fewer.split.training)).toThrow('There are 3 class weights for 2 classes.');
  });

  test('says if images are fitted differently, and which classes have no images to train on (faults 2 and 8)', () => {
    const data = pictures(pets);
    const training = data.split.training.subarray(1);
    const { remarks } = beginningOf(
      { ...workbook, fit: 'crop' },
      { ...data, split: { ...data.split, training } },
      smallConfig(),
      'here',
    );
    expect(remarks).toEqual([
      'pets has no training images of “cat”, so the network can’t learn it. Set smaller shares aside, or put images ' +
        'of it among those for training.',
      'Images are stretched to the input here; those the network was trained with were cropped.',
    ]);
  });
});

describe('evaluating', () => {
  const fit = (classes: readonly string[], own: readonly string[] = pets) =>
    fitForEvaluation(dense(3), own, pictures(classes, 'others'), 'test');

  test('goes by names, not by order (fault 1)', () => {
    const { data, notes, leftOut } = fit(['horse', 'cat', 'dog']);
    expect(namesOf(data, data.split.test).map(([, label]) => label)).toEqual(['horse', 'cat', 'dog']);
    expect({ classes: data.classes, notes, leftOut }).toEqual({ classes: pets, notes: [], leftOut: 0 });
  });

  test('leaves out images of classes that the network doesn’t know, and names them (fault 1)', () => {
    const { data, notes, leftOut } = fit(['dog', 'zebra', 'cat', 'ant']);
    expect(namesOf(data, data.split.test)).toEqual([
      ['dog/1.png', 'dog'],
      ['cat/5.png', 'cat'],
    ]);
    expect(leftOut).toBe(2);
    expect(notes).toEqual([
      '2 of the 4 classes of others are known to the network; “zebra” and “ant” are not. 2 images of unknown classes ' +
        'are left out.',
    ]);
  });

  test('works if only some classes are known (fault 1)', () => {
    const { data, notes } = fit(['horse', 'dog']);
    expect(namesOf(data, data.split.test).map(([, label]) => label)).toEqual(['horse', 'dog']);
    expect([data.classes, notes]).toEqual([pets, []]);
  });

  test('is refused if the network knows none of the classes, or none in this split (fault 1)', () => {
    expect(() => fit(['ant', 'bee', 'fly'])).toThrow(
      'The network knows none of the classes of others: it was trained on “cat”, “dog” and “horse”, and others has ' +
        '“ant”, “bee” and “fly”.',
    );
    const data = pictures(['cat', 'bee']);
    const test = data.split.test.subarray(1);
    expect(() => fitForEvaluation(dense(3), pets, { ...data, split: { ...data.split, test } }, 'test')).toThrow(
      'No test image of pets is of a class the network knows (“cat”, “dog” and “horse”).',
    );
  });

  test('with several labels, leaves out unknown labels, but no image (fault 1)', () => {
    const classes = ['zebra', 'horse', 'cat'];
    const labels = Uint8Array.of(1, 1, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1);
    const several = { ...pictures(classes, 'others'), severalLabels: true, labels };
    const { data, notes, leftOut } = fitForEvaluation(dense(3), pets, several, 'training');
    const found = Array.from({ length: 6 }, (_, index) => labelsOf(data, index).map(label => data.classes[label]));
    expect(found).toEqual([['horse'], ['cat', 'horse'], [], [], ['cat'], ['cat', 'horse']]);
    expect(leftOut).toBe(0);
    expect(notes).toEqual([
      '2 of the 3 classes of others are known to the network; “zebra” is not. Labels that are unknown are left out.',
    ]);
  });

  test('of a network without class names takes the classes in their order, and says so (fault 1)', () => {
    const { data, notes } = fit(['x', 'y', 'z'], []);
    expect(data.classes).toEqual(['x', 'y', 'z']);
    expect(notes).toEqual([
      'The network’s classes have no names, so they are taken to be those of others in their order.',
    ]);
    expect(() => fit(['x', 'y'], [])).toThrow('others has 2 classes, but the network ends in 3 scores (softmax).');
  });

  test('labels of more than 256 classes stay different (fault 1)', () => {
    const many = Array.from({ length: 300 }, (_, i) => `class ${i}`);
    const { data } = fitForEvaluation(dense(300), many, pictures(['class 299', 'class 1']), 'test');
    expect(namesOf(data, data.split.test).map(([, label]) => label)).toEqual(['class 299', 'class 1']);
  });
});
