import type { ColourChoice } from '../core/colours.ts';
import { createColours, type Colours, packedColour } from './colour.ts';

/** Everything the painter takes from the style sheet, read once for a theme: reading styles in a frame would cost more
 *  than painting it. */
export type Theme = {
  dark: boolean;
  colours: Colours;
  surface: string;
  chrome: string;
  line: string;
  /** Lines between cells, translucent so that they lie over the heat as well. */
  gridLine: string;
  fieldLine: string;
  ink: string;
  ink2: string;
  ink3: string;
  ink4: string;
  parameter: string;
  danger: string;
  /** The surface as ImageData holds it. */
  surfacePixel: number;
  /** What stands for #NUM! where there is no room for text: a grey that no scale of signed values has. As ImageData
   *  holds it. */
  errorPixel: number;
  selection: string;
  /** Marks what training moved. */
  change: string;
  ui: string;
  numerals: string;
};

export function readTheme(element: Element, { dark, palette, inkOnPaper }: ColourChoice): Theme {
  const style = getComputedStyle(element);
  const token = (name: string) => style.getPropertyValue(`--${name}`).trim();
  const stops = (name: string) => token(name).split(/\s*,\s*/);
  return {
    dark,
    colours: createColours({
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
    surfacePixel: packedColour(token('surface')),
    errorPixel: packedColour(token('ink-4')),
    selection: token('selection'),
    change: token('change'),
    ui: token('ui'),
    numerals: token('numerals'),
  };
}
