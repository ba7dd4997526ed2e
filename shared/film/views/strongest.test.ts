import { expect, test } from 'vitest';
import { sheetOfTemplate } from '../../lessons/lesson-places.ts';
import type { TensorInfo } from '../../network.ts';
import { comparisonIn } from '../../explain/comparison.ts';
import { pictureAt } from '../film.ts';
import type { FilmState, SceneFilm } from '../numbers.ts';
import { sceneOf } from '../testing/small-storyboard.ts';
import { strongestMaps, strongestUnits } from './strongest.ts';

const sheet = sheetOfTemplate('lenet');
/** States whose numbers are counted when they are read. */
function counted(info: TensorInfo, ...largest: number[][]) {
  let reads = 0;
  const states = largest.map((places): FilmState => {
    const values = new Float32Array(info.size);
    for (const place of places) values[place] = 5;
    return { tensors: { get: () => (reads++, values) } as never };
  });
  return { states, reads: () => reads };
}

test('the strongest units and maps of all states are found once, not in every frame', () => {
  const dense = [...sheet.tensors.values()].find(({ name, shape }) => name === 'kernel' && shape.length === 2)!;
  const units = counted(dense, [7, 2], [3 * dense.shape[1] + 7, 40]);
  for (let frame = 0; frame < 5; frame++) expect(strongestUnits(units, dense, 3)).toEqual([2, 7, 40]);
  expect(units.reads()).toBe(2);
  expect(strongestUnits(units, dense, 1)).toEqual([7]);
  const maps = [...sheet.tensors.values()].find(({ name, shape }) => name === 'output' && shape[2] === 16)!;
  const shown = counted(maps, [15], [3]);
  for (let frame = 0; frame < 5; frame++) expect(strongestMaps(shown, maps, 2)).toEqual([3, 15]);
  expect(shown.reads()).toBe(2);
  // Numbers that are none don't count.
  units.states[0].tensors.get(dense.id)!.fill(Number.NaN);
  expect(strongestUnits({ states: [...units.states] }, dense, 2)).toEqual([7, 40]);
});

test('the templates of a state are read once, not in every frame', () => {
  const letters = sheetOfTemplate('letters');
  const { dense } = comparisonIn(letters)!;
  let reads = 0;
  const all = new Map([...letters.tensors.values()].map(({ id, size }) => [id, new Float32Array(size).fill(0.5)]));
  const tensors = { get: (id: TensorInfo['id']) => ((reads += Number(id === `${dense.id}/kernel`)), all.get(id)) };
  const film: SceneFilm = {
    scene: sceneOf('scores', { camera: { kind: 'scores' } }),
    sheet: letters,
    sheets: [],
    written: { formulas: new Map() },
    states: [{ tensors: tensors as never }],
  };
  pictureAt(film, 4, 1);
  expect(reads).toBeGreaterThan(0);
  reads = 0;
  pictureAt(film, 4, 2);
  expect(reads).toBe(0);
});
