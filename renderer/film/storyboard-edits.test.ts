import { describe, expect, test } from 'vitest';
import type { FilmScene, Storyboard } from '../../shared/film/storyboard.ts';
import { narrationOf, sceneOf, spokenBoard } from '../../shared/film/testing/small-storyboard.ts';
import { lengthOf } from '../../shared/film/timeline.ts';
import {
  addMark,
  changeMark,
  changeScene,
  copyOf,
  insertAfter,
  moveScene,
  removeMark,
  removeScene,
  stretch,
  withMark,
} from './storyboard-edits.ts';

const board = (...ids: string[]): Storyboard => ({ look: 'dark', scenes: ids.map(id => sceneOf(id)), narrations: [] });
const order = ({ scenes }: Storyboard) => scenes.map(({ id }) => id).join('');

describe('scenes', () => {
  test('come after the chosen one, or at the end', () => {
    expect(order(insertAfter(board('a', 'b'), 'a', [sceneOf('c')]))).toBe('acb');
    expect(order(insertAfter(board('a', 'b'), undefined, [sceneOf('c')]))).toBe('abc');
  });

  test('are moved to any place, and no further than the ends', () => {
    const four = board('a', 'b', 'c', 'd');
    expect([moveScene(four, 'a', 2), moveScene(four, 'd', 0), moveScene(four, 'b', 9)].map(order)).toEqual([
      'bcad',
      'dabc',
      'acdb',
    ]);
    expect(moveScene(four, 'a', -1)).toBe(four);
  });

  test('a copy has everything but the id', () => {
    const scene = sceneOf('a', { caption: 'Look' });
    const copy = copyOf({ ...board(), scenes: [scene] }, 'a')!;
    expect(copy).toEqual({ ...scene, id: copy.id });
    expect(copy.id).not.toBe('a');
  });

  test('a removed scene takes its narration with it, unless another scene speaks it too', () => {
    const spoken = spokenBoard('a', 'b');
    expect(removeScene(spoken, 'a').narrations).toEqual([narrationOf('b')]);
    const twice = { ...spoken, scenes: [...spoken.scenes, { ...spoken.scenes[0], id: 'c' }] };
    expect(removeScene(twice, 'a').narrations).toHaveLength(2);
  });

  test('what a patch leaves undefined is gone from the scene', () => {
    const marked = changeScene(board('a'), 'a', { begins: 'now' });
    expect(marked.scenes[0].begins).toBe('now');
    expect('begins' in changeScene(marked, 'a', { begins: undefined }).scenes[0]).toBe(false);
  });

  test('a length is in tenths of a second, within the limits; a spoken scene rests longer or shorter', () => {
    const lengthAfter = (wanted: number, from = board('a')) => {
      const next = stretch(from, 'a', wanted);
      return lengthOf(next, next.scenes[0]);
    };
    expect([lengthAfter(2.34), lengthAfter(-1), lengthAfter(1e9)]).toEqual([2.3, 0.1, 3600]);
    // A second before what is spoken, 1.5 of speech.
    expect([lengthAfter(6, spokenBoard('a')), lengthAfter(1, spokenBoard('a'))]).toEqual([6, 2.5]);
  });
});

describe('marks', () => {
  const named = (scene: FilmScene) => scene.marks.map(({ name, at }) => `${name} ${at}`);
  const scene = sceneOf('a', { marks: [{ at: 1, name: 'first' }], begins: 'first' });

  test('a new mark has a free name, and they stand in the order of time', () => {
    const mark = addMark(sceneOf('a', { marks: [{ at: 1, name: 'mark 2' }] }), 0.46, number => `mark ${number}`)!;
    expect(mark).toEqual({ at: 0.5, name: 'mark 3' });
    expect(named({ ...scene, ...withMark(scene, mark) })).toEqual(['mark 3 0.5', 'first 1']);
  });

  test('the motion begins at its mark still after that was renamed, and after the rest when it is removed', () => {
    expect(changeMark(scene, 'first', { name: 'half' })).toEqual({ marks: [{ at: 1, name: 'half' }], begins: 'half' });
    const [next] = changeScene({ ...board(), scenes: [scene] }, 'a', removeMark(scene, 'first')).scenes;
    expect([next.marks, next.begins]).toEqual([[], undefined]);
  });
});
