/** Functions that take ranges: SUM, MAX, SUMPRODUCT and their like. They read tensors in place. */
import { type CellError, isError } from '../cell-content.ts';
import { type Argument, type CellReader, isRange, type Part, type RangeReader, type Readers } from './readers.ts';
import { ERRORS, finite, NO_VALUE, toBoolean, toNumber, type Value } from './value.ts';

/** Makes the part of a call. undefined if an argument is an array, or if there are too few. */
export type Maker = (given: readonly Argument[]) => Part | undefined;

/** An argument, ready to be calculated: a reference by the place of its reader, or a part. */
export type Source = number | Part;

/** References are read as cells; everything else gives one value. undefined if an argument is an array. */
export function sourcesOf(given: readonly Argument[], least = 1): Source[] | undefined {
  const sources = given.flatMap(({ reader, part }): Source[] => (reader !== undefined ? [reader] : part ? [part] : []));
  return sources.length === given.length && sources.length >= least ? sources : undefined;
}

/** Numbers that are put together one after another. */
type Fold = { start: number; map?: (value: number) => number; combine: (one: number, other: number) => number };

/** Folds numbers. The class holds how far it is. */
class Folding {
  total: number;
  count = 0;
  error: CellError | undefined;
  readonly #map: Fold['map'];
  readonly #combine: Fold['combine'];

  constructor({ start, map, combine }: Fold) {
    this.total = start;
    this.#map = map;
    this.#combine = combine;
  }

  add(value: number): void {
    this.total = this.#combine(this.total, this.#map ? this.#map(value) : value);
    this.count++;
  }

  /** Adds a cell's content if it is a number. Returns true at an error. */
  readonly take = (content: Value): boolean => {
    if (typeof content === 'number') this.add(content);
    else if (isError(content)) this.error = content;
    return this.error !== undefined;
  };

  /** Adds the numbers of a range. */
  addRange(range: RangeReader): void {
    const { block, height, width } = range;
    if (!block) {
      range.each(this.take);
      return;
    }
    const { offset, rowStride, columnStride } = block;
    const values = block.values();
    for (let row = 0; row < height; row++) {
      let at = offset + row * rowStride;
      for (let column = 0; column < width; column++, at += columnStride) {
        const value = values[at];
        if (value - value === 0) this.add(value);
        else if (this.take(range.at(row, column))) return;
      }
    }
  }
}

/** A function of all numbers in its arguments. Only numbers count in ranges and cells; any other argument has to be a
 *  number or to spell one. */
function ofNumbers(fold: Fold, finish: (total: number, count: number) => number | CellError): Maker {
  return given => {
    const sources = sourcesOf(given);
    return sources && (readers => folded(fold, sources, readers, finish));
  };
}

function folded(
  fold: Fold,
  sources: readonly Source[],
  readers: Readers,
  finish: (total: number, count: number) => number | CellError,
): Value {
  const all = new Folding(fold);
  for (const source of sources) {
    if (typeof source === 'function') {
      const value = toNumber(source(readers));
      if (isError(value)) return value;
      all.add(value);
      continue;
    }
    const reader = readers[source];
    if (!isRange(reader)) all.take(reader.value());
    else if (sources.length === 1) all.addRange(reader);
    else {
      // A range is summed by itself first, as in HyperFormula: the same bits.
      const part = new Folding(fold);
      part.addRange(reader);
      all.error = part.error;
      all.total = fold.combine(part.total, all.total);
      all.count += part.count;
    }
    if (all.error) return all.error;
  }
  const total = finish(all.total, all.count);
  return typeof total === 'number' ? finite(total) : total;
}

const total = (value: number) => value;
const plus = (one: number, other: number) => one + other;

/** Counts cells and arguments. */
function counting(ofCell: (content: Value) => boolean, ofArgument: (value: Value) => boolean): Maker {
  return given => {
    const sources = sourcesOf(given);
    return (
      sources &&
      (readers => {
        let count = 0;
        const take = (content: Value) => {
          if (ofCell(content)) count++;
          return false;
        };
        for (const source of sources) {
          if (typeof source === 'function') count += Number(ofArgument(source(readers)));
          else eachContent(readers[source], take);
        }
        return count;
      })
    );
  };
}

/** Gives `take` the contents that aren't blank. */
export function eachContent(reader: CellReader | RangeReader, take: (content: Value) => boolean): void {
  if (isRange(reader)) return reader.each(take);
  const content = reader.value();
  if (content !== null) take(content);
}

