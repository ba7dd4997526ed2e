/** The changes that turn one state of what users wrote into another. */
import type { Cell, ElementContent, SheetCells, WidthEdit, Written } from '../cells.ts';
import type { TensorId } from '../tensor.ts';
import { cellEdits, columnOf, formulaEdits, placesIn, rowOf } from './edits.ts';
import type { CommentsChange, FormulasChange, NamesChange, SimpleChange } from './kinds.ts';

/** The changes that turn `after` into `before`. Both have the same sheets in the same order. What is the same object in
 *  both is passed over. */
export function changesBack(before: Written, after: Written): SimpleChange[] {
  const parts = [formulasBack(before, after), namesBack(before, after), commentsBack(before, after)];
  return [...sheetsBack(before, after), ...parts.flatMap(part => part ?? [])];
}

function sheetsBack(before: Written, after: Written): SimpleChange[] {
  return before.sheets.flatMap((own, i): SimpleChange[] => {
    const other = after.sheets[i];
    const edits = own.cells === other.cells ? [] : cellEdits(cellsApart(own.cells, other.cells));
    const widths = own.widths === other.widths ? [] : widthsApart(own.widths, other.widths);
    return [
      ...(edits.length > 0 ? [{ kind: 'cells' as const, sheet: own.id, edits }] : []),
      ...(widths.length > 0 ? [{ kind: 'sheet' as const, sheet: own.id, widths }] : []),
    ];
  });
}

function* cellsApart(before: SheetCells, after: SheetCells): Generator<[number, Cell | undefined]> {
  for (const [place] of placesIn(after)) if (!before.get(rowOf(place))?.has(columnOf(place))) yield [place, undefined];
  for (const [place, cell] of placesIn(before))
    if (after.get(rowOf(place))?.get(columnOf(place)) !== cell) yield [place, cell];
}

function widthsApart(before: ReadonlyMap<number, number>, after: ReadonlyMap<number, number>): WidthEdit[] {
  const gone = [...after.keys()].filter(column => !before.has(column)).map(column => ({ column }));
  const other = [...before].filter(([column, width]) => after.get(column) !== width);
  return [...gone, ...other.map(([column, width]) => ({ column, width }))];
}

function formulasBack({ formulas: before }: Written, { formulas: after }: Written): FormulasChange | undefined {
  const edits = [...tensorsOf(before, after)].flatMap(tensor =>
    formulaEdits(tensor, apart<ElementContent>(before.get(tensor), after.get(tensor))),
  );
  return edits.length > 0 ? { kind: 'formulas', edits } : undefined;
}

function commentsBack({ comments: before }: Written, { comments: after }: Written): CommentsChange | undefined {
  const edits = [...tensorsOf(before, after)].flatMap(tensor =>
    apart<string>(before.get(tensor), after.get(tensor)).map(([index, text]) => {
      return { tensor, index, ...(text !== undefined && { text }) };
    }),
  );
  return edits.length > 0 ? { kind: 'comments', edits } : undefined;
}

function namesBack({ names: before }: Written, { names: after }: Written): NamesChange | undefined {
  const edits = [...before.values()].filter(name => after.get(name.name.toLowerCase()) !== name);
  return edits.length > 0 ? { kind: 'names', edits } : undefined;
}

function tensorsOf(...maps: readonly ReadonlyMap<TensorId, unknown>[]): Set<TensorId> {
  return new Set(maps.flatMap(map => [...map.keys()]));
}

/** The entries that turn one map into the other. */
function apart<T>(before?: ReadonlyMap<number, T>, after?: ReadonlyMap<number, T>): [number, T | undefined][] {
  if (before === after) return [];
  const gone = [...(after?.keys() ?? [])].filter(index => !before?.has(index));
  const other = [...(before ?? [])].filter(([index, content]) => after?.get(index) !== content);
  return [...gone.map((index): [number, undefined] => [index, undefined]), ...other];
}
