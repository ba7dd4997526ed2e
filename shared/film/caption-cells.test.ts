import { expect, test } from 'vitest';
import { nothingWritten } from '../changes/written.ts';
import { sheetOfTemplate } from '../lessons/lesson-places.ts';
import { english } from '../messages/render.ts';
import { buildSheet } from '../layout/sheet.ts';
import { parseNetwork } from '../network.ts';
import { keptCaption, namedCells, problemOfCaption, strangeBraces, typedCaption } from './caption-cells.ts';

const sheet = sheetOfTemplate('lesson3');
const sheets = [
  { id: sheet.id, name: 'Network' },
  { id: 'notes', name: 'My notes' },
];
const around = { sheet, sheets };
const kept = (typed: string) => keptCaption(around, typed);
const typed = (caption: string) => typedCaption(around, caption);

test('cells in braces are kept as what they are, in whatever form they were typed, and come back as addresses', () => {
  expect(kept('one {AH3}, {ah4 %}, {Network!AH3} and {conv1/output[0,1,1]}')).toBe(
    'one {#conv1/output@0}, {#conv1/output@52 %}, {#conv1/output@0} and {#conv1/output@3}',
  );
  expect(typed(kept('{ah4%} of { conv1/output[0,1,0] }'))).toBe('{AH4 %} of {AI3}');
  expect(kept("{'my notes'!b2} {My notes!C1 %}")).toBe('{#notes!B2} {#notes!C1 %}');
  expect(typed('{#notes!B2} {#notes!C1 %}')).toBe("{'My notes'!B2} {'My notes'!C1 %}");
  // A cell beside the network, and what this workbook doesn't have.
  expect(typed(kept('{A2000}'))).toBe('{A2000}');
  for (const same of ['{#gone!B2}', '{#gone/output@7}', '{answer}, {answer 2} with {answer 2 %}', '{{AH3}} a{b'])
    expect([kept(same), typed(same)]).toEqual([same, same]);
});

test('in another layout the same cells have other addresses', () => {
  const caption = kept('{AH3} and {A2000}');
  const layers = sheet.network.layers.map(each => (each.kind === 'input' ? { ...each, shape: [40, 40, 1] } : each));
  const wider = buildSheet(parseNetwork({ version: 1, layers: layers.slice(0, 2) }), []);
  const { row, column } = wider.layout.cellOf('conv1/output', 0);
  expect(wider.layout.cellOf('conv1/output', 0)).not.toEqual(sheet.layout.cellOf('conv1/output', 0));
  const now = typedCaption({ sheet: wider, sheets }, caption);
  expect(now).toMatch(/^\{[A-Z]+\d+\} and \{A2000\}$/);
  expect(keptCaption({ sheet: wider, sheets }, now)).toBe(caption);
  expect([row, column].every(Number.isInteger)).toBe(true);
  // What stands where an element is now isn't taken for it.
  expect(typedCaption(around, `{#${sheet.id}!AH3}`)).toBe(`{#${sheet.id}!AH3}`);
});

test('what a caption needs to be known', () => {
  expect(namedCells('{#conv1/output@3} {#notes!B2} {answer %} {{#a/b@1} {x}')).toEqual({
    tensors: ['conv1/output'],
    places: [{ sheet: 'notes', row: 1, column: 1 }],
  });
});

test('braces that name no cell, or one that isn’t there, are a problem', () => {
  const { sheets: own } = nothingWritten();
  const problem = (caption: string, on = sheet) => {
    const found = problemOfCaption(on, kept(caption), own);
    return found === undefined ? undefined : english(found);
  };
  for (const fine of ['', 'a } b { c', '{{here}', '{AH3}', '{AZ900}', '{answer 10 %}', '{answer}'])
    expect(problem(fine), fine).toBeUndefined();
  expect(problem('see {here}')).toBe(
    'In the caption, {here} is no cell. Name one like {AH3} or {Notes!B2}, or write {{ for a brace.',
  );
  // Ranges and other planes have no one number that films show.
  for (const strange of ['{AH3:AI4}', '{Gradient!AH3}', '{conv1}', '{}', '{answer 0}', '{Nowhere!A1}'])
    expect(strangeBraces(kept(strange)), strange).toBeDefined();
  expect(problem('{#conv1/output@99999}')).toMatch(/^The caption says what conv1\/output\[99999\] holds/);
  expect(problem('{#gone!B2}')).toMatch(/^The caption says what B2 holds/);
  expect(problem('{answer 11}')).toMatch(/^The caption says answer 11/);
  const layers = sheet.network.layers.filter(({ kind }) => kind !== 'softmax');
  expect(problem('{answer %}', buildSheet({ version: 1, layers }, sheet.classes))).toMatch(/ends in plain scores/);
  expect(problem('{answer}', buildSheet({ version: 1, layers: layers.slice(0, 3) }, []))).toMatch(/no classes/);
});
