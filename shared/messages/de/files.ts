/** Sentences about reading and writing files. */
import type { Catalogue } from '../catalogue.ts';
import { whole } from '../format.ts';
import { counted } from './words.ts';

export const fileMessages: Catalogue['files'] = {
  empty: name => `${name} ist leer. Öffnen Sie eine andere Kopie der Datei.`,
  foreign: (name, what) =>
    `${name} ist ${what}, keine ConvSheet-Arbeitsmappe. Wählen Sie eine Datei, die ConvSheet gespeichert hat.`,
  kinds: {
    archive: 'ein anderes Archiv',
    spreadsheet: 'eine Excel-Arbeitsmappe',
    picture: 'ein Bild',
    pdf: 'ein PDF-Dokument',
    text: 'eine Textdatei',
    unknown: 'eine Datei unbekannter Art',
  },
  damaged: (name, what) =>
    `${name} ist beschädigt oder unvollständig: ${what}. Öffnen Sie eine andere Kopie der Datei, oder erstellen Sie ` +
    'die Arbeitsmappe neu.',
  damage: {
    end: 'Das Ende fehlt',
    directory: 'Das Inhaltsverzeichnis ergibt keinen Sinn',
    duplicate: entry => `${entry} ist zweimal darin`,
    missing: entry => `${entry} fehlt darin`,
    content: entry => `${entry} darin ist nicht lesbar`,
    size: (entry, found, wanted) => `${entry} darin hat ${whole(found)} Bytes statt ${whole(wanted)}`,
    json: 'workbook.json darin ist nicht das JSON einer Arbeitsmappe',
    fieldMissing: field => `${field} fehlt in workbook.json`,
    field: (field, expected) => `${field} in workbook.json müsste ${expected} sein`,
    tensorMissing: tensor => `workbook.json nennt ${tensor} nicht`,
    tensorUnknown: tensor => `Das Netz hat keinen Platz für ${tensor}`,
    tensorTwice: what => `workbook.json nennt ${what} zweimal`,
    shape: (tensor, found, wanted) => `${tensor} hat die Form ${found} statt ${wanted}`,
    value: (tensor, index, value) =>
      `Zahl ${whole(index + 1)} von ${tensor} ist ${value}, was keine Zelle aufnehmen kann`,
    versionNumber: 'eine ganze Zahl ab 1',
    listOfRuns: 'eine Liste von höchstens 1.000 Läufen',
    cells: 'Die cells.json darin ist nicht, was sie sein müsste',
    cellsField: field => `In cells.json steht etwas anderes, wo ${field} hingehört`,
    cellsRefused: problem => `cells.json geht so nicht: ${problem}`,
    storyboard: field => `In film/storyboard.json steht etwas anderes, wo ${field} hingehört`,
    storyboardRefused: problem => `film/storyboard.json geht so nicht: ${problem}`,
    runs: field => `In runs.json steht etwas anderes, wo ${field} hingehört`,
    classes: (found, wanted) =>
      `${counted(found, 'Klasse ist', 'Klassen sind')} genannt, das Netz endet aber in ` +
      counted(wanted, 'Klassenwert', 'Klassenwerten'),
  },
  unsafe: (name, entry) =>
    `${name} wurde abgelehnt: Darin ist ein Eintrag ${entry}, der aus der Datei hinauszeigt. Öffnen Sie eine Kopie ` +
    'aus einer Quelle, der Sie vertrauen.',
  unsupported: name =>
    `${name} ist auf eine Art gepackt, die ConvSheet nicht liest (verschlüsselt, geteilt oder anders komprimiert). ` +
    'Speichern Sie die Datei in ConvSheet noch einmal.',
  newer: (name, version) =>
    `${name} stammt von einem neueren ConvSheet (Dateiversion ${version}). Installieren Sie zum Öffnen die neueste ` +
    'Version.',
  memoryLeftOut:
    'In der Datei ist kein Platz für den Zustand des Optimierers nach dem letzten Lauf: Aus ihr lässt er sich ' +
    'nicht fortsetzen. Die Gewichte sind alle da.',
  bomb: (name, bytes) =>
    `${name} ergäbe entpackt ${whole(bytes)} Bytes, weit mehr als jede Arbeitsmappe dieser Größe. Nichts davon wurde ` +
    'geöffnet.',
  tooLarge: (name, what, limit) =>
    `${name} wurde abgelehnt: ${what} ist größer als ${limit}; mehr öffnet ConvSheet nicht. Öffnen Sie eine kleinere ` +
    'Arbeitsmappe.',
  large: {
    file: 'Die Datei',
    content: 'Der entpackte Inhalt',
    header: 'Die workbook.json darin',
    cells: 'Die cells.json darin',
    storyboard: 'Die film/storyboard.json darin',
  },
  tooManyEntries: (name, count, limit) =>
    `${name} wurde abgelehnt: Darin sind ${whole(count)} Einträge, mehr als die ${whole(limit)}, die ConvSheet ` +
    'öffnet. Wählen Sie eine Datei, die ConvSheet gespeichert hat.',
  network: (name, sentence) => `${name} lässt sich nicht öffnen. ${sentence}`,
  writtenSince: path =>
    `${path} wurde überschrieben, nachdem die Datei hier geöffnet wurde. Was vorher hier geändert wurde, kann nicht ` +
    'wiederhergestellt werden: Es steht in der Datei, wenn es dort gespeichert wurde.',
  notWhole: path => `${path} ist nicht die Datei, die dort geschrieben wurde: Sie wurde abgeschnitten oder geändert.`,
  workbookTooLarge: limit =>
    `Die Arbeitsmappe hat mehr Zahlen, als eine .convsheet-Datei aufnehmen kann (${limit}). Verwenden Sie weniger ` +
    'Filter oder Einheiten.',
  cellsTooLarge: limit =>
    `Die Zellen und Formeln der Arbeitsmappe brauchen mehr Platz, als eine .convsheet-Datei hat (${limit}). ` +
    'Löschen Sie einige.',
  unknownTemplate: (name, names) => `Eine Vorlage ${name} gibt es nicht. Zur Wahl stehen ${names}.`,
  refusals: {
    full: 'kein Platz mehr auf dem Datenträger',
    permission: 'keine Berechtigung',
    readOnly: 'schreibgeschützter Datenträger',
  },
  reading: {
    missing: path => `Die Datei ${path} gibt es nicht. Prüfen Sie die Schreibweise, oder wählen Sie eine andere Datei.`,
    folder: path => `${path} ist ein Ordner. Wählen Sie eine Datei darin.`,
    special: path => `${path} ist keine gewöhnliche Datei. Wählen Sie eine Datei, die auf .convsheet endet.`,
    permission: path =>
      `${path} ist nicht lesbar: Ihnen fehlt die Berechtigung. Ändern Sie das, oder wählen Sie eine andere Datei.`,
    other: (path, reason) =>
      `${path} ist nicht lesbar (${reason}). Versuchen Sie es noch einmal, oder wählen Sie eine andere Datei.`,
  },
  writing: {
    folderMissing: (path, folder) =>
      `${path} lässt sich nicht schreiben: Den Ordner ${folder} gibt es nicht. Legen Sie ihn an, oder wählen Sie ` +
      'einen anderen.',
    folder: path => `${path} lässt sich nicht schreiben: Es ist ein Ordner. Wählen Sie einen anderen Namen.`,
    noFolder: path =>
      `${path} lässt sich nicht schreiben: Es ist eine Datei, kein Ordner. Wählen Sie einen anderen Namen.`,
    special: path =>
      `${path} lässt sich nicht schreiben: Es ist keine gewöhnliche Datei. Wählen Sie einen anderen Namen.`,
    permission: path =>
      `${path} lässt sich nicht schreiben: Ihnen fehlt die Berechtigung. Wählen Sie einen anderen Ordner, oder ` +
      'ändern Sie die Berechtigung.',
    readOnly: path =>
      `${path} lässt sich nicht schreiben: Der Datenträger ist schreibgeschützt, daran ändert keine Berechtigung ` +
      'etwas. Wählen Sie einen Ordner auf einem anderen.',
    full: path =>
      `${path} lässt sich nicht schreiben: Der Platz reicht nicht. Schaffen Sie Platz, oder wählen Sie einen anderen ` +
      'Datenträger. Nichts wurde ersetzt.',
    name: path => `${path} lässt sich nicht schreiben: Der Name ist zu lang. Wählen Sie einen kürzeren.`,
    taken: path => `${path} wurde inzwischen von einem anderen Programm geschrieben und blieb deshalb, wie es ist.`,
    other: (path, reason) =>
      `${path} lässt sich nicht schreiben (${reason}). Versuchen Sie es noch einmal, oder wählen Sie einen anderen ` +
      'Ordner.',
  },
};
