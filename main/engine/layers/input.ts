import { asInput } from './bounding.ts';
import type { EngineKindOf } from './kind.ts';

export const input: EngineKindOf<'input'> = {
  show: (_layer, [output]) => ({ output }),
  channelReads: 'same channel',
  bound: asInput,
};
