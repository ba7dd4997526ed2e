/** Makes an animated GIF of a film, and says before how large it will be. */
import { frameTime, type GifSize, gifSizes, type Makings, MOST_GIF } from '../../../shared/film/film-job.ts';
import { looksSame, type Picture, type Size } from '../../../shared/film/picture.ts';
import { beginningOf, filmLength, framesIn, lengthOf, placeInFilm } from '../../../shared/film/timeline.ts';
import { paintPicture } from '../paint.ts';
import type { FromGif, ToGif } from './gif-worker.ts';
import { type FittingGif, type Loaded, pictureOf, type Report, unitsOf } from './loaded.ts';

/** An estimate may be so much too low. */
const CAUTION = 0.9;

/** A worker with an encoder. `ask` resolves with the bytes so far, or with the whole file after `end`. */
function openWorker() {
  const worker = new Worker(new URL('./gif-worker.ts', import.meta.url), { type: 'module' });
  const waiting: ((answer: FromGif) => void)[] = [];
  let fail: (error: Error) => void = () => {};
  const failed = new Promise<never>((_, reject) => (fail = reject));
  failed.catch(() => {});
  worker.addEventListener('message', ({ data }: MessageEvent<FromGif>) => waiting.shift()?.(data));
  worker.addEventListener('error', event => fail(new Error(event.message)));
  return {
    ask(message: ToGif, transfer: Transferable[] = []): Promise<FromGif> {
      worker.postMessage(message, transfer);
      return Promise.race([failed, new Promise<FromGif>(resolve => waiting.push(resolve))]);
    },
    end: () => worker.terminate(),
  };
}

/** Draws frames of a film. */
function createBrush(loaded: Loaded, { width, height }: Size, captions: boolean) {
  const { storyboard } = loaded;
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true })!;
  const size = unitsOf({ width, height });
  const end = filmLength(storyboard);
  const pictureAt = (time: number): Picture => pictureOf(loaded, Math.min(time, end), { size, captions });
  const paint = (picture: Picture): Uint8ClampedArray => {
    paintPicture(context, picture, loaded.look);
    return context.getImageData(0, 0, width, height).data;
  };
  /** Pixels of some frames of a scene. A quarter of the rows is enough for its colours. */
  const samples = (place: number): Uint8ClampedArray => {
    const [begins, length] = [beginningOf(storyboard, place), lengthOf(storyboard, storyboard.scenes[place])];
    const row = width * 4;
    const rows = Math.floor(height / 4);
    const all = new Uint8ClampedArray(SAMPLES.length * rows * row);
    for (const [nth, share] of SAMPLES.entries()) {
      const pixels = paint(pictureAt(begins + share * length));
      for (let at = 0; at < rows; at++)
        all.set(pixels.subarray(4 * at * row, 4 * at * row + row), (nth * rows + at) * row);
    }
    return all;
  };
  return { pictureAt, paint, samples };
}

const SAMPLES = [0.02, 0.35, 0.7, 0.99];

/** Makes a GIF. */
export async function makeGif(
  loaded: Loaded,
  { size, burnt }: Pick<Makings['gif'], 'size' | 'burnt'>,
  report: Report,
): Promise<Uint8Array> {
  let sizes: readonly GifSize[];
  if (size === 'auto') {
    const measured = await fittingGif(loaded, () => report(0));
    sizes = gifSizes.slice(gifSizes.indexOf(measured.size));
  } else sizes = [size];
  for (const each of sizes.slice(0, -1)) {
    // An estimate may be too low. Then the next smaller size is taken.
    // oxlint-disable-next-line no-await-in-loop -- a smaller one is made only if this one is too large
    const bytes = await gifOf(loaded, each, burnt, report, MOST_GIF);
    if (bytes) return bytes;
  }
  return (await gifOf(loaded, sizes.at(-1)!, burnt, report))!;
}

