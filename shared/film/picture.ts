/** A picture as a list of shapes, for a screen, a film, a drawing as SVG and a page alike. Distances are in units: a
 *  picture of 16:9 is 1920 units wide and 1080 high, whatever its pixels. Colours are names, so that a picture fits
 *  every look. */
import type { ElementIndex } from '../layout/layout.ts';
import type { NumberForm } from './number-form.ts';

export type Box = { x: number; y: number; width: number; height: number };
export type Size = { width: number; height: number };

/** The colours of a look. ref: of a reference, from 1 to 5. */
export type ColourName =
  | 'ground'
  | 'sunken'
  | 'line'
  | 'ink'
  | 'ink2'
  | 'ink3'
  | 'accent'
  | 'positive'
  | 'negative'
  | 'parameter'
  | 'change'
  | 'override'
  | `ref${1 | 2 | 3 | 4 | 5}`;
/** The scales of numbers, as in the sheet; see `Colours`. A step is from 0 over 128 to 256. */
export type ScaleName = 'diverging' | 'pixels' | 'parameter' | 'probability' | 'plain';
/** A colour: a name, a step of a scale, or the ink of numbers on such a step. `alpha`: how opaque, 1 by default. */
export type Paint =
  | { colour: ColourName; alpha?: number }
  | { scale: ScaleName; step: number; of?: 'ink' | 'faint'; alpha?: number };

/** What a shown number is: the sum of `terms`, each the product of some elements. A cell of the network is one term of
 *  one factor. `form`: how it is written, as in the sheet by default. */
export type Shown = { value: number; terms: readonly (readonly ElementIndex[])[]; form?: NumberForm };

/** A shown number with its text. */
export type WrittenNumber = Shown & { text: string };

export type Text = {
  kind: 'text';
  x: number;
  y: number;
  text: string;
  size: number;
  paint: Paint;
  weight?: 400 | 600;
  /** numerals: the narrow typeface of cells. */
  font?: 'ui' | 'numerals' | 'mono';
  align?: 'left' | 'center' | 'right';
  /** Where `y` is: the middle of the capitals (default), or the base line. */
  baseline?: 'middle' | 'alphabetic';
  /** Shrinks the text to this width. */
  most?: number;
  /** Another text behind it, with a small gap. */
  behind?: { text: string; size: number; paint: Paint };
  shown?: Shown;
};

export type Item =
  | {
      kind: 'rectangle';
      box: Box;
      fill?: Paint;
      stroke?: Paint;
      width?: number;
      dash?: readonly number[];
      radius?: number;
    }
  /** Cells of one size without room between them, row by row. A step below 0 is a hole. `elementAt`: which element the
   *  n-th of them shows. */
  | {
      kind: 'cells';
      box: Box;
      rows: number;
      columns: number;
      scale: ScaleName;
      steps: Int16Array;
      lines?: Paint;
      elementAt?: (nth: number) => ElementIndex;
    }
  /** The same with colours of their own, for colour images: red, green and blue from 0 to 255, three for a cell. */
  | { kind: 'pixels'; box: Box; rows: number; columns: number; colours: Uint8Array; lines?: Paint }
  | Text
  /** A text in several lines, as wide as it may be. `y` is the middle of the first line; with `up`, of the last.
   *  `numbers`: those of the network in it. */
  | (Omit<Text, 'kind' | 'most' | 'behind' | 'shown'> & {
      kind: 'lines';
      wide: number;
      height: number;
      up?: boolean;
      numbers?: readonly WrittenNumber[];
    })
  /** Corners in pairs: x, y, x, y, … `curved`: a smooth curve through them. */
  | {
      kind: 'path';
      points: readonly number[];
      closed?: boolean;
      curved?: boolean;
      fill?: Paint;
      stroke?: Paint;
      width?: number;
      dash?: readonly number[];
      arrow?: boolean;
    }
  /** Items that are drawn together: moved, larger by `scale`, partly transparent, only inside of `clip`. `whole`: what
   *  lies behind one of the items doesn't shine through it, however transparent the group is. */
  | {
      kind: 'group';
      items: readonly Item[];
      whole?: boolean;
      x?: number;
      y?: number;
      scale?: number;
      alpha?: number;
      clip?: Box;
    };

/** `spoken`: what it shows, in words, for those who can't see it. */
export type Picture = { size: Size; items: readonly Item[]; spoken: string };

/** Whether two pictures look the same. What they say of their cells and numbers may differ. */
export function looksSame(one: Picture, other: Picture): boolean {
  return isSameLook(one.size, other.size) && isSameLook(one.items, other.items);
}

function isSameLook(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  if (Array.isArray(one) || ArrayBuffer.isView(one)) {
    const [mine, theirs] = [one, other] as [ArrayLike<unknown>, ArrayLike<unknown>];
    if (mine.length !== theirs.length) return false;
    for (let at = 0; at < mine.length; at++) if (!isSameLook(mine[at], theirs[at])) return false;
    return true;
  }
  const [mine, theirs] = [one, other].map(each => Object.entries(each).filter(([key]) => !UNSEEN.has(key)));
  const of = new Map(theirs);
  return mine.length === theirs.length && mine.every(([key, value]) => of.has(key) && isSameLook(value, of.get(key)));
}
/** What of an item isn't painted. */
const UNSEEN: ReadonlySet<string> = new Set(['elementAt', 'shown', 'numbers']);

/** All numbers that a picture shows. */
export function numbersIn(items: readonly Item[]): WrittenNumber[] {
  return items.flatMap(item => {
    if (item.kind === 'group') return item.alpha === 0 ? [] : numbersIn(item.items);
    if (item.kind === 'lines') return item.numbers ?? [];
    return item.kind === 'text' && item.shown ? [{ ...item.shown, text: item.text }] : [];
  });
}

export const paint = (colour: ColourName, alpha?: number): Paint => ({ colour, ...(alpha !== undefined && { alpha }) });
