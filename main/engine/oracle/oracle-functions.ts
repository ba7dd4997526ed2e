/** What operators and functions give, for the oracle of cells. For tests. */
import { type Expression, isReference } from '../../../shared/formula/expression.ts';
import {
  type Approximate,
  BLANK,
  exact,
  failed,
  failing,
  isClose,
  number,
  over,
  plus,
  smooth,
  stepped,
  times,
  truth,
  UNSURE,
} from './approximate.ts';

/** A rectangle: what stands in its cells, row by row, without blanks. */
export type Area = {
  height: number;
  width: number;
  cells: { row: number; column: number; read: () => Approximate }[];
  /** For the owner. */
  vertices?: readonly unknown[];
};

export type Surroundings = {
  /** The cells of a reference or a tensor; undefined if it is #REF!. */
  area: (reference: Expression) => Area | undefined;
  truthsAreNumbers: boolean;
};

export function evaluate(expression: Expression, around: Surroundings): Approximate {
  if (typeof expression === 'boolean') return asTruth(truth(expression, false), around);
  if (typeof expression !== 'object') return exact(expression);
  switch (expression.kind) {
    case 'error':
      return failed(expression.name);
    case 'omitted':
      return BLANK;
    case 'operation': {
      const operands = expression.operands.map(operand => evaluate(operand, around));
      return operate(expression.operator, operands, around);
    }
    case 'call': {
      const own = FUNCTIONS[expression.name];
      if (!own) throw new Error(`The oracle doesn't know ${expression.name}.`);
      return own(expression.arguments, around);
    }
    case 'elements':
    case 'cells': {
      const area = around.area(expression);
      if (!area) return failed('#REF!');
      if (area.height * area.width > 1) throw new Error('A range stands where one value is needed.');
      return area.cells[0]?.read() ?? BLANK;
    }
    default:
      throw new Error(`The oracle doesn't know ${expression.kind}.`);
  }
}

const asTruth = (found: Approximate, { truthsAreNumbers }: Surroundings): Approximate =>
  truthsAreNumbers && typeof found.value === 'boolean'
    ? { ...exact(Number(found.value)), jump: found.jump, unsure: found.unsure }
    : found;

function toNumber(found: Approximate): Approximate {
  if (found.errors !== 0 || found.unsure) return found;
  if (found.jump) return UNSURE;
  const { value } = found;
  if (typeof value === 'number') return found;
  if (typeof value !== 'string') return exact(Number(value));
  return /^\s*[+-]?\d+(\.\d+)?\s*$/.test(value) ? exact(Number(value)) : failed('#VALUE!');
}

function toText(found: Approximate, { truthsAreNumbers }: Surroundings): Approximate {
  if (found.errors !== 0 || found.unsure) return found;
  const { value, off, jump } = found;
  if (jump || (typeof value === 'boolean' && truthsAreNumbers)) return UNSURE;
  if (typeof value === 'number') return off === 0 && Number.isSafeInteger(value) ? exact(String(value)) : UNSURE;
  return exact(typeof value === 'boolean' ? String(value).toUpperCase() : (value ?? ''));
}

function toTruth(found: Approximate): Approximate {
  if (found.errors !== 0 || found.unsure) return found;
  const { value, off } = found;
  if (typeof value === 'number') return truth(value !== 0, found.jump || (off > 0 && Math.abs(value) <= off));
  if (typeof value !== 'string') return truth(value === true, found.jump);
  const word = value.toUpperCase();
  return word === 'TRUE' || word === 'FALSE' ? truth(word === 'TRUE', false) : failed('#VALUE!');
}

function operate(operator: string, operands: readonly Approximate[], around: Surroundings): Approximate {
  if (operator === '&') {
    const texts = operands.map(operand => toText(operand, around));
    return failing(texts) ?? exact(texts.map(({ value }) => value).join(''));
  }
  if (COMPARISONS[operator]) return failing(operands) ?? asTruth(compared(operator, operands), around);
  if (operator === '+' && operands.length === 1) return operands[0];
  const numbers = operands.map(toNumber);
  const fault = failing(numbers);
  if (fault) return fault;
  const [a, b] = numbers;
  switch (operator) {
    case '+':
      return plus(a, b, 1);
    case '-':
      return b ? plus(a, b, -1) : { ...a, value: -(a.value as number) + 0 };
    case '*':
      return times(a, b);
    case '/':
      return over(a, b);
    case '%':
      return over(a, exact(100));
    default:
      return power(a, b, around);
  }
}

