import type { Catalogue } from '../catalogue.ts';
import { whole } from '../format.ts';
import { counted, named, plural, shortPath } from './words.ts';

export const submissionMessages: Catalogue['submission'] = {
  empty: file =>
    `${shortPath(file)} ist kein Muster einer Einreichung: Es braucht eine Zeile mit Überschriften und Zeilen ` +
    'darunter, mit einer Kennung und mindestens einer weiteren Spalte.',
  ragged: (file, line, columns) =>
    `${shortPath(file)}, Zeile ${whole(line)}: andere als ${whole(columns)} Felder, wie die Überschriften sie haben. ` +
    'Laden Sie die Datei noch einmal.',
  noIds: (file, id, image) =>
    `Keine Kennung in ${shortPath(file)}, etwa „${shortPath(id)}“, ist der Name eines Bilds, etwa ` +
    `„${shortPath(image)}“. Wählen Sie die Testbilder, die zum Muster gehören.`,
  missing: (file, id, count) =>
    `${shortPath(file)} verlangt ${counted(count, 'Bild, das fehlt oder sich', 'Bilder, die fehlen oder sich')} ` +
    `nicht lesen ${plural(count, 'lässt', 'lassen')}, etwa „${shortPath(id)}“. Eine Einreichung braucht alle: ` +
    'Wählen Sie den Ordner oder die Tabelle mit allen Testbildern.',
  leftOut: (file, count) =>
    `${counted(count, 'Bild steht', 'Bilder stehen')} nicht in ${shortPath(file)} und ` +
    `${plural(count, 'wird', 'werden')} weggelassen.`,
  lost: image =>
    `Auf dem Weg zu den Werten von „${shortPath(image)}“ steht #ZAHL!, also gibt es dafür nichts einzureichen.`,
  columns: (file, unknown, absent) =>
    `Die Spalten von ${shortPath(file)} sind nicht die Klassen des Netzes: ` +
    [
      ...(unknown.length > 0 ? [`es kennt ${named(unknown, 4)} nicht`] : []),
      ...(absent.length > 0 ? [`es ${plural(absent.length, 'fehlt', 'fehlen')} ${named(absent, 4)}`] : []),
    ].join('; ') +
    '. Trainieren Sie es mit den Klassen, die der Wettbewerb nennt.',
  labels: (file, label, classes) =>
    `${shortPath(file)} hat Labels wie „${shortPath(label)}“, die Klassen des Netzes sind ${named(classes, 4)}. ` +
    'Nennen Sie die Klassen der Trainingsbilder so wie das Muster.',
  oneProbability: (file, title, classes) =>
    `${shortPath(file)} hat eine Spalte mit Wahrscheinlichkeiten, „${shortPath(title)}“. Von welcher Klasse, ` +
    `${named(classes, 2)}, ist nicht klar: Nennen Sie diese Klasse der Trainingsbilder so, oder 1.`,
};
