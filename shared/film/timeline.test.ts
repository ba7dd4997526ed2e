import { expect, test } from 'vitest';
import { EMPTY_STORYBOARD, type Storyboard } from './storyboard.ts';
import { sceneOf as scene } from './testing/small-storyboard.ts';
import { beginningOf, enteredAt, filmLength, framesIn, lengthOf, placeInFilm, progressAt } from './timeline.ts';

const board: Storyboard = {
  ...EMPTY_STORYBOARD,
  scenes: [
    scene('a'),
    scene('b', { duration: 'narration', narration: 'n', before: 0.5 }),
    scene('c', { duration: 0.1 }),
  ],
  narrations: [{ id: 'n', type: 'audio/wav', seconds: 3.25, gain: 0, peaks: [] }],
};

test('a scene is as long as it says, or as its narration and the rest around it', () => {
  expect(board.scenes.map(each => lengthOf(board, each))).toEqual([4, 4.75, 0.1]);
  expect(filmLength(board)).toBeCloseTo(8.85);
  expect(framesIn(board, 30)).toBe(266);
});

test('every time is in one scene, which begins where the one before ends', () => {
  expect(placeInFilm(board, 0)).toEqual({ place: 0, seconds: 0 });
  expect(placeInFilm(board, 4)).toEqual({ place: 1, seconds: 0 });
  expect(placeInFilm(board, beginningOf(board, 2))?.place).toBe(2);
  expect(placeInFilm(board, 99)).toEqual({ place: 2, seconds: 0.1 });
  expect(placeInFilm(EMPTY_STORYBOARD, 0)).toBeUndefined();
});

test('what moves rests before and after, or waits for its mark', () => {
  expect([0, 1, 2, 3, 4].map(at => progressAt(board.scenes[0], 4, at))).toEqual([0, 0, 0.5, 1, 1]);
  const waiting = scene('w', { begins: 'now', marks: [{ at: 2, name: 'now' }] });
  expect([1.9, 2.5, 3].map(at => progressAt(waiting, 4, at))).toEqual([0, 0.5, 1]);
});

test('what rests for the whole scene has not moved at its last moment, from which the next scene fades', () => {
  const resting = scene('r', { before: 4, after: 0 });
  expect([0, 3.9, 4, Infinity].map(at => progressAt(resting, 4, at))).toEqual([0, 0, 0, 0]);
  expect(progressAt(scene('e', { before: 0, after: 60 }), 4, 0)).toBe(1);
});

test('a transition takes at most half of its scene', () => {
  expect(enteredAt(scene('f', { transition: 'fade' }), 4, 0.3)).toBeCloseTo(0.5);
  expect(enteredAt(scene('f', { transition: 'fade' }), 0.2, 0.1)).toBe(1);
  expect(enteredAt(scene('f'), 4, 0)).toBe(1);
});