function power(a: Approximate, b: Approximate, { truthsAreNumbers }: Surroundings): Approximate {
  const [x, y] = [a.value as number, b.value as number];
  const results = [x - a.off, x, x + a.off].flatMap(base => [y - b.off, y, y + b.off].map(each => base ** each));
  const value = x ** y;
  // LibreOffice takes cube roots of negative numbers, and calls 0^-1 another error.
  if (truthsAreNumbers && (x < 0 || (x === 0 && y < 0)) && !(Number.isInteger(y) && x !== 0)) return UNSURE;
  if (results.some(each => Number.isFinite(each) !== Number.isFinite(value))) return UNSURE;
  return number(value, Math.max(...results.map(each => Math.abs(each - value))) + 1e-14 * Math.abs(value));
}

const COMPARISONS: Record<string, (order: number) => boolean> = {
  '=': order => order === 0,
  '<>': order => order !== 0,
  '<': order => order < 0,
  '>': order => order > 0,
  '<=': order => order <= 0,
  '>=': order => order >= 0,
};

function compared(operator: string, [left, right]: readonly Approximate[]): Approximate {
  const holds = COMPARISONS[operator];
  const [a, b] = [filled(left, right), filled(right, left)];
  if (left.jump || right.jump) return UNSURE;
  if (typeof a.value === 'number' && typeof b.value === 'number') return truth(holds(a.value - b.value), isClose(a, b));
  const rank = ({ value }: Approximate) => ['number', 'string', 'boolean'].indexOf(typeof value);
  if (rank(a) !== rank(b)) return truth(holds(rank(a) - rank(b)), false);
  const [one, other] = [a, b].map(({ value }) => String(value).toLowerCase());
  return truth(holds(one === other ? 0 : one < other ? -1 : 1), false);
}

/** A blank is 0, "" or FALSE beside the other value. */
function filled(found: Approximate, { value }: Approximate): Approximate {
  if (found.value !== null) return found;
  return exact(typeof value === 'string' ? '' : typeof value === 'boolean' ? false : 0);
}

type Evaluated = (given: readonly Expression[], around: Surroundings) => Approximate;

const scalars =
  (calculate: (values: Approximate[], around: Surroundings) => Approximate): Evaluated =>
  (given, around) => {
    const values = given.map(each => toNumber(evaluate(each, around)));
    return failing(values) ?? calculate(values, around);
  };
const ofNumber = (calculate: (value: number) => number) => scalars(([a]) => smooth(a, calculate));

/** The numbers in the arguments. */
const aggregate =
  (calculate: (numbers: readonly Approximate[], around: Surroundings) => Approximate): Evaluated =>
  (given, around) => {
    const found: Approximate[] = [];
    for (const each of given) {
      if (!isArea(each)) found.push(toNumber(evaluate(each, around)));
      else found.push(...contentsOf(each, around).filter(isNumberOrOther));
    }
    return failing(found) ?? calculate(found, around);
  };

const isArea = (expression: Expression) =>
  isReference(expression) || (typeof expression === 'object' && expression.kind === 'tensor');
const isNumberOrOther = ({ value, errors, unsure }: Approximate) => typeof value === 'number' || errors !== 0 || unsure;

function contentsOf(reference: Expression, around: Surroundings): Approximate[] {
  const area = around.area(reference);
  return area ? area.cells.map(({ read }) => read()) : [failed('#REF!')];
}

const total = (numbers: readonly Approximate[]) => numbers.reduce((sum, each) => plus(sum, each, 1), exact(0));
const valueOf = ({ value }: Approximate) => value as number;
const widest = (numbers: readonly Approximate[]) => Math.max(0, ...numbers.map(({ off }) => off));
const sorted = (numbers: readonly Approximate[]) => numbers.map(valueOf).sort((a, b) => a - b);

/** One of the numbers, whichever it is. */
const chosen = (numbers: readonly Approximate[], choose: (values: number[]) => number): Approximate =>
  number(choose(sorted(numbers)), widest(numbers));

/** The mean square distance from the mean, as a sum over `divisor`, and how far it may be off. */
function spread(numbers: readonly Approximate[], divisor: number): { square: number; room: number } {
  const mean = numbers.reduce((sum, each) => sum + valueOf(each), 0) / numbers.length;
  const most = Math.max(...numbers.map(each => Math.abs(valueOf(each))));
  const square = numbers.reduce((sum, each) => sum + (valueOf(each) - mean) ** 2, 0) / divisor;
  const room = 1e-13 * most ** 2 + 4 * widest(numbers) * Math.sqrt(square) + 4 * widest(numbers) ** 2;
  return { square, room };
}

