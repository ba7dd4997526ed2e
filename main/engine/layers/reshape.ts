import { asInput } from './bounding.ts';
import { flatten } from './flatten.ts';
import type { EngineKindOf } from './kind.ts';

/** A reshape layer hands on what it reads, as a flatten layer does. */
export const reshape: EngineKindOf<'reshape'> = { ...(flatten as unknown as EngineKindOf<'reshape'>), bound: asInput };
