import { activation } from './activation.ts';
import { withinOne } from './bounding.ts';
import type { EngineKindOf } from './kind.ts';

export const sigmoid: EngineKindOf<'sigmoid'> = { ...activation('sigmoid'), bound: withinOne };
