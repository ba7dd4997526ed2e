/** Formulas as users type and see them in a workbook: with the present names of its sheets, and with its names. */
import { translateFormulaToA1 } from '@borgar/fx';
import { type CellAddress, formatAddress } from '../address.ts';
import type { Names } from '../cells.ts';
import type { Sheet } from '../layout/sheet.ts';
import { type SheetId, type SheetInfo, sheetNamed } from '../places.ts';
import type { TensorId } from '../tensor.ts';
import { type CellsReference, type Expression, mapReferences, type Reference } from './expression.ts';
import { formatA1, formatR1C1 } from './notation.ts';
import { parseFormula } from './parse.ts';
import { bound, cellsOf } from './placed.ts';
import { ENGLISH, type FormulaLanguage, print, type Printed } from './print.ts';
import type { FormulaProblem, Known } from './syntax.ts';

/** Where a formula stands. `on`: its sheet; undefined for a name's formula, which stands on none. `sheet` is the
 *  network's. */
export type Surroundings = { sheet: Sheet; sheets: readonly SheetInfo[]; names: Names; on: SheetId | undefined };

/** Reads a typed formula as it is stored: sheets by their ids, and cells of the network that lie within one tensor by
 *  their elements. Or a sentence about its first fault. */
export function readFormula(
  text: string,
  { sheet, sheets, names, on }: Surroundings,
  language: FormulaLanguage = ENGLISH,
): { expression: Expression; problem?: undefined } | FormulaProblem {
  const known: Known = {
    name: name => namedIn(sheet, names, name),
    sheet: name => sheetNamed(sheets, name)?.id,
  };
  const read = parseFormula(text, language, known);
  if (read.problem !== undefined) return read;
  const bind = (reference: Reference) => bound(sheet, reference as CellsReference, on === sheet.id);
  return { expression: mapReferences(read.expression, bind) };
}

/** `readFormula` for what somebody has typed to its end. As in Excel, brackets that are still open are closed there:
 *  =SUM(1,2 is =SUM(1,2). */
export function readTyped(
  text: string,
  around: Surroundings,
  language?: FormulaLanguage,
): ReturnType<typeof readFormula> {
  const read = readFormula(text, around, language);
  if (read.problem === undefined || read.open === undefined) return read;
  const closed = readFormula(text + ')'.repeat(read.open), around, language);
  return closed.problem === undefined ? closed : read;
}

/** Reads a formula in R1C1, as it stands in a cell. */
export function readRelative(text: string, at: CellAddress, around: Surroundings): ReturnType<typeof readFormula> {
  return readFormula(translateFormulaToA1(text, formatAddress(at), { wrapEdges: false }), around);
}

/** Writes a stored formula as its readers see it. What isn't there (any more) is #REF!. `relativeTo`: in R1C1 from that
 *  cell, so that it can be read anywhere with `readRelative`. */
export function writeFormula(
  expression: Expression,
  { sheet, sheets, on }: Surroundings,
  language: FormulaLanguage = ENGLISH,
  relativeTo?: CellAddress,
): Printed {
  const write = (cells: CellsReference) => (relativeTo ? formatR1C1(cells, relativeTo) : formatA1(cells));
  const missing = language.words?.errors['#REF!'] ?? '#REF!';
  return print(expression, {
    language,
    reference(reference) {
      const cells = cellsOf(sheet, reference, on === sheet.id);
      if (!cells) return missing;
      if (cells.sheet === undefined) return write(cells);
      const named = sheets.find(({ id }) => id === cells.sheet);
      return named ? write({ ...cells, sheet: named.name }) : missing;
    },
    tensorName: tensor => namesOfTensors(sheet).byTensor.get(tensor) ?? language.words?.errors['#NAME?'] ?? '#NAME?',
  });
}

/** What a name means: the user's own, or a tensor. */
function namedIn(sheet: Sheet, names: Names, name: string): ReturnType<Known['name']> {
  const key = name.toLowerCase();
  const own = names.get(key);
  if (own) return { kind: 'name', name: own.name };
  const tensor = namesOfTensors(sheet).byName.get(key);
  return tensor && { kind: 'tensor', tensor };
}

/** Whether a text can be a name: letters, digits, _ and ., beginning with a letter or _, and no address, function or
 *  truth value. Names of tensors are taken. */
export function canBeName(text: string): boolean {
  return /^[\p{L}_][\p{L}\p{N}_.]*$/u.test(text) && !/^([a-z]{1,3}\d+|r\d*c\d*|r|c|true|false)$/i.test(text);
}

type TensorNames = { byName: ReadonlyMap<string, TensorId>; byTensor: ReadonlyMap<TensorId, string> };
const known = new WeakMap<Sheet, TensorNames>();

/** The names of all tensors: conv1_kernel, softmax_output. `byName` has them in lower case. */
export function namesOfTensors(sheet: Sheet): TensorNames {
  const found = known.get(sheet);
  if (found) return found;
  const [byName, byTensor] = [new Map<string, TensorId>(), new Map<TensorId, string>()];
  for (const { id, layer, name } of sheet.tensors.values()) {
    const plain = `${sheet.layers.get(layer)!.name}_${name}`.replaceAll(/[^\p{L}\p{N}_.]/gu, '_');
    let unique = canBeName(plain) ? plain : `_${plain}`;
    while (byName.has(unique.toLowerCase())) unique += '_';
    byName.set(unique.toLowerCase(), id);
    byTensor.set(id, unique);
  }
  known.set(sheet, { byName, byTensor });
  return { byName, byTensor };
}
