import { expect, test } from 'vitest';
import { parseAddress } from './address.ts';
import { canTake, readEntry, refusalOf } from './cell-entry.ts';
import { buildSheet, placeOf } from './layout/sheet.ts';
import { english } from './messages/render.ts';
import { DIGIT_SHAPE, lesson3 } from './templates.ts';

const sheet = buildSheet(lesson3(DIGIT_SHAPE, 10));
const kernel = { tensor: 'conv1/kernel' as const, index: 0 };
const actual = { tensor: 'softmax/actual' as const, index: 3 };
const at = (text: string) => ({ sheet: sheet.id, ...parseAddress(text)! });

/** The value that an entry gives, or the sentence that refuses it. */
function read(cell: string | typeof kernel | typeof actual, content: Parameters<typeof readEntry>[2], comma = false) {
  const address = typeof cell === 'string' ? at(cell) : placeOf(sheet, cell.tensor, cell.index);
  const found = readEntry(sheet, address, content, { decimalComma: comma });
  if (!found) return undefined;
  return 'refusal' in found ? english(found.refusal) : found.value;
}

test('a number, or a text that is one, is what the element will hold', () => {
  expect(readEntry(sheet, placeOf(sheet, 'conv1/kernel', 0), '0.5', {})).toEqual({ element: kernel, value: 0.5 });
  expect(read(kernel, 2)).toBe(2);
  expect(read(kernel, '0,5', true)).toBe(0.5);
});

test('nothing makes a number 0 and an expected class blank; a blank leaves a number as it is', () => {
  expect([read(kernel, ''), read(actual, ''), read(kernel, null), read(actual, null)]).toEqual([
    0,
    Number.NaN,
    undefined,
    Number.NaN,
  ]);
});

test('errors, texts and numbers that float32 lacks are refused', () => {
  expect(read(kernel, { error: '#NUM!' })).toContain('not "#NUM!"');
  expect(read(kernel, 'red')).toContain('not "red"');
  expect(read(kernel, 1e39)).toContain("can't hold 1e+39");
});

test('a change from outside is refused with the sentence that typing is', () => {
  const computed = placeOf(sheet, 'conv1/output', 0);
  expect(canTake(sheet.tensors.get('conv1/output')!, 1)).toBe(false);
  expect(refusalOf(sheet, { tensor: 'conv1/output', index: 0 }, 1)).toEqual(
    (readEntry(sheet, computed, '1', {}) as { refusal: unknown }).refusal,
  );
  expect(canTake(sheet.tensors.get('conv1/kernel')!, Number.NaN)).toBe(false);
  expect(english(refusalOf(sheet, kernel, Number.NaN))).toBe(read(kernel, { error: '#NUM!' }));
  expect(canTake(sheet.tensors.get('softmax/actual')!, Number.NaN)).toBe(true);
  expect(canTake(sheet.tensors.get('softmax/actual')!, Number.POSITIVE_INFINITY)).toBe(false);
});
