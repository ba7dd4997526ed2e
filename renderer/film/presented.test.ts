import { expect, test } from 'vitest';
import { EMPTY_STORYBOARD, type FilmScene } from '../../shared/film/storyboard.ts';
import { sceneOf } from '../../shared/film/testing/small-storyboard.ts';
import { followedScene, later, type Presented, type PresentedStep, restOf, stepped } from './presented.ts';

const rests = [3, 0, 5];
const walk = (at: Presented, ...steps: PresentedStep[]) => steps.reduce((now, step) => stepped(now, step, rests), at);
const begun: Presented = { place: 0, seconds: 0, moves: true };

test('next first ends what moves, then goes on, and stays at the last scene', () => {
  expect(walk(begun, 'next')).toEqual({ place: 0, seconds: 3, moves: false });
  expect(walk(begun, 'next', 'next')).toEqual({ place: 1, seconds: 0, moves: true });
  // The second scene rests at once.
  expect(walk(begun, 'next', 'next', 'next')).toEqual({ place: 2, seconds: 0, moves: true });
  const end = walk(begun, 'last', 'next');
  expect(end).toEqual({ place: 2, seconds: 5, moves: false });
  expect(walk(end, 'next')).toBe(end);
});

test('back shows the scene before as it ended; other steps begin a scene', () => {
  expect(walk(begun, 'last', 'back', 'back')).toEqual({ place: 0, seconds: 3, moves: false });
  expect(walk(begun, 'back')).toBe(begun);
  expect(walk({ ...begun, seconds: 2 }, 'back')).toEqual(begun);
  expect(walk(begun, { go: 2 }).place).toBe(2);
  expect(walk(begun, { go: 3 })).toBe(begun);
  expect(walk(begun, { go: 2 }, 'first')).toEqual(begun);
  expect(walk({ place: 2, seconds: 4, moves: true }, 'again')).toEqual({ place: 2, seconds: 0, moves: true });
});

test('a pause stops what moves, and what has ended begins again', () => {
  const paused = walk({ ...begun, seconds: 1 }, 'pause');
  expect(paused).toEqual({ place: 0, seconds: 1, moves: false });
  expect(later(paused, 1, rests)).toBe(paused);
  expect(walk(paused, 'pause').moves).toBe(true);
  expect(walk(begun, 'next', 'pause')).toEqual(begun);
});

test('black and white cover the picture, which stands still under them; any step forth or back uncovers it', () => {
  const black = walk({ ...begun, seconds: 1 }, 'black');
  expect(black).toEqual({ place: 0, seconds: 1, moves: true, cover: 'black' });
  expect(later(black, 1, rests)).toBe(black);
  expect(walk(black, 'white').cover).toBe('white');
  for (const step of ['black', 'next', 'back'] as const)
    expect(walk(black, step)).toEqual({ place: 0, seconds: 1, moves: true });
});

test('a scene moves in real time until it rests', () => {
  expect(later(begun, 2, rests)).toEqual({ place: 0, seconds: 2, moves: true });
  expect(later(begun, 9, rests)).toEqual({ place: 0, seconds: 3, moves: false });
});

test('a scene rests when its motion and its transition are over', () => {
  const scan = { kind: 'scan', tensor: 'conv1/output', from: 0, to: 9 } as const;
  const restIn = (more: Parameters<typeof sceneOf>[1]) => restOf(EMPTY_STORYBOARD, sceneOf('a', more));
  const camera: FilmScene['camera'] = { kind: 'maps', maps: [{ tensor: 'conv1/output', map: 0 }] };
  expect(restIn({ camera })).toBe(0);
  expect(restIn({ camera, transition: 'fade' })).toBe(0.6);
  expect(restIn({ motion: scan })).toBe(3);
  // A cell, the network and scores come about part by part, also where nothing else moves.
  for (const camera of [
    { kind: 'cell', element: { tensor: 'conv1/output', index: 0 } },
    { kind: 'network' },
    { kind: 'scores' },
  ] as const)
    expect(restIn({ camera, transition: 'fade' }), camera.kind).toBe(3);
  // What can't begin before the rest at the end takes no time.
  expect(restIn({ motion: scan, before: 4 })).toBe(4);
});

test('the scene that is shown is followed when the storyboard changes', () => {
  const scenes = ['a', 'b', 'c'].map(id => sceneOf(id));
  const at = { place: 1, seconds: 2, moves: false };
  expect(followedScene(at, scenes, [scenes[1], scenes[0]]).place).toBe(0);
  expect(followedScene(at, scenes, [scenes[0]]).place).toBe(0);
  expect(followedScene(at, scenes, scenes)).toEqual(at);
});
