import { describe, expect, test } from 'vitest';
import {
  fitRemarks,
  keptName,
  matchNames,
  meaningOf,
  scoreRemarks,
  trainedFit,
  untrainedRemarks,
} from './data-meaning.ts';
import { english } from './messages/render.ts';
import { defaultConfig } from './training-defaults.ts';

const none = undefined;
const long = 'x'.repeat(200);

/** A network's classes, a data set's classes, and the unit for each of the latter. */
test.each<[what: string, own: readonly string[], classes: readonly string[], units: readonly (number | undefined)[]]>([
  ['in another order', ['cat', 'dog', 'horse'], ['horse', 'dog', 'cat'], [2, 1, 0]],
  ['some of them', ['cat', 'dog', 'horse'], ['horse', 'cat'], [2, 0]],
  ['some of them, and others', ['cat', 'dog', 'horse'], ['horse', 'zebra'], [2, none]],
  ['only others', ['cat', 'dog'], ['ant', 'bee'], [none, none]],
  ['in another case', ['cat', 'dog'], ['Dog', 'CAT'], [1, 0]],
  ['in the case of both, each is itself', ['a', 'A'], ['A', 'a'], [1, 0]],
  ['in a case that may mean either of two', ['Cat', 'CAT'], ['cat'], [none]],
  ['twice, in two cases, of which one is written alike', ['cat'], ['cat', 'Cat'], [0, none]],
  ['twice, in two cases that are both other ones', ['cat'], ['CAT', 'Cat'], [none, none]],
  ['accents composed otherwise', ['e\u0301clair', 'pie'], ['pie', '\u00e9clair'], [1, 0]],
  ['accents are no ornament', ['resume'], ['résumé'], [none]],
  ['full-width letters', ['ABC'], ['ＡＢＣ'], [0]],
  ['sharp s', ['straße'], ['STRASSE'], [0]],
  ['spaces around and between', ['golden retriever'], [' Golden  retriever '], [0]],
  ['a number with zeros before it', ['0', '1', '10'], ['00', '01', '10'], [0, 1, 2]],
  ['a number as spreadsheets write it', ['3', '4'], ['4.0', '3.0'], [1, 0]],
  ['a number that may mean either of two', ['3', '03'], ['003'], [none]],
  ['numbers that are not whole', ['0.5', '5'], ['0.50', '5'], [none, 1]],
  ['a number is not what stands at its place', ['cat', 'dog'], ['0', '1'], [none, none]],
  ['zero', ['0', '1'], ['000', '1'], [0, 1]],
  ['names longer than workbooks keep', [keptName(`${long}a`), 'b'], ['b', `${long}a`], [1, 0]],
  ['long names that are alike as far as they are kept', [long, long], [`${long}a`, `${long}b`], [0, 1]],
  ['one of those', [long, long], [`${long}b`], [none]],
  ['many, in another order', digits(500), digits(500).toReversed(), digits(500).map(Number).toReversed()],
])('classes are told apart by their names: %s (fault 1)', (_, own, classes, units) => {
  const meaning = meaningOf(own, own.length, classes);
  expect(meaning.units).toEqual(units);
  expect(meaning.unknown).toEqual(classes.filter((_name, place) => units[place] === undefined));
  expect(meaning.absent).toEqual(own.filter((_name, unit) => !units.includes(unit)));
  expect(meaning.byPlace).toBe(false);
});

test('where a network has no names for its classes, as many of a data set are taken in their order (fault 1)', () => {
  expect(meaningOf([], 2, ['b', 'a'])).toEqual({ units: [0, 1], unknown: [], absent: [], byPlace: true });
  expect(meaningOf([], 3, ['b', 'a'])).toMatchObject({ units: [none, none], unknown: ['b', 'a'] });
});

test('what training will make of the scores is said before (fault 1)', () => {
  const pets = ['cat', 'dog', 'horse'];
  expect(scoreRemarks(pets, 3, ['horse', 'dog', 'Cat'])).toEqual([]);
  expect(scoreRemarks([], 2, ['b', 'a'])).toEqual([]);
  expect(scoreRemarks(pets, 3, ['ant', 'cat', 'zebra'])).toEqual([
    '1 of these 3 classes is known to the network; “ant” and “zebra” are not. It also knows “dog” and “horse”, of ' +
      'which there are no images here. Training gives it 3 scores, of which those of known classes keep their ' +
      'weights unless it begins anew; undo takes that back.',
  ]);
  expect(english(scoreRemarks(pets, 3, ['dog', 'cat'])[0])).toMatch(
    /^All of these classes are known to the network. It also/,
  );
  expect(scoreRemarks(pets, 3, ['ant', 'bee', 'fly'])).toEqual([
    'The network knows none of these classes, but “cat”, “dog” and “horse”. Training gives it 3 scores, which it ' +
      'learns from fresh weights; undo takes that back.',
  ]);
  expect(scoreRemarks([], 3, ['ant', 'bee'])).toEqual([
    'The network ends in 3 scores, but there are 2 classes here. Training gives it 2 scores, which it learns from ' +
      'fresh weights; undo takes that back.',
  ]);
});

test('65,536 classes are matched without comparing each with each', () => {
  const names = digits(65_536);
  expect(matchNames(names, names.toReversed())[0]).toBe(65_535);
});

describe('images are fitted as those a network was trained with', () => {
  const data = { source: { kind: 'folders', path: 'x' }, shape: [8, 8, 1], validation: 0, test: 0, seed: 1 } as const;
  const run = { config: defaultConfig({ ...data, source: { ...data.source }, shape: [8, 8, 1], fit: 'pad' }) };

  test('which the workbook knows even where its runs are gone, and older ones from their last run (fault 2)', () => {
    expect(trainedFit({ fit: 'crop', runs: [run] })).toBe('crop');
    expect(trainedFit({ fit: 'crop' })).toBe('crop');
    expect(trainedFit({ runs: [run] })).toBe('pad');
    expect(trainedFit({})).toBeUndefined();
  });

  test('and another way is said (fault 2)', () => {
    expect(fitRemarks('stretch', 'crop')).toEqual([
      'Images are stretched to the input here; those the network was trained with were cropped.',
    ]);
    expect([...fitRemarks('crop', 'crop'), ...fitRemarks('pad', undefined)]).toEqual([]);
  });
});

test('classes without training images are named (fault 8)', () => {
  const counts = [3, 0, 0].map(training => ({ training, validation: 1, test: 1 }));
  const summary = { name: 'pets', classes: ['cat', 'dog', 'horse'], counts };
  expect(untrainedRemarks(summary)).toEqual([
    'pets has no training images of “dog” and “horse”, so the network can’t learn them. Set smaller shares aside, or ' +
      'put images of them among those for training.',
  ]);
  expect(untrainedRemarks({ ...summary, classes: ['cat'], counts: counts.slice(0, 1) })).toEqual([]);
});

function digits(count: number): string[] {
  return Array.from({ length: count }, (_, number) => String(number));
}
