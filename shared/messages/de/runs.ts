/** Sentences about training runs as the engine, the shell and the command line tell them. */
import type { Catalogue } from '../catalogue.ts';
import { number, whole } from '../format.ts';
import { counted, list, plural } from './words.ts';

const someCells = (cells: readonly string[], count: number): string =>
  list(count > cells.length ? [...cells, `${whole(count - cells.length)} weitere`] : cells);
const stayWhile = (cells: readonly string[], count: number, one: string, more: string): string =>
  [
    someCells(cells, count),
    plural(count, 'bleibt, solange trainiert wird, wie sie ist:', 'bleiben, solange trainiert wird, wie sie sind:'),
    `${plural(count, one, more)}.`,
  ].join(' ');

const ofSplit: Readonly<Record<string, readonly [one: string, more: string]>> = {
  training: ['Trainingsbild', 'Trainingsbilder'],
  validation: ['Validierungsbild', 'Validierungsbilder'],
  test: ['Testbild', 'Testbilder'],
};
/** "Trainingsbilder" and so on; a split that is named otherwise, as it is named. */
export const imagesOfSplit = (split: string, count = 2): string => {
  const [one, more] = ofSplit[split] ?? [`Bild (${split})`, `Bilder (${split})`];
  return plural(count, one, more);
};

