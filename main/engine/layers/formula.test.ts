import { beforeAll, describe, expect, test } from 'vitest';
import type { FormulaSettings } from '../../../shared/layers/formula.ts';
import {
  describeTensors,
  inferShapes,
  type LayerId,
  type ParameterName,
  parseNetwork,
  type Shape,
} from '../../../shared/network.ts';
import { createRandom, type Random } from '../../../shared/random.ts';
import { convolutionByHand, op, ownWeight, sameElementIn } from '../../../shared/testing/formula-layers.ts';
import { startBackend } from '../backend/backend.ts';
import { loadNative, nativeAvailable } from '../backend/native.ts';
import { type BackendName, type BatchOps, createBatchOps, type Handle } from '../batch/batch-ops.ts';
import { createBatchNetwork } from '../batch/batch-network.ts';
import { chain } from '../oracle/example-network.ts';
import { type FormulaCase, formulaCases } from '../oracle/formula-cases.ts';
import { formulaElement } from '../oracle/reference-trees.ts';
import { channelsReading } from './formula-show.ts';
import type { Context, Pass } from './kind.ts';
import { engineKindOf } from './kinds.ts';

const SHAPE: Shape = [7, 6, 3];
const COUNT = 3;

beforeAll(() => startBackend());

/** The formula layer of a case, or the built-in ones, in a network that begins with two bands of one shape. */
function networkOf(example: FormulaCase, which: 'formula' | 'builtIn', shape = SHAPE) {
  const formula = example.formula(shape);
  const layers = which === 'formula' ? [formula] : example.builtIn!(shape);
  let source: LayerId[] = formula.besides && which === 'formula' ? ['in', 'other'] : ['in'];
  return parseNetwork({
    version: 1,
    layers: [
      { id: 'in', name: 'in', inputs: [], kind: 'input', shape },
      { id: 'other', name: 'other', inputs: ['in'], kind: 'relu' },
      ...layers.map((settings, n) => {
        const inputs = source;
        source = [`x${n}`];
        return { id: `x${n}`, name: `x${n}`, inputs, ...settings };
      }),
    ],
  });
}

type Values = ReadonlyMap<string, Float32Array>;

/** Random parameters, under the names that the formula layer gives them. */
function parametersOf(example: FormulaCase, random: Random): Map<string, Float32Array> {
  const tensors = describeTensors(networkOf(example, 'formula')).filter(({ role }) => role === 'parameter');
  return new Map(tensors.map(({ name, size }) => [name, Float32Array.from({ length: size }, () => random.normal())]));
}

/** The passes of the layers after the first two. The caller releases what they hold. */
function runOn(
  ops: BatchOps,
  example: FormulaCase,
  which: 'formula' | 'builtIn',
  inputs: readonly Handle[],
  parameters: Values,
): { passes: Pass[]; release: () => void } {
  const network = networkOf(example, which);
  const shapes = inferShapes(network);
  const tensors = describeTensors(network);
  const own = new Map<string, Handle>();
  const valuesOf = (name: string) => {
    const pair = which === 'formula' ? undefined : example.parameters!.find(([builtIn]) => builtIn === name);
    return parameters.get(pair?.[1] ?? name)!;
  };
  const passes: Pass[] = [];
  let read = inputs;
  for (const layer of network.layers.slice(2)) {
    const context: Context = {
      ops,
      shape: shapes.get(layer.id)!,
      values: valuesOf,
      parameter(name) {
        const known = own.get(name);
        if (known) return known;
        const made = ops.upload(valuesOf(name), tensors.find(({ id }) => id === `${layer.id}/${name}`)!.shape);
        own.set(name, made);
        return made;
      },
      trained: true,
      random: createRandom(1),
      activation: 'linear',
      alreadyActivated: false,
      poolAfterRelu: false,
      mayOverflow: false,
    };
    const pass = engineKindOf(layer).run!(layer, read.slice(0, layer.inputs.length), context);
    passes.push(pass);
    read = [pass.output];
  }
  return {
    passes,
    release() {
      for (const { output, kept = [] } of passes) for (const each of [output, ...kept]) ops.release(each);
      for (const handle of own.values()) ops.release(handle);
    },
  };
}

const backends: BackendName[] = nativeAvailable() ? ['wasm', 'tensorflow'] : ['wasm'];

