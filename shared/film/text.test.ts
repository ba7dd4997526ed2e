import * as v from 'valibot';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { english } from '../messages/render.ts';
import { buildSheet } from '../layout/sheet.ts';
import { createRandom } from '../random.ts';
import { randomNetwork } from '../testing/random-network.ts';
import { sheetOfTemplate } from '../lessons/lesson-places.ts';
import { type Camera, EMPTY_STORYBOARD, type Motion, storyboardSchema } from './storyboard.ts';
import { randomStoryboard } from './testing/random-storyboard.ts';
import { sceneOf } from './testing/small-storyboard.ts';
import { readStoryboard, writeStoryboard } from './text.ts';

const lesson3 = sheetOfTemplate('lesson3');
const sheets = [
  { id: lesson3.id, name: 'Network' },
  { id: 'notes', name: 'My notes' },
  { id: 'odd', name: "#it's, with 2 around" },
];
const around = { sheet: lesson3, sheets };

test('every storyboard comes back from its text as it was', () => {
  const random = createRandom(12);
  for (let nth = 0; nth < 100; nth++) {
    const sheet = nth % 3 === 0 ? buildSheet(randomNetwork(random)) : lesson3;
    const board = v.parse(storyboardSchema, randomStoryboard(random, sheet));
    const text = writeStoryboard(board, { sheet, sheets });
    expect(readStoryboard(text, { sheet, sheets, narrations: board.narrations }), text).toEqual(board);
    const withReturns = text.replaceAll('\n', '\r\n');
    expect(readStoryboard(withReturns, { sheet, sheets, narrations: board.narrations })).toEqual(board);
  }
});

const first = { tensor: 'conv1/output', index: 0 } as const;

test('a storyboard is written in plain words', () => {
  const scene = sceneOf('first', {
    title: 'An edge',
    camera: { kind: 'maps', maps: [{ tensor: 'input/output' }, { tensor: 'conv1/output', map: 1 }] },
    motion: { kind: 'scan', tensor: 'conv1/output', from: 0, to: 675 },
    caption: 'The kernel slides\nover the image: {#conv1/output@0}, {answer %}.',
    notes: 'Slowly.\n## Not a heading',
    marks: [{ at: 2.5, name: 'the edge' }],
    begins: 'the edge',
  });
  expect(writeStoryboard({ ...EMPTY_STORYBOARD, scenes: [scene] }, around)).toBe(`---
look: dark
---

## An edge

\`\`\`scene
id: first
show: maps input, conv1 map 2
move: scan conv1 from AH3 to BG28
time: 4 s
rest: 1 s before, 1 s after
begins: the edge
transition: cut
mark: 2.5 s the edge
\`\`\`

> The kernel slides
> over the image: {AH3}, {answer %}.

Slowly.
\\## Not a heading
`);
});

test('what is left out has its usual value, and cells are named in any way that the name box takes', () => {
  const read = (lines: string) =>
    readStoryboard(`## One\n\`\`\`scene\n${lines}\n\`\`\``, around) as { scenes: { camera: Camera; motion: Motion }[] };
  expect(read('show: network')).toEqual({
    ...EMPTY_STORYBOARD,
    scenes: [sceneOf('scene-1', { title: 'One', duration: 5 })],
  });
  const cameraOf = (show: string) => read(`show: ${show}`).scenes[0].camera;
  expect(cameraOf('cell conv1/output[0,0,0]')).toEqual({ kind: 'cell', element: first });
  expect(cameraOf('sheet AH3:AI4')).toEqual(cameraOf('sheet AH3, AI4'));
  // A range with blanks in its corners means the elements in it.
  expect(cameraOf('sheet AG1:AI4')).toEqual({
    kind: 'sheet',
    region: { elements: [first, { tensor: 'conv1/output', index: 2 * 27 }] },
  });
  expect(cameraOf("sheet 'my notes'!A1:B2")).toEqual({
    kind: 'sheet',
    region: { sheet: 'notes', row: 0, column: 0, height: 2, width: 2 },
  });
  expect(read('show: network\nmove: scan conv1').scenes[0].motion).toEqual({
    kind: 'scan',
    tensor: 'conv1/output',
    from: 0,
    to: 1351,
  });
  const twice = '## One\n```scene\nid: a\nshow: network\n```\n';
  const copied = readStoryboard(twice + twice, around);
  expect('scenes' in copied && copied.scenes.map(({ id }) => id)).toEqual(['a', 'scene-2']);
});

test('the example of the README is a storyboard', () => {
  const page = readFileSync(new URL('../../assets/storyboards/README.md', import.meta.url), 'utf8');
  const example = page.match(/^ {4}.*$|^$/gm)!.map(line => line.slice(4));
  const read = readStoryboard(example.join('\n'), around);
  expect('scenes' in read && read.scenes.map(({ id, notes, caption }) => [id, notes, caption])).toEqual([
    ['edges', 'What only the speaker sees.', 'What stands in the picture, and in the captions.'],
  ]);
});

test('what can’t be understood is said with its line', () => {
  const problems = (text: string) => {
    const read = readStoryboard(text, around);
    return Array.isArray(read) ? read.map(({ line, problem }) => `${line}: ${english(problem)}`) : [];
  };
  const scene = (...lines: string[]) => ['## One', '```scene', 'show: network', ...lines, '```'].join('\n');
  expect(problems('Hello')).toEqual([expect.stringContaining('1: Before the first scene')]);
  expect(problems('---\nlook: pink\n---\n## One')).toEqual([
    '2: “look” is one of: dark, light and contrast.',
    expect.stringContaining('4: After the heading'),
  ]);
  expect(problems(scene('move: dance', 'time: soon', 'rest: none', 'transition: wipe', 'mark: here'))).toEqual([
    expect.stringContaining('4: “dance” is no motion'),
    expect.stringContaining('5: A time'),
    expect.stringContaining('6: The rest'),
    '7: “transition” is one of: cut, fade and glide.',
    expect.stringContaining('8: A mark'),
  ]);
  expect(problems(`${scene()}\n\n> The score\n> is {here}, not {AH3}.\n\nNotes {there}.`)).toEqual([
    '7: In the caption, {here} is no cell. Name one like {AH3} or {Notes!B2}, or write {{ for a brace.',
  ]);
  expect(problems(scene('time: 4000 s'))).toEqual([expect.stringContaining('4: “time” is beyond')]);
});
