import type { ColourChoice } from '../core/colours.ts';
import { createColours, type Colours, type ColourStops, packedColour } from './colour.ts';

/** Everything that painting takes from the style sheet. It is read once for a theme, because reading styles in every
 *  frame would take longer than painting. */
export type Theme = {
  dark: boolean;
  colours: Colours;
  surface: string;
  chrome: string;
  line: string;
  /** Lines between cells. They are translucent, because they are over the heat. */
  gridLine: string;
  fieldLine: string;
  ink: string;
  ink2: string;
  ink3: string;
  ink4: string;
  parameter: string;
  danger: string;
  /** The mark of what the user has typed over the network. */
  override: string;
  /** The mark of a comment. */
  comment: string;
  /** The surface colour as in ImageData. */
  surfacePixel: number;
  /** The pixel of #NUM! if there is no room for text: a grey that no scale of signed values has. As in ImageData. */
  errorPixel: number;
  selection: string;
  /** The colour that marks what training has changed. */
  change: string;
  ui: string;
  numerals: string;
};

/** The colours of the themes and palettes that were shown so far. They take some time to make. */
const made = new Map<string, Colours>();
function coloursFor(stops: ColourStops): Colours {
  const key = JSON.stringify(stops);
  const colours = made.get(key) ?? createColours(stops);
  made.set(key, colours);
  return colours;
}

export function readTheme(element: Element, { dark, palette, inkOnPaper }: ColourChoice): Theme {
  const style = getComputedStyle(element);
  const token = (name: string) => style.getPropertyValue(`--${name}`).trim();
  const stops = (name: string) => token(name).split(/\s*,\s*/);
  return {
    dark,
    colours: coloursFor({
      diverging: stops(palette === 'greenRed' ? 'green-red' : 'orange-blue'),
      pixels: inkOnPaper ? stops('pixels') : undefined,
      faint: token('ink-3'),
      parameter: token('parameter'),
    }),
    surface: token('surface'),
    chrome: token('chrome'),
    line: token('line'),
    gridLine: dark ? 'rgba(190, 205, 230, 0.095)' : 'rgba(40, 50, 65, 0.085)',
    fieldLine: token('field-line'),
    ink: token('ink'),
    ink2: token('ink-2'),
    ink3: token('ink-3'),
    ink4: token('ink-4'),
    parameter: token('parameter'),
    danger: token('danger'),
    override: token('warning'),
    comment: token('comment'),
    surfacePixel: packedColour(token('surface')),
    errorPixel: packedColour(token('ink-4')),
    selection: token('selection'),
    change: token('change'),
    ui: token('ui'),
    numerals: token('numerals'),
  };
}
