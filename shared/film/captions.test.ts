import { expect, test } from 'vitest';
import { chaptersOf, cuesOf, SHORTEST_CHAPTER, writeChapters, writeSrt, writeVtt } from './captions.ts';
import { EMPTY_STORYBOARD, type Storyboard } from './storyboard.ts';
import { sceneOf } from './testing/small-storyboard.ts';

const board = (...scenes: [duration: number, caption?: string][]): Storyboard => ({
  ...EMPTY_STORYBOARD,
  scenes: scenes.map(([duration, caption = ''], nth) => sceneOf(`s${nth + 1}`, { duration, caption })),
});

test('captions have the times of their scenes, to the millisecond', () => {
  const cues = cuesOf(board([0.1, 'one'], [0.2, 'two'], [1 / 3], [3723.0044, 'last']));
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
  const cues = cuesOf(board([1, 'a < b && <b>c</b>\r\n\r\n  \n{\\an8}00:00 --> 1\u2028x'], [1, ' \n ']));
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
