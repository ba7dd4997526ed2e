import { expect, test } from 'vitest';
import { parseAddress } from './address.ts';
import { isFormula } from './cells.ts';
import { nothingWritten } from './changes/written.ts';
import { spokenFormulas } from './formula/language.ts';
import { ENGLISH } from './formula/print.ts';
import { writeFormula } from './formula/typed.ts';
import { buildSheet } from './layout/sheet.ts';
import { speak } from './messages.ts';
import { english } from './messages/render.ts';
import { parseNetwork } from './network.ts';
import { typedInto } from './typed-entry.ts';

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
