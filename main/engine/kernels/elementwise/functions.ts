/** Functions of four float32 numbers at a time. Each is within 1e-6 of its value in doubles, times the larger of 1 and
 *  that value, and most are within 2e-7. The coefficients of exponential, logarithm, tanh, sine and cosine are those of
 *  the Cephes library (netlib.org/cephes), whose polynomials are widely used for float32. */
import type { Operations } from './lower.ts';
import type { Vector, Vectors } from './vectors.ts';

/** `isScalar` says whether an operand is the same for all elements. */
export function createFunctions(v: Vectors, isScalar: (operand: number) => boolean): Operations<Vector> {
  const { f32, f64, i32, i64, lanes, shift } = v;
  const add = (a: Vector, b: Vector) => v.do('f32x4.add', a, b);
  const subtract = (a: Vector, b: Vector) => v.do('f32x4.sub', a, b);
  const multiply = (a: Vector, b: Vector) => v.do('f32x4.mul', a, b);
  const divide = (a: Vector, b: Vector) => v.do('f32x4.div', a, b);
  const absolute = (x: Vector) => v.do('f32x4.abs', x);
  const select = (mask: Vector, then: Vector, otherwise: Vector) => v.do('v128.bitselect', then, otherwise, mask);
  const isNaN = (x: Vector) => v.do('f32x4.ne', x, x);
  const and = (a: Vector, b: Vector) => v.do('v128.and', a, b);
  const or = (a: Vector, b: Vector) => v.do('v128.or', a, b);
  const not = (x: Vector) => v.do('v128.not', x);
  /** A number whose bits are all 1 is NaN. */
  const unless = (mask: Vector, x: Vector) => or(x, mask);
  const signOf = (x: Vector) => and(x, i32(-0x80000000));
  const withSign = (x: Vector, sign: Vector) => v.do('v128.xor', x, sign);

  /** c0 + c1·x + c2·x² + … */
  const polynomial = (x: Vector, coefficients: readonly number[]) =>
    coefficients.map(each => f32(each)).reduceRight((sum, coefficient) => add(multiply(sum, x), coefficient));
  const polynomialOfDoubles = (x: Vector, coefficients: readonly number[]) =>
    coefficients
      .map(each => f64(each))
      .reduceRight((sum, coefficient) => v.do('f64x2.add', v.do('f64x2.mul', sum, x), coefficient));

  /** A function of doubles for each of the four numbers. */
  function inDoubles(xs: readonly Vector[], of: (...halves: Vector[]) => Vector): Vector {
    const [low, high] = [0, 2].map(first => {
      const halves = xs.map(x => {
        if (x.name === 'constant') return f64(x.number!);
        return v.do('f64x2.promote_low_f32x4', first === 0 ? x : lanes(x, x, [2, 3, 2, 3]));
      });
      return v.do('f32x4.demote_f64x2_zero', of(...halves));
    });
    return lanes(low, high, [0, 1, 4, 5]);
  }

  /** e^x = 2^n·e^r with |r| ≤ ln(2)/2. 2^n is multiplied in two halves, so that n may go beyond float32's exponents. */
  function exp(x: Vector): Vector {
    const within = v.do('f32x4.pmax', v.do('f32x4.pmin', x, f32(89)), f32(-104));
    // Adding this rounds to a whole number, which then stands in the lowest bits.
    const rounding = f32(12582912);
    const shifted = add(multiply(within, f32(Math.LOG2E)), rounding);
    const n = v.do('i32x4.sub', shifted, rounding);
    const whole = subtract(shifted, rounding);
    const r = subtract(subtract(within, multiply(whole, f32(0.693359375))), multiply(whole, f32(-2.1219444e-4)));
    const rest = polynomial(
      r,
      [5.0000001201e-1, 1.6666665459e-1, 4.1665795894e-2, 8.3334519073e-3, 1.3981999507e-3, 1.98756915e-4],
    );
    const power = add(add(multiply(rest, multiply(r, r)), r), f32(1));
    const half = shift('i32x4.shr_s', n, 1);
    const twoTo = (exponent: Vector) => shift('i32x4.shl', v.do('i32x4.add', exponent, i32(127)), 23);
    return multiply(multiply(power, twoTo(half)), twoTo(v.do('i32x4.sub', n, half)));
  }

  /** ln(x) = e·ln(2) + ln(m) with √½ ≤ m < √2. NaN unless x is above 0. */
  function ln(x: Vector): Vector {
    const isSmall = v.do('f32x4.lt', x, f32(2 ** -126));
    const normal = select(isSmall, multiply(x, f32(2 ** 23)), x);
    const least = i32(0x3f3504f3);
    const above = v.do('i32x4.sub', normal, least);
    const exponent = shift('i32x4.shr_s', above, 23);
    const m = v.do('i32x4.sub', normal, shift('i32x4.shl', exponent, 23));
    const e = subtract(v.do('f32x4.convert_i32x4_s', exponent), and(isSmall, f32(23)));
    const f = subtract(m, f32(1));
    const square = multiply(f, f);
    const rest = polynomial(
      f,
      [
        3.3333331174e-1, -2.4999993993e-1, 2.0000714765e-1, -1.6668057665e-1, 1.4249322787e-1, -1.2420140846e-1,
        1.167699874e-1, -1.151461031e-1, 7.0376836292e-2,
      ],
    );
    const low = subtract(
      add(multiply(multiply(rest, f), square), multiply(e, f32(-2.1219444e-4))),
      multiply(square, f32(0.5)),
    );
    const logarithm = add(add(f, low), multiply(e, f32(0.693359375)));
    return or(logarithm, not(v.do('f32x4.lt', f32(0), x)));
  }

  /** ln(1+u) for 0 ≤ u ≤ 1, also where u is so small that 1+u is 1. */
  function logOfOnePlus(u: Vector): Vector {
    const s = divide(u, add(u, f32(2)));
    const series = polynomial(
      multiply(s, s),
      [0, 1, 2, 3, 4, 5, 6, 7].map(power => 2 / (2 * power + 1)),
    );
    return multiply(s, series);
  }

  function tanh(x: Vector): Vector {
    const size = absolute(x);
    const square = multiply(x, x);
    const rest = polynomial(
      square,
      [-3.33332819422e-1, 1.33314422036e-1, -5.37397155531e-2, 2.06390887954e-2, -5.70498872745e-3],
    );
    const near = add(multiply(multiply(rest, square), x), x);
    const far = subtract(f32(1), divide(f32(2), add(exp(add(size, size)), f32(1))));
    return select(v.do('f32x4.lt', size, f32(0.625)), near, withSign(far, signOf(x)));
  }

  /** The sine of x + quarters·π/2. x is brought near 0 in doubles, so that it keeps its digits up to about 1e8. */
  function sine(x: Vector, quarters: number): Vector {
    const rounding = f64(1.5 * 2 ** 52);
    const turns = [0, 2].map(first => {
      const half = v.do('f64x2.promote_low_f32x4', first === 0 ? x : lanes(x, x, [2, 3, 2, 3]));
      const shifted = v.do('f64x2.add', v.do('f64x2.mul', half, f64(2 / Math.PI)), rounding);
      const whole = v.do('f64x2.sub', shifted, rounding);
      const rest = v.do('f64x2.sub', half, v.do('f64x2.mul', whole, f64(Math.PI / 2)));
      return { shifted, rest: v.do('f32x4.demote_f64x2_zero', rest) };
    });
    const r = lanes(turns[0].rest, turns[1].rest, [0, 1, 4, 5]);
    const n = v.do('i32x4.add', lanes(turns[0].shifted, turns[1].shifted, [0, 2, 4, 6]), i32(quarters));
    const z = multiply(r, r);
    const sin = add(multiply(multiply(polynomial(z, [-1.6666654611e-1, 8.3321608736e-3, -1.9515295891e-4]), z), r), r);
    const rest = polynomial(z, [4.166664568298827e-2, -1.388731625493765e-3, 2.443315711809948e-5]);
    const cos = add(subtract(multiply(multiply(rest, z), z), multiply(z, f32(0.5))), f32(1));
    const isOdd = shift('i32x4.shr_s', shift('i32x4.shl', n, 31), 31);
    return withSign(select(isOdd, cos, sin), shift('i32x4.shl', and(n, i32(2)), 30));
  }

  /** x^y for x > 0, in doubles. */
  function powerOfPositive(x: Vector, y: Vector): Vector {
    const above = v.do('i64x2.sub', x, i64(0x3fe6a09e667f3bcdn));
    const exponent = shift('i64x2.shr_s', above, 52);
    const m = v.do('i64x2.sub', x, shift('i64x2.shl', exponent, 52));
    const rounding = f64(1.5 * 2 ** 52);
    const e = v.do('f64x2.sub', v.do('i64x2.add', exponent, rounding), rounding);
    const s = v.do('f64x2.div', v.do('f64x2.sub', m, f64(1)), v.do('f64x2.add', m, f64(1)));
    const series = polynomialOfDoubles(
      v.do('f64x2.mul', s, s),
      [0, 1, 2, 3, 4, 5, 6].map(power => (2 * Math.LOG2E) / (2 * power + 1)),
    );
    const logarithm = v.do('f64x2.add', e, v.do('f64x2.mul', s, series));
    const wanted = v.do('f64x2.mul', y, logarithm);
    const within = v.do('f64x2.pmax', v.do('f64x2.pmin', wanted, f64(300)), f64(-300));
    const shifted = v.do('f64x2.add', within, rounding);
    const rest = v.do('f64x2.sub', within, v.do('f64x2.sub', shifted, rounding));
    const factorials = [1, 1, 2, 6, 24, 120, 720, 5040, 40320];
    const powerOfRest = polynomialOfDoubles(
      rest,
      factorials.map((factorial, power) => Math.LN2 ** power / factorial),
    );
    return v.do('i64x2.add', powerOfRest, shift('i64x2.shl', shifted, 52));
  }

  /** As in a sheet: a negative x only with a whole y, 0 only with a y that isn't negative; 0^0 is 1. */
  function power(x: Vector, y: Vector): Vector {
    const size = inDoubles([x.name === 'constant' ? f32(Math.abs(x.number!)) : absolute(x), y], powerOfPositive);
    const halfOfY = multiply(y, f32(0.5));
    const isWhole = v.do('f32x4.eq', y, v.do('f32x4.nearest', y));
    const isEven = v.do('f32x4.eq', halfOfY, v.do('f32x4.nearest', halfOfY));
    const sign = and(signOf(x), not(isEven));
    const isNegative = v.do('f32x4.lt', x, f32(0));
    const isError = and(isNegative, not(isWhole));
    const nonzero = or(withSign(size, sign), isError);
    const ofZero = or(and(v.do('f32x4.eq', y, f32(0)), f32(1)), v.do('f32x4.lt', y, f32(0)));
    const found = select(v.do('f32x4.eq', x, f32(0)), ofZero, nonzero);
    return or(found, or(isNaN(x), isNaN(y)));
  }

  /** Half away from zero, in doubles as `roundHalfAway` does it. */
  function round(x: Vector, digits: number): Vector {
    const scale = 10 ** Math.abs(digits);
    const size = absolute(x);
    const rounded =
      digits === 0
        ? wholeOf(size)
        : inDoubles([size], half => {
            const scaled = v.do('f64x2.mul', half, f64(digits < 0 ? 1 / scale : scale));
            const doubled = v.do('f64x2.floor', v.do('f64x2.add', v.do('f64x2.add', scaled, scaled), f64(0.5)));
            const tie = v.do('f64x2.mul', doubled, f64(0.5));
            const distance = v.do('f64x2.abs', v.do('f64x2.sub', scaled, tie));
            const isTie = v.do('f64x2.le', distance, v.do('f64x2.mul', scaled, f64(2e-15)));
            const whole = v.do('f64x2.floor', v.do('f64x2.add', select(isTie, tie, scaled), f64(0.5)));
            return v.do(digits < 0 ? 'f64x2.mul' : 'f64x2.div', whole, f64(scale));
          });
    return withSign(rounded, signOf(x));
  }

  /** The nearest whole number of a number that isn't negative. */
  function wholeOf(x: Vector): Vector {
    const whole = v.do('f32x4.trunc', x);
    return add(whole, and(v.do('f32x4.le', f32(0.5), subtract(x, whole)), f32(1)));
  }

  /** NaN if one of both is. The instructions give the first number then. */
  const extreme = (name: 'f32x4.pmax' | 'f32x4.pmin') => (x: Vector, y: Vector) => {
    const [a, b] = x.name === 'constant' ? [y, x] : [x, y];
    return b.name === 'constant' ? v.do(name, a, b) : unless(isNaN(b), v.do(name, a, b));
  };

  return {
    number: f32,
    operand: at => v.operand(at, isScalar(at)),
    add,
    subtract,
    multiply,
    divide,
    absolute,
    select,
    isNaN,
    unless,
    exp,
    ln,
    tanh,
    power,
    round,
    log10: x => multiply(ln(x), f32(Math.LOG10E)),
    sin: x => sine(x, 0),
    cos: x => sine(x, 1),
    sqrt: x => v.do('f32x4.sqrt', x),
    floor: x => v.do('f32x4.floor', x),
    negate: x => v.do('f32x4.neg', x),
    sigmoid: x => divide(f32(1), add(exp(v.do('f32x4.neg', x)), f32(1))),
    softplus: x => add(v.do('f32x4.pmax', x, f32(0)), logOfOnePlus(exp(v.do('f32x4.neg', absolute(x))))),
    sign: x => unless(isNaN(x), and(or(signOf(x), f32(1)), v.do('f32x4.ne', x, f32(0)))),
    maximum: extreme('f32x4.pmax'),
    minimum: extreme('f32x4.pmin'),
    less: (a, b) => v.do('f32x4.lt', a, b),
    equal: (a, b) => v.do('f32x4.eq', a, b),
    and,
    or,
    not,
  };
}
