/** The colours and typefaces of a film's pictures, as plain data, so that a worker and a page without our style sheets
 *  paint the same. They are those of the window's themes. */
import type { FilmLook } from '../../shared/film/storyboard.ts';
import type { ColourName, Paint, ScaleName } from '../../shared/film/picture.ts';
import type { ColourChoice } from '../core/colours.ts';
import { element } from '../core/element.ts';
import type { ColourTable } from '../parts/colour.ts';
import { readTheme } from '../parts/theme.ts';

export type Look = {
  colours: Record<ColourName, string>;
  scales: Record<ScaleName, ColourTable>;
  fonts: { ui: string; numerals: string; mono: string };
};

/** The style sheet's name of each colour. */
const TOKENS = {
  ground: 'surface',
  sunken: 'sunken',
  line: 'line',
  ink: 'ink',
  ink2: 'ink-2',
  ink3: 'ink-3',
  accent: 'ref-1',
  parameter: 'parameter',
  change: 'change',
  override: 'warning',
  ref1: 'ref-1',
  ref2: 'ref-2',
  ref3: 'ref-3',
  ref4: 'ref-4',
  ref5: 'ref-5',
} as const satisfies Record<Exclude<ColourName, 'positive' | 'negative'>, string>;

/** The colours of a film, or the strongest contrast on white, for a bright room. */
export type FilmTheme = FilmLook | 'contrast-light';

/** Reads a look from the page's style sheets. */
export function readLook(name: FilmTheme, { palette, inkOnPaper }: Omit<ColourChoice, 'dark'>): Look {
  const probe = element('div', { 'data-theme': name, hidden: true });
  document.body.append(probe);
  try {
    const theme = readTheme(probe, { dark: name === 'dark' || name === 'contrast', palette, inkOnPaper });
    const style = getComputedStyle(probe);
    const token = (of: string) => style.getPropertyValue(`--${of}`).trim();
    const named = Object.entries(TOKENS).map(([colour, of]) => [colour, token(of)]);
    const { diverging } = theme.colours;
    return {
      colours: {
        ...(Object.fromEntries(named) as Record<keyof typeof TOKENS, string>),
        positive: diverging.css[256],
        negative: diverging.css[0],
      },
      scales: { ...theme.colours, diverging },
      fonts: { ui: token('film-text'), numerals: theme.numerals, mono: token('mono') },
    };
  } finally {
    probe.remove();
  }
}

/** A paint as a CSS colour, without its transparency. */
export function cssOf({ colours, scales }: Look, paint: Paint): string {
  if ('colour' in paint) return colours[paint.colour];
  const { css, ink, faint } = scales[paint.scale];
  return (paint.of === 'ink' ? ink : paint.of === 'faint' ? faint : css)[paint.step];
}
