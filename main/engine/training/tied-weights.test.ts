import { beforeAll, expect, test } from 'vitest';
import { inferShapes, type TensorId } from '../../../shared/network.ts';
import { english } from '../../../shared/messages/render.ts';
import type { OptimizerSettings, TrainingConfig } from '../../../shared/training.ts';
import { startBackend } from '../backend/backend.ts';
import { loadNative, nativeAvailable } from '../backend/native.ts';
import { smallConfig } from '../data/testing/small-digits.ts';
import { createBatches } from '../data/batches.ts';
import { lossInDoubles } from '../oracle/double-network.ts';
import type { Session } from '../workbook/session.ts';
import type { TrainerSnapshot } from './learner.ts';
import { createTrainer, type Trainer } from './trainer.ts';
import { stayingIn, tiesOf } from './tied-weights.ts';
import { addressOf, noiseImages, openTied, tiedNetwork, tiedWorkbook, type } from './testing/tied-network.ts';

beforeAll(startBackend);

const data = noiseImages(8);
type Doubles = Map<TensorId, Float64Array>;
const ADAM = { kind: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-7 } as const;

function trainerFor(session: Session, changes: Partial<TrainingConfig> = {}): Trainer {
  const config = smallConfig({ epochs: 100, batchSize: 8, schedule: { kind: 'constant' }, ...changes });
  const trainer = createTrainer({ network: tiedNetwork, parameters: session.parameters(), data, config });
  trainer.tie(own => tiesOf(session, own, config));
  return trainer;
}

/** The ties that the tests type, and the same by hand: what each tied element is made of. */
function typeTies(session: Session): void {
  // The second kernel: its upper rows are the first one's with the other sign.
  for (const place of [0, 1, 2, 3, 4]) type(session, `conv/kernel[${2 * place + 1}]`, `=-{conv/kernel[${2 * place}]}`);
  type(session, 'conv/kernel[11]', '=AVERAGE({conv/kernel[0]}:{conv/kernel[16]})');
  type(session, { row: 0, column: 0 }, '=2*{conv/kernel[2]}+{conv/bias[0]}^2');
  type(session, { row: 1, column: 0 }, '0.5');
  type(session, 'conv/kernel[13]', '=Notes!A1*Notes!A2');
  type(session, 'conv/kernel[15]', '=1/3');
  type(session, 'conv/bias[1]', '=SUMPRODUCT({conv/kernel[0]}:{conv/kernel[4]},{conv/kernel[6]}:{conv/kernel[10]})');
  // Through two other tied elements.
  type(session, 'norm/gamma[1]', '=1+TANH({norm/gamma[0]})*{conv/bias[1]}+{conv/kernel[1]}');
  type(session, 'norm/beta[0]', '=MAX({norm/beta[1]},{conv/kernel[0]}/3)+SUMSQ({conv/kernel[12]}:{conv/kernel[16]})');
}

function tieByHand(values: Doubles): void {
  const [kernel, bias] = [values.get('conv/kernel')!, values.get('conv/bias')!];
  const [gamma, beta] = [values.get('norm/gamma')!, values.get('norm/beta')!];
  for (const place of [0, 1, 2, 3, 4]) kernel[2 * place + 1] = -kernel[2 * place];
  let sum = 0;
  for (let place = 0; place < 9; place++) sum += kernel[2 * place];
  kernel[11] = sum / 9;
  kernel[13] = (2 * kernel[2] + bias[0] * bias[0]) / 2;
  kernel[15] = 1 / 3;
  bias[1] = kernel[0] * kernel[6] + kernel[2] * kernel[8] + kernel[4] * kernel[10];
  gamma[1] = 1 + Math.tanh(gamma[0]) * bias[1] + kernel[1];
  beta[0] = Math.max(beta[1], kernel[0] / 3) + kernel[12] ** 2 + kernel[14] ** 2 + kernel[16] ** 2;
}

const TIED: Record<string, number[]> = {
  'conv/kernel': [1, 3, 5, 7, 9, 11, 13, 15],
  'conv/bias': [1],
  'norm/gamma': [1],
  'norm/beta': [0],
};
const isTied = (id: TensorId, index: number) => TIED[id]?.includes(index) ?? false;
const LEARNED: TensorId[] = ['conv/kernel', 'conv/bias', 'norm/gamma', 'norm/beta', 'scores/kernel', 'scores/bias'];

/** The model by hand, in doubles: the tied elements are calculated from the free ones, whose gradients are finite
 *  differences of the loss. It shares nothing with the trainer but the order of the images. */
