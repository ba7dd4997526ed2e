/** The formulas of formula layers, element by element in doubles. Written from what the parts of a formula mean; it
 *  shares nothing with the code that it checks. */
import type { LayerFormula, LayerRead } from '../../../shared/layers/layer-formula.ts';
import type { LayerOf, ParameterName, Shape } from '../../../shared/network.ts';
import type { Numbers } from './reference-tensor.ts';

/** What a formula may read: an input of the layer by its position, a parameter by its name. */
export type Readable = (of: number | ParameterName) => { values: Numbers; shape: Shape };

/** Keeps to what was chosen when it was first asked: which side of a comparison, which of the largest numbers, which
 *  whole number. So the result is smooth even where two numbers are equal. */
export type Choose = (choice: () => number) => number;

/** A number and its Σ|terms|. NaN is an error. A condition is 1 or 0. */
type Found = { value: number; size: number };

const found = (value: number, size = Math.abs(value)): Found => ({
  value: Number.isFinite(value) ? value : Number.NaN,
  size: Math.max(size, Math.abs(value)),
});

/** One element of a formula layer's output: its value and its Σ|terms|. */
export function formulaElement(
  layer: LayerOf<'formula'>,
  read: Readable,
  output: Shape,
  index: number,
  choose: Choose = choice => choice(),
): [value: number, magnitude: number] {
  const at: number[] = [];
  let rest = index;
  for (const size of output.toReversed()) {
    at.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  const formula = layer.formulas[layer.formulas.length === 1 ? 0 : at[at.length - 1]];
  const { value, size } = evaluate(formula);
  return [value, size];

  function evaluate(part: LayerFormula): Found {
    if (typeof part === 'number') return found(part);
    if (part.kind === 'read') return found(numbersIn([part])[0][0]);
    if (part.kind === 'call') return evaluateCall(part.name, part.arguments);
    const operands = part.operands.map(evaluate);
    const [{ value: a, size: sizeA }, { value: b, size: sizeB } = { value: 0, size: 0 }] = operands;
    if (operands.some(operand => Number.isNaN(operand.value))) return found(Number.NaN);
    if (operands.length === 1) return found(part.operator === '-' ? -a : part.operator === '%' ? a / 100 : a, sizeA);
    switch (part.operator) {
      case '+':
        return found(a + b, sizeA + sizeB);
      case '-':
        return found(a - b, sizeA + sizeB);
      case '*':
        return found(a * b, sizeA * sizeB);
      case '/':
        return found(b === 0 ? Number.NaN : a / b, sizeA / Math.abs(b));
      case '^':
        return found(Math.pow(a, b));
      default:
        return found(choose(() => Number(compared(part.operator, a, b))));
    }
  }

  function evaluateCall(name: string, given: readonly LayerFormula[]): Found {
    if (name === 'IF') {
      const condition = evaluate(given[0]).value;
      return Number.isNaN(condition) ? found(condition) : evaluate(given[condition === 1 ? 1 : 2]);
    }
    if (name === 'SUMPRODUCT') {
      let [sum, size] = [0, 0];
      for (const factors of numbersIn(given as readonly LayerRead[])) {
        const product = factors.reduce((all, factor) => all * factor, 1);
        sum += product;
        size += Math.abs(product);
      }
      return found(sum, size);
    }
    if (['SUM', 'AVERAGE', 'SUMSQ', 'MAX', 'MIN'].includes(name)) {
      const all = given.flatMap((part): Found[] =>
        typeof part === 'object' && part.kind === 'read'
          ? numbersIn([part]).map(([number]) => found(number))
          : [evaluate(part)],
      );
      return summarise(name, all);
    }
    const all = given.map(evaluate);
    const [x, y] = all;
    if (all.some(each => Number.isNaN(each.value))) return found(Number.NaN);
    switch (name) {
      case 'AND':
        return found(Number(all.every(each => each.value === 1)));
      case 'OR':
        return found(Number(all.some(each => each.value === 1)));
      case 'ABS':
        return found(choose(() => (x.value >= 0 ? 1 : -1)) * x.value, x.size);
      case 'SIGN':
        return found(choose(() => (x.value > 0 ? 1 : x.value < 0 ? -1 : 0)));
      case 'INT':
        return found(choose(() => Math.floor(x.value)));
      case 'ROUND':
        return found(
          choose(() => {
            const scale = Math.pow(10, y.value);
            const whole = Math.floor(Math.abs(x.value) * scale + 0.5);
            return (Math.sign(x.value) * whole) / scale;
          }),
        );
      case 'POWER':
        return found(Math.pow(x.value, y.value));
      case 'EXP':
        return found(Math.exp(x.value));
      case 'LN':
        return found(Math.log(x.value));
      case 'LOG10':
        return found(Math.log(x.value) / Math.LN10);
      case 'SQRT':
        return found(Math.sqrt(x.value));
      case 'TANH':
        return found(Math.tanh(x.value));
      case 'SIN':
        return found(Math.sin(x.value));
      case 'COS':
        return found(Math.cos(x.value));
      default:
        throw new Error(`There is no rule for ${name}.`);
    }
  }

  function summarise(name: string, all: readonly Found[]): Found {
    if (all.some(({ value }) => Number.isNaN(value))) return found(Number.NaN);
    if (name === 'MAX' || name === 'MIN') {
      const winner = choose(() => {
        let best = 0;
        for (const [place, { value }] of all.entries())
          if (name === 'MAX' ? value > all[best].value : value < all[best].value) best = place;
        return best;
      });
      return all[winner];
    }
    const terms = name === 'SUMSQ' ? all.map(({ value, size }) => found(value * value, size * size)) : all;
    const count = name === 'AVERAGE' ? all.length : 1;
    const sum = terms.reduce((total, { value }) => total + value, 0);
    return found(sum / count, terms.reduce((total, { size }) => total + size, 0) / count);
  }

  /** The numbers that reads of one size have at each place of their window, row by row. A place that is outside one of
   *  their tensors is left out. */
  function numbersIn(reads: readonly LayerRead[]): number[][] {
    const [height, width] = [0, 1].map(axis => reads[0].axes[axis]?.size ?? 1);
    const all: number[][] = [];
    for (let row = 0; row < height; row++)
      for (let column = 0; column < width; column++) {
        const numbers = reads.map(each => {
          const { values, shape } = read(each.of);
          let place = 0;
          for (const [axis, { first, along }] of each.axes.entries()) {
            const moved = along ? along.step * Math.floor(at[along.axis] / (along.cells ?? 1)) : 0;
            const coordinate = first + moved + (axis === 0 ? row : axis === 1 ? column : 0);
            if (coordinate < 0 || coordinate >= shape[axis]) return undefined;
            place = place * shape[axis] + coordinate;
          }
          return values[place];
        });
        if (numbers.every(number => number !== undefined)) all.push(numbers);
      }
    return all;
  }
}

function compared(operator: string, a: number, b: number): boolean {
  switch (operator) {
    case '=':
      return a === b;
    case '<>':
      return a !== b;
    case '<':
      return a < b;
    case '>':
      return a > b;
    case '<=':
      return a <= b;
    default:
      return a >= b;
  }
}
