/** Networks on each engine. The engine onnx predicts and evaluates by a graph; everything else here runs on wasm. */
import {
  describeTensors,
  inferShapes,
  type LayerId,
  type NetworkSpec,
  type TensorId,
} from '../../../shared/network.ts';
import type { BackendName } from '../../../shared/training.ts';
import { largestBatch } from '../batch/batch-memory.ts';
import { type BatchNetwork, createBatchNetwork, INFERENCE_BATCH, layersUnder } from '../batch/batch-network.ts';
import { createBatchOps } from '../batch/batch-ops.ts';
import { createBounds, isProvenSafe } from '../batch/bounds.ts';
import { type LossKind, lossesOf, probabilitiesOf } from '../batch/loss.ts';
import { largestAbsolute } from '../layers/bounding.ts';
import { createGraph } from './graph.ts';
import { emitNetwork, graphRefusal } from './network-graph.ts';
import { createSession, type Session, type Tensor, tensorOf } from '../backend/onnx.ts';

/** A network on this engine, which has to be started, and so has wasm. What a graph can't hold runs on wasm. `fused`:
 *  whether wasm multiplies and adds in one step; if left out, it does where that is possible. Throws UserError as
 *  createBatchNetwork does. */
export function createNetworkOn(backend: BackendName, network: NetworkSpec, fused?: boolean): BatchNetwork {
  const make = (name: Exclude<BackendName, 'onnx'>) => createBatchOps(name, fused);
  if (backend !== 'onnx') return createBatchNetwork(network, backend, make);
  const onWasm = createBatchNetwork(network, 'wasm', make);
  return graphRefusal(network) ? onWasm : inferredByGraph(network, onWasm);
}

function inferredByGraph(network: NetworkSpec, onWasm: BatchNetwork): BatchNetwork {
  const last = network.layers.at(-1)!;
  const kind = last.kind as LossKind;
  const shapes = inferShapes(network);
  const [imageShape, [classes]] = [network.layers[0], last].map(({ id }) => shapes.get(id)!);
  const layers = layersUnder(network, last);
  const tensors = new Map(describeTensors(network).map(tensor => [tensor.id, tensor]));
  const parameters = new Map<TensorId, Tensor>();
  const bounds = createBounds(shapes, id => parameters.get(id)!.data);
  const most = Math.min(INFERENCE_BATCH, Math.max(1, largestBatch(network)));
  /** For batches of so many images. */
  const sessions = new Map<number, Session>();

  function build(count: number): Session {
    const graph = createGraph();
    const images = graph.input('images', [count, ...imageShape]);
    const parameter = (id: TensorId) => graph.input(id, tensors.get(id)!.shape);
    graph.output('logits', emitNetwork(graph, network, { images, parameter }).logits);
    return createSession(graph.finish().bytes);
  }

  /** The logits of at most `most` images. */
  function infer(images: Float32Array, count: number): Float32Array {
    const session = sessions.get(count) ?? build(count);
    sessions.set(count, session);
    const feeds = { ...Object.fromEntries(parameters), images: tensorOf(images, [count, ...imageShape]) };
    return session.run(feeds, { logits: null }).logits.data;
  }

  const evaluate: BatchNetwork['evaluate'] = (images, targets, count) => {
    // Only wasm can tell for which images the sheet would show #NUM!.
    if (!isProvenSafe(bounds, layers, largestAbsolute(images))) return onWasm.evaluate(images, targets, count);
    const logits = new Float32Array(count * classes);
    const size = images.length / count;
    for (let first = 0; first < count; first += most) {
      const some = Math.min(most, count - first);
      logits.set(infer(images.subarray(first * size, (first + some) * size), some), first * classes);
    }
    return {
      probabilities: probabilitiesOf(kind, logits, classes),
      losses: lossesOf(kind, logits, targets, classes),
    };
  };

  return {
    ...onWasm,
    setParameters(values) {
      onWasm.setParameters(values);
      for (const [id, own] of values) {
        const before = parameters.get(id);
        if (before) before.data.set(own);
        else parameters.set(id, tensorOf(own.slice(), tensors.get(id)!.shape));
      }
      for (const { id } of layers) bounds.forget(id satisfies LayerId);
    },
    predict: (images, count) => evaluate(images, new Float32Array(count * classes), count).probabilities,
    evaluate,
    dispose() {
      onWasm.dispose();
      for (const session of sessions.values()) session.dispose();
    },
  };
}
