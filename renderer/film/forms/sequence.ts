/** The frames of a film as numbered PNG files in one ZIP file. */
import { Zip, ZipPassThrough } from 'fflate';
import { UserError } from '../../../shared/errors.ts';
import { framesIn } from '../../../shared/film/timeline.ts';
import { messages } from '../../../shared/messages.ts';
import { type Loaded, pictureOf, type Report, unitsOf } from './loaded.ts';
import type { Write } from './output.ts';
import { pngOf } from './still.ts';

/** What a ZIP file can hold without its later additions. */
export const ZIP_LIMITS = { files: 65_535, bytes: 2 ** 32 - 2 ** 24 } as const;

export type SequenceSize = { width: number; height: number; rate: number };

export async function writeSequence(loaded: Loaded, size: SequenceSize, write: Write, report: Report): Promise<void> {
  const frames = framesIn(loaded.storyboard, size.rate);
  const digits = Math.max(4, String(frames).length);
  const chunks: Uint8Array[] = [];
  const flush = async () => {
    // oxlint-disable-next-line no-await-in-loop -- a file is written from its beginning to its end
    for (const chunk of chunks.splice(0)) await write(chunk);
  };
  let bytes = 0;
  const zip = new Zip((error, chunk) => {
    if (error) throw error;
    bytes += chunk.length;
    chunks.push(chunk);
  });
  for (let frame = 0; frame < frames; frame++) {
    report(frame / frames);
    if (bytes > ZIP_LIMITS.bytes) throw new UserError(messages.filmFiles.tooLarge);
    // oxlint-disable-next-line no-await-in-loop -- one picture after the other, so that few are in memory
    const png = await framePng(loaded, size, frame);
    const file = new ZipPassThrough(`frame-${String(frame + 1).padStart(digits, '0')}.png`);
    // The same frames give the same file.
    file.mtime = new Date(1980, 0, 2);
    zip.add(file);
    file.push(png, true);
    // oxlint-disable-next-line no-await-in-loop -- as above
    await flush();
  }
  zip.end();
  await flush();
}

/** About how many bytes all frames have: some of them are painted. */
export async function estimateSequence(loaded: Loaded, size: SequenceSize): Promise<number> {
  const frames = framesIn(loaded.storyboard, size.rate);
  const places = Array.from({ length: Math.min(6, frames) }, (_, nth) => Math.floor((nth * frames) / 6));
  let sum = 0;
  // oxlint-disable-next-line no-await-in-loop -- one after the other, so that the window stays usable
  for (const place of places) sum += (await framePng(loaded, size, place)).length;
  return (sum / places.length) * frames;
}

async function framePng(loaded: Loaded, { width, height, rate }: SequenceSize, frame: number): Promise<Uint8Array> {
  return pngOf(pictureOf(loaded, frame / rate, { size: unitsOf({ width, height }) }), loaded.look, width);
}
