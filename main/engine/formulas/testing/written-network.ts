/** A network with cells that a test types into. */
import { parseAddress } from '../../../../shared/address.ts';
import type { PlacedFormula, Written } from '../../../../shared/cells.ts';
import { nothingWritten } from '../../../../shared/changes/written.ts';
import { put } from '../../../../shared/changes/edits.ts';
import type { CellsReference, Expression } from '../../../../shared/formula/expression.ts';
import { mapReferences } from '../../../../shared/formula/expression.ts';
import { parseFormula } from '../../../../shared/formula/parse.ts';
import { bound } from '../../../../shared/formula/placed.ts';
import type { Value } from '../../../../shared/formula/value.ts';
import { buildSheet, type Sheet } from '../../../../shared/layout/sheet.ts';
import type { NetworkSpec, TensorId } from '../../../../shared/network.ts';
import { createForward, type Forward } from '../../show/forward.ts';
import { type Calculation, createCalculation } from '../calculation.ts';

export type WrittenNetwork = {
  sheet: Sheet;
  written: Written;
  forward: Forward;
  calculation: Calculation;
  /** Types a number or a formula into cells such as AH3 or Notes!A1, and calculates. Nothing typed clears the cell.
   *  Returns the tensors with new values. */
  type(cells: Readonly<Record<string, number | string | undefined>>): Set<TensorId>;
  /** Gives a stored element another value, and calculates. */
  edit(tensor: TensorId, index: number, value: number): Set<TensorId>;
  /** What a cell shows. */
  read(cell: string): Value;
  close(): void;
};

export function openWritten(
  network: NetworkSpec,
  stored: Map<TensorId, Float32Array>,
  written: Written = nothingWritten(),
): WrittenNetwork {
  const sheet = buildSheet(network);
  const calculation = createCalculation(sheet, stored);
  calculation.read(written);
  const forward = createForward(network, stored, { formulas: calculation });
  forward.update(stored.keys());

  const placeOf = (cell: string) => {
    const [name, address = name] = cell.split('!');
    const id = address === name ? sheet.id : name;
    if (!written.sheets.some(each => each.id === id))
      written.sheets = [...written.sheets, { id, name: id, cells: new Map(), widths: new Map() }];
    return { sheet: id, ...parseAddress(address)! };
  };

  function contentOf<Place>(typed: number | string, from: Place, on: string): number | string | PlacedFormula<Place> {
    return typeof typed === 'string' && typed.startsWith('=') ? { formula: bind(sheet, typed, on), from } : typed;
  }

  return {
    sheet,
    written,
    forward,
    calculation,
    type(cells) {
      for (const [cell, typed] of Object.entries(cells)) {
        const { sheet: id, row, column } = placeOf(cell);
        const element = id === sheet.id ? sheet.layout.elementAt(row, column) : undefined;
        if (element) {
          const content = typed === undefined ? undefined : contentOf(typed, element.index, id);
          put(written.formulas, element.tensor, element.index, content as number | undefined);
        } else {
          const own = written.sheets.find(each => each.id === id)!;
          const content = typed === undefined ? undefined : contentOf(typed, { row, column }, id);
          put(own.cells, row, column, content === undefined ? undefined : { content });
        }
      }
      calculation.read(written);
      return forward.update([]);
    },
    edit(tensor, index, value) {
      stored.get(tensor)![index] = value;
      return forward.update([tensor], new Map([[tensor, [index]]]));
    },
    read(cell) {
      const place = placeOf(cell);
      const element = place.sheet === sheet.id ? sheet.layout.elementAt(place.row, place.column) : undefined;
      if (!element) return calculation.contentAt(place);
      const value = forward.value(element.tensor)[element.index];
      return Number.isFinite(value) ? value : calculation.otherAt(element.tensor, element.index);
    },
    close: () => forward.dispose(),
  };
}

/** The tree of a typed formula as a workbook keeps it. */
export function bind(sheet: Sheet, text: string, on: string): Expression {
  const parsed = parseFormula(text);
  if (parsed.problem !== undefined) throw new Error(`${text} can't be read`);
  return mapReferences(parsed.expression, reference => bound(sheet, reference as CellsReference, on === sheet.id));
}
