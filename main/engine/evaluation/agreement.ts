/** How far predicted classes agree with the actual ones, where classes are numbers. */

/** Cohen's kappa: 1 for full agreement, 0 for as much as by chance. With `quadratic`, a mistake counts by the square of
 *  how many classes lie on its way; only classes count that occur. NaN if only one class occurs. As
 *  `cohen_kappa_score`. Source: scikit-learn.org/stable/modules/model_evaluation.html#cohen-s-kappa */
export function cohenKappa(actual: Float64Array, predicted: Float64Array, weights?: 'quadratic'): number {
  const labels = new Set<number>();
  for (let i = 0; i < actual.length; i++) labels.add(actual[i]).add(predicted[i]);
  const places = new Map([...labels].sort((a, b) => a - b).map((label, place) => [label, place]));
  const rows = Array.from(labels, () => 0);
  const columns = Array.from(labels, () => 0);
  let apart = 0;
  for (let i = 0; i < actual.length; i++) {
    const row = places.get(actual[i])!;
    const column = places.get(predicted[i])!;
    rows[row]++;
    columns[column]++;
    if (row !== column) apart += weights ? (row - column) ** 2 : 1;
  }
  const count = actual.length;
  /** What is expected by chance, times the number of images: the sum over all pairs of classes, without a loop over
   *  pairs. */
  const moment = (counts: readonly number[], power: number) =>
    counts.reduce((sum, number, place) => sum + number * place ** power, 0);
  const byChance = weights
    ? count * (moment(rows, 2) + moment(columns, 2)) - 2 * moment(rows, 1) * moment(columns, 1)
    : count ** 2 - rows.reduce((sum, number, place) => sum + number * columns[place], 0);
  return byChance === 0 ? Number.NaN : 1 - (apart * count) / byChance;
}

/** How far predictions are from the actual numbers, on average. NaN if there are none. As `mean_absolute_error`. */
export function meanAbsoluteError(actual: Float64Array, predicted: Float64Array): number {
  return actual.reduce((sum, number, i) => sum + Math.abs(number - predicted[i]), 0) / actual.length;
}
