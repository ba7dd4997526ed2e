import { formatAddress, formatRange, intersect, MAX_COLUMNS, MAX_ROWS } from '../../address.ts';
import type { CellRange } from '../../address.ts';
import { boundsOf, extent } from '../lattice.ts';
import type { Layout, Region } from '../layout.ts';
import type { Random } from '../../random.ts';
import type { Sheet } from '../sheet.ts';

/** Checks everything that the layout promises, cell by cell, so only for a small sheet. Returns a sentence for each
 *  broken promise. */
export function faults({ layout, tensors }: Sheet, random: Random): string[] {
  const found: string[] = [];
  const fault = (sentence: string) => found.push(sentence);
  const cells = new Map<string, string>();
  const key = (row: number, column: number) => `${row},${column}`;
  for (const { id, size } of tensors.values()) {
    for (let index = 0; index < size; index++) {
      const { row, column } = layout.cellOf(id, index);
      const before = cells.get(key(row, column));
      if (before) fault(`${formatAddress({ row, column })} shows ${before} and ${id}[${index}]`);
      cells.set(key(row, column), `${id}[${index}]`);
      if (row >= layout.rows || column >= layout.columns) fault(`${id}[${index}] is outside`);
    }
  }
  const all: CellRange = { row: 0, column: 0, height: layout.rows, width: layout.columns };
  const texts = new Map(layout.labelsIn(all).map(label => [key(label.row, label.column), label.text]));
  if (texts.size !== layout.labelsIn(all).length) fault('two labels share a cell');
  for (let row = 0; row < layout.rows; row++) {
    for (let column = 0; column < layout.columns; column++) {
      const element = layout.elementAt(row, column);
      const shown = element && `${element.tensor}[${element.index}]`;
      if (shown !== cells.get(key(row, column))) fault(`${formatAddress({ row, column })} shows ${shown}`);
      const label = layout.labelAt(row, column)?.text;
      if (label !== texts.get(key(row, column))) fault(`${formatAddress({ row, column })} is labelled ${label}`);
      if (label !== undefined && shown) fault(`the label ${label} stands on ${shown}`);
      if (label !== undefined && element === undefined && label.trim() === '') fault('a label is blank');
    }
  }
  for (const range of [all, ...Array.from({ length: 5 }, () => randomRange(layout, random))]) {
    for (const sentence of windowFaults(layout, range)) fault(sentence);
  }
  for (const [i, band] of layout.bands.entries()) {
    const next = layout.bands[i + 1];
    if (next && next.column <= band.column + band.width) fault(`no gap between bands ${i} and ${i + 1}`);
  }
  for (const region of layout.regions) for (const sentence of latticeFaults(layout, region)) fault(sentence);
  return found;
}

/** Checks whether blocksIn and labelsIn agree with elementAt and labelAt in a range. */
export function windowFaults(layout: Layout, range: CellRange): string[] {
  const found: string[] = [];
  const shown = new Map<string, string>();
  for (const block of layout.blocksIn(range)) {
    const { view, whole, region } = block;
    if (!intersect(block, range) || formatRange(intersect(whole, range)!) !== formatRange(block))
      found.push('a part is not what is visible');
    if (region.tensor !== view.tensor || view.height !== block.height || view.width !== block.width)
      found.push('a view has another size');
    for (let y = 0; y < block.height; y++) {
      for (let x = 0; x < block.width; x++) {
        const address = formatAddress({ row: block.row + y, column: block.column + x });
        if (shown.has(address)) found.push(`two blocks show ${address}`);
        shown.set(address, `${view.tensor}[${view.offset + y * view.rowStride + x * view.columnStride}]`);
      }
    }
  }
  const texts = new Map(layout.labelsIn(range).map(label => [formatAddress(label), label.text]));
  for (let row = range.row; row < range.row + range.height; row++) {
    for (let column = range.column; column < range.column + range.width; column++) {
      const address = formatAddress({ row, column });
      const element = layout.elementAt(row, column);
      if (shown.get(address) !== (element && `${element.tensor}[${element.index}]`))
        found.push(`blocks and cell differ at ${address}`);
      if (texts.get(address) !== layout.labelAt(row, column)?.text) found.push(`labels and cell differ at ${address}`);
      shown.delete(address);
    }
  }
  if (shown.size > 0) found.push('blocks reach out of the range');
  return found;
}

/** Checks that a region stays in one band of its layer, and that its repetitions don't overlap. */
export function latticeFaults(layout: Layout, region: Region): string[] {
  const found: string[] = [];
  const bounds = boundsOf(region);
  const band = layout.bands.find(
    ({ column, width }) => bounds.column >= column && bounds.column + bounds.width <= column + width,
  );
  if (!band || !region.tensor.startsWith(`${band.layer}/`)) found.push(`${region.tensor} stands in no band of its own`);
  if (bounds.row + bounds.height > MAX_ROWS || bounds.column + bounds.width > MAX_COLUMNS)
    found.push(`${region.tensor} leaves the sheet`);
  for (const [size, repeats] of [
    [region.height, region.down],
    [region.width, region.across],
  ] as const) {
    for (const [i, { pitch, count }] of repeats.entries()) {
      if (pitch < extent(size, repeats.slice(i + 1))) found.push(`${region.tensor} overlaps itself`);
      if (count < 2) found.push(`${region.tensor} repeats nothing`);
    }
  }
  return found;
}

function randomRange({ rows, columns }: Layout, random: Random): CellRange {
  const row = random.integer(rows);
  const column = random.integer(columns);
  return {
    row,
    column,
    height: 1 + random.integer(Math.min(60, rows)),
    width: 1 + random.integer(Math.min(60, columns)),
  };
}
