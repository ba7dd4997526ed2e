/** The steps of elementwise formulas as the operations that a backend has. */
import type { Elementwise, Step } from '../../../../shared/elementwise/steps.ts';
import type { StepName } from '../../../../shared/elementwise/step-names.ts';

type OfOne<Value> = (x: Value) => Value;
type OfTwo<Value> = (a: Value, b: Value) => Value;
/** Steps of one number whose operations are there under the same name. */
type Simple = 'exp' | 'ln' | 'log10' | 'sqrt' | 'tanh' | 'sin' | 'cos' | 'sigmoid' | 'softplus' | OfFinite;
type OfFinite = 'negate' | 'absolute' | 'sign' | 'floor';

/** What a backend calculates with numbers, and with conditions, which are values too. */
export type Operations<Value extends object> = Record<Simple, OfOne<Value>> &
  Record<'add' | 'subtract' | 'multiply' | 'divide' | 'power', OfTwo<Value>> & {
    number: (value: number) => Value;
    operand: (at: number) => Value;
    round: (x: Value, digits: number) => Value;
    /** NaN if one of both is. */
    maximum: OfTwo<Value>;
    minimum: OfTwo<Value>;
    less: OfTwo<Value>;
    equal: OfTwo<Value>;
    and: OfTwo<Value>;
    or: OfTwo<Value>;
    not: OfOne<Value>;
    select: (condition: Value, then: Value, otherwise: Value) => Value;
    /** A condition. */
    isNaN: OfOne<Value>;
    /** NaN where the condition holds. */
    unless: (condition: Value, x: Value) => Value;
  };

/** A number or a condition. `mayOverflow`: it may be infinite, even if all operands are finite and of a usual size,
 *  or, in formulas for numbers of any size, because they aren't. `error`: a condition of where something that was
 *  compared is NaN. */
type Found<Value> = { value: Value; mayOverflow?: boolean; error?: Value };

/** The results of formulas, and what each step gives, in the order of calculation. In checked formulas an infinite
 *  number becomes NaN before it could turn into another one, such as 1/∞ into 0: it is an error in a sheet. */
export function lower<Value extends object>(
  { steps, results, checked, anySize }: Elementwise,
  operations: Operations<Value>,
): { steps: Value[]; results: Value[] } {
  const found: Found<Value>[] = [];
  for (const step of steps) found.push(next(step));
  return { steps: found.map(({ value }) => value), results: results.map(({ step }) => safe(found[step])) };

  /** NaN in place of ∞. */
  function safe({ value, mayOverflow }: Found<Value>): Value {
    if (!checked || !mayOverflow) return value;
    return operations.add(value, operations.multiply(value, operations.number(0)));
  }

  function next({ name, of, value = 0 }: Step): Found<Value> {
    const given = of.map(place => found[place]);
    const mayOverflow = given.some(each => each.mayOverflow);
    const [a, b] = given.map(each => each.value);
    switch (name) {
      case 'number':
        return { value: operations.number(value) };
      case 'operand':
        return { value: operations.operand(value), mayOverflow: anySize };
      case 'round':
        return { value: operations.round(a, value), mayOverflow };
      case 'negate':
      case 'absolute':
      case 'floor':
      case 'sqrt':
        return { value: operations[name](a), mayOverflow };
      case 'add':
      case 'subtract':
      case 'multiply':
        return { value: operations[name](a, b), mayOverflow };
      case 'divide':
        return { value: operations.divide(a, safe(given[1])), mayOverflow: true };
      case 'power':
        return { value: operations.power(safe(given[0]), safe(given[1])), mayOverflow: true };
      case 'maximum':
      case 'minimum':
        return { value: operations[name](safe(given[0]), safe(given[1])) };
      case 'less':
      case 'equal':
        return compared(name, of);
      case 'and':
      case 'or':
        return { value: operations[name](a, b), error: either(given.map(({ error }) => error)) };
      case 'not':
        return { value: operations.not(a), error: given[0].error };
      case 'select': {
        const chosen = operations.select(...(given.map(each => each.value) as [Value, Value, Value]));
        const { error } = given[0];
        return { value: error === undefined ? chosen : operations.unless(error, chosen), mayOverflow };
      }
      default:
        return { value: operations[name](safe(given[0])), mayOverflow: name === 'exp' };
    }
  }

  function compared(name: 'less' | 'equal', of: readonly number[]): Found<Value> {
    const [a, b] = of.map(place => safe(found[place]));
    const errors = checked
      ? of.flatMap((place, at) => (isAlwaysFinite(steps[place].name) ? [] : operations.isNaN([a, b][at])))
      : [];
    return { value: operations[name](a, b), error: either(errors) };
  }

  function either(errors: readonly (Value | undefined)[]): Value | undefined {
    const given = errors.filter(each => each !== undefined);
    return given.length === 0 ? undefined : given.reduce(operations.or);
  }
}

const isAlwaysFinite = (name: StepName) => name === 'number';
