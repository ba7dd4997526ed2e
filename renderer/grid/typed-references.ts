/** The formula that is being typed, and the sheet: which cells it refers to, and how cells are written in it. */
import { formatRange, MAX_COLUMNS, MAX_ROWS } from '../../shared/address.ts';
import { spokenFormulas } from '../../shared/formula/language.ts';
import { sheetPrefix } from '../../shared/formula/notation.ts';
import type { CellName } from '../../shared/formula/proposals.ts';
import { namesOfTensors, writeFormula } from '../../shared/formula/typed.ts';
import { type FindName, typedFormula, typedReferences } from '../../shared/formula/tokens.ts';
import { tensorRange } from '../../shared/goto.ts';
import type { Sheet } from '../../shared/layout/sheet.ts';
import { rangeOfName } from '../../shared/own-names.ts';
import { type RangePlace, sheetNamed } from '../../shared/places.ts';
import { type EditSession, type Formulas, isFormula } from '../core/edit-session.ts';
import type { State } from '../core/store.ts';
import { type Outline, SMALLEST_WITH_HANDLE } from './outlines.ts';

/** How many colours references have. */
export const COLOURS = 5;

/** What the typed formula depends on. `written` is left out where nothing is written. */
type Workbook = Pick<State, 'sheet' | 'sheets'> & Partial<Pick<State, 'written'>>;

/** The reader's language, the names of the workbook and its sheets. */
export function formulasOf(state: Workbook): Formulas {
  const { sheets } = state;
  return {
    language: spokenFormulas(),
    names: namesOf(state),
    prefix: id => sheetPrefix(sheets.find(each => each.id === id)?.name),
    sheet: name => sheetNamed(sheets, name)?.id,
    blocks({ height, width }, most, on) {
      const { sheet } = state;
      const prefix = on === sheet.id ? '' : sheetPrefix(sheets.find(({ id }) => id === sheet.id)?.name);
      return blocksOf(sheet, { height, width }, most).map(range => {
        const { tensor } = sheet.layout.elementAt(range.row, range.column)!;
        const layer = sheet.layers.get(sheet.tensors.get(tensor)!.layer)!;
        const label = sheet.layout.labelAt(range.row - 1, range.column)?.text;
        return {
          name: prefix + formatRange(range),
          detail: label === undefined ? layer.name : `${layer.name} · ${label}`,
          range,
        };
      });
    },
  };
}

/** The first blocks of parameters that have a size: kernels. */
function blocksOf(sheet: Sheet, { height, width }: { height: number; width: number }, most: number): RangePlace[] {
  const found: RangePlace[] = [];
  for (const region of sheet.layout.regions) {
    if (region.height !== height || region.width !== width) continue;
    if (sheet.tensors.get(region.tensor)!.role !== 'parameter') continue;
    let places = [{ row: region.row, column: region.column }];
    const repeat = (count: number, by: { row: number; column: number }) => {
      places = places.slice(0, most).flatMap(({ row, column }) =>
        Array.from({ length: Math.min(count, most) }, (_, i) => ({
          row: row + i * by.row,
          column: column + i * by.column,
        })),
      );
    };
    for (const { count, pitch } of region.down) repeat(count, { row: pitch, column: 0 });
    for (const { count, pitch } of region.across) repeat(count, { row: 0, column: pitch });
    for (const place of places) if (found.length < most) found.push({ sheet: sheet.id, ...place, height, width });
  }
  return found;
}

const knownTensors = new WeakMap<Sheet, readonly CellName[]>();
const known = new WeakMap<object, { of: Sheet; names: readonly CellName[] }>();

/** A name for every tensor, such as conv1_kernel, and where it stands. */
function namesOfSheet(sheet: Sheet): readonly CellName[] {
  let names = knownTensors.get(sheet);
  if (!names) {
    const shown = new Set(sheet.layout.regions.map(({ tensor }) => tensor));
    names = [...namesOfTensors(sheet).byTensor]
      .filter(([tensor]) => shown.has(tensor))
      .map(([tensor, name]) => {
        const range = tensorRange(sheet, tensor);
        return { name, detail: formatRange(range), range };
      });
    knownTensors.set(sheet, names);
  }
  return names;
}

/** The names of the user's own, then those of the tensors. */
function namesOf({ sheet, sheets, written }: Workbook): readonly CellName[] {
  if (!written || written.names.size === 0) return namesOfSheet(sheet);
  const found = known.get(written);
  if (found?.of === sheet) return found.names;
  const own = [...written.names.values()].map(({ name, formula }): CellName => {
    const { text } = writeFormula(formula, { sheet, sheets, names: written.names, on: undefined }, spokenFormulas());
    const range = rangeOfName(sheet, { formula });
    return { name, detail: range ? text.slice(1).replaceAll('$', '') : text, ...(range && { range }) };
  });
  const names = [...own, ...namesOfSheet(sheet)];
  known.set(written, { of: sheet, names });
  return names;
}

/** Finds the cells of a name in a formula. */
export function findNames(state: Workbook): FindName {
  return name => {
    const range = namesOf(state).find(each => each.name.toLowerCase() === name.toLowerCase())?.range;
    return range && { range, sheet: state.sheets.find(({ id }) => id === range.sheet)?.name };
  };
}