export const runMessages: Catalogue['runs'] = {
  label: name => `Training: ${name}`,
  resetLabel: 'Gewichte zurücksetzen',
  deleteLabel: name => `${name} löschen`,
  renameLabel: name => `${name} umbenennen`,
  reading: 'Bilder werden gelesen',
  evaluating: 'Wird ausgewertet',
  predicting: 'Bilder werden erkannt',
  finding: 'Lernraten werden ausprobiert',

  shapeDiffers: (data, images, input) =>
    `Die Bilder von ${data} haben ${images}, die Eingabe des Netzes aber ${input}. Lassen Sie sie auf ${input} ` +
    `umrechnen, oder öffnen Sie ein Netz mit einer Eingabe von ${images}.`,
  classesDiffer: (data, classes, layer, units) =>
    `${data} hat ${counted(classes, 'Klasse', 'Klassen')}, das Netz endet aber in ` +
    `${counted(units, 'Klassenwert', 'Klassenwerten')} (${layer}). Öffnen Sie ein Netz mit ` +
    `${counted(classes, 'Klassenwert', 'Klassenwerten')}, oder ` +
    'wählen Sie einen anderen Datensatz.',
  severalLabels: (data, layer) =>
    `Ein Bild von ${data} darf mehrere Labels haben; deshalb wurde ${layer} ein Sigmoid: Jede Klasse hat eine eigene ` +
    'Wahrscheinlichkeit.',
  classesNamed: data => `Die Klassen heißen jetzt so wie in ${data}.`,
  undoneWithRun: 'Das wird zurückgenommen, wenn der Lauf rückgängig gemacht wird.',
  noClass: (data, index) => `${data} hat keine Klasse mit der Nummer ${whole(index)}.`,
  oneClassOnly: (layer, data) =>
    `Das Netz endet in einem Softmax (${layer}), der jedem Bild eine Klasse gibt; ein Bild von ${data} darf aber ` +
    `mehrere Labels haben. Trainieren Sie es zuerst mit ${data}: Das macht aus dem Softmax ein Sigmoid.`,
  emptySplit: (data, split) =>
    `${data} hat keine ${imagesOfSplit(split)}. Wählen Sie einen anderen Teil, oder halten Sie einen Anteil der ` +
    'Bilder zurück.',
  noImageInput: input =>
    `Die Eingabe des Netzes ist ${input}, und Bilder haben 1, 3 oder 4 Kanäle. Öffnen Sie ein Netz für Bilder.`,
  noPredictions: 'Diese Ergebnisse sind nicht mehr vorhanden. Lassen Sie die Dateien noch einmal erkennen.',
  noTrainingImages: data =>
    `Von ${data} bleibt kein Bild zum Training. Halten Sie kleinere Anteile für Validierung und Test zurück, oder ` +
    'wählen Sie einen anderen Datensatz.',
  noValidation(data, share) {
    const need =
      'Vorzeitiges Beenden und das Behalten der besten Gewichte richten sich nach Bildern zur Validierung, und ';
    const off = 'zur Validierung zurück, oder schalten Sie beides aus.';
    return share > 0
      ? `${need}ein Anteil von ${number(share)} der Bilder von ${data} ist nicht einmal eines. Halten Sie einen ` +
          `größeren Anteil ${off}`
      : `${need}${data} hat keine. Halten Sie einen Anteil der Bilder ${off}`;
  },
  allFrozen:
    'Alle Schichten sind eingefroren, also gibt es nichts zu trainieren. Geben Sie mindestens einer eine Lernrate.',
  phaseFrozen: phase =>
    `In ${phase} sind alle Schichten eingefroren, also gibt es dort nichts zu trainieren. Geben Sie mindestens einer ` +
    'Gruppe eine Lernrate.',
  groupGone: id => `Eine Gruppe von Schichten beginnt mit ${id}, das im Netz fehlt. Wählen Sie die Gruppen neu.`,
  phaseSize: (phase, height, width, layer) =>
    `${phase} macht die Bilder ${height}×${width} groß, aber die Gewichte von ${layer} hängen von der Größe der ` +
    'Bilder ab. Lassen Sie die Größe, wie sie ist, oder setzen Sie ein globales Pooling vor die Dense-Schichten.',
  phaseTooSmall: (phase, height, width, reason) =>
    `${phase} macht die Bilder ${height}×${width} groß, was nicht zum Netz passt: ${reason}`,
  phaseNumber: place => `Phase ${whole(place)}`,
  notCutShort:
    'Der letzte Lauf dieser Arbeitsmappe wurde nicht unterbrochen oder war anders eingerichtet; deshalb kann er ' +
    'nicht weitergehen. Starten Sie von hier aus einen neuen.',
  noMemory:
    'In dieser Arbeitsmappe gibt es keinen früheren Lauf, der weitergehen könnte. Starten Sie stattdessen von hier ' +
    'aus.',
  otherOptimizer: (memory, wanted) =>
    `Der letzte Lauf wurde mit ${memory} gemacht, mit dessen Zustand ${wanted} nichts anfangen kann. Wählen Sie ` +
    `${memory}, oder starten Sie von hier aus.`,

  swappedImages: data =>
    `Die Bilder von ${data} sind nicht die, mit denen der Lauf begann, obwohl es gleich viele sind. Stellen Sie sie ` +
    'wieder her, oder starten Sie von hier aus.',
  otherImages(data, before, now) {
    const told = ({ training, validation }: typeof before) =>
      `${counted(training, 'Bild', 'Bildern')} zum Training und ${whole(validation)} zur Validierung`;
    return (
      `Der Lauf begann mit ${told(before)}; ${data} kommt jetzt aber mit ${told(now)}. Stellen Sie die Bilder wieder ` +
      'her, oder starten Sie von hier aus.'
    );
  },

  otherData: (run, before, now) => `${run} lernte aus ${before}; dieser Lauf geht mit ${now} weiter.`,
  running: 'Ein Lauf ist im Gange. Beenden Sie ihn zuerst, oder warten Sie auf sein Ende.',
  notRunning: 'Kein Lauf ist im Gange.',
  preparing: 'Die Bilder werden noch gelesen. Warten Sie, bis der Lauf beginnt, oder beenden Sie ihn.',
  resetWhileRunning:
    'Die Gewichte lassen sich nicht zurücksetzen, während sie trainiert werden. Beenden Sie zuerst den Lauf.',
  undoBeforeRun:
    'Was vor dem Lauf war, lässt sich rückgängig machen, wenn er zu Ende ist. Beenden Sie ihn zuerst, oder warten Sie.',
  unknownRun: 'Dieser Lauf wird nicht mehr aufbewahrt.',
  stoppedPreparing: 'Der Lauf wurde vor seinem ersten Schritt beendet.',
  otherWorkbook: 'Der Lauf wurde beendet, weil eine andere Arbeitsmappe geöffnet wurde.',
  cancelled: 'Der Vorgang wurde abgebrochen.',

  nanLoss: step =>
    `In Schritt ${whole(step)} war der Verlust keine Zahl mehr; deshalb endete der Lauf mit den Gewichten davor. ` +
    'Eine kleinere Lernrate oder begrenzte Gradienten helfen.',
  nanWeights: step =>
    `In Schritt ${whole(step)} wuchsen Gewichte oder Gradienten über jede Zahl hinaus; deshalb endete der Lauf mit ` +
    'denen davor. Eine kleinere Lernrate oder begrenzte Gradienten helfen.',
  nanValidation: epoch =>
    `Nach Epoche ${whole(epoch)} war der Validierungsverlust keine Zahl mehr; deshalb endete der Lauf mit den ` +
    'Gewichten vor seinem letzten Schritt. Eine kleinere Lernrate oder begrenzte Gradienten helfen.',
  notResumed: reason =>
    'Der Lauf konnte nach dem Neustart der Berechnung nicht weitergehen und endete mit seinem letzten Zwischenstand. ' +
    reason,
  checkpointFailed: reason =>
    'Der Zwischenstand des Laufs konnte nicht gesichert werden; bricht die Berechnung ab, geht er verloren. ' + reason,
  otherVersion:
    'Ein Lauf dieser Arbeit wurde mit einer anderen Version von ConvSheet gemacht, und sein Ergebnis war nicht ' +
    'lesbar. Die Gewichte sind die davor.',
  resultLost: reason =>
    `Das Ergebnis eines Laufs dieser Arbeit war nicht lesbar. ${reason} Die Gewichte sind die davor.`,
  gaveUp:
    'Die Berechnung brach immer wieder ab, bevor der Lauf weiterkam; deshalb wird es nicht noch einmal versucht. ' +
    'Wählen Sie die Engine wasm oder eine kleinere Batchgröße, und trainieren Sie von hier aus.',
  earlyStop: (epochs, best) =>
    `Der Validierungsverlust war ${counted(epochs, 'Epoche', 'Epochen')} lang nicht besser als der von Epoche ` +
    `${whole(best)}.`,
  bestKept: epoch => `Die Gewichte sind die von Epoche ${whole(epoch)} mit dem besten Validierungsverlust.`,
  averaged: (count, loss, metric) =>
    `Die Gewichte sind das Mittel aus ${whole(count)}.` +
    (loss === undefined || metric === undefined
      ? ''
      : ` Mit ihnen ist der Validierungsverlust ${number(Number(loss.toPrecision(3)))} und die Metrik ` +
        `${number(Number((100 * metric).toFixed(1)))} %.`),
  bestKeptAside: epoch =>
    `Die Gewichte sind die des letzten Schritts; die besten bisher, die von Epoche ${whole(epoch)}, sind in der ` +
    'Datei aufbewahrt, falls der Lauf weitergeht.',
  savedWhileRunning: 'Der Lauf war noch im Gange, als die Datei gespeichert wurde.',

  notes: {
    edited: label => `Beim Training geändert: ${label}.`,
    undone: label => `Beim Training rückgängig gemacht: ${label}.`,
    redone: label => `Beim Training wiederhergestellt: ${label}.`,
    learningRate: rate => `Die Lernrate wurde auf ${number(rate)} gesetzt.`,
    layersGone: ids => `Lernraten von Schichten, die das Netz nicht mehr hat, wurden weggelassen: ${ids.join(', ')}.`,
    phase: phase => `Ab hier: ${phase}.`,
    paused: 'Angehalten.',
    resumed: 'Fortgesetzt.',
    notFused:
      'Dieser Lauf begann dort, wo in einem Schritt multipliziert und addiert wird. Das geht hier nicht oder ist ' +
      'abgeschaltet. Von hier an weichen seine Gewichte in den letzten Stellen ab.',
    restored: 'Nach dem Neustart der Berechnung ging es hier weiter.',
  },
  stays: {
    values: (cells, count) =>
      stayWhile(
        cells,
        count,
        'Ihre Formel liest Pixel oder Aktivierungen',
        'Ihre Formeln lesen Pixel oder Aktivierungen',
      ),
    function: (cells, count) =>
      stayWhile(
        cells,
        count,
        'Ihre Formel hat keine Ableitung nach den Gewichten, die sie liest',
        'Ihre Formeln haben keine Ableitung nach den Gewichten, die sie lesen',
      ),
    chance: (cells, count) =>
      stayWhile(
        cells,
        count,
        'Ihre Formel zieht eine Zufallszahl oder fragt nach der Zeit, nach dem Lauf neu mit Umschalt+F9',
        'Ihre Formeln ziehen Zufallszahlen oder fragen nach der Zeit, nach dem Lauf neu mit Umschalt+F9',
      ),
    untrained: (cells, count) =>
      stayWhile(
        cells,
        count,
        'Ihre Formel liest Gewichte, aber der Lauf trainiert ihre eigene Schicht nicht',
        'Ihre Formeln lesen Gewichte, aber der Lauf trainiert ihre eigenen Schichten nicht',
      ),
    cycle: (cells, count) =>
      stayWhile(
        cells,
        count,
        'Ihre Formel hängt von sich selbst ab, trainiert wird mit der Zahl davor',
        'Ihre Formeln hängen von sich selbst ab, trainiert wird mit den Zahlen davor',
      ),
    error: (cells, count) =>
      stayWhile(
        cells,
        count,
        'Ihre Formel ergibt einen Fehler, trainiert wird mit der Zahl davor',
        'Ihre Formeln ergeben Fehler, trainiert wird mit den Zahlen davor',
      ),
  },
  recalculateWhileRunning:
    'Solange trainiert wird, lassen sich Zufallszahlen und Zeiten nicht neu ziehen. Beenden Sie den Lauf zuerst.',
  resumedFrom: step => `Das Training geht ab Schritt ${whole(step)} weiter; spätere Schritte werden wiederholt.`,
};