function deviation(numbers: readonly Approximate[]): Approximate {
  if (numbers.length < 2) return failed('#DIV/0!');
  const { square, room } = spread(numbers, numbers.length - 1);
  return number(Math.sqrt(square), Math.sqrt(square + room) - Math.sqrt(Math.max(0, square - room)));
}

function variance(numbers: readonly Approximate[]): Approximate {
  if (numbers.length === 0) return failed('#DIV/0!');
  const { square, room } = spread(numbers, numbers.length);
  return number(square, room);
}

/** The numbers of a range for which a criterion such as ">0" holds. undefined if one of them is near the limit. */
function chosenBy(given: readonly Expression[], around: Surroundings): Approximate[] | undefined {
  const [, operator, limit] = /^([<>])(-?\d+)$/.exec(given[1] as string)!;
  const edge = exact(Number(limit));
  const numbers = contentsOf(given[0], around);
  if (numbers.some(({ unsure }) => unsure)) return undefined;
  // HyperFormula gives the error of a range of one cell, where Excel and LibreOffice count none.
  const { height, width } = around.area(given[0])!;
  if (height * width === 1 && numbers.some(({ errors }) => errors !== 0)) return undefined;
  const own = numbers.filter(({ value }) => typeof value === 'number');
  if (own.some(each => isClose(each, edge))) return undefined;
  return own.filter(each => (operator === '<' ? valueOf(each) < Number(limit) : valueOf(each) > Number(limit)));
}

const choice: Evaluated = ([condition, then, otherwise], around) => {
  const holds = toTruth(evaluate(condition, around));
  if (holds.errors !== 0 || holds.unsure) return holds;
  const branch = (taken: boolean) => {
    if (taken) return evaluate(then, around);
    return otherwise === undefined ? asTruth(truth(false, false), around) : evaluate(otherwise, around);
  };
  const found = branch(holds.value as boolean);
  if (!holds.jump) return found;
  const other = branch(!holds.value);
  if (typeof found.value !== 'number' || typeof other.value !== 'number' || found.unsure || other.unsure) return UNSURE;
  const apart = Math.abs(found.value - other.value);
  if (apart > 1e-6 * Math.max(1, Math.abs(found.value))) return UNSURE;
  return { ...found, off: Math.max(found.off, other.off) + apart };
};

const allOrAny =
  (name: 'every' | 'some'): Evaluated =>
  (given, around) => {
    const truths = given.map(each => toTruth(evaluate(each, around)));
    if (truths.some(({ jump }) => jump)) return UNSURE;
    return (
      failing(truths) ??
      asTruth(
        truth(
          truths[name](({ value }) => value),
          false,
        ),
        around,
      )
    );
  };

const products: Evaluated = (given, around) => {
  const areas = given.map(each => around.area(each));
  if (areas.some(area => !area)) return failed('#REF!');
  const [first, ...others] = areas as Area[];
  if (others.some(({ height, width }) => height !== first.height || width !== first.width)) return failed('#VALUE!');
  const all = (areas as Area[]).flatMap(({ cells }) => cells.map(({ read }) => read()));
  const fault = failing(all.filter(each => each.errors !== 0 || each.unsure));
  if (fault) return fault;
  const rest = others.map(({ cells }) => new Map(cells.map(each => [each.row * first.width + each.column, each])));
  let sum = exact(0);
  for (const { row, column, read } of first.cells) {
    const factors = [read(), ...rest.map(own => own.get(row * first.width + column)?.read() ?? BLANK)];
    const numbers = factors.map(each => (typeof each.value === 'string' ? exact(0) : toNumber(each)));
    sum = plus(sum, numbers.reduce(times), 1);
  }
  return sum;
};

const remainder = ([a, b]: Approximate[]): Approximate => {
  if (b.value === 0 && b.off === 0) return failed('#DIV/0!');
  const quotient = over(a, b);
  if (quotient.unsure) return UNSURE;
  const whole = stepped(quotient, Math.floor);
  return whole.unsure ? UNSURE : plus(a, times(b, whole), -1);
};

/** Rounds half away from 0, as decimal numbers are rounded. */
const rounded = ([a, places]: Approximate[]): Approximate => {
  const scale = 10 ** valueOf(places);
  const scaled = times(a, exact(scale));
  const round = (value: number) => Math.sign(value) * Math.floor(Math.abs(value) + 0.5);
  const found = stepped(scaled, round);
  return found.unsure ? UNSURE : number(valueOf(found) / scale, 1e-15 * Math.abs(valueOf(found) / scale));
};

