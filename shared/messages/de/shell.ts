import type { Catalogue } from '../catalogue.ts';
import { whole } from '../format.ts';

export const shellMessages: Catalogue['shell'] = {
  restarting: 'Die Berechnung wird neu gestartet',
  restarted({ without, historyCut }) {
    const left = without.map(label => `„${label}“`).join(', ');
    const lost = `Weggelassen, weil sie zweimal darüber abgebrochen ist: ${left}.`;
    const kept = historyCut ? 'Alle Werte sind erhalten.' : 'Nichts ging verloren.';
    const told = ['Die Berechnung ist abgebrochen und wurde neu gestartet.', without.length > 0 ? lost : kept];
    if (historyCut) told.push('Ältere Schritte lassen sich nicht mehr rückgängig machen.');
    return told.join(' ');
  },
  engineStoppedCopying: 'Die Berechnung ist beim Schreiben abgebrochen.',
  engineStoppedOver: label =>
    `Die Berechnung ist zweimal über „${label}“ abgebrochen; deshalb wurde es weggelassen. Alles andere ist erhalten.`,
  engineStoppedOpening: name =>
    `${name} konnte nicht geöffnet werden: Die Berechnung ist beim Lesen abgebrochen. Ihre Arbeitsmappe ist ` +
    'unverändert.',
  engineGaveUp:
    'Die Berechnung ist immer wieder abgebrochen und wurde nicht neu gestartet. Ihre Arbeit bleibt erhalten: ' +
    'Arbeiten Sie nach einer Minute weiter, oder schließen Sie ConvSheet, und starten Sie es neu.',
  pageCrashed:
    'Das Fenster ist immer wieder abgestürzt. Ihre Arbeit bleibt erhalten: Schließen Sie ConvSheet, und starten Sie ' +
    'es neu.',
  opening: 'Gerade wird eine andere Arbeitsmappe geöffnet. Versuchen Sie es gleich noch einmal.',
  otherWorkbook:
    'Inzwischen wurde eine andere Arbeitsmappe geöffnet; deshalb wurde dies nicht ausgeführt: Es galt der vorigen.',
  autosaveFailed: reason =>
    `Änderungen werden nicht gesichert, weil der Datenträger sich weigert: ${reason}. Speichern Sie die Arbeitsmappe ` +
    'jetzt, notfalls auf einem anderen Datenträger.',
  noCopy: (name, reason) =>
    `Von ${name} ließ sich keine Kopie zum Wiederherstellen anlegen: ${reason} Speichern Sie die Arbeit in einer ` +
    'Datei, und lassen Sie diese, wo sie ist.',
  autosaveWorks: 'Änderungen werden wieder gesichert, auch die von zwischendurch.',
  requestNames: {
    inspect: 'Nach Ratschlägen suchen',
    describeOverrides: 'Mit den berechneten Werten vergleichen',
    findCells: 'Suchen',
    previewLayers: 'Bearbeitetes Netz ausprobieren',
    tryFormula: 'Formel probieren',
    findLoop: 'Kreis zeigen',
    findReplacements: 'Ersetzen',
    getWorkbook: 'Arbeitsmappe zeigen',
    watch: 'Zellen zeigen',
    undo: 'Rückgängig',
    redo: 'Wiederherstellen',
    showDigit: 'Ziffer zeigen',
    listDigits: 'Ziffern auflisten',
    findDigit: 'Ziffer suchen',
    describeData: 'Datensatz lesen',
    listSamples: 'Beispiele zeigen',
    showChanges: 'Veränderungen von Bildern zeigen',
    classMeans: 'Schablonen machen',
    weightGradients: 'Gradienten suchen',
    steepestWeights: 'Ein Gewicht suchen',
    findExciting: 'Bilder suchen',
    findSaliency: 'Pixel gewichten',
    trySlope: 'Steigung probieren',
    findOcclusion: 'Bild abdecken',
    findShares: 'Von den Punktzahlen zurückgehen',
    getImages: 'Bilder zeigen',
    filmStates: 'Zahlen einer Szene ermitteln',
    getNarration: 'Sprechertext holen',
    train: 'Trainieren',
    controlRun: 'Lauf anhalten, fortsetzen oder beenden',
    setLearningRate: 'Lernrate setzen',
    resetParameters: 'Gewichte zurücksetzen',
    deleteRun: 'Lauf löschen',
    renameRun: 'Lauf umbenennen',
    keepSetup: 'Nächsten Lauf einrichten',
    getRun: 'Lauf zeigen',
    findLearningRate: 'Lernrate suchen',
    evaluate: 'Auswerten',
    listConfused: 'Verwechselte Bilder auflisten',
    predictFiles: 'Eigene Bilder erkennen',
    getPredictedImages: 'Erkannte Bilder zeigen',
    makeSubmission: 'Einreichung schreiben',
    correctLabels: 'Labels berichtigen',
    readImage: 'Bild öffnen',
    cancel: 'Beenden',
    load: 'Öffnen',
    write: 'Speichern',
    checkpoint: 'Kopie der Arbeitsmappe anlegen',
    setModified: 'Speichern',
    giveUpRun: 'Trainieren',
    openRun: 'Trainieren',
    beginRun: 'Trainieren',
    finishRun: 'Trainieren',
    dropClient: 'Fenster schließen',
  },
  untitled: 'Unbenannt',
  recovered: name =>
    `Nicht gespeicherte Arbeit an ${name} wurde wiederhergestellt. Speichern Sie sie, oder schließen Sie ohne zu ` +
    'speichern.',
  notRecovered: path =>
    `Nicht gespeicherte Arbeit aus einer früheren Sitzung war nicht lesbar. Die Datei bleibt erhalten: ${path}.`,
  viewer: 'Dieses Fenster zeigt die Arbeitsmappe nur; bearbeitet wird sie in einem anderen.',
  viewerRefused: 'Dieses Fenster zeigt die Arbeitsmappe nur. Ändern Sie sie in dem Fenster, das sie bearbeitet.',
  promoted: 'Das andere Fenster ist geschlossen. Jetzt können Sie hier bearbeiten.',
  refused: kind => `Die Anfrage „${kind}“ wurde abgelehnt: Ein Fenster darf sie nicht stellen.`,
  frameTooLarge: 'Eine Nachricht des Fensters war größer als 256 MB und wurde abgelehnt.',
  tooLargeToDownload: (name, mebibytes) =>
    `${name} ist größer als ${whole(mebibytes)} MiB und lässt sich so nicht herunterladen. Speichern Sie stattdessen ` +
    'in einer Datei.',
  tooLargeToDrop: (name, mebibytes) =>
    `${name} ist größer als ${whole(mebibytes)} MiB und lässt sich hier nicht ablegen. Nehmen Sie stattdessen ` +
    'Datei > Öffnen.',
  unexpected: reason => `Etwas Unerwartetes ist schiefgegangen: ${reason}.`,
  unknownSentence: id => `Für das, was zu sagen war (${id}), hat diese Version keine Worte.`,
  together: told => told.join(' '),
  notConvSheet: name =>
    `${name} ist kein Name einer ConvSheet-Datei. Wählen Sie einen Namen, der auf .convsheet endet.`,
  noPath: 'Die Arbeitsmappe hat noch keine Datei. Wählen Sie, wo sie gespeichert werden soll.',
  pathNotAbsolute: path => `${path} ist kein vollständiger Pfad. Wählen Sie eine Datei mit ihrem vollen Pfad.`,
  isFolder: path => `${path} ist ein Ordner. Wählen Sie einen Dateinamen darin.`,
  folderMissing: path => `Den Ordner ${path} gibt es nicht. Wählen Sie einen anderen.`,
  folderUnreadable: path =>
    `Der Ordner ${path} ist nicht lesbar: Ihnen fehlt die Berechtigung. Wählen Sie einen anderen.`,
  fileMissing: path => `${path} gibt es nicht mehr. Wählen Sie eine andere Datei.`,
  changedOnDisk: name =>
    `${name} wurde seit dem Öffnen von einem anderen Programm geändert. Speichern Sie noch einmal, um sie zu ` +
    'ersetzen, oder unter einem anderen Namen.',
  exists: name =>
    `${name} gibt es schon. Speichern Sie noch einmal, um sie zu ersetzen, oder wählen Sie einen anderen Namen.`,
  noNativeDialogs: 'Dieses Fenster hat keine Dateidialoge des Systems.',
  linkRefused: url => `${url} wurde nicht geöffnet: ConvSheet öffnet nur die Seiten, auf die es selbst verweist.`,
  cannotOpenLink: 'Links öffnen sich hier im Browser selbst.',
  unsavedQuestion: name => `Möchten Sie die Änderungen an ${name} speichern?`,
  unsavedDetail: 'Ihre Änderungen gehen verloren, wenn Sie sie nicht speichern.',
  runEnds: run =>
    `${run} ist im Gange und endet damit. Was gespeichert ist, lässt sich mit Training > Letzten Lauf fortsetzen ` +
    'weiterführen.',
  save: 'Speichern',
  dontSave: 'Nicht speichern',
  cancel: 'Abbrechen',
  fileKind: 'ConvSheet-Arbeitsmappe',
  openTitle: 'Öffnen',
  openDataTitle: 'Bilder oder Labels wählen',
  saveTitle: 'Speichern unter',
  alreadyRunning: 'ConvSheet ist schon in einem eigenen Fenster geöffnet. Schließen Sie es zuerst.',
  stateFolder: (folder, reason) =>
    `ConvSheet bewahrt nicht gespeicherte Arbeit und Einstellungen in ${folder} auf, kann dort aber nicht schreiben ` +
    `(${reason}). Schaffen Sie Platz, ändern Sie die Berechtigungen, oder nennen Sie in CONVSHEET_STATE einen ` +
    'anderen Ordner.',
  runningElsewhere: 'ConvSheet läuft schon in einem Browserfenster. Schließen Sie es zuerst.',
  anotherWindow: name => `ConvSheet läuft schon mit ${name}; ein weiteres Fenster dafür öffnet sich.`,
  openThere: file => `Um ${file} zu öffnen, nehmen Sie Datei > Öffnen in dem Fenster, das bearbeitet.`,
  link: url =>
    `Öffnen Sie diesen Link in einem Browser auf diesem Computer. Er gilt einmal und 60 Sekunden lang:\n  ${url}`,
  linkUsed:
    'Dieser Link wurde schon benutzt oder ist älter als 60 Sekunden. Drücken Sie dort, wo ConvSheet gestartet wurde, ' +
    'die Eingabetaste; dann kommt ein neuer.',
  linkNeeded:
    'ConvSheet öffnet sich mit dem Link, den es dort ausgibt, wo es gestartet wurde. Drücken Sie dort die ' +
    'Eingabetaste; dann kommt ein neuer.',
  linkHelp: 'Eingabetaste: ein neuer Link. Strg+C: beenden.',
  noBrowser: 'Weder Chromium noch Chrome noch Edge wurde gefunden (CHROME_PATH kann den Browser nennen).',
  noDisplay: 'Es gibt keinen Bildschirm, auf dem sich ein Fenster öffnen ließe.',
  browserFailed: reason => `Der Browser ließ sich nicht öffnen: ${reason}.`,
  ended: 'ConvSheet ist beendet.',
  keptUnsaved: 'Nicht gespeicherte Arbeit bleibt erhalten und ist beim nächsten Start wieder da.',
  tooSlow: 'der Datenträger hat zu lange gebraucht',
  notKeptUnsaved: reason =>
    `Nicht gespeicherte Arbeit ließ sich nicht sichern: ${reason}. Beim nächsten Start fehlen die letzten Änderungen.`,
  unknownOption: option =>
    `Die Option ${option} gibt es nicht. Starten Sie mit: npm start -- [DATEI|VORLAGE] [--shell=electron|server] ` +
    '[--no-open] [--port N] [--lang=system|en|de].',
  unknownLanguage: (language, all) => `Die Sprache ${language || 'ohne Namen'} gibt es nicht. Zur Wahl stehen ${all}.`,
  invalidPort: port => `Der Port ${port} ist keine Zahl von 0 bis 65535.`,
  oneFile: 'Es lässt sich nur eine Datei öffnen.',
  fileNotFound: file => `${file} ist weder eine Datei noch der Name einer Vorlage.`,
  portTaken: port =>
    `Den Port ${port} benutzt ein anderes Programm. Wählen Sie einen anderen, oder lassen Sie --port weg.`,
};
