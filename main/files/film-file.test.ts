import { strFromU8, strToU8, unzipSync, type Zippable, zipSync } from 'fflate';
import { expect, test } from 'vitest';
import { UserError } from '../../shared/errors.ts';
import { EMPTY_STORYBOARD, type Storyboard } from '../../shared/film/storyboard.ts';
import { narrationOf, sceneOf, spokenBoard } from '../../shared/film/testing/small-storyboard.ts';
import { smallWorkbook } from '../engine/data/testing/small-digits.ts';
import { readWorkbook, writeWorkbook } from './convsheet.ts';

const sounds = new Map(['a', 'b'].map((id, n) => [id, Uint8Array.from({ length: 3000 }, (_, at) => (at * n) % 251)]));
const board: Storyboard = {
  ...spokenBoard('a'),
  look: 'light',
  scenes: [
    ...spokenBoard('a').scenes,
    sceneOf('all', {
      title: 'Größe',
      camera: { kind: 'sheet', region: { elements: [{ tensor: 'conv/kernel', index: 3 }], margin: 2 }, plane: 'value' },
      motion: { kind: 'edit', element: { tensor: 'conv/kernel', index: 3 }, text: '=1/3' },
      marks: [{ at: 0.5, name: 'now' }],
      begins: 'now',
    }),
  ],
  narrations: [narrationOf('a'), narrationOf('b', { type: 'audio/webm' })],
};
const filmed = { ...smallWorkbook(), storyboard: board, narrations: sounds };
const bytes = writeWorkbook(filmed);
/** The file with other entries. */
const changed = (entries: Record<string, Uint8Array | undefined>) => {
  const all = { ...unzipSync(bytes), ...entries };
  return zipSync(Object.fromEntries(Object.entries(all).filter(([, entry]) => entry)) as Zippable);
};
const withBoard = (storyboard: unknown) => changed({ 'film/storyboard.json': strToU8(JSON.stringify(storyboard)) });
const open = (file: Uint8Array) => readWorkbook(file, 'film.convsheet');
const versionOf = (file: Uint8Array) =>
  (JSON.parse(strFromU8(unzipSync(file)['workbook.json'])) as { version: number }).version;

test('a storyboard and its sounds come back as they were, and equal ones give equal bytes', () => {
  const read = open(bytes);
  expect(read.storyboard).toEqual(board);
  expect(read.narrations).toEqual(sounds);
  expect(Object.keys(unzipSync(bytes)).filter(name => name.startsWith('film/'))).toEqual([
    'film/storyboard.json',
    'film/narrations/a.wav',
    'film/narrations/b.webm',
  ]);
  const reordered = Object.fromEntries(Object.entries(board).reverse()) as Storyboard;
  expect(Buffer.compare(writeWorkbook({ ...read, storyboard: reordered }), bytes)).toBe(0);
});

test('files without one are as ever; with one, an earlier ConvSheet must not open and lose it', () => {
  const plain = writeWorkbook(smallWorkbook());
  expect([versionOf(plain), versionOf(bytes)]).toEqual([1, 3]);
  expect(open(plain)).not.toHaveProperty('storyboard');
  expect(Object.keys(unzipSync(plain)).some(name => name.startsWith('film/'))).toBe(false);
});

test.each<[title: string, file: () => Uint8Array, sentence: RegExp]>([
  ['no storyboard', () => changed({ 'film/storyboard.json': undefined }), /film\/storyboard\.json is missing from it/],
  ['no JSON', () => changed({ 'film/storyboard.json': strToU8('{"look":') }), /storyboard\.json in it can't be read/],
  ['deep JSON', () => changed({ 'film/storyboard.json': strToU8('['.repeat(1e6)) }), /in it can't be read/],
  [
    'endless JSON',
    () => changed({ 'film/storyboard.json': new Uint8Array(13 * 2 ** 20).fill(32) }),
    /its film\/storyboard\.json is larger than the 12 MiB/,
  ],
  ['another look', () => withBoard({ ...board, look: 'neon' }), /something else where look belongs/],
  ['a scene that is none', () => withBoard({ ...board, scenes: [{}] }), /something else where scenes\.0\./],
  [
    'too many scenes',
    () => withBoard({ ...board, scenes: Array.from({ length: 501 }, (_, n) => sceneOf(`s${n}`)) }),
    /something else where scenes belongs/,
  ],
  [
    'an id that would lead elsewhere',
    () => withBoard({ ...board, narrations: [narrationOf('../../x')] }),
    /something else where narrations\.0\.id belongs/,
  ],
  [
    'two scenes of one id',
    () => withBoard({ ...board, scenes: [sceneOf('x'), sceneOf('x')] }),
    /can't be: Two scenes or two narrations of the storyboard have the id x/,
  ],
  ['no sound', () => changed({ 'film/narrations/a.wav': undefined }), /film\/narrations\/a\.wav is missing from it/],
  [
    'an endless sound',
    () => changed({ 'film/narrations/a.wav': new Uint8Array(64 * 2 ** 20 + 1) }),
    /film\/narrations\/a\.wav is larger than the 64 MiB/,
  ],
])('a file with %s is refused with a sentence', (_title, file, sentence) => {
  const refused = file();
  let error: unknown;
  try {
    open(refused);
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toBeInstanceOf(UserError);
  expect((error as UserError).message).toMatch(sentence);
});

test('a storyboard of which only the look was chosen is kept, too', () => {
  const read = open(writeWorkbook({ ...smallWorkbook(), storyboard: { ...EMPTY_STORYBOARD, look: 'contrast' } }));
  expect(read.storyboard).toEqual({ ...EMPTY_STORYBOARD, look: 'contrast' });
  expect(read).not.toHaveProperty('narrations');
});
