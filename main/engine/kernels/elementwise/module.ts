/** Writes WebAssembly: a module with one function, which calculates elementwise formulas in one pass over memory. */
import type { Elementwise } from '../../../../shared/elementwise/steps.ts';
import { createFunctions } from './functions.ts';
import { lower } from './lower.ts';
import { createVectors, INSTRUCTIONS, type Vector } from './vectors.ts';

/** The parameters of the exported function `run` are integers. First come the addresses of the operands and of the
 *  results, then the number of elements. The last is the number of elements after which operands of the kinds `sample`
 *  and `channel` repeat, a multiple of 4. A result that is a sum is doubles: one for each number of such a period and
 *  three more, or four for a scalar. */
export function moduleOf(formulas: Elementwise): Uint8Array<ArrayBuffer> {
  const parameters = formulas.operands.length + formulas.results.length + 2;
  const body = functionOf(formulas, parameters);
  return Uint8Array.from(
    [
      HEADER,
      section(1, [0x60, ...list(Array.from({ length: parameters }, () => [I32])), 0]),
      section(2, [...text('env'), ...text('memory'), 2, SHARED, 0, ...unsigned(MOST_PAGES)]),
      section(3, [0]),
      section(7, [...text('run'), 0, 0]),
      section(10, unsigned(body.length).concat(body)),
    ].flat(),
  );
}

