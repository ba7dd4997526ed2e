import { activation } from './activation.ts';
import { withinOne } from './bounding.ts';
import type { EngineKindOf } from './kind.ts';
import { emitted } from './pass.ts';

export const tanh: EngineKindOf<'tanh'> = {
  ...activation('tanh'),
  emit(_layer, [x], { graph }) {
    const y = graph.each('Tanh', x);
    return emitted(y, dy => graph.multiply(dy, graph.subtract(1, graph.multiply(y, y))));
  },
  bound: withinOne,
};
