import { activation } from './activation.ts';
import { withinOne } from './bounding.ts';
import type { EngineKindOf } from './kind.ts';

export const tanh: EngineKindOf<'tanh'> = { ...activation('tanh'), bound: withinOne };