/** undefined if it would have more bytes than `most`. */
async function gifOf(
  loaded: Loaded,
  size: GifSize,
  burnt: boolean,
  report: Report,
  most = Infinity,
): Promise<Uint8Array | undefined> {
  const { width, height, rate } = size;
  const { pictureAt, paint, samples } = createBrush(loaded, size, burnt);
  const worker = openWorker();
  try {
    await worker.ask({ kind: 'begin', width, height });
    const frames = framesIn(loaded.storyboard, rate);
    let place = -1;
    let last: Picture | undefined;
    for (let frame = 0; frame < frames; frame++) {
      report(frame / frames);
      const time = frameTime(frame, rate);
      const now = placeInFilm(loaded.storyboard, time)!.place;
      if (now !== place) {
        [place, last] = [now, undefined];
        const colours = samples(place);
        // oxlint-disable-next-line no-await-in-loop -- the worker takes one after the other
        await worker.ask({ kind: 'scene', samples: colours }, [colours.buffer]);
      }
      const hundredths = Math.round(((frame + 1) * 100) / rate) - Math.round((frame * 100) / rate);
      const picture = pictureAt(time);
      const rgba = last && looksSame(picture, last) ? undefined : paint(picture);
      last = picture;
      // oxlint-disable-next-line no-await-in-loop -- as above
      const { size: bytes } = await worker.ask({ kind: 'frame', rgba, hundredths }, rgba ? [rgba.buffer] : []);
      if (bytes > most) return undefined;
    }
    const { bytes } = await worker.ask({ kind: 'end' });
    return bytes!.length > most ? undefined : bytes;
  } finally {
    worker.end();
  }
}

/** So many of the frames of a scene that differ from the one before are encoded, to see how large they are. */
const MEASURED = 6;

/** About how many bytes it will have: some frames of each scene are encoded, with their captions. */
export async function estimateGif(loaded: Loaded, size: GifSize, report: Report): Promise<number> {
  const { width, height, rate } = size;
  const { storyboard } = loaded;
  const { pictureAt, paint, samples } = createBrush(loaded, size, true);
  const worker = openWorker();
  let total = 0;
  try {
    await worker.ask({ kind: 'begin', width, height });
    /** Resolves with the bytes so far. */
    const add = async (frame: number) => {
      const rgba = paint(pictureAt(frameTime(frame, rate)));
      void worker.ask({ kind: 'frame', rgba, hundredths: 1 }, [rgba.buffer]);
      return (await worker.ask({ kind: 'flush' })).size;
    };
    for (const place of storyboard.scenes.keys()) {
      report(place / storyboard.scenes.length);
      const [from, to] = [place, place + 1].map(each => Math.ceil(beginningOf(storyboard, each) * rate - 1e-9));
      const changes: number[] = [];
      let last: Picture | undefined;
      for (let frame = from; frame < to; frame++) {
        const picture = pictureAt(frameTime(frame, rate));
        if (last && !looksSame(picture, last)) changes.push(frame);
        last = picture;
      }
      const colours = samples(place);
      // oxlint-disable-next-line no-await-in-loop -- the worker takes one after the other
      const { size: before } = await worker.ask({ kind: 'scene', samples: colours }, [colours.buffer]);
      // oxlint-disable-next-line no-await-in-loop -- as above
      total += (await add(from)) - before;
      const count = Math.min(MEASURED, changes.length);
      for (let nth = 0; nth < count; nth++) {
        const frame = changes[Math.floor(((nth + 0.5) * changes.length) / count)];
        // oxlint-disable-next-line no-await-in-loop -- as above
        const [one, two] = [await add(frame - 1), await add(frame)];
        total += ((two - one) * changes.length) / count;
      }
    }
    return total;
  } finally {
    worker.end();
  }
}

/** The finest of the offered sizes that stays below MOST_GIF, and what it will have. The smallest one if none does. */
export async function fittingGif(loaded: Loaded, report: Report): Promise<FittingGif> {
  if (loaded.fitting) return loaded.fitting;
  let found = { size: gifSizes[0], bytes: Infinity };
  for (const size of gifSizes) {
    // oxlint-disable-next-line no-await-in-loop -- a smaller one is tried only if this one is too large
    found = { size, bytes: await estimateGif(loaded, size, report) };
    if (found.bytes <= MOST_GIF * CAUTION) break;
  }
  return found;
}
