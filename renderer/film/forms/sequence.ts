/** The frames of a film as numbered PNG files. */
import { Zip, ZipPassThrough } from 'fflate';
import { UserError } from '../../../shared/errors.ts';
import { frameFile, frameTime, type Makings } from '../../../shared/film/film-job.ts';
import { looksSame, type Picture } from '../../../shared/film/picture.ts';
import { framesIn } from '../../../shared/film/timeline.ts';
import { messages } from '../../../shared/messages.ts';
import { type Loaded, pictureOf, type Report, unitsOf } from './loaded.ts';
import type { Write } from './output.ts';
import { pngOf } from './still.ts';

/** What a ZIP file can hold without its later additions. */
export const ZIP_LIMITS = { files: 65_535, bytes: 2 ** 32 - 2 ** 24 } as const;

export type Frames = Pick<Makings['sequence'], 'size' | 'rate' | 'burnt'>;

/** Gives every frame to `put`, one after the other, so that few pictures are in memory. */
export async function makeFrames(
  loaded: Loaded,
  how: Frames,
  put: (name: string, png: Uint8Array) => Promise<void>,
  report: Report,
): Promise<void> {
  const frames = framesIn(loaded.storyboard, how.rate);
  let last: { picture: Picture; png: Uint8Array } | undefined;
  for (let frame = 0; frame < frames; frame++) {
    report(frame / frames);
    const picture = framePicture(loaded, how, frame);
    // oxlint-disable-next-line no-await-in-loop -- as said above
    const png = last && looksSame(picture, last.picture) ? last.png : await pngOf(picture, loaded.look, how.size.width);
    last = { picture, png };
    // oxlint-disable-next-line no-await-in-loop -- as said above
    await put(frameFile(frame, frames), png);
  }
}

/** Writes one ZIP file with all frames. Throws UserError if they are too many for one. */
export async function makeZip(loaded: Loaded, how: Frames, write: Write, report: Report): Promise<void> {
  if (framesIn(loaded.storyboard, how.rate) > ZIP_LIMITS.files) throw new UserError(messages.filmFiles.tooLarge);
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
  const put = async (name: string, png: Uint8Array) => {
    if (bytes > ZIP_LIMITS.bytes) throw new UserError(messages.filmFiles.tooLarge);
    const file = new ZipPassThrough(name);
    // The same frames give the same file.
    file.mtime = new Date(1980, 0, 2);
    zip.add(file);
    file.push(png, true);
    await flush();
  };
  await makeFrames(loaded, how, put, report);
  zip.end();
  await flush();
}

/** About how many bytes all frames have: some of them are painted. */
export async function estimateSequence(loaded: Loaded, how: Frames): Promise<number> {
  const frames = framesIn(loaded.storyboard, how.rate);
  const places = Array.from({ length: Math.min(6, frames) }, (_, nth) => Math.floor((nth * frames) / 6));
  let sum = 0;
  // oxlint-disable-next-line no-await-in-loop -- one after the other, so that the window stays usable
  for (const place of places)
    sum += (await pngOf(framePicture(loaded, how, place), loaded.look, how.size.width)).length;
  return (sum / places.length) * frames;
}

const framePicture = (loaded: Loaded, { size, rate, burnt }: Frames, frame: number): Picture =>
  pictureOf(loaded, frameTime(frame, rate), { size: unitsOf(size), captions: burnt });