describe.each(backends)('a formula layer on %s', backend => {
  test.each(formulaCases.map(example => [example.name, example] as const))(
    'has the numbers of plain loops, and those of the built-in layer with its gradients: %s',
    async (_, example) => {
      if (backend === 'tensorflow') await loadNative();
      const ops = createBatchOps(backend);
      const held = ops.count();
      const random = createRandom(11);
      const size = SHAPE.reduce((product, length) => product * length, COUNT);
      const values = [0, 1].map(() => Float32Array.from({ length: size }, () => random.normal() * 2));
      const inputs = values.map(each => ops.upload(each, [COUNT, ...SHAPE]));
      const parameters = parametersOf(example, random);
      const made = runOn(ops, example, 'formula', inputs, parameters);
      const output = ops.download(made.passes[0].output);

      const network = networkOf(example, 'formula');
      const layer = network.layers[2];
      if (layer.kind !== 'formula') throw new Error('No formula layer');
      const shape = inferShapes(network).get(layer.id)!;
      const tensors = describeTensors(network);
      const each = output.length / COUNT;
      for (let sample = 0; sample < COUNT; sample++) {
        const own = values.map(all => all.subarray((sample * size) / COUNT, ((sample + 1) * size) / COUNT));
        for (let element = 0; element < each; element++) {
          const [wanted, magnitude] = formulaElement(
            layer,
            of =>
              typeof of === 'number'
                ? { values: own[of], shape: SHAPE }
                : { values: parameters.get(of)!, shape: tensors.find(({ name }) => name === of)!.shape },
            shape,
            element,
          );
          const found = output[sample * each + element];
          expect(Math.abs(found - wanted)).toBeLessThanOrEqual(1e-6 * Math.max(1, magnitude));
        }
      }

      if (example.builtIn) {
        const other = runOn(ops, example, 'builtIn', inputs, parameters);
        const dy = ops.upload(
          Float32Array.from({ length: output.length }, () => random.normal()),
          [COUNT, ...shape],
        );
        const wanted = { parameters: true, input: true };
        const found = made.passes[0].backward(dy, wanted);
        let flowing = ops.retain(dy);
        const expected = new Map<string, Float32Array>();
        for (const pass of other.passes.toReversed()) {
          const gradients = pass.backward(flowing, wanted);
          ops.release(flowing);
          flowing = gradients.input as Handle;
          for (const [name, handle] of gradients.parameters ?? []) {
            expected.set(example.parameters!.find(([builtIn]) => builtIn === name)![1], ops.download(handle));
            ops.release(handle);
          }
        }
        expected.set('input', ops.download(flowing));
        ops.release(flowing);
        const byName: [string, Handle][] = [
          ...(found.parameters ?? []),
          ...[found.input!].flat().map((handle): [string, Handle] => ['input', handle]),
        ];
        expect(byName.map(([name]) => name).sort()).toEqual([...expected.keys()].sort());
        for (const [name, handle] of byName) {
          const gradient = ops.download(handle);
          const largest = expected.get(name)!.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
          for (const [i, value] of gradient.entries())
            expect(Math.abs(value - expected.get(name)![i]), `${name}[${i}]`).toBeLessThan(3e-6 * largest);
          ops.release(handle);
        }
        ops.release(dy);
        other.release();
      }
      made.release();
      for (const handle of inputs) ops.release(handle);
      expect(ops.count()).toBe(held);
    },
  );
});

test('a convolution and its ReLU in one formula learn with the bits of the two layers', () => {
  const shape = [8, 9, 4] as const;
  const { formula, builtIn } = formulaCases.find(({ name }) => name === 'a 3×3 convolution and ReLU in one formula')!;
  const [ours, theirs] = [[formula(shape)], builtIn!(shape)].map(layers => {
    const network = chain(
      { kind: 'input', shape },
      ...layers,
      { kind: 'maxPool2d', poolSize: [2, 2], strides: [2, 2], padding: 'valid' },
      { kind: 'flatten' },
      { kind: 'dense', units: 10, useBias: true },
      { kind: 'softmax' },
    );
    const random = createRandom(5);
    const numbers = (length: number) => Float32Array.from({ length }, () => random.normal() / 4);
    const stored = describeTensors(network).filter(({ role }) => role === 'parameter');
    const runner = createBatchNetwork(network, 'wasm');
    runner.setParameters(new Map(stored.map(({ id, size }) => [id, numbers(size)])));
    const count = 6;
    const images = numbers(8 * 9 * 4 * count);
    const targets = Float32Array.from({ length: 10 * count }, (_, i) => Number(i % 11 === 0));
    const trained = new Set(stored.map(({ id }) => id));
    const { loss, probabilities, gradients } = runner.gradients({ images, targets, count }, { trained, random });
    runner.dispose();
    return { loss, probabilities, gradients: stored.map(({ id }) => gradients.get(id)) };
  });
  expect(ours.gradients).toHaveLength(4);
  expect(ours.gradients[0]!.some(value => value !== 0)).toBe(true);
  expect(ours).toEqual(theirs);
});

test('an edit reaches the channels of a formula layer whose formulas read it', () => {
  const output = [7, 6, 5];
  const reached = (settings: FormulaSettings, ...changes: [number | ParameterName, number[] | 'all'][]) =>
    channelsReading({ id: 'y', name: 'y', inputs: ['x'], ...settings }, new Map(changes), output);
  const all = [0, 1, 2, 3, 4];
  const sums = convolutionByHand(SHAPE, 5, { size: [3, 3], strides: [1, 1], padding: 'same' });
  expect(reached(sums, ['kernel', [3]])).toEqual([3]);
  expect(reached(sums, ['bias', [0, 4]])).toEqual([0, 4]);
  expect(reached(sums, ['kernel', 'all'])).toEqual(all);
  expect(reached(sums, [0, [1]])).toEqual(all);
  expect(reached(sums)).toEqual([]);

  const x = sameElementIn(output);
  const instead = { kind: 'relu' } as const;
  const scaled = [0, 1, 0, 1, 1].map(weight => op('*', ownWeight(weight), x));
  const each: FormulaSettings = { kind: 'formula', instead, formulas: scaled, weights: [1, 2] };
  expect(reached(each, [0, [2]])).toEqual([2]);
  expect(reached(each, ['weights', [0]])).toEqual([0, 2]);
  expect(reached(each, ['weights', [1]], [0, [2]])).toEqual([1, 2, 3, 4]);
});
