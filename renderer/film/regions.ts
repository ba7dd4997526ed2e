/** Cells of a sheet as a storyboard names them: by elements of the network where it can, so that they are found in
 *  another layout too. */
import { formatRange } from '../../shared/address.ts';
import { elementsSpanning, rangeOfRegion } from '../../shared/film/views/sheet-places.ts';
import type { Region } from '../../shared/film/storyboard.ts';
import type { ElementIndex } from '../../shared/layout/layout.ts';
import { elementAt, type Sheet } from '../../shared/layout/sheet.ts';
import { parseTarget } from '../../shared/goto.ts';
import { only, type RangePlace } from '../../shared/places.ts';
import type { State } from '../core/store.ts';

type Known = Pick<State, 'sheet' | 'sheets' | 'written' | 'active'>;

/** The elements at the edges of a range, with the range's own cells around them where nothing is computed. */
export function regionOf(sheet: Sheet, { sheet: on, row, column, height, width }: RangePlace): Region {
  const range = { row, column, height, width };
  const elements = on === sheet.id ? elementsSpanning(sheet, range) : [];
  if (elements.length === 0) return { sheet: on, ...range };
  const exact = rangeOfRegion(sheet, { elements });
  const around = Math.min(exact.row - row, exact.column - column, row + height - exact.row - exact.height);
  const margin = Math.max(0, Math.min(1, around, column + width - exact.column - exact.width));
  return { elements, ...(margin > 0 && { margin }) };
}

/** A region's cells; undefined where the network doesn't have its elements, or the workbook its sheet. */
export function cellsOf({ sheet, sheets }: Known, region: Region): RangePlace | undefined {
  if ('sheet' in region) return sheets.some(({ id }) => id === region.sheet) ? region : undefined;
  return region.elements.every(each => has(sheet, each)) ? rangeOfRegion(sheet, region) : undefined;
}

export const has = (sheet: Sheet, { tensor, index }: ElementIndex): boolean =>
  index < (sheet.tensors.get(tensor)?.size ?? 0);

/** A region as people write it: AH3:AK9, Notes!A1. */
export function addressOf(known: Known, region: Region): string {
  const cells = cellsOf(known, region);
  if (!cells) return '';
  const name = known.sheets.find(({ id }) => id === cells.sheet)?.name ?? '';
  return `${cells.sheet === known.sheet.id ? '' : `${quoted(name)}!`}${formatRange(cells)}`;
}

const quoted = (name: string) => (/^[\p{L}_][\p{L}\d_]*$/u.test(name) ? name : `'${name.replaceAll("'", "''")}'`);

/** The region that a typed text names: an address, a layer, a tensor, a name. undefined if it names nothing. */
export function regionNamed({ sheet, sheets, written }: Known, text: string): Region | undefined {
  const found = parseTarget({ sheets, sheet, names: written.names }, text);
  return found && exactRegion(sheet, found);
}

/** A range without cells around it: only what was named. */
function exactRegion(sheet: Sheet, range: RangePlace): Region {
  const region = regionOf(sheet, range);
  return 'elements' in region ? { elements: region.elements } : region;
}

/** The element that a typed text names. */
export function elementNamed({ sheet, sheets, written }: Known, text: string): ElementIndex | undefined {
  const found = parseTarget({ sheets, sheet, names: written.names }, text);
  return found && elementAt(sheet, found);
}

/** The address of an element; '' if the network doesn't have it. */
export function addressOfElement({ sheet }: Pick<Known, 'sheet'>, { tensor, index }: ElementIndex): string {
  if (!has(sheet, { tensor, index })) return '';
  return formatRange(only({ sheet: sheet.id, ...sheet.layout.cellOf(tensor, index) }));
}