const question =
  (holds: (found: Approximate) => boolean): Evaluated =>
  ([given], around) => {
    const found = evaluate(given, around);
    return found.unsure || found.jump ? UNSURE : asTruth(truth(holds(found), false), around);
  };

const instead: Evaluated = ([given, otherwise], around) => {
  const found = evaluate(given, around);
  if (found.unsure) return UNSURE;
  return found.errors !== 0 ? evaluate(otherwise, around) : found;
};

const FUNCTIONS: Record<string, Evaluated> = {
  SUM: aggregate(total),
  AVERAGE: aggregate(numbers =>
    numbers.length === 0 ? failed('#DIV/0!') : over(total(numbers), exact(numbers.length)),
  ),
  MAX: aggregate(numbers => (numbers.length === 0 ? exact(0) : chosen(numbers, values => values.at(-1)!))),
  MIN: aggregate(numbers => (numbers.length === 0 ? exact(0) : chosen(numbers, ([least]) => least))),
  // In another order, a product that once was too large may never be.
  PRODUCT: aggregate(numbers =>
    numbers.length === 0 ? exact(0) : numbers.reduce((a, b) => (a.errors !== 0 || a.unsure ? UNSURE : times(a, b))),
  ),
  SUMSQ: aggregate(numbers => numbers.reduce((sum, each) => plus(sum, times(each, each), 1), exact(0))),
  SUMPRODUCT: products,
  MEDIAN: aggregate((numbers, { truthsAreNumbers }) =>
    numbers.length === 0
      ? failed('#NUM!', ...(truthsAreNumbers ? (['#VALUE!'] as const) : []))
      : chosen(numbers, values => (values[(values.length - 1) >> 1] + values[values.length >> 1]) / 2),
  ),
  STDEV: aggregate(deviation),
  VARP: aggregate(variance),
  INDEX: ([range, ...places], around) => {
    const area = around.area(range);
    if (!area) return failed('#REF!');
    const at = places.map(each => toNumber(evaluate(each, around)));
    const fault = failing(at);
    if (fault) return fault;
    const [row, column] = at.map(({ value }) => (value as number) - 1);
    if (row >= area.height || column >= area.width) return failed('#REF!', '#NUM!');
    return area.cells.find(each => each.row === row && each.column === column)?.read() ?? BLANK;
  },
  LARGE: ([range, place], around) => {
    const found = contentsOf(range, around).filter(isNumberOrOther);
    const fault = failing(found);
    if (fault) return fault;
    return found.length < (place as number)
      ? failed('#NUM!', '#VALUE!')
      : chosen(found, values => values[values.length - (place as number)]);
  },
  COUNTIF(given, around) {
    if (!around.area(given[0])) return failed('#REF!');
    const found = chosenBy(given, around);
    return found ? exact(found.length) : UNSURE;
  },
  SUMIF(given, around) {
    if (!around.area(given[0])) return failed('#REF!');
    const found = chosenBy(given, around);
    return found ? total(found) : UNSURE;
  },
  COUNT(given, around) {
    const found = given.flatMap(each => contentsOf(each, around));
    return found.some(({ unsure }) => unsure)
      ? UNSURE
      : exact(found.filter(({ value }) => typeof value === 'number').length);
  },
  COUNTA(given, around) {
    const found = given.flatMap(each => contentsOf(each, around));
    return exact(found.filter(({ value, errors, unsure }) => value !== null || errors !== 0 || unsure).length);
  },
  IF: choice,
  IFERROR: instead,
  ISERROR: question(({ errors }) => errors !== 0),
  ISNUMBER: question(({ value }) => typeof value === 'number'),
  AND: allOrAny('every'),
  OR: allOrAny('some'),
  NOT: ([given], around) => {
    const holds = toTruth(evaluate(given, around));
    return holds.errors !== 0 || holds.unsure ? holds : asTruth({ ...holds, value: !holds.value }, around);
  },
  LEN: ([given], around) => {
    const text = toText(evaluate(given, around), around);
    return failing([text]) ?? exact((text.value as string).length);
  },
  ABS: ofNumber(Math.abs),
  EXP: ofNumber(Math.exp),
  LN: ofNumber(Math.log),
  SQRT: ofNumber(Math.sqrt),
  SIN: ofNumber(Math.sin),
  COS: ofNumber(Math.cos),
  TANH: ofNumber(Math.tanh),
  SIGN: scalars(([a]) => stepped(a, Math.sign)),
  INT: scalars(([a]) => stepped(a, Math.floor)),
  ROUND: scalars(rounded),
  MOD: scalars(remainder),
  POWER: scalars(([a, b], around) => power(a, b, around)),
};
