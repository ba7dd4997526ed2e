/** Collects what an entry changes. */
import type { Cell, ElementContent, FormulaEdit } from '../../shared/cells.ts';
import { type Change, type Command, editCommand, type TensorEdit } from '../../shared/change.ts';
import { cellEdits, formulaEdits, placeKey } from '../../shared/changes/edits.ts';
import type { ElementIndex } from '../../shared/layout/layout.ts';
import type { Sheet } from '../../shared/layout/sheet.ts';
import type { Sentence } from '../../shared/messages/sentence.ts';
import type { TensorId } from '../../shared/network.ts';
import type { CellPlace, SheetId } from '../../shared/places.ts';

/** Collects changes for one command. Of two for one cell, the later counts. `over` is for what is typed over an
 *  element; without content it goes. `cell` is for a cell that is no element; without a cell it becomes empty. */
export type Edits = {
  add(element: ElementIndex, value: number): void;
  over(element: ElementIndex, content: ElementContent | undefined): void;
  put(edit: FormulaEdit): void;
  cell(place: CellPlace, cell: Cell | undefined): void;
  /** The command; nothing where nothing is changed. */
  finish(label: Sentence): { command?: Command };
};

export function createEdits(sheet: Sheet): Edits {
  const byTensor = new Map<TensorId, Map<number, number>>();
  const formulas = new Map<TensorId, Map<number, ElementContent | undefined>>();
  const cells = new Map<SheetId, Map<number, Cell | undefined>>();
  const over = ({ tensor, index }: ElementIndex, content: ElementContent | undefined) => {
    ownIn(formulas, tensor).set(index, content);
    byTensor.get(tensor)?.delete(index);
  };
  return {
    add({ tensor, index }, value) {
      ownIn(byTensor, tensor).set(index, value);
      formulas.get(tensor)?.delete(index);
    },
    over,
    put({ tensor, indices, content }) {
      for (const index of indices) over({ tensor, index }, content);
    },
    cell({ sheet: id, row, column }, cell) {
      ownIn(cells, id).set(placeKey(row, column), cell);
    },
    finish(label) {
      const edits = [...byTensor]
        .filter(([, values]) => values.size > 0)
        .map(
          ([tensor, values]): TensorEdit => ({
            tensor,
            indices: Uint32Array.from(values.keys()),
            values: Float32Array.from(values.values()),
          }),
        );
      const written = [...formulas].flatMap(([tensor, own]) => formulaEdits(tensor, own));
      const changes: Change[] = [];
      const pixels = edits.some(({ tensor }) => sheet.tensors.get(tensor)!.role === 'pixels');
      if (edits.length > 0)
        changes.push(...editCommand(label, edits, pixels ? { source: { kind: 'typed' } } : {}).changes);
      if (written.length > 0) changes.push({ kind: 'formulas', edits: written });
      for (const [id, own] of cells)
        if (own.size > 0) changes.push({ kind: 'cells', sheet: id, edits: cellEdits(own, alike()) });
      return changes.length > 0 ? { command: { label, changes } } : {};
    },
  };
}

function ownIn<Outer, Inner, T>(maps: Map<Outer, Map<Inner, T>>, outer: Outer): Map<Inner, T> {
  let own = maps.get(outer);
  if (!own) maps.set(outer, (own = new Map<Inner, T>()));
  return own;
}

/** The key of a cell: cells with the same formula and looks, or with the same number, come into one edit. */
function alike(): (cell: unknown) => unknown {
  const known = new Map<unknown, Map<string, Cell>>();
  return cell => {
    if (cell === undefined) return undefined;
    const { content, ...looks } = cell as Cell;
    const text = Object.keys(looks).length > 0 ? JSON.stringify(looks) : '';
    const own = ownIn(known, content);
    const same = own.get(text);
    if (same) return same;
    own.set(text, cell as Cell);
    return cell;
  };
}
