/** A formula over a column beside a layer's output (a partial sum, a softmax's exponential) changes what the layer
 *  itself makes of that column. Those elements are calculated again from their derived formulas. */
import { expressionOf } from '../../../shared/formula/derive.ts';
import type { CellReader, RangeReader } from '../../../shared/formula/readers.ts';
import { dependents } from '../../../shared/formula/trace.ts';
import type { ElementIndex } from '../../../shared/layout/layout.ts';
import type { TensorId } from '../../../shared/network.ts';
import type { Node } from './nodes.ts';
import { cellReader, rangeReader, type Source } from './readers.ts';
import { foundAt, type Shared, shared } from './references.ts';
import type { Rectangle } from './graph.ts';
import type { Tensor } from './tensors.ts';

export type Beside = {
  /** Writes the values of the elements that read, in their own layer, what stands under a formula. */
  rederive(tensor: Tensor, over: ReadonlyMap<TensorId, ReadonlyMap<number, Node>>, values: Float32Array): void;
  /** To be called when other formulas stand over the network. */
  forget(): void;
};

type Ready = { shared: Shared; readers: (CellReader | RangeReader)[] };

export function createBeside(source: Source): Beside {
  const { sheet, tensors } = source;
  /** The elements to calculate again, by their tensors. */
  let affected: Map<TensorId, Set<number>> | undefined;
  const ready = new Map<string, Ready>();

  function find(over: ReadonlyMap<TensorId, ReadonlyMap<number, Node>>): Map<TensorId, Set<number>> {
    const found = new Map<TensorId, Set<number>>();
    const open: ElementIndex[] = [];
    for (const [tensor, own] of over) {
      const { name, role } = tensors.get(tensor)!.info;
      if (role !== 'computed' || name === 'output' || name === 'crossEntropy') continue;
      for (const index of own.keys()) open.push({ tensor, index });
    }
    for (let element = open.pop(); element; element = open.pop()) {
      const { layer } = tensors.get(element.tensor)!.info;
      for (const { tensor, index } of elementsIn(dependents(sheet, element))) {
        const { info } = tensors.get(tensor)!;
        if (info.layer !== layer || info.name === 'crossEntropy') continue;
        const known = found.get(tensor);
        if (known?.has(index)) continue;
        if (known) known.add(index);
        else found.set(tensor, new Set([index]));
        open.push({ tensor, index });
      }
    }
    return found;
  }

  function* elementsIn(ranges: readonly Rectangle[]): Generator<ElementIndex> {
    for (const range of ranges) {
      for (const { view, height, width } of sheet.layout.blocksIn(range)) {
        for (let row = 0; row < height; row++) {
          for (let column = 0; column < width; column++) {
            const index = view.offset + row * view.rowStride + column * view.columnStride;
            yield { tensor: view.tensor, index };
          }
        }
      }
    }
  }

  function valueOf(tensor: TensorId, index: number): number {
    const key = `${tensor} ${index}`;
    let own = ready.get(key);
    if (!own) {
      const found = shared(sheet, new Map(), expressionOf(sheet, { tensor, index })!, sheet.id);
      const readers = found.reads.map(read => {
        const range = foundAt(read, 0, 0) as Rectangle;
        return read.oneCell ? cellReader(source, range) : rangeReader(source, range);
      });
      ready.set(key, (own = { shared: found, readers }));
    }
    const value = own.shared.program!.run(own.readers);
    return typeof value === 'number' ? Math.fround(value) : Number.NaN;
  }

  return {
    rederive({ info }, over, values) {
      affected ??= find(over);
      for (const index of affected.get(info.id) ?? []) {
        const value = valueOf(info.id, index);
        values[index] = Number.isFinite(value) ? value : Number.NaN;
      }
    },
    forget() {
      affected = undefined;
      ready.clear();
    },
  };
}
