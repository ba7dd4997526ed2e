import { expect, test } from 'vitest';
import { createRandom } from '../../../shared/random.ts';
import { lossesOf, lossGradient, probabilitiesOf } from './loss.ts';

const logits = Float32Array.of(1, -2, 0.5, 0, 3, 1);
const mean = (losses: Float64Array) => losses.reduce((sum, loss) => sum + loss, 0) / losses.length;

test('the losses of soft targets are those of PyTorch and Keras', () => {
  const smooth = (right: number[], to: number) =>
    Float32Array.from({ length: 6 }, (_, i) => (right.includes(i) ? 0.9 : 0) + 0.1 * to);
  // torch.nn.functional.cross_entropy(logits, [0, 2], label_smoothing=0.1)
  expect(mean(lossesOf('softmax', logits, smooth([0, 5], 1 / 3), 3))).toBeCloseTo(1.3788881301879883, 6);
  // keras.losses.BinaryCrossentropy(from_logits=True, label_smoothing=0.1)([[1, 0, 1], [0, 0, 1]], logits)
  expect(mean(lossesOf('sigmoid', logits, smooth([0, 2, 5], 1 / 2), 3))).toBeCloseTo(0.840710461139679, 6);
  // torch.nn.functional.cross_entropy(logits, [[0.7, 0.3, 0], [0, 0.25, 0.75]])
  const mixed = Float32Array.of(0.7, 0.3, 0, 0, 0.25, 0.75);
  expect(mean(lossesOf('softmax', logits, mixed, 3))).toBeCloseTo(1.5372214317321777, 6);
});

test.each(['softmax', 'sigmoid'] as const)('gradients of soft targets are the slopes of the loss: %s', kind => {
  const random = createRandom(1);
  const [classes, count] = [5, 8];
  const scores = Float32Array.from({ length: classes * count }, () => 3 * random.normal());
  const targets = Float32Array.from({ length: classes * count }, () => random.uniform());
  if (kind === 'softmax')
    for (let first = 0; first < targets.length; first += classes) {
      const sum = targets.subarray(first, first + classes).reduce((all, each) => all + each, 0);
      for (let i = first; i < first + classes; i++) targets[i] /= sum;
    }
  const weights = Float32Array.from({ length: count }, () => 0.5 + random.uniform());
  const lossAt = (moved: Float32Array) =>
    lossesOf(kind, moved, targets, classes).reduce((sum, loss, i) => sum + (weights[i] * loss) / count, 0);
  const gradient = lossGradient(kind, probabilitiesOf(kind, scores, classes), targets, classes, count, weights);
  for (const [i, slope] of gradient.entries()) expect(slope).toBeCloseTo(slopeAt(lossAt, scores, i), 6);
});

/** The slope by the score `i`, of fourth order in the step. */
function slopeAt(lossAt: (scores: Float32Array) => number, scores: Float32Array, i: number): number {
  const at = (step: number) => {
    const moved = scores.slice();
    moved[i] += step;
    return { loss: lossAt(moved), step: moved[i] - scores[i] };
  };
  const difference = (step: number) => {
    const [up, down] = [at(step), at(-step)];
    return (up.loss - down.loss) / (up.step - down.step);
  };
  return (4 * difference(1 / 64) - difference(1 / 32)) / 3;
}
