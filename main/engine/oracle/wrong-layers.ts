/** Kinds of layers that calculate wrong on purpose: what holds the engine against plain loops and finite differences
 *  must find out every one. */
import { layerKinds } from '../../../shared/layers/kinds.ts';
import type { Layer, LayerKind } from '../../../shared/network.ts';
import { type Example, randomExample } from '../../../shared/testing/random-network.ts';
import type { Handle } from '../batch/batch-ops.ts';
import type { EngineKind } from '../layers/kind.ts';
import { engineKinds } from '../layers/kinds.ts';
import { useAndRelease } from '../layers/pass.ts';
import { activationsOf, releaseActivations } from '../show/activations.ts';
import { addSteps, emptyTruth } from './truth.ts';

/** All kinds but the input, which calculates nothing. */
export const calculating = Object.keys(layerKinds).filter(kind => kind !== 'input') as LayerKind[];

/** The first random networks that hold a layer of this kind, so many. Each is made when it is asked for. */
export function* examplesWith(
  kind: LayerKind,
  count: number,
  wanted: (layer: Layer) => boolean = () => true,
): Generator<Example> {
  let found = 0;
  for (let seed = 1000; found < count; seed++) {
    const example = randomExample(seed, 'plain');
    if (!example.sheet.network.layers.some(layer => layer.kind === kind && wanted(layer))) continue;
    found++;
    yield example;
  }
}

/** What `act` finds while the sheet shows every number of such layers a bit more than a hundredth too large. */
export function withWrongForward<T>(kind: LayerKind, act: () => T): T {
  const right = { ...engineKinds[kind] } as EngineKind<Layer>;
  const wrong: EngineKind<Layer>['show'] = (...of) => {
    const made = right.show(...of);
    releaseActivations(made.output);
    const { values, shape } = made.output;
    return {
      ...made,
      output: activationsOf(
        values.map(x => 1.01 * x + 0.01),
        shape,
      ),
    };
  };
  return withOther(kind, { show: wrong }, act);
}

/** Makes a gradient wrong. `input`: the numbers of the layer's first input. */
type Wrong = (gradient: Float32Array, input: Float32Array) => Float32Array;

/** What `act` finds while such layers make gradients wrong: if not said how, a hundredth too large. */
export function withWrongGradient<T>(
  kind: LayerKind,
  act: () => T,
  wrong: Wrong = gradient => gradient.map(value => 1.01 * value),
): T {
  const right = { ...engineKinds[kind] } as EngineKind<Layer>;
  const run: EngineKind<Layer>['run'] = (layer, inputs, context) => {
    const { ops } = context;
    const read = ops.download(inputs[0]);
    const changed = (gradient: Handle) =>
      useAndRelease(ops, gradient, own => ops.upload(wrong(ops.download(own), read), own.shape));
    const pass = right.run!(layer, inputs, context);
    return {
      ...pass,
      backward(dy, wanted) {
        const { input, parameters } = pass.backward(dy, wanted);
        return {
          input: input && (Array.isArray(input) ? input.map(changed) : changed(input as Handle)),
          parameters: parameters?.map(([name, gradient]) => [name, changed(gradient)]),
        };
      },
    };
  };
  return withOther(kind, { run }, act);
}

function withOther<T>(kind: LayerKind, other: Partial<EngineKind<Layer>>, act: () => T): T {
  const own = engineKinds[kind] as EngineKind<Layer>;
  const before = { ...own };
  Object.assign(own, other);
  try {
    return act();
  } finally {
    Object.assign(own, before);
  }
}

/** How many numbers of a network the plain loops find wrong while such layers calculate wrong. */
export function countWrongNumbers(example: Example, kind: LayerKind): number {
  const truth = emptyTruth();
  withWrongForward(kind, () => addSteps(truth, example));
  return truth.tensors.wrong;
}
