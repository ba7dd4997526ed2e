/** The names of errors. A tensor holds NaN where there is an error, so its name is found when somebody asks. */
import type { CellError } from '../../../shared/cell-content.ts';
import { readsOf } from '../../../shared/formula/compile.ts';
import { expressionOf } from '../../../shared/formula/derive.ts';
import { NO_NUMBER } from '../../../shared/formula/value.ts';
import type { Sheet } from '../../../shared/layout/sheet.ts';
import type { TensorId } from '../../../shared/network.ts';
import { locateIn, rangeOf } from '../../../shared/formula/ranges.ts';
import type { Reference } from '../../../shared/formula/expression.ts';
import type { Tensor } from './tensors.ts';

export type Errors = {
  /** What an element holds whose number is NaN: an error, or null for a blank. A computed element has the error of the
   *  first precedent that has one. */
  at(tensor: TensorId, index: number): CellError | null;
  /** Sets or removes the error of a formula over an element. Returns whether there was another one. */
  set(tensor: TensorId, index: number, error: CellError | undefined): boolean;
  /** The elements of a tensor over which formulas have errors. */
  failing(tensor: TensorId): Iterable<number>;
  /** To be called when values have changed. */
  forget(): void;
};

export function createErrors(sheet: Sheet, tensors: ReadonlyMap<TensorId, Tensor>): Errors {
  const own = new Map<TensorId, Map<number, CellError>>();
  const found = new Map<TensorId, Map<number, CellError>>();
  const locate = locateIn(sheet);

  function at(id: TensorId, index: number): CellError | null {
    const error = own.get(id)?.get(index);
    if (error) return error;
    const { role } = tensors.get(id)!.info;
    if (role === 'actual') return null;
    // Without formulas that fail, there is only what float32 can't hold.
    if (role !== 'computed' || own.size === 0) return NO_NUMBER;
    let known = found.get(id);
    if (!known) found.set(id, (known = new Map()));
    let name = known.get(index);
    if (!name) known.set(index, (name = search(id, index)));
    return name;
  }

  function search(tensor: TensorId, index: number): CellError {
    for (const read of readsOf(expressionOf(sheet, { tensor, index })!)) {
      for (const { view, height, width } of sheet.layout.blocksIn(rangeOf(locate(read as Reference)))) {
        const { values } = tensors.get(view.tensor)!;
        for (let row = 0; row < height; row++) {
          for (let column = 0; column < width; column++) {
            const place = view.offset + row * view.rowStride + column * view.columnStride;
            const error = Number.isNaN(values[place]) ? at(view.tensor, place) : null;
            if (error) return error;
          }
        }
      }
    }
    return NO_NUMBER;
  }

  return {
    at,
    set(tensor, index, error) {
      const errors = own.get(tensor);
      const before = errors?.get(index);
      if (before === error) return false;
      if (error) {
        if (errors) errors.set(index, error);
        else own.set(tensor, new Map([[index, error]]));
      } else {
        errors!.delete(index);
        if (errors!.size === 0) own.delete(tensor);
      }
      found.clear();
      return true;
    },
    failing: tensor => own.get(tensor)?.keys() ?? [],
    forget: () => found.clear(),
  };
}
