import { expect, test } from 'vitest';
import { narrationOf as spoken, sceneOf, spokenBoard } from '../../../shared/film/testing/small-storyboard.ts';
import { typeOf } from './decode.ts';
import { narrationOf, trimmed, withNarration, withoutNarration } from './narration-edits.ts';

const board = { ...spokenBoard('a', 'b'), scenes: [...spokenBoard('a', 'b').scenes, sceneOf('c')] };
const [a, , c] = board.scenes;

test('A scene gets a narration: it grows if it is too short, and keeps its length if not; the old one goes', () => {
  const short = withNarration(board, c, spoken('n', { seconds: 1.5 }), [{ at: 0.52, name: 'here' }]);
  expect(short.scenes[2]).toMatchObject({ narration: 'n', duration: 4, marks: [{ at: 1.5, name: 'here' }] });
  const long = withNarration(board, c, spoken('n', { seconds: 9 }));
  expect(long.scenes[2]).toMatchObject({ narration: 'n', duration: 'narration', after: 1 });
  // The rest of a scene that stands still isn't added to its narration.
  const still = { ...board, scenes: [sceneOf('still', { after: 60 })] };
  expect(withNarration(still, still.scenes[0], spoken('n', { seconds: 2 })).scenes[0].duration).toBe(4);
  expect(withNarration(still, still.scenes[0], spoken('n', { seconds: 9 })).scenes[0].after).toBe(2);
  const again = withNarration(board, a, spoken('n'));
  expect(again.narrations.map(({ id }) => id)).toEqual(['b', 'n']);
  expect(narrationOf(again, again.scenes[0])?.id).toBe('n');
  // A copy of the scene still has the old one.
  const copied = { ...board, scenes: [...board.scenes, { ...a, id: 'copy' }] };
  expect(withNarration(copied, a, spoken('n')).narrations.map(({ id }) => id)).toEqual(['a', 'b', 'n']);
  // The scene may be gone when the take is ready.
  expect(withNarration(board, sceneOf('gone'), spoken('n'))).toBe(board);
});

test('A scene without its narration stays as long as it was', () => {
  const silent = withoutNarration(board, 'a');
  expect(silent.scenes[0]).toMatchObject({ duration: 3.5 });
  expect(silent.scenes[0]).not.toHaveProperty('narration');
  expect(silent.narrations.map(({ id }) => id)).toEqual(['b']);
  expect(withoutNarration(board, 'c')).toBe(board);
});

test('Marks stay at their words when silence before them is trimmed', () => {
  const marked = { ...board, scenes: [{ ...a, marks: [{ at: 1.7, name: 'word' }] }] };
  const cut = trimmed(marked, spoken('a', { skip: 0.5, seconds: 1 }));
  expect(cut.scenes[0].marks).toEqual([{ at: 1.2, name: 'word' }]);
  expect(trimmed(cut, spoken('a')).scenes[0].marks).toEqual([{ at: 1.7, name: 'word' }]);
  expect(trimmed(marked, spoken('gone'))).toBe(marked);
});

test('A file with sound is known by its first bytes', () => {
  const bytes = (text: string) => Uint8Array.from(text, letter => letter.charCodeAt(0));
  const known = ['RIFF1234WAVE', 'fLaC', 'OggS', '\x1a\x45\xdf\xa3', '\0\0\0\x20ftypM4A ', 'ID3\x03', '\xff\xfb\x90'];
  expect(known.map(text => typeOf(bytes(text)))).toEqual([
    'audio/wav',
    'audio/flac',
    'audio/ogg',
    'audio/webm',
    'audio/mp4',
    'audio/mpeg',
    'audio/mpeg',
  ]);
  expect(['', 'text', '\xff\xd8\xff'].map(text => typeOf(bytes(text)))).toEqual([undefined, undefined, undefined]);
});
