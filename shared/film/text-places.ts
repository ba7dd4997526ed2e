/** Cells, maps and parts of sheets in the words of a written storyboard. What is in the open network is named by its
 *  address or name, all else by "#" and its id. */
import { type CellRange, formatAddress, formatRange, MAX_COLUMNS, MAX_ROWS, parseRange } from '../address.ts';
import type { Names } from '../cells.ts';
import { sheetPrefix } from '../formula/notation.ts';
import { parseTarget, splitSheetName, tensorNamed } from '../goto.ts';
import type { ElementIndex } from '../layout/layout.ts';
import type { Sheet } from '../layout/sheet.ts';
import type { LayerId, TensorId } from '../network.ts';
import { type CellPlace, type RangePlace, type SheetInfo, sheetNamed } from '../places.ts';
import type { Region } from './storyboard.ts';
import { decoded } from './text-escapes.ts';
import { elementsSpanning } from './views/sheet-places.ts';

/** The workbook in which the names are read. */
export type Surroundings = { sheet: Sheet; sheets: readonly SheetInfo[]; names?: Names };

/** An id that the open workbook doesn't know. */
const foreign = (id: string): string =>
  `#${id.replaceAll(/[^\p{L}\p{N}_./-]/gu, sign => `&#${sign.codePointAt(0)!};`)}`;

export function writeTensor({ sheet }: Pick<Surroundings, 'sheet'>, id: TensorId): string {
  const info = sheet.tensors.get(id);
  if (!info) return foreign(id);
  const { name } = sheet.layers.get(info.layer)!;
  return info.name === 'output' && !/ map \d+$/.test(name) ? name : `${name}/${info.name}`;
}

export function readTensor({ sheet }: Pick<Surroundings, 'sheet'>, text: string): TensorId | undefined {
  if (!text.startsWith('#')) return tensorNamed(sheet, text);
  const id = decoded(text.slice(1));
  return /^[^/]+\/[a-zA-Z]+$/.test(id) ? (id as TensorId) : undefined;
}

export function writeLayer({ sheet }: Pick<Surroundings, 'sheet'>, id: LayerId): string {
  return sheet.layers.get(id)?.name ?? foreign(id);
}

export function readLayer({ sheet }: Pick<Surroundings, 'sheet'>, text: string): LayerId | undefined {
  if (text.startsWith('#')) return decoded(text.slice(1));
  const layers = [...sheet.layers.values()];
  const found =
    layers.find(({ name }) => name === text) ?? layers.find(({ name }) => name.toLowerCase() === text.toLowerCase());
  return found?.id;
}

export function writeElement({ sheet }: Pick<Surroundings, 'sheet'>, { tensor, index }: ElementIndex): string {
  const info = sheet.tensors.get(tensor);
  if (info && index < info.size) return formatAddress(sheet.layout.cellOf(tensor, index));
  return `${foreign(tensor)}@${index}`;
}

/** An address, an element of a tensor by its coordinates, or what `writeElement` writes. */
export function readElement(around: Surroundings, text: string): ElementIndex | undefined {
  const [, id, index] = /^(#[^@]+)@(\d{1,16})$/.exec(text) ?? [];
  if (id !== undefined) {
    const tensor = readTensor(around, id);
    return tensor && { tensor, index: Number(index) };
  }
  const range = rangeOnNetwork(around, text);
  return range?.height === 1 && range.width === 1 ? around.sheet.layout.elementAt(range.row, range.column) : undefined;
}

/** A cell of the network, or of the sheets around it. */
export function readCell(around: Surroundings, text: string): ElementIndex | CellPlace | undefined {
  const range = rangeNamed(around, text);
  if (range?.height !== 1 || range.width !== 1) return undefined;
  const { sheet, row, column } = range;
  return (sheet === around.sheet.id && around.sheet.layout.elementAt(row, column)) || { sheet, row, column };
}

const rangeOnNetwork = (around: Surroundings, text: string): CellRange | undefined => {
  const range = rangeNamed(around, text);
  return range?.sheet === around.sheet.id ? range : undefined;
};

/** An address wins over a layer of the same name, because addresses are what is written. Only cells' own values are
 *  named, in no other plane. */
function rangeNamed({ sheet, sheets, names }: Surroundings, text: string): RangePlace | undefined {
  const range = parseRange(text);
  if (range) return { sheet: sheet.id, ...range };
  const target = parseTarget({ sheet, sheets, names }, text);
  return target?.plane === undefined || target.plane === 'value' ? target : undefined;
}

export function writeRegion(around: Surroundings, region: Region): string {
  if ('sheet' in region) return writeRectangle(around, region);
  const { elements, margin } = region;
  const [first, last] = elements;
  const isPair = elements.length === 2 && isCorners(around.sheet, first, last);
  const cells = elements.map(element => writeElement(around, element)).join(isPair ? ':' : ', ');
  return margin === undefined ? cells : `${cells} with ${margin} around`;
}

/** Whether two elements are the top left and the bottom right cell of a rectangle of several cells. */
function isCorners(sheet: Sheet, first: ElementIndex, last: ElementIndex): boolean {
  const isThere = ({ tensor, index }: ElementIndex) => index < (sheet.tensors.get(tensor)?.size ?? 0);
  if (!isThere(first) || !isThere(last)) return false;
  const [from, to] = [first, last].map(({ tensor, index }) => sheet.layout.cellOf(tensor, index));
  return from.row <= to.row && from.column <= to.column && (from.row < to.row || from.column < to.column);
}

function writeRectangle({ sheets }: Surroundings, region: RangePlace): string {
  const { sheet: id, row, column, height, width } = region;
  const name = sheets.find(sheet => sheet.id === id)?.name;
  const prefix = name === undefined ? `${foreign(id)}!` : sheetPrefix(name);
  const isRange = height > 0 && width > 0 && row + height <= MAX_ROWS && column + width <= MAX_COLUMNS;
  return prefix + (isRange ? formatRange(region) : `R${row}C${column}S${height}x${width}`);
}

export function readRegion(around: Surroundings, text: string): Region | undefined {
  const [, cells, margin] = /^(.+) with (\d{1,16}) around$/.exec(text) ?? [undefined, text];
  const [name, rest] = splitSheetName(cells);
  if (name !== undefined)
    return margin === undefined ? readRectangle(around, cells.startsWith('#'), name, rest) : undefined;
  const found = cells.split(',').map(part => readCells(around, part.trim()));
  if (found.some(part => part === undefined)) return undefined;
  const elements = found.flatMap(part => part!);
  return { elements, ...(margin !== undefined && { margin: Number(margin) }) };
}

function readCells(around: Surroundings, text: string): ElementIndex[] | undefined {
  const single = readElement(around, text);
  if (single) return [single];
  const range = rangeOnNetwork(around, text);
  const found = range ? elementsSpanning(around.sheet, range) : [];
  return found.length > 0 ? found : undefined;
}

function readRectangle({ sheets }: Surroundings, isForeign: boolean, name: string, cells: string): Region | undefined {
  const sheet = isForeign ? decoded(name.slice(1)) : sheetNamed(sheets, name)?.id;
  if (sheet === undefined) return undefined;
  const range = parseRange(cells);
  if (range) return { sheet, ...range };
  const [, ...numbers] = /^R(\d{1,16})C(\d{1,16})S(\d{1,16})x(\d{1,16})$/.exec(cells) ?? [];
  if (numbers.length === 0) return undefined;
  const [row, column, height, width] = numbers.map(Number);
  return { sheet, row, column, height, width };
}
