import { expect, test } from 'vitest';
import { named } from './en/words.ts';

test.each([
  [[], ''],
  [['a'], '“a”'],
  [['a', 'b', 'c'], '“a”, “b” and “c”'],
  [['a', 'b', 'c', 'd', 'e', 'f'], '“a”, “b”, “c”, “d”, “e” and “f”'],
  [digits(1007), '“0”, “1”, “2”, “3”, “4” and 1,002 more'],
])('sentences name some classes, and count many', (names, told) => {
  expect(named(names)).toBe(told);
});

function digits(count: number): string[] {
  return Array.from({ length: count }, (_, number) => String(number));
}
