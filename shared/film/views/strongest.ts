/** Which of many maps are worth showing. */
import type { TensorInfo } from '../../network.ts';
import { mapsIn, mapView } from '../panel.ts';
import type { FilmState, SceneFilm } from '../numbers.ts';

/** What was found of the states of scenes: it is the same in every frame. */
const known = new WeakMap<readonly FilmState[], Map<string, number[]>>();

/** The maps with the largest squares, all states of a scene together; in their order. So they stay the same while a
 *  scene moves. */
export function strongestMaps({ states }: Pick<SceneFilm, 'states'>, info: TensorInfo, most: number): number[] {
  return strongest(states, { info, most, count: mapsIn(info) }, (sizes, values) => {
    for (let map = 0; map < sizes.length; map++) {
      const view = mapView(info, map);
      for (let nth = 0; nth < view.rows * view.columns; nth++) {
        const value = values[view.at(nth)];
        if (Number.isFinite(value)) sizes[map] += value * value;
      }
    }
  });
}

/** The units of a dense kernel with the largest squares, in the same way. */
export function strongestUnits({ states }: Pick<SceneFilm, 'states'>, info: TensorInfo, most: number): number[] {
  return strongest(states, { info, most, count: info.shape[1] }, (sizes, values) => {
    for (let at = 0; at < values.length; at++)
      if (Number.isFinite(values[at])) sizes[at % sizes.length] += values[at] * values[at];
  });
}

/** `add`: adds the squares of a state's numbers to the sizes of the maps or units. */
function strongest(
  states: readonly FilmState[],
  { info, most, count }: { info: TensorInfo; most: number; count: number },
  add: (sizes: number[], values: ArrayLike<number>) => void,
): number[] {
  const all = Array.from({ length: count }, (_, each) => each);
  if (count <= most) return all;
  const ofStates = known.get(states) ?? new Map<string, number[]>();
  known.set(states, ofStates);
  const key = `${info.id} ${most}`;
  let found = ofStates.get(key);
  if (!found) {
    const sizes = all.map(() => 0);
    for (const values of new Set(states.map(({ tensors }) => tensors.get(info.id) ?? []))) add(sizes, values);
    const bySize = all.toSorted((a, b) => sizes[b] - sizes[a] || a - b);
    found = bySize.slice(0, most).toSorted((a, b) => a - b);
    ofStates.set(key, found);
  }
  return found;
}
