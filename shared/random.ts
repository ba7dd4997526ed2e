/** The whole state of a generator: four words. It is plain data, so a checkpoint can hold it. */
export type RandomState = readonly [number, number, number, number];

/** Repeatable random numbers: the same seed gives the same numbers on every machine. Not for secrets. */
export type Random = {
  /** Uniform in [0, 1), a multiple of 2⁻³². */
  uniform: () => number;
  /** Normal with mean 0 and standard deviation 1. */
  normal: () => number;
  /** A whole number from 0 up to, but not including, `bound` (1 to 2³²). */
  integer: (bound: number) => number;
  /** Puts the items into random order, in place, and returns them. */
  shuffle: <T extends { [index: number]: unknown; length: number }>(items: T) => T;
  /** The current state. `createRandom` goes on from it. */
  state: () => RandomState;
};

/** A generator from a seed (any number), or one that goes on from a state. The algorithm is sfc32 of Chris
 *  Doty-Humphrey's PractRand (public domain). Source: pracrand.sourceforge.net/RNG_engines.txt */
export function createRandom(from: number | RandomState): Random {
  const words = new Uint32Array(4);
  if (typeof from === 'number') {
    words.set(new Uint32Array(new Float64Array([from]).buffer));
    words[3] = 1;
    // Seeds differ in few bits. The first outputs are thrown away until those bits have reached every word.
    for (let round = 0; round < 15; round++) next();
  } else words.set(from);

  function next(): number {
    const [a, b, c, counter] = words;
    const output = (a + b + counter) >>> 0;
    words[3] = counter + 1;
    words[0] = b ^ (b >>> 9);
    words[1] = c + (c << 3);
    words[2] = ((c << 21) | (c >>> 11)) + output;
    return output;
  }

  const uniform = () => next() / 2 ** 32;
  const integer = (bound: number) => Math.floor(uniform() * bound);
  return {
    uniform,
    // The Box–Muller transform without its second number, so that the four words are the whole state.
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
    integer,
    shuffle(items) {
      for (let last = items.length - 1; last > 0; last--) {
        const chosen = integer(last + 1);
        [items[last], items[chosen]] = [items[chosen], items[last]];
      }
      return items;
    },
    state: () => [words[0], words[1], words[2], words[3]],
  };
}

/** A generator of its own for each pair of whole numbers (0 to 2³² − 1) under one seed, such as an epoch and a batch.
 *  Its numbers don't depend on anything drawn before. */
export function createRandomFor(seed: number, first: number, second: number): Random {
  const random = createRandom([seed, first, second, 1]);
  // As in `createRandom`: the first outputs are thrown away until the differing bits have reached every word.
  for (let round = 0; round < 15; round++) random.uniform();
  return random;
}
