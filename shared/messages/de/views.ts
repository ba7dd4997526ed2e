/** Sentences of the views around data sets and what a network makes of them: choosing data, browsing it, evaluating,
 *  predicting, comparing runs. */
import type { Catalogue } from '../catalogue.ts';
import { fixed, whole } from '../format.ts';
import { counted, images, percent, plural } from './words.ts';

const splits = { training: 'Training', validation: 'Validierung', test: 'Test' } as const;
const channelNames = { 1: 'Grau', 3: 'RGB', 4: 'RGBA' } as const;

export const viewMessages: Catalogue['views'] = {
  chooseData: {
    title: 'Datei wählen',
    confirm: 'Wählen',
    files: 'Ordner, Bilder und Dateien mit Labels',
    empty: 'Hier sind keine Bilder, CSV- oder IDX-Dateien.',
  },
  chooseFolder: {
    title: 'Ordner wählen',
    confirm: 'Diesen Ordner wählen',
    files: 'Ordner und was in diesem hier ist',
    empty: 'Dieser Ordner ist leer.',
  },
  close: 'Schließen',
  images,
  showImage: name => `${name} zeigen`,
  otherShape: name =>
    `${name} wurde für eine andere Eingabe als die dieses Netzes gelesen. Lesen Sie den Datensatz neu, und wählen ` +
    'Sie dann das Bild.',
  classOrNumber: (index, name) => name ?? String(index),
  noLabel: 'kein Label',
  splits,
  allImages: 'alle Bilder',
  ofSplit: { training: 'Trainingsbilder', validation: 'Validierungsbilder', test: 'Testbilder' },
  split: 'Bilder',
  onlyClass: 'Eine Klasse zeigen',
  allClasses: 'Alle Klassen',
  channels: channels => channelNames[channels as 1 | 3 | 4] ?? 'RGBA',

  data: {
    title: 'Datensatz',
    source: 'Bilder und Labels',
    sources: {
      digits: { name: 'Ziffern', detail: 'handgeschrieben, 0–9' },
      letters: { name: 'Buchstaben', detail: 'A–Z in vielen Schriften' },
      fashion: { name: 'Mode', detail: 'Kleidung, falls installiert' },
      folders: { name: 'Ordner mit Ordnern', detail: 'einer je Klasse' },
      csv: { name: 'Ordner und CSV', detail: 'auch mehrere Labels' },
      idx: { name: 'IDX-Dateien', detail: 'wie bei MNIST' },
    },
    paths: {
      folders: 'Ordner',
      csvImages: 'Ordner mit den Bildern',
      csvLabels: 'CSV-Datei mit den Labels',
      idxImages: 'IDX-Datei mit den Bildern',
      idxLabels: 'IDX-Datei mit den Labels',
    },
    choose: 'Wählen…',
    chooseWhat: what => `Wählen: ${what}`,
    notChosen: 'noch nicht gewählt',
    besideTable: 'der Ordner der CSV-Datei',
    readAs: {
      title: 'So werden die Daten gelesen',
      automatic: guess => (guess === undefined ? 'automatisch' : `automatisch: ${guess}`),
      parts: {
        splitFolders: 'Ordner wie „train“',
        header: 'Erste Zeile',
        fileColumn: 'Spalte der Dateien',
        labelColumn: 'Spalte der Labels',
        splitColumn: 'Spalte der Aufteilung',
        separator: 'Mehrere Labels',
      },
      splitFoldersValues: ['Teile', 'Klassen'],
      headerValues: ['Überschriften', 'ein Bild'],
      separators: {
        none: 'keine',
        comma: 'durch „,“ getrennt',
        semicolon: 'durch „;“ getrennt',
        bar: 'durch „|“ getrennt',
        space: 'durch Leerzeichen',
        rows: 'eines je Zeile',
      },
      columnHelp:
        'Eine Spalte nennen Sie mit ihrer Überschrift oder mit ihrer Nummer ab 1; „none“: keine Spalte der Aufteilung.',
    },
    understood: 'So wurden die Daten verstanden',
    input: 'Das Netz und seine Bilder',
    network: 'Netz',
    openNetwork: 'Das geöffnete',
    height: 'Höhe',
    width: 'Breite',
    channels: 'Kanäle',
    networkHelp: {
      same: 'Jedes Bild wird daran angepasst.',
      resized: 'Das geöffnete Netz bekommt eine Eingabe dieser Größe. Das lässt sich rückgängig machen.',
      fresh: 'Eine neue Arbeitsmappe: mit frischen Gewichten und einem Wert für jede Klasse.',
    },
    sizeInvalid: most => `Bilder haben 1 bis ${whole(most)} Zeilen und Spalten.`,
    fit: 'Bilder mit anderem Seitenverhältnis',
    fits: { stretch: 'Strecken', crop: 'Zuschneiden', pad: 'Auffüllen' },
    fitHelp: {
      stretch: 'Das ganze Bild, mit geändertem Seitenverhältnis.',
      crop: 'Das größtmögliche Stück aus der Mitte.',
      pad: 'Das ganze Bild, mit schwarzem Rand.',
    },
    setAside: 'Zurückgehalten',
    validation: 'Validierung, %',
    test: 'Test, %',
    seed: 'Startwert',
    ownTest: 'Hat ein Datensatz eigene Testbilder, gelten diese.',
    shareInvalid:
      'Für Validierung und Test lassen sich je 0 bis 90\u00a0% der Bilder zurückhalten, zusammen höchstens 95\u00a0%.',
    seedInvalid: 'Der Startwert ist eine ganze Zahl von 0 bis 4.294.967.295.',
    pathsMissing: 'Wählen Sie, wo Bilder und Labels sind.',
    reading: 'Bilder werden gelesen…',
    stopReading: 'Abbrechen',
    stopped: 'Das Lesen wurde abgebrochen.',
    readAgain: 'Neu lesen',
    use: 'Diesen Datensatz verwenden',
    makeNetwork: 'Netz anlegen',
    preview: 'Vorschau',
    samples: 'Beispielbilder',
    noSamples: 'Hier sind keine Bilder.',
    totals: (training, validation, test) =>
      `${whole(training)} zum Training, ${whole(validation)} zur Validierung, ${whole(test)} zum Test`,
    counts: 'Bilder jeder Klasse',
    class: 'Klasse',
    total: 'Alle',
    licence: licence => `Lizenz: ${licence}`,
    severalLabels:
      'Ein Bild darf hier mehrere Labels haben. Trainiert wird dann mit binärer Kreuzentropie, und F2 sagt, wie gut ' +
      'das Netz ist.',
    severalLabelsSoftmax:
      'Ein Bild darf hier mehrere Labels haben. Das Training macht aus dem Softmax am Ende des Netzes ein Sigmoid, ' +
      'sodass jede Klasse eine eigene Wahrscheinlichkeit hat, und nimmt die binäre Kreuzentropie; F2 sagt, wie gut ' +
      'das Netz ist.',
    noImages: shape =>
      `Die Eingabe des Netzes ist ${shape}. Bilder haben 1 Kanal (Grau), 3 (RGB) oder 4 (RGBA) und höchstens 1.024 ` +
      'Zeilen und Spalten; deshalb passen keine.',
    noProblems: 'Alle Bilder konnten gelesen werden.',
    problems: count => `${images(count)} ${plural(count, 'ist', 'sind')} nicht lesbar und ausgelassen`,
    moreProblems: count => `und ${whole(count)} weitere`,
    augmentationHelp: 'Dieselben Bilder, wie das Training sie sehen kann, jedes Mal anders',
    eachChange: 'Ein Bild unter jeder Veränderung',
    changes: {
      shift: 'Verschieben',
      rotate: 'Drehen',
      zoom: 'Zoomen',
      crop: 'Ausschnitt',
      perspective: 'Perspektive',
      light: 'Licht',
      brightness: 'Helligkeit',
      contrast: 'Kontrast',
      saturation: 'Sättigung',
      hue: 'Farbton',
      blur: 'Unschärfe',
      noise: 'Rauschen',
      cutout: 'Cutout',
      mixup: 'Mixup',
      flip: 'Spiegeln',
      symmetries: 'Symmetrien',
    },
    changeOff: change => `${change}: aus; so wäre es`,
    original: 'Wie es ist',
    variant: variant => `Variante ${variant}`,
    another: 'Andere Bilder',
    sampleOf: (name, labels) => `${name}: ${labels}`,
  },

  stop: 'Abbrechen',
  saveCsv: 'Als CSV speichern',
  moreClasses: count => `und ${whole(count)} weitere`,

  evaluation: {
    title: 'Auswertung',
    split: 'Bilder, an denen ausgewertet wird',
    evaluate: 'Auswerten',
    evaluating: 'Wird ausgewertet…',
    stale:
      'Netz oder Datensatz haben sich seitdem geändert. Werten Sie noch einmal aus, um zu sehen, wie gut es jetzt ist.',
    noData: 'Die Eingabe des Netzes nimmt keine Bilder auf; deshalb lässt es sich nicht an Bildern auswerten.',
    otherClasses:
      'Der Lauf hatte andere Klassen als der gewählte Datensatz, deshalb gehören zu dieser Zelle seiner Matrix keine ' +
      'Bilder. Wählen Sie den Datensatz des Laufs, und klicken Sie noch einmal auf die Zelle.',
    of: (name, split, count) =>
      `${name}, ${images(count)}${split === undefined ? '' : ` (${splits[split as keyof typeof splits] ?? split})`}`,
    accuracy: 'Genauigkeit',
    loss: 'Verlust',
    macroF1: 'Makro-F1',
    f1: 'F1',
    f2: 'F2',
    atHalf: 'Mit den Labels jedes Bilds, deren Wahrscheinlichkeit über 0,5 liegt, im Mittel',
    exact: 'Alle Labels richtig',
    exactHelp: 'Bilder mit genau den richtigen Labels',
    threshold: 'Schwelle',
    sweep: 'F2 je Schwelle',
    best: 'am besten',
    bestThreshold: threshold => `am besten bei ${fixed(threshold, 2)}`,
    fileName: 'auswertung',
    sweepFile: 'f2-je-schwelle',
    confusion: 'Konfusionsmatrix',
    axes: 'Zeilen: richtig, Spalten: erkannt',
    mistakes: 'Häufigste Fehler',
    noMistakes: 'Keine Fehler.',
    takenFor: (actual, predicted) => `${actual} für ${predicted} gehalten`,
    cell: (actual, predicted, count, right) =>
      `${right ? `${actual}, richtig erkannt` : `${actual} für ${predicted} gehalten`}: ${images(count)}`,
    tooManyClasses: count =>
      `Eine Matrix mit ${whole(count)} Klassen ist zu groß zum Anzeigen. Das sind die häufigsten Fehler.`,
    perClass: 'Klassen',
    columns: { name: 'Klasse', precision: 'Präzision', recall: 'Trefferquote', f1: 'F1', support: 'Bilder' },
    macro: 'Mittel',
    topLosses: 'Größte Verluste',
    topLossesHelp: 'wählen Sie ein Bild, um es im Blatt zu sehen',
    lossOf: (name, label, loss) => `${name}: ${label}, Verlust ${loss}`,
    noLosses: 'Hier sind keine Bilder.',
  },

  prediction: {
    looksInverted: (inverted, of) =>
      (inverted === of && of > 1
        ? 'Alle sind wohl dunkel auf hellem Grund; '
        : `${inverted} von ${whole(of)} ${plural(of, 'Bild', 'Bildern')} ${plural(inverted, 'ist', 'sind')} wohl ` +
          'dunkel auf hellem Grund; ') + 'das Netz hat mit hellen Formen auf dunklem Grund gelernt.',
    invert: 'Umkehren und noch einmal erkennen',
    inverted: 'Die Bilder wurden umgekehrt, bevor sie erkannt wurden.',
    asTheyAre: 'Erkennen, wie sie sind',
    title: 'Bilddateien erkennen',
    what: 'Hier sehen Sie, wofür das Netz Bilddateien dieses Computers hält.',
    file: 'Bilddatei…',
    folder: 'Ordner…',
    predicting: 'Bilder werden erkannt…',
    files: 'Dateien',
    help: 'Wählen Sie eine Datei, um sie im Blatt zu sehen.',
    stale: 'Das Netz hat sich seitdem geändert. Lassen Sie noch einmal erkennen, um zu sehen, was es jetzt sagt.',
    spoken: (file, best, others) => `${file}: ${best}${others.length > 0 ? `, dann ${others.join(', ')}` : ''}`,
    fileName: 'erkannt',
  },

  runs: {
    title: 'Läufe',
    none:
      'Noch gibt es keinen Lauf. Jeder Lauf von Training > Training starten wird aufbewahrt, mit Einstellungen, ' +
      'Startwert und Kurven.',
    list: 'Bisherige Läufe',
    compareHelp: 'zum Vergleichen zwei ankreuzen',
    compare: name => `${name} vergleichen`,
    started: (date, data) => `${date} · ${data}`,
    settings: (epochs, batch, optimizer, rate) =>
      `${counted(epochs, 'Epoche', 'Epochen')}, Batchgröße ${whole(batch)}, ${optimizer} ${rate}`,
    best: (metric, loss) => `Validierung ${metric}, Verlust ${loss}`,
    noValidation: 'keine Validierung',
    underWay: 'läuft',
    rename: name => `${name} umbenennen`,
    renameQuestion: { title: 'Lauf umbenennen', label: 'Name', button: 'Umbenennen' },
    nameMissing: 'Geben Sie einen Namen ein.',
    remove: name => `${name} löschen`,
    removed: name => `${name} ist gelöscht; die Gewichte bleiben, wie sie sind. „Rückgängig“ bringt ihn zurück.`,
    use: 'Übernehmen',
    useHelp: name => `Einstellungen von ${name} übernehmen`,
    used: name => `Die Einstellungen von ${name} gelten für den nächsten Lauf.`,
    loss: 'Verlust',
    epoch: 'Epoche',
    training: name => `${name}, Training`,
    validation: name => `${name}, Validierung`,
    differences: 'Unterschiede der Einstellungen',
    same: 'Die Einstellungen beider Läufe sind gleich.',
    setting: 'Einstellung',
    file: curve => `vergleich-${curve}`,
    yes: 'ja',
    no: 'nein',
    nothing: '–',
    percent: amount => percent(amount),
    place: 'Ort der Daten',
    validationShare: 'Zur Validierung zurückgehalten',
    testShare: 'Zum Test zurückgehalten',
    splitSeed: 'Startwert der Aufteilung',
  },

  notification: {
    title: run => `${run} ist zu Ende`,
    ends: {
      finished: 'Das Training ist fertig.',
      stopped: 'Das Training wurde beendet.',
      early: 'Das Training endete vorzeitig: Der Validierungsverlust wurde nicht mehr besser.',
      failed: 'Das Training konnte nicht weitergehen.',
    },
  },

  browse: {
    title: 'Bilder',
    next: 'Nächstes Bild',
    previous: 'Voriges Bild',
    random: 'Zufälliges Bild',
    load: 'Datensatz lesen',
    loadHelp: 'Seine Bilder sind noch nicht im Speicher.',
  },
};
