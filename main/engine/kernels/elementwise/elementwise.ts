/** Elementwise formulas in wasm. Each list of steps becomes a WebAssembly module of its own. */
import type { Elementwise } from '../../../../shared/elementwise/steps.ts';
import { type OperandKind, shapeOf } from '../../../../shared/elementwise/tree.ts';
import { sizeOf } from '../../../../shared/tensor.ts';
import type { Block } from '../heap.ts';
import type { Pool } from '../pool.ts';
import { rangesOf } from '../ranges.ts';
import { MOST_MODULES, type OwnModule } from '../work.ts';
import { moduleOf } from './module.ts';

/** Short operands are repeated up to this length, so that a loop over them is worth its start. */
const SHORTEST_PERIOD = 64;
/** The fewest elements of a piece. */
const PIECE = 4096;
const [NUMBER, DOUBLE] = [4, 8];

type Numbers = { at: number; length: number };

/** Calculates formulas for a tensor of the shape [N,…,C], with operands of the shapes that `shapeOf` tells. Returns
 *  memory for each result, of its own shape. */
export type RunElementwise = (formulas: Elementwise, operands: readonly Numbers[], shape: readonly number[]) => Block[];

export function createElementwise(pool: Pool): RunElementwise {
  const { heap } = pool;
  const moduleFor = createModules(pool);
  return (formulas, operands, shape) => {
    const { operands: kinds, results } = formulas;
    const count = sizeOf(shape);
    const period = periodOf([...kinds, ...results.map(({ kind }) => kind)], shape);
    const scratch: Block[] = [];
    const reserve = (bytes: number) => {
      const block = heap.take(bytes);
      scratch.push(block);
      return block.at;
    };

    const operandsAt = operands.map(({ at, length }, place) => {
      if (!isRepeated(kinds[place]) || length === period) return at;
      const repeated = reserve(period! * NUMBER);
      repeat(heap.floats(at, length), heap.floats(repeated, period!));
      return repeated;
    });
    const outputs = results.map(({ kind }) => heap.take(sizeOf(shapeOf(kind, shape)) * NUMBER));
    const ranges = rangesOf(count, PIECE, period ?? 4);
    const doubles = (kind: OperandKind) => (kind === 'scalar' ? 4 : period! + 3);
    const resultsAt = results.map(({ kind }, place) =>
      kind === 'element' ? outputs[place].at : reserve(ranges.length * doubles(kind) * DOUBLE),
    );
    pool.run(
      moduleFor(formulas),
      ranges.map(({ first, size }, piece) => [
        ...operandsAt.map((at, place) => (kinds[place] === 'element' ? at + first * NUMBER : at)),
        ...results.map(
          ({ kind }, place) =>
            resultsAt[place] + (kind === 'element' ? first * NUMBER : piece * doubles(kind) * DOUBLE),
        ),
        size,
        period ?? 4 * Math.ceil(size / 4),
      ]),
    );
    for (const [place, { kind }] of results.entries()) {
      if (kind === 'element') continue;
      const length = sizeOf(shapeOf(kind, shape));
      const sums = new Float64Array(length);
      for (let piece = 0; piece < ranges.length; piece++) {
        const step = doubles(kind);
        const own = heap.doubles(resultsAt[place] + piece * step * DOUBLE, kind === 'scalar' ? 4 : period!);
        for (let at = 0; at < own.length; at++) sums[at % length] += own[at];
      }
      heap.floats(outputs[place].at, length).set(sums);
    }
    for (const block of scratch) heap.release(block);
    return outputs;
  };
}

/** `gone`: its memory was given back. */
type Kept = OwnModule & { block: Block; gone: boolean };

/** No two modules have the same number, whatever pool they are for. */
let made = 0;

/** The modules of formulas. Those of the same steps share one. */
function createModules({ heap }: Pool): (formulas: Elementwise) => OwnModule {
  const known = new WeakMap<Elementwise, Kept>();
  /** By their steps, the last used at the end. */
  const modules = new Map<string, Kept>();
  return formulas => {
    const before = known.get(formulas);
    if (before && !before.gone) return before;
    const key = JSON.stringify(formulas);
    const module = modules.get(key) ?? written(formulas);
    modules.delete(key);
    modules.set(key, module);
    if (modules.size > MOST_MODULES) {
      const [oldest, old] = modules.entries().next().value!;
      modules.delete(oldest);
      old.gone = true;
      heap.release(old.block);
    }
    known.set(formulas, module);
    return module;
  };

  function written(formulas: Elementwise): Kept {
    const code = moduleOf(formulas);
    const block = heap.take(code.length);
    heap.bytes(block.at, code.length).set(code);
    return { id: made++, at: block.at, bytes: code.length, block, gone: false };
  }
}

const isRepeated = (kind: OperandKind) => kind === 'sample' || kind === 'channel';

/** After how many elements the operands and sums of all these kinds repeat: a multiple of 4. undefined if none does. */
function periodOf(kinds: readonly OperandKind[], shape: readonly number[]): number | undefined {
  const repeated = kinds.filter(isRepeated);
  if (repeated.length === 0) return undefined;
  const length = sizeOf(shapeOf(repeated.includes('sample') ? 'sample' : 'channel', shape));
  const period = length % 4 === 0 ? length : length % 2 === 0 ? 2 * length : 4 * length;
  return period * Math.ceil(SHORTEST_PERIOD / period);
}

function repeat(from: Float32Array, to: Float32Array): void {
  for (let place = 0; place < to.length; place += from.length) to.set(from.subarray(0, to.length - place), place);
}
