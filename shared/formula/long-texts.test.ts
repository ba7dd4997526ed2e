/** How much work it takes to read long formulas. Looks at characters are counted, not time. */
import { expect, test } from 'vitest';
import { english } from '../messages/render.ts';
import { formulasIn } from './language.ts';
import { parseFormula } from './parse.ts';
import { ENGLISH } from './print.ts';

/** How often a character is looked at, by number or with a pattern, while `act` runs. */
function looksIn(act: () => void): number {
  let looks = 0;
  const restore = [count(String.prototype, 'charCodeAt'), count(RegExp.prototype, 'test')];
  try {
    act();
  } finally {
    for (const each of restore) each();
  }
  return looks;

  /** Counts the calls of a method. Returns a function that ends this. */
  function count(prototype: object, name: string): () => void {
    const property = Reflect.getOwnPropertyDescriptor(prototype, name)!;
    const original = property.value as (this: unknown, argument: unknown) => unknown;
    function counted(this: unknown, argument: unknown): unknown {
      looks++;
      return original.call(this, argument);
    }
    Reflect.defineProperty(prototype, name, { ...property, value: counted });
    return () => Reflect.defineProperty(prototype, name, property);
  }
}

const PIECES = [
  ..."0 1 2.5 2,5 1. 1e9 1e308 A1 B2 A: 1:9 $A é ' 'a 'a' '[a [' [ ] [a] R[1] a! _ \\ # #BEZUG! {1} ;".split(' '),
  '"',
  '"a"',
  ' ',
  '(',
  '-',
];

test.each(PIECES)('a formula of twice as many %j takes no more than about twice the work', piece => {
  for (const language of [ENGLISH, formulasIn('de', ',')]) {
    const [some, twice] = [4000, 8000].map(length =>
      looksIn(() => parseFormula(`=${piece.repeat(Math.floor(length / piece.length))}`, language)),
    );
    expect(twice).toBeLessThan(2.5 * some + 1000);
  }
});

test('a long number is read, and a long word or name of a sheet is refused where it stands', () => {
  expect(parseFormula(`=1+${'0'.repeat(3000)}.5`)).toEqual(parseFormula('=1+0.5'));
  expect(parseFormula(`="${'a b'.repeat(2000)}"&1`).problem).toBeUndefined();
  expect(parseFormula(`=${'A1+'.repeat(2000)}1`).problem).toBeUndefined();
  for (const [text, start] of [
    [`=1+${'2.5'.repeat(100)}`, 3],
    [`=SUM(${"'".repeat(300)}`, 5],
  ] as const) {
    const { problem, ...place } = parseFormula(text) as { problem: Parameters<typeof english>[0]; start: number };
    expect(place).toEqual({ start, end: text.length });
    expect(english(problem)).toBe(`“${text.slice(start)}” at position ${start + 1} can't be read.`);
  }
});
