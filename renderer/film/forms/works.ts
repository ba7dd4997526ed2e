/** What can be made or measured of a film that isn't a film again. */
import type { GifSize, Makings } from '../../../shared/film/film-job.ts';
import { estimateGif, fittingGif } from './gif.ts';
import type { FittingGif, Loaded, Report } from './loaded.ts';
import { type DrawnForm, makeForm, pageOf } from './make-form.ts';
import { estimateSequence, type Frames, makeFrames } from './sequence.ts';

/** Where it goes. `put`: takes files of a folder. */
export type Sinks = {
  write: (bytes: Uint8Array) => Promise<void>;
  put: (name: string, bytes: Uint8Array) => Promise<void>;
  report: Report;
};

/** By their names. `how`: how it shall be. The functions are told where they stand. */
export const works = {
  form: (loaded: Loaded, how: Makings[DrawnForm], { write, report }: Sinks) => makeForm(loaded, how, write, report),
  frames: (loaded: Loaded, how: Frames, { put, report }: Sinks) => makeFrames(loaded, how, put, report),
  page: (loaded: Loaded) => pageOf(loaded),
  fittingGif: (loaded: Loaded, _: undefined, { report }: Sinks): Promise<FittingGif> => fittingGif(loaded, report),
  gifBytes: (loaded: Loaded, size: GifSize, { report }: Sinks) => estimateGif(loaded, size, report),
  sequenceBytes: (loaded: Loaded, how: Frames) => estimateSequence(loaded, how),
} satisfies Record<string, (loaded: Loaded, how: never, sinks: Sinks) => Promise<unknown>>;

export type Works = typeof works;
export type Work = keyof Works;
