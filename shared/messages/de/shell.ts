import type { PartialCatalogue } from '../catalogue.ts';

export const shellMessages: PartialCatalogue['shell'] = {
  restarting: 'Die Berechnung wird neu gestartet',
  engineStoppedOver: label =>
    `Die Berechnung ist zweimal über „${label}“ abgestürzt, deshalb wurde es weggelassen. Alles andere ist erhalten.`,
  opening: 'Gerade wird eine andere Arbeitsmappe geöffnet. Versuchen Sie es gleich noch einmal.',
  otherWorkbook: 'Inzwischen wurde eine andere Arbeitsmappe geöffnet, deshalb geschah dies nicht: es galt der vorigen.',
  autosaveFailed: reason =>
    `Änderungen werden nicht gesichert, weil der Datenträger sich weigert: ${reason}. Speichern Sie die Arbeitsmappe ` +
    'jetzt, notfalls auf einem anderen Datenträger.',
  autosaveWorks: 'Änderungen werden wieder gesichert, auch die von zwischendurch.',
  requestNames: {
    getWorkbook: 'Arbeitsmappe zeigen',
    watch: 'Zellen zeigen',
    undo: 'Rückgängig',
    redo: 'Wiederholen',
    showDigit: 'Ziffer zeigen',
    listDigits: 'Ziffern auflisten',
    findDigit: 'Ziffer suchen',
    describeData: 'Datensatz lesen',
    listSamples: 'Beispiele zeigen',
    getImages: 'Bilder zeigen',
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
    predictFiles: 'Eigene Bilder vorhersagen',
    getPredictedImages: 'Vorhergesagte Bilder zeigen',
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
  viewer: 'Dieses Fenster zeigt die Arbeitsmappe nur: bearbeitet wird sie in einem anderen.',
  viewerRefused: 'Dieses Fenster zeigt die Arbeitsmappe nur. Ändern Sie sie in dem Fenster, das sie bearbeitet.',
  promoted: 'Das andere Fenster ist geschlossen. Jetzt können Sie hier bearbeiten.',
  tooLargeToDownload: (name, mebibytes) =>
    `${name} hat mehr als ${mebibytes} MiB; mehr wird nicht heruntergeladen. Speichern Sie stattdessen in eine Datei.`,
  tooLargeToDrop: (name, mebibytes) =>
    `${name} hat mehr als ${mebibytes} MiB; mehr wird hier nicht abgelegt. Nehmen Sie stattdessen Datei > Öffnen.`,
  unexpected: reason => `Etwas Unerwartetes ist schiefgegangen: ${reason}.`,
  unknownSentence: id => `Für das, was zu sagen war (${id}), hat diese Version keine Worte.`,
  noPath: 'Die Arbeitsmappe hat noch keine Datei. Wählen Sie, wohin sie gespeichert werden soll.',
  fileMissing: path => `${path} gibt es nicht mehr. Wählen Sie eine andere Datei.`,
  changedOnDisk: name =>
    `${name} wurde seit dem Öffnen von einem anderen Programm geändert. Speichern Sie noch einmal, um sie zu ` +
    'ersetzen, oder unter einem anderen Namen.',
  exists: name =>
    `${name} gibt es schon. Speichern Sie noch einmal, um sie zu ersetzen, oder wählen Sie einen anderen Namen.`,
  unsavedQuestion: name => `Möchten Sie die Änderungen an ${name} speichern?`,
  unsavedDetail: 'Ihre Änderungen gehen verloren, wenn Sie sie nicht speichern.',
  save: 'Speichern',
  dontSave: 'Nicht speichern',
  cancel: 'Abbrechen',
  fileKind: 'ConvSheet-Arbeitsmappe',
  openTitle: 'Öffnen',
  openDataTitle: 'Bilder oder Beschriftungen wählen',
  saveTitle: 'Speichern unter',
};
