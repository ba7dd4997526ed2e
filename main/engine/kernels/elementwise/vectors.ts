/** Calculations with four float32 numbers at a time (or two doubles, or four integers), as WebAssembly's SIMD
 *  instructions have them. What is calculated twice from the same is one node. */

/** A vector of 16 bytes. */
export type Vector = {
  readonly name: InstructionName | 'constant' | 'operand';
  readonly of: readonly Vector[];
  /** The bytes of a constant, or those that a shuffle takes. */
  readonly bytes?: readonly number[];
  /** The bits of a shift, the place of an operand, or the number of a constant before it is rounded to float32. */
  readonly number?: number;
  /** Whether it is the same for all elements: made of constants and of operands that are scalars. */
  readonly fixed: boolean;
};

/** The numbers of the instructions after the prefix of SIMD. */
export const INSTRUCTIONS = {
  'i8x16.shuffle': 0x0d,
  'f32x4.eq': 0x41,
  'f32x4.ne': 0x42,
  'f32x4.lt': 0x43,
  'f32x4.le': 0x45,
  'f64x2.eq': 0x47,
  'f64x2.le': 0x4b,
  'v128.not': 0x4d,
  'v128.and': 0x4e,
  'v128.or': 0x50,
  'v128.xor': 0x51,
  'v128.bitselect': 0x52,
  'f32x4.demote_f64x2_zero': 0x5e,
  'f64x2.promote_low_f32x4': 0x5f,
  'f32x4.floor': 0x68,
  'f32x4.trunc': 0x69,
  'f32x4.nearest': 0x6a,
  'f64x2.floor': 0x75,
  'i32x4.shl': 0xab,
  'i32x4.shr_s': 0xac,
  'i32x4.add': 0xae,
  'i32x4.sub': 0xb1,
  'i64x2.shl': 0xcb,
  'i64x2.shr_s': 0xcc,
  'i64x2.add': 0xce,
  'i64x2.sub': 0xd1,
  'f32x4.abs': 0xe0,
  'f32x4.neg': 0xe1,
  'f32x4.sqrt': 0xe3,
  'f32x4.add': 0xe4,
  'f32x4.sub': 0xe5,
  'f32x4.mul': 0xe6,
  'f32x4.div': 0xe7,
  'f32x4.pmin': 0xea,
  'f32x4.pmax': 0xeb,
  'f64x2.abs': 0xec,
  'f64x2.add': 0xf0,
  'f64x2.sub': 0xf1,
  'f64x2.mul': 0xf2,
  'f64x2.div': 0xf3,
  'f64x2.pmin': 0xf6,
  'f64x2.pmax': 0xf7,
  'f32x4.convert_i32x4_s': 0xfa,
} as const;
export type InstructionName = keyof typeof INSTRUCTIONS;

/** Makes vectors. */
export type Vectors = {
  /** The same number in every lane. */
  f32: (value: number) => Vector;
  f64: (value: number) => Vector;
  i32: (value: number) => Vector;
  i64: (value: bigint) => Vector;
  operand: (at: number, fixed: boolean) => Vector;
  do: (name: InstructionName, ...of: readonly Vector[]) => Vector;
  /** Every lane moved by so many bits. */
  shift: (name: 'i32x4.shl' | 'i32x4.shr_s' | 'i64x2.shl' | 'i64x2.shr_s', of: Vector, bits: number) => Vector;
  /** Four lanes of 32 bits, chosen from the eight of two vectors. */
  lanes: (one: Vector, other: Vector, chosen: readonly [number, number, number, number]) => Vector;
};

export function createVectors(): Vectors {
  const known = new Map<string, Vector>();
  const places = new Map<Vector, number>();

  /** The vector that is calculated so. `how` tells apart what has the same instruction and the same parts. */
  function make(
    name: Vector['name'],
    of: readonly Vector[],
    how: string | number,
    more: () => Partial<Vector>,
  ): Vector {
    const key = `${name} ${of.map(each => places.get(each)).join(' ')} ${how}`;
    const before = known.get(key);
    if (before) return before;
    const vector: Vector = { name, of, fixed: of.every(({ fixed }) => fixed), ...more() };
    known.set(key, vector);
    places.set(vector, places.size);
    return vector;
  }

  /** The bytes of numbers are those of their array. */
  function constant(kind: string, value: number | bigint, lanes: () => { buffer: ArrayBuffer }): Vector {
    return make('constant', [], `${kind} ${Object.is(value, -0) ? '-0' : value}`, () => ({
      bytes: [...new Uint8Array(lanes().buffer)],
      ...(typeof value === 'number' && { number: value }),
    }));
  }

  return {
    f32: value => constant('f32', value, () => new Float32Array(4).fill(value)),
    f64: value => constant('f64', value, () => new Float64Array(2).fill(value)),
    i32: value => constant('i32', value, () => new Int32Array(4).fill(value)),
    i64: value => constant('i64', value, () => new BigInt64Array(2).fill(value)),
    operand: (at, fixed) => make('operand', [], at, () => ({ number: at, fixed })),
    do: (name, ...of) => make(name, of, '', () => ({})),
    shift: (name, of, bits) => make(name, [of], bits, () => ({ number: bits })),
    lanes: (one, other, chosen) =>
      make('i8x16.shuffle', [one, other], chosen.join(' '), () => ({
        bytes: chosen.flatMap(lane => [0, 1, 2, 3].map(byte => 4 * lane + byte)),
      })),
  };
}
