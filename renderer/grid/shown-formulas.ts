/** The formulas that cells show in place of their contents (Ctrl+`). */
import { cellAt, isFormula, sheetOf } from '../../shared/cells.ts';
import type { ElementIndex } from '../../shared/layout/layout.ts';
import type { CellPlace } from '../../shared/places.ts';
import type { State, Store } from '../core/store.ts';
import { contentOver, formulaOver } from './over-elements.ts';
import { writtenText } from './written-cell.ts';

/** So many texts are kept, because many cells are painted again while scrolling. */
const MOST_KEPT = 20_000;

export type ShownFormulas = {
  /** The formula of an element; undefined where its number is shown. */
  ofElement(element: ElementIndex): string | undefined;
  /** What is typed in another cell, if it is a formula. */
  ofCell(place: CellPlace): string | undefined;
};

export function createShownFormulas(store: Store): ShownFormulas {
  let made: Pick<State, 'sheet' | 'written'> | undefined;
  let texts = new Map<string, string | undefined>();

  function kept(key: string, make: (state: Readonly<State>) => string | undefined): string | undefined {
    const state = store.get();
    if (made?.sheet !== state.sheet || made.written !== state.written || texts.size > MOST_KEPT) texts = new Map();
    made = { sheet: state.sheet, written: state.written };
    if (!texts.has(key)) texts.set(key, make(state));
    return texts.get(key);
  }
  return {
    ofElement: element =>
      kept(`${element.tensor} ${element.index}`, state => {
        const { role } = state.sheet.tensors.get(element.tensor)!;
        const isOwn = role === 'computed' || typeof contentOver(state, element) === 'object';
        return isOwn ? formulaOver(state, element)?.text : undefined;
      }),
    ofCell: place =>
      kept(`${place.sheet} ${place.row} ${place.column}`, state => {
        const own = sheetOf(state.written.sheets, place.sheet);
        return own && isFormula(cellAt(own.cells, place)?.content) ? writtenText(state, place) : undefined;
      }),
  };
}
