import { elementwise } from './elementwise.ts';
import type { LayerKindOf, SettingsOf } from './kind.ts';
import { placeLikeInput } from '../layout/placing.ts';
import { number } from './settings.ts';
import { messages } from '../messages.ts';

const settings = { negativeSlope: number(0, 1000, messages.layers.expected.negativeSlope) };

/** x where x ≥ 0, negativeSlope·x below. */
export const leakyRelu: LayerKindOf<SettingsOf<'leakyRelu', typeof settings>> = {
  kind: 'leakyRelu',
  settings,
  ...elementwise,
  place: ({ negativeSlope }, placing) =>
    placeLikeInput(placing, size => messages.layers.leakyDetail(size, negativeSlope)),
};
