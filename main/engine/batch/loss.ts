/** The loss of a whole batch and its gradient, calculated in doubles. Both start from the logits, which the last
 *  softmax or sigmoid reads: they stay exact even if probabilities are rounded to 0 or 1. Scores further apart than
 *  float32's largest number give NaN, as on the sheet. */

/** softmax: categorical cross-entropy, −Σ target·ln p. sigmoid: binary cross-entropy, the mean of −target·ln p − (1 −
 *  target)·ln(1 − p) over the classes. */
export type LossKind = 'softmax' | 'sigmoid';

export function probabilitiesOf(kind: LossKind, logits: Float32Array, classes: number): Float32Array {
  if (kind === 'sigmoid') return logits.map(sigmoid);
  const probabilities = new Float32Array(logits.length);
  for (let first = 0; first < logits.length; first += classes) {
    const { largest, sum } = exponentials(logits, first, classes);
    for (let i = first; i < first + classes; i++) probabilities[i] = Math.exp(logits[i] - largest) / sum;
  }
  return probabilities;
}

/** The loss of each sample [count]. logits, targets [count,classes]. */
export function lossesOf(kind: LossKind, logits: Float32Array, targets: Float32Array, classes: number): Float64Array {
  const losses = new Float64Array(logits.length / classes);
  for (let sample = 0; sample < losses.length; sample++) {
    const first = sample * classes;
    let loss = 0;
    if (kind === 'softmax') {
      const { largest, sum } = exponentials(logits, first, classes);
      const logarithm = Math.log(sum);
      // A sample without targets gets it too.
      if (Number.isNaN(sum)) loss = Number.NaN;
      for (let i = first; i < first + classes; i++)
        if (targets[i] !== 0) loss += targets[i] * (logarithm - (logits[i] - largest));
    } else {
      for (let i = first; i < first + classes; i++)
        loss +=
          (Math.max(logits[i], 0) - logits[i] * targets[i] + Math.log1p(Math.exp(-Math.abs(logits[i])))) / classes;
    }
    losses[sample] = loss;
  }
  return losses;
}

/** The gradient d loss / d logits [samples,classes], where the loss is Σ weight·loss of the samples / count. `count` is
 *  the size of the whole batch; the samples may be a part of it. `weights` [samples] are 1 if left out. */
export function lossGradient(
  kind: LossKind,
  probabilities: Float32Array,
  targets: Float32Array,
  classes: number,
  count: number,
  weights: Float32Array | undefined,
): Float32Array {
  const gradient = new Float32Array(probabilities.length);
  for (let first = 0, sample = 0; first < probabilities.length; first += classes, sample++) {
    let total = 1;
    if (kind === 'softmax') {
      total = 0;
      for (let i = first; i < first + classes; i++) total += targets[i];
    }
    const share = (weights?.[sample] ?? 1) / count / (kind === 'sigmoid' ? classes : 1);
    for (let i = first; i < first + classes; i++) gradient[i] = (probabilities[i] * total - targets[i]) * share;
  }
  return gradient;
}

/** The loss that the sheet shows for one example: the sum of its cross-entropies. `expected` may have blanks (NaN): no
 *  class is expected there, and of several labels such a one doesn't count. */
export function lossShown(kind: LossKind, logits: Float32Array, expected: Float32Array): number {
  if (kind === 'softmax') {
    const targets = expected.map(each => (Number.isNaN(each) ? 0 : each));
    return lossesOf(kind, logits, targets, targets.length)[0];
  }
  const isKnown = (_: number, unit: number) => !Number.isNaN(expected[unit]);
  const known = expected.filter(isKnown);
  if (known.length === 0) return 0;
  return (lossesOf(kind, logits.filter(isKnown), known, known.length)[0] * known.length) / expected.length;
}

/** The gradient of `lossShown` by the logits. */
export function lossGradientShown(kind: LossKind, probabilities: Float32Array, expected: Float32Array): Float32Array {
  const target = (unit: number) => (Number.isNaN(expected[unit]) ? 0 : expected[unit]);
  if (kind === 'sigmoid')
    return probabilities.map((share, unit) =>
      Number.isNaN(expected[unit]) ? 0 : (share - expected[unit]) / expected.length,
    );
  const total = expected.reduce((sum, _, unit) => sum + target(unit), 0);
  return probabilities.map((share, unit) => share * total - target(unit));
}

/** The largest logit of a sample, and Σ e^(logit − largest). NaN if one of these differences overflows float32. */
function exponentials(logits: Float32Array, first: number, classes: number): { largest: number; sum: number } {
  let [smallest, largest] = [Infinity, -Infinity];
  for (let i = first; i < first + classes; i++) {
    smallest = Math.min(smallest, logits[i]);
    largest = Math.max(largest, logits[i]);
  }
  let sum = Number.isFinite(Math.fround(smallest - largest)) ? 0 : Number.NaN;
  for (let i = first; i < first + classes; i++) sum += Math.exp(logits[i] - largest);
  return { largest, sum };
}

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}
