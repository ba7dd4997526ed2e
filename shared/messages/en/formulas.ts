/** Faults of typed formulas. Positions count characters from 1, with the "=". */
export const formulaMessages = {
  tooLong: 'The formula is longer than the 8,192 characters a cell can hold.',
  empty: 'There is nothing after the “=”.',
  ends: (position: number) =>
    `The formula ends at position ${position}, where a number, a cell or a function is missing.`,
  operandMissing: (position: number, found: string) =>
    `A number, a cell or a function is missing at position ${position}, before “${found}”.`,
  operatorMissing: (position: number, found: string) =>
    `An operator is missing at position ${position}, before “${found}”.`,
  sideBySide: (position: number, found: string) =>
    `Two references stand side by side at position ${position}, before “${found}”. What they share can't be taken; ` +
    'write an operator between them.',
  union: (position: number, list: string) =>
    `The “${list}” at position ${position} stands outside a function. References can't be joined to one.`,
  rangeOperator: (position: number) => `The “:” at position ${position} needs a cell on both sides, as in A1:B2.`,
  notClosed: (position: number, bracket: string) => `The “${bracket}” at position ${position} is never closed.`,
  notOpened: (position: number, bracket: string) => `The “${bracket}” at position ${position} closes nothing.`,
  textNotClosed: (position: number) => `The text that begins at position ${position} has no closing quotation mark.`,
  noSheet: (position: number, sheet: string) =>
    `There is no sheet called “${sheet}”, which is named at position ${position}.`,
  unknownName: (position: number, name: string) => `“${name}” at position ${position} is no cell, number or function.`,
  outsideSheet: (position: number, name: string) =>
    `“${name}” at position ${position} lies outside the sheet, which ends at XFD1048576.`,
  otherWorkbook: (position: number, name: string) =>
    `“${name}” at position ${position} lies in another workbook. A formula reads this workbook only.`,
  severalSheets: (position: number, name: string) =>
    `“${name}” at position ${position} spans several sheets. Name one of them.`,
  unsupported: (position: number, found: string) => `“${found}” at position ${position} can't be used here.`,
  unreadable: (position: number, found: string) => `“${found}” at position ${position} can't be read.`,
  separator: (position: number, found: string, list: string) =>
    `The “${found}” at position ${position} separates nothing here. Arguments are separated by “${list}”.`,
  decimals: (position: number, decimal: string) =>
    `The number at position ${position} is written as in another language. Decimals come after “${decimal}” here.`,
  twoReadings: (position: number, sign: string, english: string, local: string, list: string) =>
    `The “${sign}” at position ${position} can be a decimal sign or separate arguments, because ${english} is an ` +
    `English name. Write ${local}, or separate arguments by “${list}”.`,
  numberTooLarge: (position: number) => `The number at position ${position} is too large.`,
  notConstant: (position: number, found: string) =>
    `“${found}” at position ${position} stands between braces, where only numbers and texts may stand.`,
  unevenRows: (position: number) => `The rows between the braces at position ${position} differ in length.`,
  tooDeep: (position: number) => `More than 64 brackets or signs are inside one another at position ${position}.`,
  tooManyArguments: (position: number, name: string) =>
    `${name} at position ${position} has more than the 255 arguments a function can take.`,
  /** Words in mathematical formulas. `when` and `otherwise` are beside the two cases of an IF. */
  mathematics: { mean: 'mean', when: 'if', otherwise: 'otherwise' },
};
