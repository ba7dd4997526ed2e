/** Schemas that several messages use. */
import * as v from 'valibot';
import { list } from '../list-schema.ts';
import type { TensorId } from '../network.ts';
import { LIMITS } from '../network-limits.ts';
import { templateNames } from '../templates.ts';

export const index = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(2 ** 53 - 1));
export const text = (length: number) => v.pipe(v.string(), v.maxLength(length));
export const path = v.pipe(v.string(), v.minLength(1), v.maxLength(4096));
export const tensorId = v.pipe(
  v.string(),
  v.maxLength(200),
  v.regex(/^[^/]+\/[a-zA-Z]+$/),
) as unknown as v.GenericSchema<TensorId>;
export const bytes = v.instance(Uint8Array<ArrayBufferLike>);

/** A file that the engine writes into the folder of the journals: its name, its size in bytes and its CRC-32. The
 *  CRC-32 tells whether the file is complete. */
export const fileName = v.pipe(v.string(), v.regex(/^[\w-]{1,64}\.[a-z]{1,16}$/));
export const storedFile = v.strictObject({ file: fileName, size: index, checksum: index });
export type StoredFile = v.InferOutput<typeof storedFile>;

/** A file at the time it was last read or written: when it was changed, in milliseconds since 1970, and its size in
 *  bytes. A file with other numbers was written since. */
export const fileStamp = v.strictObject({ modified: v.number(), size: v.number() });
export type FileStamp = v.InferOutput<typeof fileStamp>;

/** The size of a network's images: height, width, channels. Whether such a network can be is checked later. */
const side = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(LIMITS.height));
export const imageShape = v.strictTuple([side, side, side]);
export const classNames = list(text(200), 65_536);
/** A starter network made for other images and classes. */
export const freshTemplate = {
  template: v.picklist(templateNames),
  images: imageShape,
  classes: v.pipe(classNames, v.minLength(2)),
};
