import { expect, test } from 'vitest';
import { formatAddress } from '../address.ts';
import { buildSheet } from '../layout/sheet.ts';
import { parseNetwork } from '../network.ts';
import { captionIn, chaptersOf, cuesOf, SHORTEST_CHAPTER, writeChapters, writeSrt, writeVtt } from './captions.ts';
import { cellKey, type FilmState, type SceneFilm } from './numbers.ts';
import { EMPTY_STORYBOARD, type FilmScene, type Storyboard } from './storyboard.ts';
import { sceneOf } from './testing/small-storyboard.ts';

const board = (...scenes: [duration: number, caption?: string][]): Storyboard => ({
  ...EMPTY_STORYBOARD,
  scenes: scenes.map(([duration, caption = ''], nth) => sceneOf(`s${nth + 1}`, { duration, caption })),
});

const sheet = buildSheet(
  parseNetwork({
    version: 1,
    layers: [
      { id: 'in', name: 'in', inputs: [], kind: 'input', shape: [1, 3, 1] },
      { id: 'flat', name: 'flat', inputs: ['in'], kind: 'flatten' },
      { id: 'dense', name: 'dense', inputs: ['flat'], kind: 'dense', units: 3, useBias: true },
      { id: 'end', name: 'end', inputs: ['dense'], kind: 'softmax' },
    ],
  }),
  ['a', 'b', 'c'],
);
const around = { sheet, sheets: [{ id: sheet.id, name: 'Network' }] };
const stateOf = (scores: readonly number[]): FilmState => ({
  tensors: new Map([
    ['dense/output', Float32Array.from(scores)],
    ['end/output', Float32Array.from(scores, score => score / 8)],
  ]),
  others: new Map([['dense/output', [{ content: 'text', at: Uint32Array.of(2) }]]]),
  cells: new Map<string, number | boolean>([
    [cellKey('notes', 1, 1), 1 / 3],
    [cellKey('notes', 2, 1), true],
  ]),
});
const filmOf = (scene: Partial<FilmScene>, ...states: (readonly number[])[]): SceneFilm => ({
  scene: sceneOf('s', scene),
  ...around,
  written: { formulas: new Map() },
  states: states.map(stateOf),
});

test('a caption says what its cells hold, as pictures write it', () => {
  const say = (caption: string, scores: readonly number[] = [1.5, -2.25, 4]) => {
    const film = filmOf({ caption }, scores);
    return captionIn(film, film.states[0]);
  };
  expect(say('From {#dense/output@0} to {#dense/output@1}.')).toEqual({
    text: 'From 1.50 to −2.25.',
    numbers: [
      { text: '1.50', value: 1.5, form: 'plain', terms: [[{ tensor: 'dense/output', index: 0 }]] },
      { text: '−2.25', value: -2.25, form: 'plain', terms: [[{ tensor: 'dense/output', index: 1 }]] },
    ],
  });
  expect(say('{answer}: {answer %}, then {answer 2}: {answer 2 %}').text).toBe('class c: 50.0 %, then class a: 18.8 %');
  expect(say('{#dense/output@2}|{#notes!B2 %}|{#notes!B3}|{#notes!B4}|{{x}|{x}', [1, 2, Number.NaN])).toEqual({
    text: 'text|33.3 %|TRUE||{x}|{x}',
    numbers: [],
  });
  expect(say('{answer} {answer %}', [Number.NaN, Number.NaN, Number.NaN]).text).toBe('– –');
});

test('where numbers change, so do the captions in a file; what no numbers are known for stays in braces', () => {
  const scene = { caption: '{#dense/output@0}', before: 1, after: 1 };
  const run = { ...scene, motion: { kind: 'run', run: 'r' } } as const;
  const edit = {
    ...scene,
    motion: { kind: 'edit', element: { tensor: 'dense/output', index: 0 }, text: '2' },
  } as const;
  const films = [filmOf(run, [1], [1], [3], [4]), filmOf(edit, [1], [2]), undefined, filmOf({ caption: '' }, [1])];
  const scenes = films.map((film, nth) => ({ ...(film?.scene ?? sceneOf('x', scene)), id: `s${nth}` }));
  const { row, column } = sheet.layout.cellOf('dense/output', 0);
  expect(cuesOf({ ...EMPTY_STORYBOARD, scenes }, around, films)).toEqual([
    { from: 0, to: 2000, text: '1' },
    { from: 2000, to: 2500, text: '3' },
    { from: 2500, to: 4000, text: '4' },
    { from: 4000, to: 6333, text: '1' },
    { from: 6333, to: 8000, text: '2' },
    { from: 8000, to: 12_000, text: `{${formatAddress({ row, column })}}` },
  ]);
});

test('captions have the times of their scenes, to the millisecond', () => {
  const cues = cuesOf(board([0.1, 'one'], [0.2, 'two'], [1 / 3], [3723.0044, 'last']), around);
  expect(cues).toEqual([
    { from: 0, to: 100, text: 'one' },
    { from: 100, to: 300, text: 'two' },
    { from: 633, to: 3_723_638, text: 'last' },
  ]);
  expect(writeSrt(cues)).toBe(
    '1\n00:00:00,000 --> 00:00:00,100\none\n\n2\n00:00:00,100 --> 00:00:00,300\ntwo\n\n' +
      '3\n00:00:00,633 --> 01:02:03,638\nlast\n',
  );
});

test('no caption ends early, or is taken for a format or a time', () => {
  const cues = cuesOf(board([1, 'a < b && <b>c</b>\r\n\r\n  \n{\\an8}00:00 --> 1\u2028x'], [1, ' \n ']), around);
  expect(writeVtt(cues)).toBe(
    'WEBVTT\n\n1\n00:00:00.000 --> 00:00:01.000\n' +
      'a &lt; b &amp;&amp; &lt;b&gt;c&lt;/b&gt;\n{\\an8}00:00 --&gt; 1\nx\n',
  );
  const [, , ...lines] = writeSrt(cues).split('\n');
  expect(lines.map(line => line.replaceAll('\u2060', '|'))).toEqual([
    'a < b && <|b>c<|/b>',
    '{|\\an8}00:00 --|> 1',
    'x',
    '',
  ]);
});

test('a scene too short for a chapter belongs to the one before', () => {
  const film = board([4], [7], [10], [60], [3600], [12], [5]);
  expect(writeChapters(film)).toBe('0:00 s1\n0:11 s3\n0:21 s4\n1:21 s5\n1:01:21 s6\n');
  expect(chaptersOf(board([3], [4]), SHORTEST_CHAPTER)).toEqual([{ at: 0, title: 's1' }]);
  const untitled = { ...EMPTY_STORYBOARD, scenes: [sceneOf('a', { title: ' \n ' })] };
  expect(writeChapters(untitled)).toBe('0:00 Scene 1\n');
});
