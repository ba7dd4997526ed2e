/** Which of many maps are worth showing. */
import type { TensorInfo } from '../../network.ts';
import { mapsIn, mapView } from '../panel.ts';
import type { FilmState, SceneFilm } from '../numbers.ts';

const known = new WeakMap<readonly FilmState[], Map<string, number[]>>();

/** The maps with the largest squares, all states of a scene together; in their order. So they stay the same while a
 *  scene moves. */
export function strongestMaps({ states }: Pick<SceneFilm, 'states'>, info: TensorInfo, most: number): number[] {
  const count = mapsIn(info);
  if (count <= most) return Array.from({ length: count }, (_, map) => map);
  const all = known.get(states) ?? new Map<string, number[]>();
  known.set(states, all);
  const key = `${info.id} ${most}`;
  let found = all.get(key);
  if (!found) {
    const sizes = Array.from({ length: count }, () => 0);
    for (const values of new Set(states.map(({ tensors }) => tensors.get(info.id) ?? [])))
      for (let map = 0; map < count; map++) {
        const view = mapView(info, map);
        for (let nth = 0; nth < view.rows * view.columns; nth++) {
          const value = values[view.at(nth)];
          if (Number.isFinite(value)) sizes[map] += value * value;
        }
      }
    found = best(sizes, most);
    all.set(key, found);
  }
  return found;
}

/** The units of a dense kernel with the largest squares, in the same way. */
export function strongestUnits({ states }: Pick<SceneFilm, 'states'>, info: TensorInfo, most: number): number[] {
  const units = info.shape[1];
  const sizes = Array.from({ length: units }, () => 0);
  for (const values of new Set(states.map(({ tensors }) => tensors.get(info.id) ?? [])))
    for (let at = 0; at < values.length; at++) sizes[at % units] += values[at] * values[at];
  return best(sizes, most);
}

function best(sizes: readonly number[], most: number): number[] {
  const strongest = Array.from(sizes.keys()).toSorted((a, b) => sizes[b] - sizes[a] || a - b);
  return strongest.slice(0, most).toSorted((a, b) => a - b);
}
