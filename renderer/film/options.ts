/** How a film is made: its size, its rate, its file. The preview is shown in the same proportion. */
import { HIGH, WIDE } from '../../shared/film/film.ts';
import type { Size } from '../../shared/film/picture.ts';

export const SIZES = {
  '720p': { width: 1280, height: 720 },
  '1080p': { width: 1920, height: 1080 },
  '1440p': { width: 2560, height: 1440 },
  '4K': { width: 3840, height: 2160 },
  portrait: { width: 1080, height: 1920 },
} as const satisfies Record<string, Size>;
export const RATES = [24, 30, 60] as const;
export const FORMATS = ['mp4', 'webm'] as const;

export type FilmOptions = {
  size: keyof typeof SIZES;
  rate: (typeof RATES)[number];
  format: (typeof FORMATS)[number];
  /** Megabits in a second, at most. */
  megabits: number;
  /** Captions in the picture, and in a file of their own. */
  burnt: boolean;
  captionFile: 'none' | 'vtt' | 'srt';
  narration: boolean;
};

export type Options = {
  get(): Readonly<FilmOptions>;
  set(patch: Partial<FilmOptions>): void;
  onChange(callback: () => void): () => void;
};

export function createOptions(): Options {
  const listeners = new Set<() => void>();
  let state: FilmOptions = {
    size: '1080p',
    rate: 30,
    format: 'mp4',
    megabits: 8,
    burnt: true,
    captionFile: 'none',
    narration: true,
  };
  return {
    get: () => state,
    set(patch) {
      state = { ...state, ...patch };
      for (const callback of listeners) callback();
    },
    onChange(callback) {
      listeners.add(callback);
      return () => listeners.delete(callback);
    },
  };
}

/** The units of a picture in this proportion. */
export const unitsOf = ({ size }: Readonly<FilmOptions>): Size => (size === 'portrait' ? HIGH : WIDE);
