import { expect, test } from 'vitest';
import { parseAddress } from './address.ts';
import { isFormula } from './cells.ts';
import { nothingWritten } from './changes/written.ts';
import { cellText } from './content-text.ts';
import { spokenFormulas } from './formula/language.ts';
import { ENGLISH } from './formula/print.ts';
import { writeFormula } from './formula/typed.ts';
import { buildSheet } from './layout/sheet.ts';
import { speak } from './messages.ts';
import { english } from './messages/render.ts';
import { parseNetwork } from './network.ts';
import { formulaText, typedInto } from './typed-entry.ts';

const sheet = buildSheet(
  parseNetwork({ version: 1, layers: [{ id: 'in', name: 'in', inputs: [], kind: 'input', shape: [4, 4, 1] }] }),
);

/** The formula that a typed text becomes in a free cell, or the sentence that refuses it. */
function entered(text: string, language = ENGLISH): string {
  const written = nothingWritten();
  const typed = typedInto({ sheet, ...written }, { sheet: sheet.id, ...parseAddress('Z9')! }, text, { language });
  if (typed.refusal !== undefined) return english(typed.refusal);
  const [change] = typed.changes;
  const content = change.kind === 'cells' ? change.edits[0].cell?.content : undefined;
  return isFormula(content) ? writeFormula(content.formula, { sheet, ...written, on: sheet.id }, language).text : '';
}

test.each([
  ['=SUM(1,2', '=SUM(1,2)'],
  ['=ROUND(SUM(A1:A2),(1+2', '=ROUND(SUM(A1:A2),1+2)'],
  ['=(1+2', '=1+2'],
  ['=IF(A1>2,"a(",', '=IF(A1>2,"a(",)'],
])('brackets that are open at the end of %s are closed, as in Excel', (text, formula) => {
  expect(entered(text)).toBe(formula);
});

test('so are they in German', () => {
  speak('de');
  const german = spokenFormulas();
  speak('en');
  expect(entered('=SUMME(0,5;MAX(1;2', german)).toBe('=SUMME(0,5;MAX(1;2))');
});

test.each([
  ['=SUM("ab', 'The text that begins at position 6 has no closing quotation mark.'],
  ['=SUM(1+', 'The “(” at position 5 is never closed.'],
  ['=SUM({1,2', 'The “{” at position 6 is never closed.'],
])('but what cannot be meant is still refused: %s', (text, sentence) => {
  expect(entered(text)).toBe(sentence);
});

test.each([
  ['+A1*2', '=+A1*2'],
  ['-A1', '=-A1'],
  ['−A1', '=-A1'],
  ['@SUM(A1:A3', '=SUM(A1:A3)'],
  ['-5-3', '=-5-3'],
  ['-1/3', '=-1/3'],
])('as in Excel, %s is a formula', (text, formula) => {
  expect(entered(text)).toBe(formula);
});

test.each(['-5', '+3', '−0.5', '- A1', '-- see below', '-', '@home', '+49 30 1234', '-nothing'])(
  '%s is a number or a text, and no formula',
  text => {
    expect(entered(text)).toBe('');
  },
);

test('German signs and functions make formulas too, and 0,5 with a sign stays a number', () => {
  speak('de');
  const german = spokenFormulas();
  speak('en');
  expect(entered('+SUMME(0,5;A1)', german)).toBe('=+SUMME(0,5;A1)');
  expect(formulaText('-0,5', { sheet, ...nothingWritten(), on: sheet.id }, german)).toBeUndefined();
});

test('in a cell that is formatted as text, = begins no formula', () => {
  const place = { sheet: sheet.id, ...parseAddress('Z9')! };
  const { cells, ...own } = nothingWritten().sheets[0];
  const text = { format: { number: { kind: 'text' as const } } };
  const sheets = [{ ...own, cells: new Map([...cells, [place.row, new Map([[place.column, text]])]]) }];
  const typed = typedInto({ sheet, ...nothingWritten(), sheets }, place, '=A1');
  expect(typed).toMatchObject({ changes: [{ edits: [{ cell: { ...text, content: '=A1' } }] }] });
});

test('truth values are typed, and edited again, in the reader’s words or in English', () => {
  speak('de');
  const german = spokenFormulas();
  speak('en');
  const place = { sheet: sheet.id, ...parseAddress('Z9')! };
  const contentOf = (text: string, language = ENGLISH) => {
    const typed = typedInto({ sheet, ...nothingWritten() }, place, text, { language });
    const change = typed.refusal === undefined ? typed.changes[0] : undefined;
    return change?.kind === 'cells' ? change.edits[0].cell?.content : undefined;
  };
  expect(['wahr', 'FALSCH', 'true', 'Wahrheit'].map(text => contentOf(text, german))).toEqual([
    true,
    false,
    true,
    'Wahrheit',
  ]);
  expect([contentOf('true'), contentOf('wahr')]).toEqual([true, 'wahr']);
  const workbook = { sheet, ...nothingWritten() };
  expect(cellText(workbook, place, { content: true }, german)).toBe('WAHR');
  expect(cellText(workbook, place, { content: 'wahr' }, german)).toBe("'wahr");
});
