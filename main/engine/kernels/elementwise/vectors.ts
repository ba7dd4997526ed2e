/** Calculations with four float32 numbers at a time (or two doubles, or four integers), as WebAssembly's SIMD
 *  instructions have them. What is calculated twice from the same is one node. */

/** A vector of 16 bytes. */
export type Vector = {
  readonly name: InstructionName | 'constant' | 'operand';
  readonly of: readonly Vector[];
  /** The bytes of a constant, or those that a shuffle takes. */
  readonly bytes?: Uint8Array;
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
  const keys = new Map<Vector, number>();

  function make(vector: Vector): Vector {
    const { name, of, bytes, number } = vector;
    const key = `${name} ${of.map(each => keys.get(each)).join(' ')} ${bytes?.join(' ')} ${number}`;
    const before = known.get(key);
    if (before) return before;
    known.set(key, vector);
    keys.set(vector, keys.size);
    return vector;
  }

  const constant = (lanes: Float32Array | Float64Array | Int32Array | BigInt64Array, number?: number) =>
    make({ name: 'constant', of: [], bytes: new Uint8Array(lanes.buffer), number, fixed: true });
  const isFixed = (of: readonly Vector[]) => of.every(({ fixed }) => fixed);

  return {
    f32: value => constant(new Float32Array(4).fill(value), value),
    f64: value => constant(new Float64Array(2).fill(value)),
    i32: value => constant(new Int32Array(4).fill(value)),
    i64: value => constant(new BigInt64Array(2).fill(value)),
    operand: (at, fixed) => make({ name: 'operand', of: [], number: at, fixed }),
    do: (name, ...of) => make({ name, of, fixed: isFixed(of) }),
    shift: (name, of, bits) => make({ name, of: [of], number: bits, fixed: of.fixed }),
    lanes(one, other, chosen) {
      const bytes = Uint8Array.from(chosen.flatMap(lane => [0, 1, 2, 3].map(byte => 4 * lane + byte)));
      return make({ name: 'i8x16.shuffle', of: [one, other], bytes, fixed: isFixed([one, other]) });
    },
  };
}
