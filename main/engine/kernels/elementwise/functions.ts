/** Functions of four float32 numbers at a time. Each is within 1e-6 of its value in doubles, times the larger of 1 and
 *  that value, and most are within 2e-7. */
import type { Operations } from './lower.ts';
import type { Vector, Vectors } from './vectors.ts';

// The coefficients of polynomials whose largest error is as small as it can be: for e^r = 1 + r + c0·r² + c1·r³ + …,
// for (e^r − 1)/r = 1 + c0·r + …, and for ln((1+s)/(1−s))/s = 2 + c1·s² + …, where |s| is at most 0.172 and 1/3.
const EXP = [0.49999231478728673, 0.16667114642612443, 0.04189015856271308, 0.008312521318002138];
const EXP_LESS_ONE = [
  0.5000000061934298, 0.16666542991227495, 0.04166628203585214, 0.008366584030936925, 0.0013946449275725444,
];
const LN = [2, 0.6666677652778432, 0.3997752156690404, 0.298723125976091];
const LN_OF_ONE_PLUS = [2, 0.6666641313102042, 0.40021699130231647, 0.2799914015642468, 0.28024462606541917];
// Those of sine and cosine near 0, from the Cephes library (netlib.org/cephes).
const SINE = [-1.6666654611e-1, 8.3321608736e-3, -1.9515295891e-4];
const COSINE = [4.166664568298827e-2, -1.388731625493765e-3, 2.443315711809948e-5];

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

  /** x = n·ln(2) + r with |r| ≤ ln(2)/2, for whole numbers n from −`bias` to 255 − `bias` → r and 2^(n + bias − 127).
   *  Adding 1.5·2²³ rounds to a whole number, which then stands in the lowest bits. */
  function halvings(x: Vector, bias: number): { r: Vector; power: Vector } {
    const rounding = f32(1.5 * 2 ** 23 + bias);
    const shifted = add(multiply(x, f32(Math.LOG2E)), rounding);
    const n = subtract(shifted, rounding);
    const r = subtract(subtract(x, multiply(n, f32(0.693359375))), multiply(n, f32(-2.1219444e-4)));
    return { r, power: shift('i32x4.shl', shifted, 23) };
  }

  const atMost = (x: Vector, most: number) => v.do('f32x4.pmin', x, f32(most));
  const atLeast = (x: Vector, least: number) => v.do('f32x4.pmax', x, f32(least));

  /** e^x = 2·2^(n−1)·e^r. Below e^−87 it is 0. The limits are left out where x is known to be within. */
  function exp(x: Vector, limits: { least?: number; most?: number } = { least: -87.5, most: 89 }): Vector {
    const { least, most } = limits;
    const above = least === undefined ? x : atLeast(x, least);
    const { r, power } = halvings(most === undefined ? above : atMost(above, most), 126);
    return multiply(
      polynomial(
        r,
        [1, 1, ...EXP].map(coefficient => 2 * coefficient),
      ),
      power,
    );
  }

  /** ln(x) = e·ln(2) + ln(m) with √½ ≤ m < √2. NaN unless x is above 0. */
  function ln(x: Vector): Vector {
    const isSmall = v.do('f32x4.lt', x, f32(2 ** -126));
    const normal = select(isSmall, multiply(x, f32(2 ** 23)), x);
    const above = v.do('i32x4.sub', normal, i32(0x3f3504f3));
    const exponent = shift('i32x4.shr_s', above, 23);
    const m = v.do('i32x4.sub', normal, shift('i32x4.shl', exponent, 23));
    const e = subtract(v.do('f32x4.convert_i32x4_s', exponent), and(isSmall, f32(23)));
    const f = subtract(m, f32(1));
    const s = divide(f, add(f, f32(2)));
    const low = add(multiply(s, polynomial(multiply(s, s), LN)), multiply(e, f32(-2.1219444e-4)));
    return unless(not(v.do('f32x4.lt', f32(0), x)), add(low, multiply(e, f32(0.693359375))));
  }

  /** ln(1+u) for 0 ≤ u ≤ 1, also where u is so small that 1+u is 1. */
  function logOfOnePlus(u: Vector): Vector {
    const s = divide(u, add(u, f32(2)));
    return multiply(s, polynomial(multiply(s, s), LN_OF_ONE_PLUS));
  }

  /** tanh(|x|) = (1 − y)/(1 + y) with y = e^(−2|x|). 1 − y is calculated from its parts, so that a small x keeps its
   *  digits. */
  function tanh(x: Vector): Vector {
    const { r, power } = halvings(atLeast(multiply(absolute(x), f32(-2)), -80), 127);
    const ofRest = multiply(r, polynomial(r, [1, ...EXP_LESS_ONE]));
    const difference = subtract(subtract(f32(1), power), multiply(power, ofRest));
    return withSign(divide(difference, subtract(f32(2), difference)), signOf(x));
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
    const sin = add(multiply(multiply(polynomial(z, SINE), z), r), r);
    const rest = polynomial(z, COSINE);
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
    exp: x => exp(x),
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
    softplus: x => add(atLeast(x, 0), logOfOnePlus(exp(v.do('f32x4.neg', absolute(x)), { least: -87.5 }))),
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
