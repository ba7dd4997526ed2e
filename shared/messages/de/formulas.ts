/** What is wrong with a formula that was typed. Positions count its characters from 1, the "=" among them. */
import type { Catalogue } from '../catalogue.ts';

export const formulaMessages: Catalogue['formulas'] = {
  tooLong: 'Die Formel ist länger als die 8.192 Zeichen, die eine Zelle aufnehmen kann.',
  empty: 'Hinter dem „=“ steht nichts.',
  ends: position => `Die Formel endet an Position ${position}, wo eine Zahl, eine Zelle oder eine Funktion fehlt.`,
  operandMissing: (position, found) =>
    `An Position ${position}, vor „${found}“, fehlt eine Zahl, eine Zelle oder eine Funktion.`,
  operatorMissing: (position, found) => `An Position ${position}, vor „${found}“, fehlt ein Operator.`,
  sideBySide: (position, found) =>
    `An Position ${position}, vor „${found}“, stehen zwei Bezüge nebeneinander. Was sie gemeinsam haben, lässt sich ` +
    'nicht nehmen; schreiben Sie einen Operator dazwischen.',
  union: (position, list) =>
    `Das „${list}“ an Position ${position} steht außerhalb einer Funktion. Bezüge lassen sich nicht zu ` +
    'einem verbinden.',
  rangeOperator: position => `Das „:“ an Position ${position} braucht auf beiden Seiten eine Zelle, wie in A1:B2.`,
  notClosed: (position, bracket) => `Die „${bracket}“ an Position ${position} wird nie geschlossen.`,
  notOpened: (position, bracket) => `Die „${bracket}“ an Position ${position} schließt nichts.`,
  textNotClosed: position => `Dem Text, der an Position ${position} beginnt, fehlt das schließende Anführungszeichen.`,
  noSheet: (position, sheet) => `Das Blatt „${sheet}“, das an Position ${position} steht, gibt es nicht.`,
  unknownName: (position, name) => `„${name}“ an Position ${position} ist weder Zelle noch Zahl noch Funktion.`,
  outsideSheet: (position, name) =>
    `„${name}“ an Position ${position} liegt außerhalb des Blatts, das bei XFD1048576 endet.`,
  otherWorkbook: (position, name) =>
    `„${name}“ an Position ${position} liegt in einer anderen Arbeitsmappe. Eine Formel liest nur diese.`,
  severalSheets: (position, name) =>
    `„${name}“ an Position ${position} erstreckt sich über mehrere Blätter. Nennen Sie eines davon.`,
  unsupported: (position, found) => `„${found}“ an Position ${position} ist hier nicht möglich.`,
  unreadable: (position, found) => `„${found}“ an Position ${position} ist nicht lesbar.`,
  separator: (position, found, list) =>
    `Das „${found}“ an Position ${position} trennt hier nichts. Argumente werden durch „${list}“ getrennt.`,
  decimals: (position, decimal) =>
    `Die Zahl an Position ${position} ist wie in einer anderen Sprache geschrieben. Dezimalstellen stehen hier ` +
    `hinter „${decimal}“.`,
  twoReadings: (position, sign, english, local, list) =>
    `Das „${sign}“ an Position ${position} kann ein Dezimalzeichen sein oder Argumente trennen, weil ${english} ein ` +
    `englischer Name ist. Schreiben Sie ${local} oder trennen Sie Argumente durch „${list}“.`,
  numberTooLarge: position => `Die Zahl an Position ${position} ist zu groß.`,
  notConstant: (position, found) =>
    `„${found}“ an Position ${position} steht zwischen geschweiften Klammern, wo nur Zahlen und Texte stehen dürfen.`,
  unevenRows: position =>
    `Die Zeilen zwischen den geschweiften Klammern an Position ${position} sind verschieden lang.`,
  tooDeep: position => `An Position ${position} sind mehr als 64 Klammern oder Vorzeichen ineinandergeschachtelt.`,
  tooManyArguments: (position, name) =>
    `${name} an Position ${position} hat mehr als die 255 Argumente, die eine Funktion aufnehmen kann.`,
  mathematics: { mean: 'Mittelwert', when: 'falls', otherwise: 'sonst' },
};
