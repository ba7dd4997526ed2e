/** Functions of all the numbers in their arguments at once: MEDIAN, STDEV, LARGE and their like. In ranges and cells
 *  only numbers count. (HyperFormula takes a blank cell that is named alone for 0.) */
import { type CellError, isError } from '../cell-content.ts';
import { eachContent, type Maker, type Source, sourcesOf } from './aggregates.ts';
import type { Readers } from './readers.ts';
import { ERRORS, finite, NO_NUMBER, toNumber, type Value } from './value.ts';

type Numbers = readonly number[];

/** The numbers of the arguments, or the first error. */
function numbersOf(sources: readonly Source[], readers: Readers): number[] | CellError {
  const numbers: number[] = [];
  let error: CellError | undefined;
  const take = (content: Value) => {
    if (typeof content === 'number') numbers.push(content);
    else if (isError(content)) error = content;
    return error !== undefined;
  };
  for (const source of sources) {
    if (typeof source === 'function') take(toNumber(source(readers)));
    else eachContent(readers[source], take);
    if (error) return error;
  }
  return numbers;
}

/** A function of a list of numbers. */
function ofList(calculate: (numbers: Numbers) => number | CellError): Maker {
  return given => {
    const sources = sourcesOf(given);
    return (
      sources &&
      (readers => {
        const numbers = numbersOf(sources, readers);
        const result = Array.isArray(numbers) ? calculate(numbers) : numbers;
        return typeof result === 'number' ? finite(result) : result;
      })
    );
  };
}

const meanOf = (numbers: Numbers) => numbers.reduce((sum, each) => sum + each, 0) / numbers.length;
const ascending = (numbers: Numbers) => Float64Array.from(numbers).sort();

/** The sum of squared distances from the mean. */
function deviations(numbers: Numbers): number {
  const mean = meanOf(numbers);
  return numbers.reduce((sum, each) => sum + (each - mean) ** 2, 0);
}

function absoluteDeviation(numbers: Numbers): number {
  const mean = meanOf(numbers);
  return meanOf(numbers.map(each => Math.abs(each - mean)));
}

/** The variance. `lost`: 1 if the numbers are a sample, 0 if they are all there are. */
const variance =
  (lost: 0 | 1) =>
  (numbers: Numbers): number | CellError =>
    numbers.length <= lost ? ERRORS['#DIV/0!'] : deviations(numbers) / (numbers.length - lost);

const deviation =
  (lost: 0 | 1) =>
  (numbers: Numbers): number | CellError => {
    const square = variance(lost)(numbers);
    return isError(square) ? square : Math.sqrt(square);
  };

function median(numbers: Numbers): number | CellError {
  if (numbers.length === 0) return NO_NUMBER;
  const sorted = ascending(numbers);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}

const positive = (calculate: (numbers: Numbers) => number) => (numbers: Numbers) =>
  numbers.length === 0 || numbers.some(each => each <= 0) ? NO_NUMBER : calculate(numbers);

/** LARGE and SMALL: the number at a place in the order. */
function atPlace(choose: (sorted: Float64Array, place: number) => number): Maker {
  return given => {
    const sources = given.length === 2 ? sourcesOf(given.slice(0, 1)) : undefined;
    const part = given[1]?.part;
    if (!sources || !part) return undefined;
    return readers => {
      const numbers = numbersOf(sources, readers);
      if (!Array.isArray(numbers)) return numbers;
      const place = toNumber(part(readers));
      if (isError(place)) return place;
      const whole = Math.trunc(place);
      return whole < 1 || whole > numbers.length ? NO_NUMBER : choose(ascending(numbers), whole);
    };
  };
}

export const statistics: ReadonlyMap<string, Maker> = new Map([
  ['MEDIAN', ofList(median)],
  ['VAR', ofList(variance(1))],
  ['VAR.S', ofList(variance(1))],
  ['VARP', ofList(variance(0))],
  ['VAR.P', ofList(variance(0))],
  ['STDEV', ofList(deviation(1))],
  ['STDEV.S', ofList(deviation(1))],
  ['STDEVP', ofList(deviation(0))],
  ['STDEV.P', ofList(deviation(0))],
  ['DEVSQ', ofList(numbers => (numbers.length === 0 ? NO_NUMBER : deviations(numbers)))],
  ['AVEDEV', ofList(numbers => (numbers.length === 0 ? NO_NUMBER : absoluteDeviation(numbers)))],
  ['GEOMEAN', ofList(positive(numbers => Math.exp(meanOf(numbers.map(Math.log)))))],
  ['HARMEAN', ofList(positive(numbers => 1 / meanOf(numbers.map(each => 1 / each))))],
  ['LARGE', atPlace((sorted, place) => sorted[sorted.length - place])],
  ['SMALL', atPlace((sorted, place) => sorted[place - 1])],
]);
