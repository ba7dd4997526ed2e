import { input, isEmpty, reference, rule, same } from '../formula/reads.ts';
import type { LayerKindOf, SettingsOf } from './kind.ts';
import { oncePerElement, outputAlone, requireMaps } from './kind.ts';
import { oneInput } from './one-input.ts';
import { mapsAfter, mapsDetail, placeMaps } from '../layout/placing.ts';
import { messages } from '../messages.ts';
import { sentences } from '../messages/sentences.ts';
import { zeroSides } from './settings.ts';

const settings = { padding: zeroSides };

/** Rows and columns of zeros around each map. `padding` is [[top, bottom], [left, right]], as in Keras. */
export const zeroPadding2d: LayerKindOf<SettingsOf<'zeroPadding2d', typeof settings>> = {
  kind: 'zeroPadding2d',
  settings,
  inputs: oneInput,
  shapeOf(layer, [maps]) {
    requireMaps(layer, maps, sentences.network.needsMaps);
    const [height, width, channels] = maps.shape;
    const [[top, bottom], [left, right]] = layer.padding;
    return [top + height + bottom, left + width + right, channels];
  },
  tensorsOf: outputAlone,
  workOf: oncePerElement,
  units: 'none',
  negative: 'from inputs',
  cells({ padding: [[top], [left]] }, { inputs: [[height, width]] }) {
    const cell = input([same(0, top, height), same(1, left, width), same(2)]);
    return { output: rule({ cell }, ({ cell }) => (isEmpty(cell) ? 0 : reference(cell))) };
  },
  gradients: ({ padding: [[top], [left]] }) => ({
    input: ([row, column, channel], cells) => reference(cells.dy(row + top, column + left, channel)),
  }),
  place({ padding: [[top, bottom], [left, right]] }, placing) {
    const maps = mapsAfter(placing, 1, 0, placing.shape[0] + 2);
    placeMaps(placing, maps, messages.layers.zeroPaddingDetail(mapsDetail(placing.shape), top, bottom, left, right));
  },
};
