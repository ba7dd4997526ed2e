import { readFileSync } from 'node:fs';
import { beforeAll, expect, test } from 'vitest';
import { formulasIn, functionNames } from '../../../shared/formula/language.ts';
import { readFormula, writeFormula } from '../../../shared/formula/typed.ts';
import type { Value } from '../../../shared/formula/value.ts';
import { createRandom } from '../../../shared/random.ts';
import { startBackend } from '../backend/backend.ts';
import { digitNetwork, valuesFor } from '../oracle/example-network.ts';
import { openWritten, type WrittenNetwork } from './testing/written-network.ts';

beforeAll(startBackend);

/** Each function with a formula, its value, and where the value is from: LibreOffice, arithmetic by other means where
 *  LibreOffice has no such function, the documentation of Excel where LibreOffice differs from it, or another name of
 *  the same function. */
type Example = readonly [formula: string, value: number | string | boolean, source: string];
const file = new URL('testing/function-examples.json', import.meta.url);
const examples = Object.entries(JSON.parse(readFileSync(file, 'utf8')) as Record<string, Example>);

/** What has no example, and why. */
const LEFT_OUT: Record<string, string> = {
  NOW: 'the time of drawing; its tests are in library.test.ts',
  TODAY: 'the time of drawing; its tests are in library.test.ts',
  RAND: 'random; its tests are in library.test.ts',
  RANDBETWEEN: 'random; its tests are in library.test.ts',
  VERSION: 'the version of HyperFormula',
  ISREF: 'HyperFormula asks whether a value is #REF!, Excel whether it is a reference',
  ISFORMULA: 'HyperFormula gets values only, so nothing is a formula',
  FORMULATEXT: 'HyperFormula gets values only, so no cell has a formula’s text',
};

const DATA: Record<string, readonly (number | string | boolean | undefined)[]> = {
  A: [6, 2, 8, 4, 5],
  B: [1, 3, 2, 5, 4],
  C: ['pear', 'apple', 'fig', 'apple', 'plum'],
  D: [true, undefined, '12'],
  E: [-100, 30, 40, 50, 20],
  F: ['fruit', 'pear', 'apple', 'apple'],
  G: ['count', 3, 7, 5],
  H: ['fruit', 'apple'],
  I: [43831, 43900, 44000, 44100, 44196],
  K: ['fruit', 'pear'],
};

function open(): WrittenNetwork {
  const network = digitNetwork(1, 1);
  const own = openWritten(network, valuesFor(network, createRandom(5)));
  for (const [column, contents] of Object.entries(DATA)) {
    const cells = contents.map((content, row) => [`Notes!${column}${row + 1}`, content] as const);
    own.type(Object.fromEntries(cells) as Record<string, string>);
  }
  return own;
}

const isNear = (found: Value, expected: Example[1]) =>
  typeof found === 'number' && typeof expected === 'number'
    ? Math.abs(found - expected) <= 1e-7 * Math.max(1, Math.abs(expected))
    : typeof expected === 'string' && /\di$/.test(expected)
      ? digitsOf(found) === digitsOf(expected)
      : found === expected;
/** A complex number with eight digits after each point. */
const digitsOf = (value: Value) =>
  JSON.stringify(value).replace(/-?\d+\.\d+(e-\d+)?/g, digits => Number(digits).toFixed(8));

test('every function gives what LibreOffice or arithmetic says, by its English and its German name', () => {
  const own = open();
  const around = { sheet: own.sheet, sheets: own.written.sheets, names: own.written.names, on: 'Notes' };
  const german = formulasIn('de', ',');
  const wrong: string[] = [];
  for (const [name, [formula, value]] of examples) {
    own.type({ 'Notes!U40': formula });
    const found = own.read('Notes!U40');
    if (!isNear(found, value)) wrong.push(`${name} ${formula}: ${JSON.stringify(found)}, not ${JSON.stringify(value)}`);
    const english = readFormula(formula, around);
    if (english.problem !== undefined) {
      wrong.push(`${name} ${formula} is not read`);
      continue;
    }
    const { text } = writeFormula(english.expression, around, german);
    const read = readFormula(text, around, german);
    if (JSON.stringify(read) !== JSON.stringify(english)) wrong.push(`${name} ${formula} is ${text} in German`);
  }
  own.close();
  expect(wrong).toEqual([]);
});

test('no function is forgotten', () => {
  const known = [...examples.map(([name]) => name), ...Object.keys(LEFT_OUT)];
  expect(known.toSorted()).toEqual([...functionNames].toSorted());
  for (const [name, [formula]] of examples) expect(formula).toContain(`${name}(`);
});