/** "\0asm", and version 1 of the format. */
const HEADER = [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
/** Memory that threads share, with a maximum. */
const SHARED = 0x03;
const MOST_PAGES = 2 ** 16;
const I32 = 0x7f;
const V128 = 0x7b;
const EMPTY = 0x40;
const [LOOP, IF, END, BRANCH_IF] = [0x03, 0x04, 0x0b, 0x0d];
const [GET, SET, TEE, CONST, SELECT] = [0x20, 0x21, 0x22, 0x41, 0x1b];
const [LESS, ADD, SUBTRACT, AND, SHIFT_LEFT] = [0x49, 0x6a, 0x6b, 0x71, 0x74];
/** memory.fill: address, byte, how many. */
const FILL = [0xfc, 0x0b, 0];
const VECTOR = 0xfd;
const [LOAD, LOAD_SPLAT, LOAD_LANE, STORE, STORE_LANE, CONSTANT] = [0x00, 0x09, 0x5c, 0x0b, 0x5a, 0x0c];
/** A mask. */
const FIRST_LANE = Array.from({ length: 16 }, (_, byte) => (byte < 4 ? 255 : 0));
/** Addresses are multiples of 4, and nothing is added to them. */
const ALIGNED = [2, 0];

function functionOf(formulas: Elementwise, parameters: number): number[] {
  const { operands, results } = formulas;
  const lowered = lower(
    formulas,
    createFunctions(createVectors(), at => operands[at] === 'scalar'),
  );
  const code: number[] = [];
  const count = parameters - 2;
  const period = parameters - 1;
  // The place of the current elements in bytes: among all, and in their period. Then the ends of the whole vectors of
  // this period, of the period, and of all.
  const [at, inPeriod, vectorsEnd, periodEnd, end] = [0, 1, 2, 3, 4].map(local => parameters + local);
  const firstVector = parameters + 5;
  let vectors = 0;
  const newVector = () => firstVector + vectors++;
  const sums = results.map(({ kind }) => (kind === 'scalar' ? [newVector(), newVector()] : []));

  const get = (local: number) => code.push(GET, ...unsigned(local));
  const set = (local: number) => code.push(SET, ...unsigned(local));
  const constant = (value: number) => code.push(CONST, ...signed(value));
  const simd = (instruction: number, ...immediates: number[]) =>
    code.push(VECTOR, ...unsigned(instruction), ...immediates);

  const fixed = new Map<Vector, number>();
  for (const each of lowered.steps) if (each.fixed) keepFixed(each);
  for (const each of lowered.results) if (each.fixed) keepFixed(each);

  for (const [place, { kind }] of results.entries()) {
    if (kind === 'element') continue;
    get(operands.length + place);
    constant(0);
    if (kind === 'scalar') constant(32);
    else {
      get(period);
      constant(3);
      code.push(ADD);
      constant(3);
      code.push(SHIFT_LEFT);
    }
    code.push(...FILL);
  }
  get(count);
  constant(2);
  code.push(SHIFT_LEFT);
  code.push(TEE, ...unsigned(end), IF, EMPTY, LOOP, EMPTY);
  beginPeriod();
  repeatUntil(vectorsEnd, 4);
  repeatUntil(periodEnd, 1);
  isBefore(end);
  code.push(BRANCH_IF, 0, END, END);
  for (const [place, locals] of sums.entries()) {
    for (const [half, local] of locals.entries()) {
      addTo(
        () => {
          get(operands.length + place);
          constant(16 * half);
          code.push(ADD);
        },
        () => get(local),
      );
    }
  }
  code.push(END);
  return list([
    [5, I32],
    [...unsigned(vectors), V128],
  ]).concat(code);

  /** Calculates what is the same for all elements, before the first of them. */
  function keepFixed(each: Vector): void {
    if (each.name === 'constant' || fixed.has(each)) return;
    for (const part of each.of) keepFixed(part);
    if (each.name === 'operand') {
      get(each.number!);
      simd(LOAD_SPLAT, ...ALIGNED);
    } else {
      for (const part of each.of) {
        if (part.name === 'constant') simd(CONSTANT, ...part.bytes!);
        else get(fixed.get(part)!);
      }
      instruction(each);
    }
    const local = newVector();
    set(local);
    fixed.set(each, local);
  }

  function instruction({ name, bytes, number }: Vector): void {
    if (number !== undefined) constant(number);
    simd(INSTRUCTIONS[name as keyof typeof INSTRUCTIONS], ...(bytes ?? []));
  }

  function beginPeriod(): void {
    constant(0);
    set(inPeriod);
    // periodEnd = min(at + 4·period, end)
    get(at);
    get(period);
    constant(2);
    code.push(SHIFT_LEFT, ADD, TEE, ...unsigned(periodEnd));
    get(end);
    get(periodEnd);
    get(end);
    code.push(LESS, SELECT, TEE, ...unsigned(periodEnd));
    // vectorsEnd = at + the multiple of 16 up to periodEnd − at
    get(at);
    code.push(SUBTRACT);
    constant(-16);
    code.push(AND);
    get(at);
    code.push(ADD);
    set(vectorsEnd);
  }

  function isBefore(limit: number): void {
    get(at);
    get(limit);
    code.push(LESS);
  }

  /** Calculates so many elements at a time until `limit`. */
  function repeatUntil(limit: number, lanes: 1 | 4): void {
    isBefore(limit);
    code.push(IF, EMPTY, LOOP, EMPTY);
    calculate(lanes);
    for (const place of [at, inPeriod]) {
      get(place);
      constant(4 * lanes);
      code.push(ADD);
      set(place);
    }
    isBefore(limit);
    code.push(BRANCH_IF, 0, END, END);
  }

  /** Four elements, or one in the first lane. */
  function calculate(lanes: 1 | 4): void {
    const uses = usesOf(lowered.results);
    const held = new Map<Vector, number>();
    const free: number[] = [];

    for (const each of lowered.steps) {
      // A step of its own: the nesting of the code doesn't grow with the formula.
      if (!uses.has(each) || held.has(each)) continue;
      calculated(each);
      const local = free.pop() ?? newVector();
      set(local);
      held.set(each, local);
    }
    for (const [place, { kind }] of results.entries()) {
      const value = lowered.results[place];
      const address = operands.length + place;
      if (kind === 'element') {
        get(address);
        get(at);
        code.push(ADD);
        push(value);
        if (lanes === 4) simd(STORE, ...ALIGNED);
        else simd(STORE_LANE, ...ALIGNED, 0);
        continue;
      }
      push(value);
      if (lanes === 1) {
        simd(CONSTANT, ...FIRST_LANE);
        simd(INSTRUCTIONS['v128.and']);
      }
      const summed = newVector();
      set(summed);
      for (const half of [0, 1]) {
        const asDoubles = () => {
          get(summed);
          if (half === 1) {
            get(summed);
            simd(INSTRUCTIONS['i8x16.shuffle'], ...Array.from({ length: 16 }, (_, byte) => 8 + (byte % 8)));
          }
          simd(INSTRUCTIONS['f64x2.promote_low_f32x4']);
        };
        if (kind === 'scalar') {
          get(sums[place][half]);
          asDoubles();
          simd(INSTRUCTIONS['f64x2.add']);
          set(sums[place][half]);
        } else {
          addTo(() => {
            get(address);
            get(inPeriod);
            constant(1);
            code.push(SHIFT_LEFT, ADD);
            constant(16 * half);
            code.push(ADD);
          }, asDoubles);
        }
      }
    }

    function push(each: Vector): void {
      if (each.name === 'constant') return void simd(CONSTANT, ...each.bytes!);
      const kept = fixed.get(each);
      if (kept !== undefined) return void get(kept);
      const left = uses.get(each)! - 1;
      uses.set(each, left);
      const local = held.get(each);
      if (local !== undefined) {
        get(local);
        if (left === 0) free.push(local);
        return;
      }
      calculated(each);
      if (left === 0) return;
      const own = free.pop() ?? newVector();
      code.push(TEE, ...unsigned(own));
      held.set(each, own);
    }

    function calculated(each: Vector): void {
      if (each.name !== 'operand') {
        for (const part of each.of) push(part);
        return instruction(each);
      }
      get(each.number!);
      get(operands[each.number!] === 'element' ? at : inPeriod);
      code.push(ADD);
      simd(lanes === 4 ? LOAD : LOAD_LANE, ...ALIGNED);
    }
  }

  /** Adds two doubles to those at an address. */
  function addTo(address: () => void, value: () => void): void {
    address();
    address();
    simd(LOAD, ...ALIGNED);
    value();
    simd(INSTRUCTIONS['f64x2.add']);
    simd(STORE, ...ALIGNED);
  }
}

/** How often each vector is used on the way to the results, those that are the same for all elements left out. */
function usesOf(results: readonly Vector[]): Map<Vector, number> {
  const uses = new Map<Vector, number>();
  const left = [...results];
  for (let each = left.pop(); each; each = left.pop()) {
    if (each.fixed) continue;
    const before = uses.get(each) ?? 0;
    uses.set(each, before + 1);
    if (before === 0) left.push(...each.of);
  }
  return uses;
}

// ── the binary format: webassembly.github.io/spec/core/binary ──

/** A section with one entry. */
const section = (id: number, entry: readonly number[]) => [id, ...unsigned(entry.length + 1), 1].concat(entry);

const list = (entries: readonly (readonly number[])[]) => [...unsigned(entries.length), ...entries.flat()];
const text = (characters: string) => list(Array.from(characters, each => [each.charCodeAt(0)]));

/** LEB128. */
function unsigned(value: number): number[] {
  if (value < 128) return [value];
  const bytes: number[] = [];
  for (let left = value; ; left >>>= 7) {
    if (left < 128) return [...bytes, left];
    bytes.push((left & 127) | 128);
  }
}

function signed(value: number): number[] {
  const bytes: number[] = [];
  for (let left = value; ; left >>= 7) {
    if (left >= -64 && left < 64) return [...bytes, left & 127];
    bytes.push((left & 127) | 128);
  }
}
