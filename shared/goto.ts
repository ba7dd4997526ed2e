/** Reads the text that names cells: from the name box, or from the options --cells and --set. */
import { kindOf } from './layers/kinds.ts';
import { columnName, MAX_COLUMNS, MAX_ROWS, parseRange } from './address.ts';
import type { CellRange } from './address.ts';
import type { Names } from './cells.ts';
import { namesOfTensors } from './formula/typed.ts';
import { boundsOf } from './layout/lattice.ts';
import { indexOf, sourceOf } from './network.ts';
import type { Layer, TensorId } from './network.ts';
import type { Sheet } from './layout/sheet.ts';
import { rangeOfName } from './own-names.ts';
import { type Plane, planeNames, planes, type RangePlace, type SheetId, type SheetInfo, sheetNamed } from './places.ts';

/** The named cells. `plane` is left out if the text names neither a sheet nor a plane. */
export type Target = RangePlace & { plane?: Plane };

/** What a text may name. `active`: the cell that is selected. `names`: the names of the user's own. */
type Known = { sheets: readonly SheetInfo[]; sheet: Sheet; active?: { sheet: SheetId }; names?: Names };

/** The cells that a text names: an address (AH3, A1:C3, $A$1, Network!AH3), whole columns or rows (A:C, 2:3), a layer's
 *  output (conv1), a tensor (conv1/kernel), or one element with its coordinates from 0 (conv1/kernel[0,0,0,1]). A
 *  tensor of several blocks gives the range around all of them.
 *  A name of the user's own wins over all others, and a name of a tensor (conv1_kernel) over what follows. A layer's
 *  name in its exact case wins over an address, and an address over a name in another case. After the name of a sheet
 *  or plane (Gradient!AH3) only an address is read. undefined if the text names nothing. */
export function parseTarget({ sheets, sheet, active, names }: Known, text: string): Target | undefined {
  const [name, cells] = splitSheetName(text);
  const onSheet = (range: CellRange | undefined, plane?: Plane) =>
    range && { ...range, sheet: sheet.id, ...(plane && { plane }) };
  if (name === undefined) {
    // On an own sheet, an address means a cell of that sheet.
    const here = active && active.sheet !== sheet.id ? parseCells(cells) : undefined;
    if (here) return { ...here, sheet: active!.sheet };
    const own = names?.get(cells.toLowerCase());
    if (own) return rangeOfName(sheet, own);
    const tensor = namesOfTensors(sheet).byName.get(cells.toLowerCase());
    if (tensor) return tensorRange(sheet, tensor);
    const exactly = named(sheet, cells, each => each) ?? parseCells(cells);
    return onSheet(exactly ?? named(sheet, cells, each => each.toLowerCase()));
  }
  const found = sheetNamed(sheets, name);
  if (found && found.id !== sheet.id) {
    const range = parseCells(cells);
    return range && { ...range, sheet: found.id, plane: 'value' };
  }
  if (found) return onSheet(parseCells(cells), 'value');
  const plane = planes.find(each => each !== 'value' && planeNames[each].toLowerCase() === name.toLowerCase());
  return plane && onSheet(parseCells(cells), plane);
}

/** Network!AH3 → Network and AH3. The name may be in quotes. It is undefined if there is none. */
export function splitSheetName(text: string): [name: string | undefined, rest: string] {
  const parts = /^(?:'((?:[^']|'')*)'|([^'!]*))!(.*)$/s.exec(text.trim());
  return parts ? [(parts[1]?.replaceAll("''", "'") ?? parts[2]).trim(), parts[3]] : [undefined, text.trim()];
}

/** An address, a range of cells, or whole columns or rows. */
function parseCells(text: string): CellRange | undefined {
  const columns = /^\s*\$?([a-z]{1,3})\s*:\s*\$?([a-z]{1,3})\s*$/i.exec(text);
  const rows = /^\s*\$?([1-9]\d{0,6})\s*:\s*\$?([1-9]\d{0,6})\s*$/.exec(text);
  if (columns) return parseRange(`${columns[1]}1:${columns[2]}${MAX_ROWS}`);
  if (rows) return parseRange(`A${rows[1]}:${columnName(MAX_COLUMNS - 1)}${rows[2]}`);
  return parseRange(text);
}

function named(sheet: Sheet, text: string, fold: (name: string) => string): CellRange | undefined {
  const found = tensorIn(sheet, text, fold);
  if (!found) return undefined;
  const { id, coordinates } = found;
  if (coordinates === undefined) return tensorRange(sheet, id);
  const index = indexOf(sheet.tensors.get(id)!.shape, coordinates.split(',').map(parseCoordinate));
  return index === undefined ? undefined : { ...sheet.layout.cellOf(id, index), height: 1, width: 1 };
}

/** The tensor that a text names: a layer's output (conv1), or a tensor (conv1/kernel). An exact name wins. */
export function tensorNamed(sheet: Sheet, text: string): TensorId | undefined {
  const found = tensorIn(sheet, text, each => each) ?? tensorIn(sheet, text, each => each.toLowerCase());
  return found?.coordinates === undefined ? found?.id : undefined;
}

function tensorIn(
  sheet: Sheet,
  text: string,
  fold: (name: string) => string,
): { id: TensorId; coordinates: string | undefined } | undefined {
  const match = /^([^/[\]]+?)\s*(?:\/\s*([a-zA-Z]+)\s*(?:\[([\d\s,]+)\])?)?$/.exec(text);
  if (!match) return undefined;
  const [, layerName, tensorName = 'output', coordinates] = match;
  const layer = sheet.network.layers.find(({ name }) => fold(name) === fold(layerName));
  const id = layer && tensorOf(sheet, layer, tensorName);
  return id && { id, coordinates };
}

const parseCoordinate = (text: string): number => (/^\s*\d+\s*$/.test(text) ? Number(text) : Number.NaN);

/** A layer's tensor by its name, in any case. The output of a flatten layer is the tensor of its source. */
function tensorOf(sheet: Sheet, layer: Layer, name: string): TensorId | undefined {
  const shown = kindOf(layer).reshapes ? sourceOf(sheet.layers, layer) : layer;
  for (const tensor of sheet.tensors.values()) {
    if (tensor.layer === shown.id && tensor.name.toLowerCase() === name.toLowerCase()) return tensor.id;
  }
  return undefined;
}

/** The smallest range that holds a whole tensor. */
export function tensorRange(sheet: Sheet, tensor: TensorId): RangePlace {
  const all = sheet.layout.regions.filter(region => region.tensor === tensor).map(boundsOf);
  const row = Math.min(...all.map(range => range.row));
  const column = Math.min(...all.map(range => range.column));
  const bottom = Math.max(...all.map(range => range.row + range.height));
  const right = Math.max(...all.map(range => range.column + range.width));
  return { sheet: sheet.id, row, column, height: bottom - row, width: right - column };
}

/** The tensor whose range (see `tensorRange`) this is; the range may also have cells between the tensor's blocks.
 *  undefined if there is none, or more than one. */
export function wholeTensor(sheet: Sheet, range: RangePlace): TensorId | undefined {
  if (range.sheet !== sheet.id) return undefined;
  const inside = new Set(
    sheet.layout.regions
      .filter(region => region.row >= range.row && region.column >= range.column)
      .map(({ tensor }) => tensor),
  );
  const found = [...inside].filter(tensor => {
    const whole = tensorRange(sheet, tensor);
    return (
      whole.row === range.row &&
      whole.column === range.column &&
      whole.height === range.height &&
      whole.width === range.width
    );
  });
  return found.length === 1 ? found[0] : undefined;
}
