import { elementwise } from './elementwise.ts';
import type { LayerKindOf } from './kind.ts';
import { requireVector } from './kind.ts';
import { messages } from '../messages.ts';

/** e^x / Σe^x of a vector, with the columns it is made of. At the end of a network the expected class and the
 *  cross-entropy stand beside it. */
export const softmax: LayerKindOf<{ kind: 'softmax' }> = {
  kind: 'softmax',
  settings: {},
  ...elementwise,
  shapeOf(layer, [input]) {
    requireVector(layer, input, messages.network.softmaxNeedsVector);
    return input.shape;
  },
  tensorsOf: (_layer, _input, output, last) => [
    ['shifted', 'computed', output],
    ['exp', 'computed', output],
    ['output', 'computed', output],
    ...(last
      ? ([
          ['actual', 'actual', output],
          ['crossEntropy', 'computed', output],
        ] as const)
      : []),
  ],
};
