/** The place of the largest of `count` values from index `first` on: the most probable class. The place is counted from
 *  0 at `first`; of equal values it is the first. Undefined if one of them is NaN. */
export function argMax(values: ArrayLike<number>, first = 0, count = values.length): number | undefined {
  let best = first;
  for (let i = first; i < first + count; i++) {
    if (Number.isNaN(values[i])) return undefined;
    if (values[i] > values[best]) best = i;
  }
  return best - first;
}