function createReference(config: TrainingConfig) {
  const values: Doubles = new Map([...tiedWorkbook().values].map(([id, own]) => [id, Float64Array.from(own)]));
  const shapes = inferShapes(tiedNetwork);
  const batches = createBatches(data, { indices: data.split.training, batchSize: 8, seed: config.seed });
  const lossAt = (epoch: number) => {
    tieByHand(values);
    return lossInDoubles(tiedNetwork, shapes, values, batches.at(epoch, 0), new Map(), new Map());
  };
  /** The derivatives by the free elements. */
  function gradient(epoch: number): Doubles {
    return new Map(
      LEARNED.map(id => {
        const own = values.get(id)!;
        const found = own.map((before, index) => {
          if (isTied(id, index)) return 0;
          const [up, down] = [1e-5, -1e-5].map(step => {
            own[index] = before + step;
            return lossAt(epoch);
          });
          own[index] = before;
          return (up - down) / 2e-5;
        });
        return [id, found];
      }),
    );
  }
  const moments = new Map(LEARNED.map(id => [id, values.get(id)!.map(() => 0)]));
  const squares = new Map(LEARNED.map(id => [id, values.get(id)!.map(() => 0)]));
  return {
    values,
    gradient,
    /** One step, for the free elements alone. */
    step(n: number, { optimizer, learningRate, weightDecay, clipNorm }: TrainingConfig) {
      const found = gradient(n - 1);
      let norm = 0;
      for (const [id, own] of found)
        for (const [index, slope] of own.entries()) {
          if (isTied(id, index)) continue;
          if (id.endsWith('kernel')) own[index] = slope + weightDecay * values.get(id)![index];
          norm += own[index] ** 2;
        }
      const scale = clipNorm > 0 ? 1 / Math.max(1, Math.sqrt(norm) / clipNorm) : 1;
      for (const [id, own] of found) {
        const [weights, m, v] = [values.get(id)!, moments.get(id)!, squares.get(id)!];
        for (const [index, slope] of own.entries()) {
          if (isTied(id, index)) continue;
          const g = slope * scale;
          if (optimizer.kind === 'sgd') weights[index] -= learningRate * g;
          else {
            m[index] = 0.9 * m[index] + 0.1 * g;
            v[index] = 0.999 * v[index] + 0.001 * g * g;
            const rate = (learningRate * Math.sqrt(1 - 0.999 ** n)) / (1 - 0.9 ** n);
            weights[index] -= (rate * m[index]) / (Math.sqrt(v[index]) + 1e-7);
          }
        }
      }
      tieByHand(values);
    },
  };
}

const largestDifference = (found: ArrayLike<number>, wanted: ArrayLike<number>) =>
  Array.from(found).reduce((most, value, i) => Math.max(most, Math.abs(value - wanted[i])), 0);

const engines = ['wasm', ...(nativeAvailable() ? (['tensorflow'] as const) : [])] as const;
const optimizers: [string, OptimizerSettings, Partial<TrainingConfig>][] = [
  ['SGD', { kind: 'sgd' }, { learningRate: 0.5 }],
  ['SGD with L2 and clipping', { kind: 'sgd' }, { learningRate: 0.5, weightDecay: 0.1, clipNorm: 0.05 }],
  ['Adam', ADAM, { learningRate: 0.01 }],
];
test.each(engines.flatMap(backend => optimizers.map(each => [backend, ...each] as const)))(
  'on %s, ten steps of %s with tied weights equal a model written by hand within 1e-5',
  async (backend, _name, optimizer, more) => {
    if (backend === 'tensorflow') await loadNative();
    const session = openTied();
    typeTies(session);
    const trainer = trainerFor(session, { backend, optimizer, ...more });
    const reference = createReference(trainer.config);
    const before = trainer.parameters().get('conv/kernel')!.slice();
    for (let n = 1; n <= 10; n++) {
      trainer.advance();
      reference.step(n, trainer.config);
    }
    expect(trainer.end).toBeUndefined();
    for (const id of LEARNED) {
      const apart = largestDifference(trainer.parameters().get(id)!, reference.values.get(id)!);
      expect(apart, id).toBeLessThan(1e-5);
    }
    expect(largestDifference(trainer.parameters().get('conv/kernel')!, before)).toBeGreaterThan(0.01);
    trainer.dispose();
    session.dispose();
  },
);

test('a run with tied weights goes on from any snapshot to the same bits, with its best weights tied too', () => {
  const session = openTied();
  typeTies(session);
  const settings = { optimizer: ADAM, weightDecay: 1e-3, clipNorm: 1, batchSize: 4, epochs: 3, keepBest: true };
  const config = smallConfig(settings);
  const images = { ...data, split: { ...data.split, validation: Uint32Array.of(1, 2, 3) } };
  const start = (from?: TrainerSnapshot) => {
    const trainer = createTrainer({
      network: tiedNetwork,
      parameters: session.parameters(),
      data: images,
      config,
      from,
    });
    trainer.tie(own => tiesOf(session, own, config));
    return trainer;
  };
  const whole = start();
  while (whole.advance() !== 'ended');
  let run = start();
  while (run.advance() !== 'ended') run = start(structuredClone(run.snapshot()));
  expect(run.parameters()).toEqual(whole.parameters());
  expect(run.memory('run1')).toEqual(whole.memory('run1'));
  const kernel = whole.parameters().get('conv/kernel')!;
  expect(kernel[1]).toBe(-kernel[0]);
  // What is tied has no momentum.
  const { slots } = whole.memory('run1')!;
  for (const index of TIED['conv/kernel']) expect(slots.get('conv/kernel/momentum')![index]).toBe(0);
  expect(slots.get('conv/kernel/momentum')![0]).not.toBe(0);
  for (const each of [whole, run, session]) each.dispose();
});

