import { elementwise } from './elementwise.ts';
import type { LayerKindOf } from './kind.ts';
import { placeLikeInput } from '../layout/placing.ts';
import { messages } from '../messages.ts';

/** Passes its input on. In training, each number is dropped with the probability in the `rate` cell, and the others are
 *  divided by 1 − rate. */
export const dropout: LayerKindOf<{ kind: 'dropout' }> = {
  kind: 'dropout',
  settings: {},
  ...elementwise(
    x => x,
    ({ dy }) => dy,
  ),
  masks: true,
  tensorsOf: (_layer, _input, output) => [
    ['rate', 'parameter', [1]],
    ['output', 'computed', output],
  ],
  // All maps share the one rate.
  place: (_layer, placing) => placeLikeInput(placing, messages.layers.dropoutDetail, ['rate'], true),
};
