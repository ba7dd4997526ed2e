/** How copied cells look in other programs: their colours and formats, and their formulas. */
import { contains } from '../../shared/address.ts';
import { cellAt, sheetOf } from '../../shared/cells.ts';
import { derive } from '../../shared/formula/derive.ts';
import { type Expression, referencesOf } from '../../shared/formula/expression.ts';
import { cellsOf, formulaOfCell } from '../../shared/formula/placed.ts';
import { ENGLISH } from '../../shared/formula/print.ts';
import { writeFormula } from '../../shared/formula/typed.ts';
import type { CellPlace, RangePlace } from '../../shared/places.ts';
import { planeKey, type State } from '../core/store.ts';
import type { Theme } from '../parts/theme.ts';
import type { CopiedCell } from './bring.ts';
import type { CellLook, FormulaTexts, LookOf } from './clipboard-html.ts';
import type { Table } from './clipboard-table.ts';
import { stepOf, tableOf } from './heat.ts';
import { tilesOf } from './tiles.ts';

/** Cells that were copied from a range: what stands in them, and what they bring along. */
type Taken = { range: RangePlace; table: Table; cells: readonly (readonly (CopiedCell | undefined)[])[] };

/** After so many characters of formulas, no more are written for other programs. */
const MOST_CHARACTERS = 500_000;

/** The formulas that users wrote in copied cells, in R1C1, by row and column. */
export function relativeFormulas({ sheet, written }: Pick<State, 'sheet' | 'written'>, { cells }: Taken): FormulaTexts {
  const texts: FormulaTexts = new Map();
  let characters = 0;
  for (const [y, row] of cells.entries())
    for (const [x, cell] of row.entries()) {
      if (!cell?.formula || characters > MOST_CHARACTERS) continue;
      const { place, formula } = cell;
      const expression = formulaOfCell(sheet, place, formula, place.sheet === sheet.id);
      const around = { sheet, sheets: written.sheets, names: written.names, on: place.sheet };
      const { text } = writeFormula(expression, around, ENGLISH, place);
      characters += text.length;
      texts.set(`${y},${x}`, text);
    }
  return texts;
}

/** Gives the look of each copied cell. */
export function looksOf(state: State, theme: Theme, taken: Taken): LookOf {
  const { sheet, written } = state;
  const colours = coloursOver(state, theme, taken.range);
  const cells = sheetOf(written.sheets, taken.range.sheet)?.cells;
  let characters = 0;
  return (row, column) => {
    const copy = taken.cells[row]?.[column];
    if (!copy) return undefined;
    const value = taken.table[row][column];
    const { place, element } = copy;
    const { bold, align } = (!element && cells && cellAt(cells, place)?.format) || {};
    const formula = characters < MOST_CHARACTERS ? formulaTexts(state, copy, taken.range) : undefined;
    characters += formula?.formula?.length ?? 0;
    return {
      ...(element && typeof value === 'number' && colours(place, value)),
      ...(bold && { bold }),
      ...(align && { align }),
      ...formula,
    };
  };

  function formulaTexts(
    { sheets }: State,
    { place, element, formula, isDerived }: CopiedCell,
    range: RangePlace,
  ): Pick<CellLook, 'formula' | 'relative'> | undefined {
    if (isDerived) return { formula: derive(sheet, element!)!.text };
    if (!formula) return undefined;
    const onNetwork = place.sheet === sheet.id;
    const expression = formulaOfCell(sheet, place, formula, onNetwork);
    const around = { sheet, sheets, names: written.names, on: place.sheet };
    const { text } = writeFormula(expression, around, ENGLISH);
    if (!staysWithin(expression, range, onNetwork)) return { formula: text };
    return { formula: text, relative: writeFormula(expression, around, ENGLISH, place).text };
  }

  /** Whether a formula reads nothing but cells of the range. */
  function staysWithin(expression: Expression, range: RangePlace, onNetwork: boolean): boolean {
    if (/"kind":"(name|tensor)"/.test(JSON.stringify(expression))) return false;
    return referencesOf(expression).every(reference => {
      const read = cellsOf(sheet, reference, onNetwork);
      if (!read || (read.sheet !== undefined && read.sheet !== range.sheet)) return false;
      return contains(range, read.first) && contains(range, read.last);
    });
  }
}

/** The colours of elements, as the sheet shows them. */
function coloursOver(state: State, theme: Theme, range: RangePlace) {
  const { sheet, plane, scales, foldedLayers } = state;
  const tiles = range.sheet === sheet.id ? tilesOf(sheet, range, foldedLayers, plane) : [];
  return (place: CellPlace, value: number): { paper: string; ink: string } | undefined => {
    const tile = tiles.find(({ block }) => contains(block, place));
    if (!tile || tile.heat === 'plain') return undefined;
    const limit = scales.get(planeKey(tile.scale, plane)) ?? 0;
    const table = tableOf(theme, tile, true);
    const step = stepOf({ tile, limit }, value);
    return { paper: hexOf(table.css[step]), ink: hexOf(table.ink[step]) };
  };
}

/** rgb(1,2,3) as #010203, which old attributes need. */
function hexOf(css: string): string {
  const parts = /^rgb\((\d+),(\d+),(\d+)\)$/.exec(css)?.slice(1);
  return parts ? `#${parts.map(part => Number(part).toString(16).padStart(2, '0')).join('')}` : css;
}
