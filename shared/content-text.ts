/** The texts for editing what stands in cells. Typed into its cell again, such a text means the same. */
import type { CellAddress } from './address.ts';
import { writtenNumber } from './cell-entry.ts';
import { type Cell, type ElementContent, isFormula, type Names, type WorkbookSheet } from './cells.ts';
import { derive } from './formula/derive.ts';
import { formulaOfCell, formulaOfElement } from './formula/placed.ts';
import { truthNamed } from './formula/language.ts';
import { type FormulaLanguage, literal } from './formula/print.ts';
import { writeFormula } from './formula/typed.ts';
import type { ElementIndex } from './layout/layout.ts';
import type { Sheet } from './layout/sheet.ts';
import { readNumber } from './numbers.ts';
import type { CellPlace } from './places.ts';
import { formulaText } from './typed-entry.ts';

/** A workbook as far as the texts of its cells depend on it. `sheet` is the network's. */
type Workbook = { sheet: Sheet; sheets: readonly WorkbookSheet[]; names: Names };

/** What is typed over an element, or the formula that the network has for it. undefined where it has only a number of
 *  its own. */
export function elementText(
  workbook: Workbook,
  element: ElementIndex,
  content: ElementContent | undefined,
  language: FormulaLanguage,
): string | undefined {
  const { sheet } = workbook;
  if (content === undefined) return derive(sheet, element, language)?.text;
  if (!isFormula<number>(content)) return writtenNumber(content, { decimalComma: language.decimal === ',' });
  const expression = formulaOfElement(sheet, element.tensor, element.index, content);
  return writeFormula(expression, { ...workbook, on: sheet.id }, language).text;
}

/** What is typed into a cell that is no element. undefined where nothing is. */
export function cellText(
  workbook: Workbook,
  place: CellPlace,
  { content, format }: Cell,
  language: FormulaLanguage,
): string | undefined {
  if (content === undefined) return undefined;
  const { sheet } = workbook;
  const decimalComma = language.decimal === ',';
  if (isFormula<CellAddress>(content)) {
    const formula = formulaOfCell(sheet, place, content, place.sheet === sheet.id);
    return writeFormula(formula, { ...workbook, on: place.sheet }, language).text;
  }
  if (typeof content === 'boolean') return literal(content, language);
  const number = format?.number;
  if (typeof content === 'string')
    return number?.kind === 'text' || !needsApostrophe(workbook, place, content, language) ? content : `'${content}`;
  const written = (value: number) => (decimalComma ? String(value).replace('.', ',') : String(value));
  return number?.kind === 'percent' ? `${written(Number((content * 100).toPrecision(15)))}%` : written(content);
}

/** Whether a text would be read as something else if it were typed as it is. */
function needsApostrophe(workbook: Workbook, place: CellPlace, text: string, language: FormulaLanguage): boolean {
  if (text.startsWith("'") || truthNamed(text, language) !== undefined) return true;
  if (formulaText(text, { ...workbook, on: place.sheet }, language) !== undefined) return true;
  const { value, problem } = readNumber(text, { decimalComma: language.decimal === ',' });
  return value !== undefined || problem === 'separator';
}
