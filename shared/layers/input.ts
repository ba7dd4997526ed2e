import * as v from 'valibot';
import type { LayerKindOf, SettingsOf } from './kind.ts';
import { oncePerElement } from './kind.ts';
import { countThatFit, mapBlocks } from '../layout/blocks.ts';
import type { Maps } from '../layout/blocks.ts';
import { mapLabels, mapsDetail } from '../layout/placing.ts';
import { formatShape } from '../tensor.ts';
import { whole } from './settings.ts';
import { LIMITS } from '../network-limits.ts';
import { messages } from '../messages.ts';
import { issuesOf } from '../messages/sentence.ts';
import { sentences } from '../messages/sentences.ts';

const settings = {
  shape: v.pipe(
    v.strictTuple(
      [whole(LIMITS.height), whole(LIMITS.width), whole(LIMITS.channels)],
      issuesOf(sentences.network.expected).shape,
    ),
    v.readonly(),
  ),
};

/** The image that a network reads. It is the first layer of every network. */
export const input: LayerKindOf<SettingsOf<'input', typeof settings>> = {
  kind: 'input',
  settings,
  inputs: { least: 0, most: 0, refusal: (layer, count) => sentences.network.inputCount(layer, count, 0) },
  shapeOf: layer => layer.shape,
  tensorsOf: (_layer, _input, output) => [['output', 'pixels', output]],
  workOf: oncePerElement,
  units: 'none',
  negative: 'none',
  cells: () => ({}),
  place(layer, placing) {
    const { shape } = layer;
    const [height, width, channels] = shape;
    const row = placing.firstRow;
    const pitch = height + 1;
    const perSection = countThatFit(layer, row + height, pitch);
    const maps: Maps = { kind: 'maps', row, slot: row, pitch, perSection, shape };
    placing.standAt(maps);
    const size = channels > 1 ? mapsDetail(shape) : formatShape([height, width]);
    placing.band({ role: 'pixels', name: layer.name, detail: messages.cells.inputDetail(size) }, column => {
      const blocks = mapBlocks(`${layer.id}/output`, maps, column);
      return { ...blocks, labels: channels > 1 ? blocks.regions.map(mapLabels) : [] };
    });
  },
};
