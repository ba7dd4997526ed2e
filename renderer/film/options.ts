/** How a film is made: its size, its rate, its file. The preview is shown in the same proportion. */
import { HIGH, WIDE } from '../../shared/film/film.ts';
import { type FilmOptions, filmSizes } from '../../shared/film/film-job.ts';
import type { Size } from '../../shared/film/picture.ts';
import { createSharedState, type SharedState } from '../core/shared-state.ts';

/** Where captions are: in the picture, or in a file beside the film. */
export const captionPlaces = ['burnt', 'srt', 'vtt', 'none'] as const;

/** `megabits`: always told, so that people know how large the film can become. */
export type OptionsState = Omit<FilmOptions, 'width' | 'height' | 'megabits' | 'burnt'> & {
  size: keyof typeof filmSizes;
  megabits: number;
  captions: (typeof captionPlaces)[number];
};

export type Options = SharedState<OptionsState>;

export function createOptions(): Options {
  return createSharedState<OptionsState>({
    size: '1080p',
    rate: 30,
    codec: 'avc',
    megabits: 8,
    captions: 'burnt',
    narration: true,
  });
}

export const filmOptionsOf = ({ size, captions, ...options }: Readonly<OptionsState>): FilmOptions => ({
  ...options,
  ...filmSizes[size],
  burnt: captions === 'burnt',
});

/** The units of a picture in this proportion. */
export const unitsOf = ({ size }: Readonly<OptionsState>): Size => (size === 'portrait' ? HIGH : WIDE);
