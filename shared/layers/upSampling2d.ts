import { sumOf } from '../backprop/rules.ts';
import { input, reference, repeated, rule, same } from '../formula/reads.ts';
import type { LayerKindOf, SettingsOf } from './kind.ts';
import { oncePerElement, outputAlone, requireMaps } from './kind.ts';
import { oneInput } from './one-input.ts';
import { mapsAfter, mapsDetail, placeMaps } from '../layout/placing.ts';
import { messages } from '../messages.ts';
import { sentences } from '../messages/sentences.ts';
import { windowSides } from './settings.ts';
import { formatShape } from '../tensor.ts';

const settings = { size: windowSides };

/** Larger maps: each number is repeated size[0] times down and size[1] times across. In Keras, that is
 *  interpolation='nearest'. */
export const upSampling2d: LayerKindOf<SettingsOf<'upSampling2d', typeof settings>> = {
  kind: 'upSampling2d',
  settings,
  inputs: oneInput,
  shapeOf({ size, ...layer }, [maps]) {
    requireMaps(layer, maps, sentences.network.needsMaps);
    const [height, width, channels] = maps.shape;
    return [height * size[0], width * size[1], channels];
  },
  tensorsOf: outputAlone,
  workOf: oncePerElement,
  units: 'none',
  negative: 'from inputs',
  cells: ({ size: [down, across] }) => ({
    output: rule({ cell: input([repeated(0, down), repeated(1, across), same(2)]) }, ({ cell }) => reference(cell)),
  }),
  gradients: ({ size: [down, across] }) => ({
    input([row, column, channel], cells) {
      const rows = { start: row * down, end: (row + 1) * down };
      const columns = { start: column * across, end: (column + 1) * across };
      return sumOf(cells.dy(rows, columns, channel));
    },
  }),
  place({ size }, placing) {
    const maps = mapsAfter(placing, 1, 0, placing.shape[0] + 2);
    placeMaps(placing, maps, messages.layers.upSamplingDetail(mapsDetail(placing.shape), formatShape(size)));
  },
};
