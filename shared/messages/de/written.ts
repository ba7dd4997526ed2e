import type { Catalogue } from '../catalogue.ts';
import { whole } from '../format.ts';
import { plural } from './words.ts';

export const writtenMessages: Catalogue['written'] = {
  noSheet: sheet => `In dieser Arbeitsmappe gibt es kein Blatt ${sheet} (mehr).`,
  notFree: where =>
    `${where} gehört zum Netz: Frei sind nur Zellen zwischen seinen Bändern und dahinter. Wählen Sie eine davon.`,
  notYours: where =>
    `${where} gehört zum Netz: Dort kann nur eine Zahl oder eine Formel stehen, kein Text. Der alte Wert bleibt.`,
  numberIsValue: where => `${where} hat eine eigene Zahl und nimmt eine als ihren Wert an.`,
  networkStays: 'Das Blatt des Netzes kann nicht gelöscht werden, denn es zeigt das Netz. Löschen Sie ein anderes.',
  networkLines: sheet =>
    `Zeilen und Spalten von ${sheet} folgen aus dem Netz: Dort wird nichts eingefügt oder gelöscht. Nehmen Sie ein ` +
    'anderes Blatt.',
  networkWidths: sheet => `Alle Spalten von ${sheet} sind gleich breit. Ändern Sie die eines anderen Blatts.`,
  beyondSheet: sheet => `Diese Zellen liegen außerhalb von ${sheet}, das bei XFD1048576 endet.`,
  pushedOut: sheet =>
    `Die letzten Zellen von ${sheet} würden aus dem Blatt geschoben. Leeren Sie sie, oder fügen Sie weniger ein.`,
  noTab: place => `Unter den Blättern gibt es keinen Platz ${whole(place)}.`,
  tooManySheets: most => `Eine Arbeitsmappe hat höchstens ${whole(most)} Blätter. Löschen Sie zuerst eines.`,
  tooManyCells: most => `Eine Arbeitsmappe hat höchstens ${whole(most)} eigene Zellen. Nichts wurde geändert.`,
  tooManyFormulas: most =>
    `Höchstens ${whole(most)} Zellen des Netzes können eigene Formeln haben. Nichts wurde geändert.`,
  tooManyNames: most => `Eine Arbeitsmappe hat höchstens ${whole(most)} Namen. Löschen Sie zuerst einen.`,
  sheetNameBlank: 'Ein Blatt braucht einen Namen, ohne Leerzeichen davor oder dahinter.',
  sheetNameLong: most => `Der Name eines Blatts hat höchstens ${whole(most)} Zeichen.`,
  sheetNameSigns: name =>
    `Ein Blatt kann nicht „${name}“ heißen: Keines von : \\ / ? * [ ] darf in seinem Namen stehen, und kein ' am Rand.`,
  sheetNameTaken: name => `${name} gibt es schon. Wählen Sie für das Blatt einen anderen Namen.`,
  textTooLong: (where, most) => `${where} fasst höchstens ${whole(most)} Zeichen.`,
  dropped: (count, shown) =>
    `${whole(count)} eigene ${plural(count, 'Formel ging', 'Formeln gingen')} mit dem, was dort stand: ` +
    `${shown.join(', ')}${count > shown.length ? ', …' : ''}. „Rückgängig“ bringt sie zurück.`,
  uncommented: (count, shown) =>
    `${whole(count)} ${plural(count, 'Kommentar ging', 'Kommentare gingen')} mit dem, was dort stand: ` +
    `${shown.join(', ')}${count > shown.length ? ', …' : ''}. ` +
    `„Rückgängig“ bringt ${plural(count, 'ihn', 'sie')} zurück.`,
  broken: (count, shown) =>
    `${whole(count)} eigene ${plural(count, 'Formel liest', 'Formeln lesen')} Zellen, die es nicht mehr gibt, und ` +
    `${plural(count, 'zeigt', 'zeigen')} #BEZUG!: ${shown.join(', ')}${count > shown.length ? ', …' : ''}. ` +
    '„Rückgängig“ bringt sie zurück.',
  moved: (count, shown) =>
    `Das Netz braucht den Platz von ${whole(count)} eigenen ${plural(count, 'Zelle', 'Zellen')}. ` +
    `Verschoben: ${shown.join(', ')}` +
    `${count > shown.length ? ', …' : ''}.`,
  movedTo: (from, to) => `${from} → ${to}`,
  formula: (where, problem) => `${where}: ${problem}`,
};
