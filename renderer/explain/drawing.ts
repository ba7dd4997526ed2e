/** What every part of the panel draws with. */
import type { Explanation } from '../../shared/explain/explain.ts';
import type { Numbers, Source } from '../../shared/explain/numbers.ts';
import type { Expression } from '../../shared/formula/expression.ts';
import { messages } from '../../shared/messages.ts';
import type { CellPlace, RangePlace } from '../../shared/places.ts';
import { element } from '../core/element.ts';
import type { State } from '../core/store.ts';
import type { Theme } from '../parts/theme.ts';
import type { Canvases } from './canvases.ts';
import { addressButton, heatOf, type Pointing } from './number-grid.ts';
import type { NumberGrids } from './number-grids.ts';

/** `number`: the cell's own number; null if it has none. */
export type Drawing = {
  state: Readonly<State>;
  theme: Theme;
  pointing: Pointing;
  canvases: Canvases;
  grids: NumberGrids;
  source: Source;
  at: CellPlace;
  expression: Expression;
  told: Explanation;
  number: number | null;
};

/** The colours of references are used again after so many. */
const COLOURS = 5;

/** The number of the colour that cells have in the formula bar, from 1. undefined if the formula doesn't read them. */
export function colourOf({ reads }: Explanation, { range }: Pick<Numbers, 'range'>): number | undefined {
  const place = reads.findIndex(({ range: read }) => holds(read, range));
  return place < 0 ? undefined : (place % COLOURS) + 1;
}

/** Cells of the sheet: their address, which goes there, over their numbers. */
export function cells(drawing: Drawing, label: string, numbers: Numbers, chosen?: number): HTMLElement {
  const { state, theme, told, pointing, grids } = drawing;
  const { address, contents, range } = numbers;
  const colour = colourOf(told, numbers);
  const heat = heatOf(state, theme, range);
  return element(
    'div',
    { class: 'explain-factor' },
    addressButton(numbers, colour, pointing),
    grids.draw(
      messages.explain.gridName(label, address),
      contents,
      { width: range.width, heat, range, chosen, colour },
      theme,
    ),
  );
}

const holds = (outer: RangePlace, inner: RangePlace): boolean =>
  outer.sheet === inner.sheet &&
  outer.plane === inner.plane &&
  outer.row <= inner.row &&
  outer.column <= inner.column &&
  inner.row + inner.height <= outer.row + outer.height &&
  inner.column + inner.width <= outer.column + outer.width;