test('the gradient of a source is the sum over its ties; a tied element has its own beside it', () => {
  const session = openTied();
  typeTies(session);
  const trainer = trainerFor(session, { optimizer: { kind: 'sgd' } });
  const wanted = createReference(trainer.config).gradient(0);
  trainer.advance();
  const plain = openTied();
  plain.unrecorded.write([
    { kind: 'values', edits: [...session.parameters()].map(([tensor, values]) => ({ tensor, values })) },
  ]);
  const alone = trainerFor(plain, { optimizer: { kind: 'sgd' } });
  alone.advance();
  for (const id of LEARNED) {
    const [found, own] = [trainer.gradients().get(id)!, alone.gradients().get(id)!];
    for (const [index, value] of found.entries()) {
      if (!isTied(id, index)) expect(Math.abs(value - wanted.get(id)![index]), `${id}[${index}]`).toBeLessThan(1e-6);
    }
    // What no other tie reads has the derivative of an element that is free.
    if (id === 'conv/kernel') expect([3, 11, 13, 15].map(i => found[i])).toEqual([3, 11, 13, 15].map(i => own[i]));
  }
  expect(trainer.gradients().get('conv/bias')![1]).not.toBe(alone.gradients().get('conv/bias')![1]);
  for (const each of [trainer, alone, session, plain]) each.dispose();
});

test('without formulas over parameters a run has the bits that it always had', () => {
  const [one, other] = [openTied(), openTied()];
  type(other, { row: 0, column: 0 }, '=SUM({conv/kernel[0]}:{conv/kernel[16]})');
  const trainers = [one, other].map(session => trainerFor(session, { optimizer: ADAM }));
  for (const trainer of trainers) for (let n = 0; n < 5; n++) trainer.advance();
  expect(trainers[1].parameters()).toEqual(trainers[0].parameters());
  for (const each of [...trainers, one, other]) each.dispose();
});

test('formulas that can’t be followed stay as they are, and say why', () => {
  const session = openTied();
  const [a, b, c, e, f] = [1, 3, 5, 9, 11].map(i => addressOf(session, 'conv/kernel', i));
  const d = addressOf(session, 'scores/kernel', 1);
  type(session, 'conv/kernel[1]', '={input/output[0]}*{conv/kernel[0]}');
  type(session, 'conv/kernel[3]', '=LARGE({conv/kernel[0]}:{conv/kernel[16]},2)');
  type(session, 'conv/kernel[5]', '=RAND()');
  type(session, { row: 0, column: 0 }, '={tanh/output[0]}');
  type(session, 'scores/kernel[1]', '=Notes!A1');
  type(session, 'conv/kernel[9]', `=${f}`);
  type(session, 'conv/kernel[11]', `=${e}`);
  type(session, 'conv/kernel[13]', '=SQRT({conv/kernel[14]}-100)');
  type(session, 'scores/kernel[0]', '=2*{conv/kernel[0]}');
  type(session, 'conv/kernel[15]', `=1/${e}`);
  const before = session.parameters().get('conv/kernel')!.slice();
  const config = { layerRates: { scores: 0 } };
  const trainer = trainerFor(session, { optimizer: { kind: 'sgd' }, learningRate: 0.5, ...config });
  const ties = tiesOf(session, trainer.parameters(), config)!;
  ties.apply();
  expect(stayingIn(ties).map(english).sort()).toEqual(
    [
      `${d} and ${a} stay as they are while this run trains: their formulas read pixels or activations.`,
      `${b} stays as it is while this run trains: its formula has no derivative by the weights that it reads.`,
      `${c} stays as it is while this run trains: its formula draws a number or asks for the time, which Shift+F9 ` +
        'does again after the run.',
      `${addressOf(session, 'scores/kernel')} stays as it is while this run trains: its formula reads weights, but ` +
        'the run doesn’t train its own layer.',
      `${e} and ${f} stay as they are while this run trains: their formulas depend on themselves, so the numbers ` +
        'before them are trained with.',
      `${addressOf(session, 'conv/kernel', 13)} and ${addressOf(session, 'conv/kernel', 15)} stay as they are while ` +
        'this run trains: their formulas give errors, so the numbers before them are trained with.',
    ].sort(),
  );
  for (let n = 0; n < 3; n++) trainer.advance();
  const after = trainer.parameters().get('conv/kernel')!;
  for (let i = 0; i < 18; i++)
    expect(after[i] === before[i], `element ${i}`).toBe([1, 3, 5, 9, 11, 13, 15].includes(i));
  expect([...trainer.parameters().values()].every(values => values.every(Number.isFinite))).toBe(true);
  trainer.dispose();
  session.dispose();
});
