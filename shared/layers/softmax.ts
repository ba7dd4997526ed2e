import { elementwise } from './elementwise.ts';
import type { LayerKindOf } from './kind.ts';
import { requireVector } from './kind.ts';
import { checkSections, placeColumns } from '../layout/placing.ts';
import { messages } from '../messages.ts';

const COLUMNS = ['shifted', 'exp', 'output', 'actual', 'crossEntropy'] as const;

/** e^x / Σe^x of a vector, with the columns it is made of. At the end of a network the expected class and the
 *  cross-entropy stand beside it. */
export const softmax: LayerKindOf<{ kind: 'softmax' }> = {
  kind: 'softmax',
  settings: {},
  ...elementwise,
  negative: 'none',
  shapeOf(layer, [input]) {
    requireVector(layer, input, messages.network.softmaxNeedsVector);
    return input.shape;
  },
  tensorsOf: (_layer, _input, output, last) =>
    COLUMNS.slice(0, last ? COLUMNS.length : 3).map(name => [name, name === 'actual' ? 'actual' : 'computed', output]),
  place(_layer, placing) {
    checkSections(placing);
    placeColumns(placing, COLUMNS, messages.cells.softmaxHeadings);
  },
};
