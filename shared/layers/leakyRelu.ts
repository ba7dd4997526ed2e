import { elementwise } from './elementwise.ts';
import { call, operation } from '../formula/expression.ts';
import type { LayerKindOf, SettingsOf } from './kind.ts';
import { placeLikeInput } from '../layout/placing.ts';
import { number } from './settings.ts';
import { messages } from '../messages.ts';
import { issuesOf } from '../messages/sentence.ts';
import { sentences } from '../messages/sentences.ts';

const settings = { negativeSlope: number(0, 1000, issuesOf(sentences.layers.expected).negativeSlope) };

type LeakyRelu = SettingsOf<'leakyRelu', typeof settings>;

/** x where x ≥ 0, negativeSlope·x below. */
export const leakyRelu: LayerKindOf<LeakyRelu> = {
  kind: 'leakyRelu',
  settings,
  ...elementwise<LeakyRelu>(
    (x, { negativeSlope }) => call('IF', operation('<', x, 0), operation('*', negativeSlope, x), x),
    ({ x, dy }, { negativeSlope }) => call('IF', operation('>', x, 0), dy, operation('*', negativeSlope, dy)),
  ),
  place: ({ negativeSlope }, placing) =>
    placeLikeInput(placing, size => messages.layers.leakyDetail(size, negativeSlope)),
};