/** A reference of the typed formula on the shown sheet. `start` is its place in the text. `isName`: see
 *  TypedReference. */
export type ShownReference = { start: number; range: RangePlace; colour: number; pointed: boolean; isName: boolean };

/** The references of the typed formula to cells of the shown sheet. Whole columns end with the sheet. */
export function shownReferences(state: Workbook & Pick<State, 'editing' | 'active'>): ShownReference[] {
  const { editing, active } = state;
  if (!editing || !isFormula(editing)) return [];
  const formulas = formulasOf(state);
  return typedReferences(typedFormula(editing.text, formulas.language), findNames(state)).flatMap(reference => {
    const { start, range, colour, isName } = reference;
    const on = reference.sheet === undefined ? editing.place.sheet : formulas.sheet(reference.sheet);
    if (on !== active.sheet) return [];
    return [
      {
        start,
        range: { sheet: on, ...range },
        colour: (colour % COLOURS) + 1,
        isName,
        pointed: isPointed(editing, start),
      },
    ];
  });
}

const isPointed = ({ mode, pointed }: EditSession, start: number) => mode === 'point' && pointed?.start === start;

/** The frames of the typed formula's references. */
export function typedOutlines(state: Workbook & Pick<State, 'editing' | 'active'>): Outline[] {
  return shownReferences(state).map(({ range, colour, pointed, isName }) => ({
    // The frame of a name has no corner to drag.
    kind: pointed ? 'pointed' : isName ? 'precedent' : 'reference',
    range,
    colour,
  }));
}

/** A whole column as it is written in a formula, A:A, and a whole row likewise. */
export const wholeColumns = (range: RangePlace): RangePlace => ({ ...range, row: 0, height: MAX_ROWS });
export const wholeRows = (range: RangePlace): RangePlace => ({ ...range, column: 0, width: MAX_COLUMNS });

/** A part of a reference's frame: the edge moves it, a corner resizes it. `fixed` is the corner that then stays. */
export type Grip =
  | (ShownReference & { part: 'edge' })
  | (ShownReference & { part: 'corner'; fixed: { row: number; column: number } });

type Box = { x: number; y: number; width: number; height: number };

/** How near the pointer must be to a frame's edge and to its corner: in CSS pixels, and at most this share of a cell.
 *  So the middle of a small cell can still be clicked. */
const REACH = { edge: { pixels: 4, share: 0.22 }, corner: { pixels: 6, share: 0.3 } };

/** The grip under the pointer. The frame on top, which is the last one, goes first. A name has no grip. */
export function gripAt(
  references: readonly ShownReference[],
  boxOf: (range: RangePlace) => Box,
  x: number,
  y: number,
): Grip | undefined {
  for (const reference of references.toReversed()) {
    if (reference.isName) continue;
    const { range } = reference;
    const box = boxOf(range);
    const [left, right] = [x - box.x, x - box.x - box.width];
    const [top, bottom] = [y - box.y, y - box.y - box.height];
    const near = (distance: number, reach: number) => Math.abs(distance) <= reach;
    const cell = Math.min(box.width / range.width, box.height / range.height);
    if (cell < SMALLEST_WITH_HANDLE) continue;
    const [edge, corner] = [REACH.edge, REACH.corner].map(({ pixels, share }) => Math.min(pixels, cell * share));
    const horizontal = near(left, corner) ? 'left' : near(right, corner) ? 'right' : undefined;
    const vertical = near(top, corner) ? 'top' : near(bottom, corner) ? 'bottom' : undefined;
    // Small cells would be all corners, so only the last one resizes them.
    const small = Math.min(box.width, box.height) < 4 * corner;
    if (horizontal && vertical && (!small || (horizontal === 'right' && vertical === 'bottom'))) {
      const row = vertical === 'top' ? range.row + range.height - 1 : range.row;
      const column = horizontal === 'left' ? range.column + range.width - 1 : range.column;
      return { ...reference, part: 'corner', fixed: { row, column } };
    }
    const inside = left >= -edge && right <= edge && top >= -edge && bottom <= edge;
    const onEdge = [left, right, top, bottom].some(distance => near(distance, edge));
    if (inside && onEdge) return { ...reference, part: 'edge' };
  }
  return undefined;
}

/** The cells of a reference whose grip was taken at one cell and is now dragged to another. They stay on the sheet. */
export function dragged(
  grip: Grip,
  from: { row: number; column: number },
  to: { row: number; column: number },
  { rows, columns }: { rows: number; columns: number },
): RangePlace {
  const { range } = grip;
  if (grip.part === 'corner') {
    const { fixed } = grip;
    const row = Math.min(fixed.row, to.row);
    const column = Math.min(fixed.column, to.column);
    const height = Math.abs(fixed.row - to.row) + 1;
    const width = Math.abs(fixed.column - to.column) + 1;
    return { sheet: range.sheet, row, column, height, width };
  }
  const moved = (at: number, by: number, size: number, end: number) => Math.max(0, Math.min(at + by, end - size));
  return {
    ...range,
    row: moved(range.row, to.row - from.row, range.height, Math.max(rows, range.row + range.height)),
    column: moved(range.column, to.column - from.column, range.width, Math.max(columns, range.column + range.width)),
  };
}