/** Blank cells and empty texts. (In HyperFormula, an empty text isn't blank; in Excel and LibreOffice it is.) */
const countBlank: Maker = given => {
  const sources = sourcesOf(given);
  if (!sources || sources.some(source => typeof source === 'function')) return undefined;
  return readers => {
    let count = 0;
    for (const source of sources) {
      const reader = readers[source as number];
      count += isRange(reader) ? reader.height * reader.width : 1;
      eachContent(reader, content => {
        if (content !== '') count--;
        return false;
      });
    }
    return count;
  };
};

/** A function of truth values. In ranges and cells, texts and blanks don't count, and if nothing does, the result is
 *  #VALUE!, as in Excel and LibreOffice. (HyperFormula takes a blank as FALSE.) */
function ofTruths(finish: (trues: number, count: number) => boolean): Maker {
  return given => {
    const sources = sourcesOf(given);
    if (!sources) return undefined;
    return readers => {
      let [trues, count, error] = [0, 0, undefined as CellError | undefined];
      const take = (content: Value) => {
        if (isError(content)) error = content;
        else if (typeof content === 'number' || typeof content === 'boolean') {
          count++;
          if (content) trues++;
        }
        return error !== undefined;
      };
      for (const source of sources) {
        if (typeof source === 'function') take(toBoolean(source(readers)));
        else eachContent(readers[source], take);
        if (error) return error;
      }
      return count === 0 ? NO_VALUE : finish(trues, count);
    };
  };
}

/** The sum of the products of cells at the same place. Texts and blanks count as 0. */
const sumProduct: Maker = given => {
  const sources = sourcesOf(given);
  if (!sources) return undefined;
  return readers => {
    const factors: RangeReader[] = [];
    for (const source of sources) {
      const reader = typeof source === 'function' ? undefined : readers[source];
      if (reader && isRange(reader)) factors.push(reader);
      else {
        const content = reader ? reader.value() : (source as Part)(readers);
        if (isError(content)) return content;
        factors.push(single(content));
      }
    }
    const [{ height, width }] = factors;
    if (factors.some(factor => factor.height !== height || factor.width !== width)) return NO_VALUE;
    const used = factors.map(factor => factor.used?.() ?? factor);
    return products(
      factors,
      Math.min(height, Math.max(...used.map(each => each.height))),
      Math.min(width, Math.max(...used.map(each => each.width))),
    );
  };
};

function products(factors: readonly RangeReader[], height: number, width: number): Value {
  let sum = 0;
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      let product = 1;
      for (const factor of factors) {
        const { block } = factor;
        const element = block
          ? block.values()[block.offset + row * block.rowStride + column * block.columnStride]
          : Number.NaN;
        if (element - element === 0) product *= element;
        else {
          const content = factor.at(row, column);
          if (isError(content)) return content;
          product = typeof content === 'string' ? 0 : product * Number(content);
        }
      }
      sum += product;
    }
  }
  return finite(sum);
}

const single = (content: Value): RangeReader => ({
  height: 1,
  width: 1,
  at: () => content,
  each: take => take(content, 0, 0),
});

export const aggregates: ReadonlyMap<string, Maker> = new Map([
  ['SUM', ofNumbers({ start: 0, combine: plus }, total)],
  ['SUMSQ', ofNumbers({ start: 0, map: value => value * value, combine: plus }, total)],
  // As in Excel and LibreOffice. In HyperFormula, a product of nothing is 1.
  ['PRODUCT', ofNumbers({ start: 1, combine: (one, other) => one * other }, (all, count) => (count === 0 ? 0 : all))],
  ['MAX', ofNumbers({ start: -Infinity, combine: Math.max }, (most, count) => (count === 0 ? 0 : most))],
  ['MIN', ofNumbers({ start: Infinity, combine: Math.min }, (least, count) => (count === 0 ? 0 : least))],
  ['AVERAGE', ofNumbers({ start: 0, combine: plus }, (sum, count) => (count === 0 ? ERRORS['#DIV/0!'] : sum / count))],
  [
    'COUNT',
    counting(
      content => typeof content === 'number',
      value => typeof toNumber(value) === 'number',
    ),
  ],
  [
    'COUNTA',
    counting(
      content => content !== null,
      () => true,
    ),
  ],
  ['COUNTBLANK', countBlank],
  ['AND', ofTruths((trues, count) => trues === count)],
  ['OR', ofTruths(trues => trues > 0)],
  ['XOR', ofTruths(trues => trues % 2 === 1)],
  ['SUMPRODUCT', sumProduct],
]);
