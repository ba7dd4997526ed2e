import { asInput } from './bounding.ts';
import { fromMaps, toMaps } from '../onnx/graph.ts';
import type { EngineKindOf } from './kind.ts';
import { emitted, withoutParameters } from './pass.ts';

export const flatten: EngineKindOf<'flatten'> = {
  show: (_layer, [input], { shape }) => ({ output: { ...input, shape, handle: undefined } }),
  channelReads: 'everything',
  identity: true,
  run: (_layer, [x], { ops, shape }) =>
    withoutParameters(ops.reshape(x, [x.shape[0], ...shape]), dy => ops.reshape(dy, x.shape)),
  emit(_layer, [x], { graph, count, shape }) {
    // The sheet has the channels last.
    const own = fromMaps(graph, x);
    return emitted(toMaps(graph, graph.reshape(own, [count, ...shape])), dy =>
      toMaps(graph, graph.reshape(fromMaps(graph, dy), own.shape)),
    );
  },
  bound: asInput,
};
