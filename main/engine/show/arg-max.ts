/** Where among `count` numbers from place `first` on the largest is, the first of equals, counted from 0: the most
 *  probable class. Undefined where one of them is no number. */
export function argMax(values: ArrayLike<number>, first = 0, count = values.length): number | undefined {
  let best = first;
  for (let i = first; i < first + count; i++) {
    if (Number.isNaN(values[i])) return undefined;
    if (values[i] > values[best]) best = i;
  }
  return best - first;
}
