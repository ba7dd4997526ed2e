/** The pass of a batch back through the layers. */
import type { Layer, LayerId, ParameterName } from '../../../shared/network.ts';
import type { InParts } from '../kernels/pool.ts';
import type { Gradients, Pass } from '../layers/kind.ts';
import type { BatchOps, Handle } from './batch-ops.ts';

export type Backward = {
  ops: BatchOps;
  /** In network order. */
  layers: readonly Layer[];
  /** Those of the forward pass. All are released. */
  passes: Map<LayerId, Pass>;
  /** The gradient by the output of the layer `source`. Left out if nothing depends on what is trained. */
  gradient: { source: LayerId; values: Float32Array; shape: readonly number[] } | undefined;
  /** The layers that the gradient comes to, and those of them whose parameters learn. */
  reached: ReadonlySet<LayerId>;
  learning: ReadonlySet<LayerId>;
  /** Gets the gradient by the output of each of them, those by its parameters if it learns, and those that it hands on.
   *  Those by parameters are the taker's. */
  take: (layer: Layer, dy: Handle, parameters: readonly [ParameterName, Handle][], inputs: readonly Handle[]) => void;
  /** What a layer's gradient becomes before it goes back through the layer: undefined if it goes no further. */
  cut?: (layer: Layer, dy: Handle) => Handle | undefined;
};

/** Each layer is a part, or several. */
export function* backward(all: Backward): InParts<void> {
  const { ops, layers, passes, gradient, reached, learning, take, cut = (_layer, dy) => dy } = all;
  const outputGradients = new Map<LayerId, Handle>();
  /** What else is released if this is given up. */
  let made: readonly Handle[] = [];

  /** Adds a gradient that one reader of a layer has found to the sum of the others. */
  function accumulate(layer: LayerId, found: Handle): void {
    const before = outputGradients.get(layer);
    outputGradients.set(layer, before ? ops.add(before, found) : ops.retain(found));
    if (before) ops.release(before);
  }

  try {
    if (gradient) outputGradients.set(gradient.source, ops.upload(gradient.values, gradient.shape));
    for (const layer of layers.toReversed()) {
      const whole = outputGradients.get(layer.id);
      if (whole) {
        const dy = cut(layer, whole);
        outputGradients.set(layer.id, dy ?? whole);
        const input = layer.inputs.some(id => reached.has(id));
        let found: Gradients = {};
        const back = () => {
          found = passes.get(layer.id)!.backward(dy!, { parameters: learning.has(layer.id), input });
          made = [...(found.parameters ?? []).map(([, handle]) => handle), ...[found.input ?? []].flat()];
        };
        if (dy) yield* ops.inParts(back);
        made = [];
        const each = [found.input ?? []].flat();
        take(layer, dy ?? whole, found.parameters ?? [], each);
        for (const [position, id] of layer.inputs.entries())
          if (each.length > 0 && reached.has(id)) accumulate(id, each[position] ?? each[0]);
        for (const handle of each) ops.release(handle);
        outputGradients.delete(layer.id);
        ops.release(dy ?? whole);
      }
      if (passes.has(layer.id)) releasePass(ops, passes, layer.id);
    }
  } finally {
    for (const handle of [...outputGradients.values(), ...made]) ops.release(handle);
  }
}

export function releasePass(ops: BatchOps, passes: Map<LayerId, Pass>, layer: LayerId): void {
  const { output, kept = [] } = passes.get(layer)!;
  for (const handle of [output, ...kept]) ops.release(handle);
  passes.delete(layer);
}
