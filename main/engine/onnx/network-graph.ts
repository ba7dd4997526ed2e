/** A network as a graph of ONNX's operators, for batches of one size: forward, and backward from the loss. */
import { createSession, createTensor } from '../backend/onnx.ts';
import type { Sentence } from '../../../shared/messages/sentence.ts';
import { sentences } from '../../../shared/messages/sentences.ts';
import {
  inferShapes,
  type LayerId,
  type LayerOf,
  type NetworkSpec,
  type ParameterName,
  type TensorId,
} from '../../../shared/network.ts';
import { layersUnder, layersToTrain, pairsOf } from '../batch/batch-network.ts';
import { engineKindOf, engineKinds } from '../layers/kinds.ts';
import type { GraphContext, GraphPass } from '../layers/kind.ts';
import { createGraph, type Graph, OWN, toMaps, type Value } from './graph.ts';

/** Why a graph can't hold a network; undefined if it can. */
export function graphRefusal(network: NetworkSpec): Sentence | undefined {
  const layers = layersUnder(network, network.layers.at(-1)!);
  const held = layers.find(layer => layer.kind !== 'input' && !engineKindOf(layer).emit);
  return held && sentences.runs.notes.notInGraph(held.name);
}

type Emitted = {
  /** What the last layer reads [count,classes]. */
  logits: Value;
  /** The outputs of the layers. That of a ReLU under a max pool is not calculated; its input stands for it, whose
   *  absolute values are at least as large. */
  outputs: ReadonlyMap<LayerId, Value>;
  /** The new moving averages of the batchNorm layers that learn. */
  statistics: [TensorId, Value][];
  /** Adds the backward pass from the gradient by the logits. Returns the gradients by the parameters of the layers that
   *  learn. */
  backward: (dy: Value) => Map<TensorId, Value>;
};

/** Adds the layers under the last one. `images` is [count,H,W,C]. In training, `masks` gives the masks [count,…] of a
 *  dropout layer, and `trained` says which parameters learn. */
export function emitNetwork(
  graph: Graph,
  network: NetworkSpec,
  {
    images,
    parameter,
    trained = new Set(),
    masks,
  }: {
    images: Value;
    parameter: (id: TensorId) => Value;
    trained?: ReadonlySet<TensorId>;
    masks?: (layer: LayerId) => Value;
  },
): Emitted {
  const [count] = images.shape;
  const shapes = inferShapes(network);
  const layers = layersUnder(network, network.layers.at(-1)!);
  const source = network.layers.at(-1)!.inputs[0];
  const { learning, reached } = layersToTrain(layers, trained);
  const passes = new Map<LayerId, GraphPass>();
  const statistics: [TensorId, Value][] = [];
  // The maximum of ReLUs is the ReLU of the maximum, of which there are fewer.
  const pairs = pairsOf(
    layers,
    ({ kind }) => kind === 'relu',
    layer => engineKindOf(layer).fusesReluGradient === true,
  );
  const [moved, pools] = [0, 1].map(at => new Set(pairs.map(pair => pair[at].id)));
  for (const layer of layers) {
    const inputs = layer.inputs.map(id => passes.get(id)!.output);
    const context: GraphContext = {
      graph,
      count,
      shape: shapes.get(layer.id)!,
      parameter: name => parameter(`${layer.id}/${name}`),
      masks: masks && (() => masks(layer.id)),
      trained: learning.has(layer.id),
      blocks: channelBlocks(),
    };
    let pass: GraphPass;
    if (layer.kind === 'input') pass = { output: toMaps(graph, images), backward: () => ({}) };
    else if (moved.has(layer.id)) pass = { output: inputs[0], backward: dy => ({ input: dy }) };
    else pass = engineKindOf(layer).emit!(layer, inputs, context);
    if (pools.has(layer.id)) pass = withRelu(pass, context);
    for (const [name, value] of pass.statistics ?? []) statistics.push([`${layer.id}/${name}`, value]);
    passes.set(layer.id, pass);
  }
  return {
    logits: passes.get(source)!.output,
    outputs: new Map([...passes].map(([id, { output }]) => [id, output])),
    statistics,
    backward(dy) {
      const gradients = new Map<LayerId, Value>([[source, dy]]);
      const found = new Map<TensorId, Value>();
      for (const layer of layers.toReversed()) {
        const own = gradients.get(layer.id);
        if (!own || !reached.has(layer.id)) continue;
        const wanted = { parameters: learning.has(layer.id), input: layer.inputs.some(id => reached.has(id)) };
        const { input, parameters } = passes.get(layer.id)!.backward(own, wanted);
        for (const [name, value] of parameters ?? []) found.set(`${layer.id}/${name satisfies ParameterName}`, value);
        const each = [input ?? []].flat();
        for (const [position, id] of layer.inputs.entries()) {
          if (each.length === 0 || !reached.has(id)) continue;
          const gradient = each[position] ?? each[0];
          const before = gradients.get(id);
          gradients.set(id, before ? graph.add(before, gradient) : gradient);
        }
      }
      return found;
    },
  };
}

/** A pass followed by a ReLU. */
function withRelu(pass: GraphPass, context: GraphContext): GraphPass {
  const after = engineKinds.relu.emit!({} as LayerOf<'relu'>, [pass.output], context);
  return {
    output: after.output,
    backward: (dy, wanted) =>
      pass.backward(after.backward(dy, { parameters: false, input: true }).input as Value, wanted),
  };
}

/** Adds the gradient of the loss by the logits [count,classes]. targets [count,classes]; `shares` [count,1] are the
 *  samples' weights divided by their number, and for a sigmoid by the number of classes too. */
export function emitLossGradient(
  graph: Graph,
  kind: 'softmax' | 'sigmoid',
  logits: Value,
  targets: Value,
  shares: Value,
) {
  if (kind === 'sigmoid') return graph.multiply(graph.subtract(graph.each('Sigmoid', logits), targets), shares);
  const probabilities = graph.each('Softmax', logits, { axis: 1n });
  const expected = graph.multiply(probabilities, graph.sum(targets, [1], true));
  return graph.multiply(graph.subtract(expected, targets), shares);
}

let blocks: number | undefined;

/** How many channels the fastest convolutions take together. ONNX Runtime doesn't tell, but it rounds the channels of a
 *  reordered map up to a multiple. 1 if this processor has no such convolutions. */
function channelBlocks(): number {
  return (blocks ??= findBlocks());
}

function findBlocks(): number {
  const graph = createGraph();
  const x = graph.input('x', [1, 4, 1, 1]);
  graph.output('y', graph.operate('ReorderInput', [x], [1, 4, 1, 1], {}, `${OWN}.nchwc`));
  try {
    const session = createSession(graph.finish().bytes);
    const { y } = session.run({ x: createTensor([1, 4, 1, 1]) }, { y: null });
    session.dispose();
    return y.dims[1] > 4 ? y.dims[1] : 1;
  } catch {
    return 1;
  }
}
