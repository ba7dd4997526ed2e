/** The names of errors. A tensor holds NaN where there is an error, so its name is found when somebody asks. */
import { type CellError, isError } from '../../../shared/cell-content.ts';
import { compile, isOneCell } from '../../../shared/formula/compile.ts';
import { expressionOf } from '../../../shared/formula/derive.ts';
import type { ElementsReference } from '../../../shared/formula/expression.ts';
import { locateIn, rangeOf } from '../../../shared/formula/ranges.ts';
import { indexIn, sizeOfBox } from '../../../shared/formula/reads.ts';
import { partsIn } from '../../../shared/formula/sources.ts';
import { ERRORS, NO_NUMBER } from '../../../shared/formula/value.ts';
import type { Sheet } from '../../../shared/layout/sheet.ts';
import type { TensorId } from '../../../shared/network.ts';
import { cellReader, rangeReader, type Source } from './readers.ts';
import type { Tensor } from './tensors.ts';

export type Errors = {
  /** What an element holds whose number is NaN: an error, or null for a blank. A computed element has the error of the
   *  first element that has one among those that it reads. */
  at(tensor: TensorId, index: number): CellError | null;
  /** Sets or removes the error of a formula over an element. Returns whether there was another one. */
  set(tensor: TensorId, index: number, error: CellError | undefined): boolean;
  /** The elements of a tensor over which formulas have errors. */
  failing(tensor: TensorId): Iterable<number>;
  /** To be called when values have changed. */
  forget(): void;
};

/** `source` reads cells for formulas of formula layers. */
export function createErrors(sheet: Sheet, tensors: ReadonlyMap<TensorId, Tensor>, source: () => Source): Errors {
  const own = new Map<TensorId, Map<number, CellError>>();
  const found = new Map<TensorId, Map<number, CellError>>();
  const partsOf = partsIn(sheet);
  const locate = locateIn(sheet);

  function at(id: TensorId, index: number): CellError | null {
    const error = own.get(id)?.get(index);
    if (error) return error;
    const { role } = tensors.get(id)!.info;
    if (role === 'actual') return null;
    if (role !== 'computed') return NO_NUMBER;
    let known = found.get(id);
    if (!known) found.set(id, (known = new Map()));
    let name = known.get(index);
    if (!name) known.set(index, (name = errorOfFormula(id, index) ?? search(id, index)));
    return name;
  }

  /** The error that a cell's own formula gives, in a formula layer. */
  function errorOfFormula(tensor: TensorId, index: number): CellError | undefined {
    if (sheet.layers.get(tensors.get(tensor)!.info.layer)!.kind !== 'formula') return undefined;
    const program = compile(expressionOf(sheet, { tensor, index })!);
    if (!program) return undefined;
    const readers = program.reads.map(read => {
      const cells = { sheet: sheet.id, ...rangeOf(locate(read as ElementsReference)) };
      return isOneCell(read) ? cellReader(source(), cells) : rangeReader(source(), cells);
    });
    const value = program.run(readers);
    return isError(value) ? value : undefined;
  }

  function search(tensor: TensorId, index: number): CellError {
    const { info } = tensors.get(tensor)!;
    const parts = partsOf(info, index);
    for (const part of parts) {
      const { id } = part.tensor;
      const { values } = tensors.get(id)!;
      const size = sizeOfBox(part.box);
      for (let position = 0; position < size; position++) {
        const read = indexIn(part, position);
        const error = Number.isFinite(values[read]) ? null : at(id, read);
        if (error) return error;
      }
    }
    // A softmax is the only layer that may divide by 0: by the sum of its exponentials, where users gave them.
    const isQuotient = info.name === 'output' && sheet.layers.get(info.layer)!.kind === 'softmax';
    const sum = isQuotient && tensors.get(`${info.layer}/exp`)!.values.reduce((total, each) => total + each, 0);
    return sum === 0 ? ERRORS['#DIV/0!'] : NO_NUMBER;
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
