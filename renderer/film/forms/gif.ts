/** Makes an animated GIF of a film, and says before how large it will be. */
import { frameTime, type GifSize, gifSizes, type Makings, MOST_GIF } from '../../../shared/film/film-job.ts';
import type { Size } from '../../../shared/film/picture.ts';
import { beginningOf, framesIn, lengthOf } from '../../../shared/film/timeline.ts';
import { paintPicture } from '../paint.ts';
import type { FromGif, ToGif } from './gif-worker.ts';
import { type Loaded, pictureOf, type Report, unitsOf } from './loaded.ts';

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

/** Paints frames of a film as pixels. */
function createBrush(loaded: Loaded, { width, height }: Size, captions: boolean) {
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true })!;
  const size = unitsOf({ width, height });
  const end = beginningOf(loaded.storyboard, loaded.storyboard.scenes.length);
  const paint = (time: number): Uint8ClampedArray => {
    paintPicture(context, pictureOf(loaded, Math.min(time, end), { size, captions }), loaded.look);
    return context.getImageData(0, 0, width, height).data;
  };
  /** Pixels of some frames of a scene. A quarter of the rows is enough for its colours. */
  const samples = (place: number): Uint8ClampedArray => {
    const [begins, length] = [
      beginningOf(loaded.storyboard, place),
      lengthOf(loaded.storyboard, loaded.storyboard.scenes[place]),
    ];
    const row = width * 4;
    const rows = Math.floor(height / 4);
    const all = new Uint8ClampedArray(SAMPLES.length * rows * row);
    for (const [nth, share] of SAMPLES.entries()) {
      const pixels = paint(begins + share * length);
      for (let at = 0; at < rows; at++)
        all.set(pixels.subarray(4 * at * row, 4 * at * row + row), (nth * rows + at) * row);
    }
    return all;
  };
  return { paint, samples };
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
    const measured = await fittingGif(loaded, () => {
      report(0);
      return true;
    });
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
  const { storyboard } = loaded;
  const { paint, samples } = createBrush(loaded, size, burnt);
  const worker = openWorker();
  try {
    await worker.ask({ kind: 'begin', width, height });
    const frames = framesIn(storyboard, rate);
    let place = -1;
    for (let frame = 0; frame < frames; frame++) {
      report(frame / frames);
      const time = frameTime(frame, rate);
      // A hair more, so that the time at which a scene begins is that scene.
      while (place + 1 < storyboard.scenes.length && beginningOf(storyboard, place + 1) <= time + 1e-9) {
        place++;
        const colours = samples(place);
        // oxlint-disable-next-line no-await-in-loop -- the worker takes one after the other
        await worker.ask({ kind: 'scene', samples: colours }, [colours.buffer]);
      }
      const hundredths = Math.round(((frame + 1) * 100) / rate) - Math.round((frame * 100) / rate);
      const rgba = paint(time);
      // oxlint-disable-next-line no-await-in-loop -- as above
      const { size: bytes } = await worker.ask({ kind: 'frame', rgba, hundredths }, [rgba.buffer]);
      if (bytes > most) return undefined;
    }
    const { bytes } = await worker.ask({ kind: 'end' });
    return bytes!.length > most ? undefined : bytes;
  } finally {
    worker.end();
  }
}

/** The places in a scene where it is measured how much a frame adds. */
const MEASURED = [0.03, 0.3, 0.55, 0.8];

/** About how many bytes it will have: some frames of each scene are encoded, with their captions. */
export async function estimateGif(loaded: Loaded, size: GifSize, isWanted = () => true): Promise<number> {
  const { width, height, rate } = size;
  const { storyboard } = loaded;
  const { paint, samples } = createBrush(loaded, size, true);
  const worker = openWorker();
  let total = 0;
  try {
    await worker.ask({ kind: 'begin', width, height });
    const add = async (time: number) => {
      const rgba = paint(time);
      return (await worker.ask({ kind: 'frame', rgba, hundredths: 1 }, [rgba.buffer])).size;
    };
    for (const [place, scene] of storyboard.scenes.entries()) {
      if (!isWanted()) break;
      const [begins, length] = [beginningOf(storyboard, place), lengthOf(storyboard, scene)];
      const colours = samples(place);
      // oxlint-disable-next-line no-await-in-loop -- the worker takes one after the other
      const { size: before } = await worker.ask({ kind: 'scene', samples: colours }, [colours.buffer]);
      // oxlint-disable-next-line no-await-in-loop -- as above
      await add(begins);
      let added = 0;
      let whole = 0;
      for (const share of MEASURED) {
        // A frame is written when the next one comes, so three are needed to see what the second one adds.
        const at = begins + share * length;
        // oxlint-disable-next-line no-await-in-loop -- as above
        const [first, second, third] = [await add(at), await add(at + 1 / rate), await add(at + 2 / rate)];
        whole ||= first - before;
        added += third - second;
      }
      total += whole + (added / MEASURED.length) * length * rate;
    }
    return total;
  } finally {
    worker.end();
  }
}

/** What was found of each film, so that nothing is measured twice. */
const fitting = new WeakMap<Loaded, { size: GifSize; bytes: number }>();

/** The finest of the offered sizes that stays below MOST_GIF, and what it will have. The smallest one if none does. */
export async function fittingGif(loaded: Loaded, isWanted: () => boolean): Promise<{ size: GifSize; bytes: number }> {
  const known = fitting.get(loaded);
  if (known) return known;
  let found = { size: gifSizes[0], bytes: Infinity };
  for (const size of gifSizes) {
    // oxlint-disable-next-line no-await-in-loop -- a smaller one is tried only if this one is too large
    found = { size, bytes: await estimateGif(loaded, size, isWanted) };
    if (!isWanted()) return found;
    if (found.bytes <= MOST_GIF * CAUTION) break;
  }
  fitting.set(loaded, found);
  return found;
}
