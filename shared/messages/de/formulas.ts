/** What is wrong with a formula that was typed. Positions count its characters from 1, the "=" among them. */
import type { Catalogue } from '../catalogue.ts';

export const formulaMessages: Catalogue['formulas'] = {
  tooLong: 'Die Formel ist länger als die 8.192 Zeichen, die eine Zelle aufnehmen kann.',
  empty: 'Hinter dem „=“ steht nichts.',
  ends: position => `Die Formel endet an Stelle ${position}, wo eine Zahl, eine Zelle oder eine Funktion fehlt.`,
  operandMissing: (position, found) =>
    `An Stelle ${position}, vor „${found}“, fehlt eine Zahl, eine Zelle oder eine Funktion.`,
  operatorMissing: (position, found) => `An Stelle ${position}, vor „${found}“, fehlt ein Operator.`,
  sideBySide: (position, found) =>
    `An Stelle ${position}, vor „${found}“, stehen zwei Bezüge nebeneinander. Was sie gemeinsam haben, lässt sich ` +
    'nicht nehmen; schreiben Sie einen Operator dazwischen.',
  union: (position, list) =>
    `Das „${list}“ an Stelle ${position} steht außerhalb einer Funktion. Bezüge lassen sich nicht zu einem verbinden.`,
  rangeOperator: position => `Das „:“ an Stelle ${position} braucht auf beiden Seiten eine Zelle, wie in A1:B2.`,
  notClosed: (position, bracket) => `Die „${bracket}“ an Stelle ${position} wird nie geschlossen.`,
  notOpened: (position, bracket) => `Die „${bracket}“ an Stelle ${position} schließt nichts.`,
  textNotClosed: position => `Dem Text, der an Stelle ${position} beginnt, fehlt das schließende Anführungszeichen.`,
  noSheet: (position, sheet) => `Ein Blatt namens „${sheet}“, wie es an Stelle ${position} steht, gibt es nicht.`,
  unknownName: (position, name) => `„${name}“ an Stelle ${position} ist weder Zelle noch Zahl noch Funktion.`,
  outsideSheet: (position, name) =>
    `„${name}“ an Stelle ${position} liegt außerhalb des Blatts, das bei XFD1048576 endet.`,
  otherWorkbook: (position, name) =>
    `„${name}“ an Stelle ${position} liegt in einer anderen Arbeitsmappe. Eine Formel liest nur diese.`,
  severalSheets: (position, name) =>
    `„${name}“ an Stelle ${position} erstreckt sich über mehrere Blätter. Nennen Sie eines davon.`,
  unsupported: (position, found) => `„${found}“ an Stelle ${position} ist hier nicht möglich.`,
  unreadable: (position, found) => `„${found}“ an Stelle ${position} ist nicht lesbar.`,
  separator: (position, found, list) =>
    `Das „${found}“ an Stelle ${position} trennt hier nichts. Argumente werden durch „${list}“ getrennt.`,
  decimals: (position, decimal) =>
    `Die Zahl an Stelle ${position} ist wie in einer anderen Sprache geschrieben. Dezimalstellen stehen hier hinter ` +
    `„${decimal}“.`,
  numberTooLarge: position => `Die Zahl an Stelle ${position} ist zu groß.`,
  notConstant: (position, found) =>
    `„${found}“ an Stelle ${position} steht zwischen geschweiften Klammern, wo nur Zahlen und Texte stehen dürfen.`,
  unevenRows: position => `Die Zeilen zwischen den geschweiften Klammern an Stelle ${position} sind verschieden lang.`,
  tooDeep: position => `An Stelle ${position} sind mehr als 64 Klammern oder Vorzeichen ineinandergeschachtelt.`,
  tooManyArguments: (position, name) =>
    `${name} an Stelle ${position} hat mehr als die 255 Argumente, die eine Funktion aufnehmen kann.`,
  mathematics: { mean: 'Mittelwert', when: 'falls', otherwise: 'sonst' },
};
