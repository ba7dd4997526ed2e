/** Words and sentences of plots, the Training menu and the training panel. */
import type { Catalogue } from '../catalogue.ts';
import { fixed, number, rounded, whole } from '../format.ts';
import { counted, percent, plural } from './words.ts';

export const plotMessages: Catalogue['plots'] = {
  readout: (at, values) => `${at}: ${values.join(', ')}`,
  value: (name, value) => `${name} ${value}`,
  nameAt: (name, at) => `${name} (${at})`,
  empty: 'noch keine Punkte',
  keys:
    'Pfeiltasten gehen auf der Kurve weiter, Bild auf und Bild ab in größeren Schritten, Pos1 und Ende zu ihren ' +
    'Enden',
  logarithmic: 'log',
  logarithmicHelp: 'Logarithmische Skala',
  logarithmicOf: plot => `${plot}: logarithmische Skala`,
  save: plot => `${plot} als Datei speichern`,
  savePng: 'Als PNG speichern',
  saveSvg: 'Als SVG speichern',
  saveCsv: 'Als CSV speichern',
  notSaved: 'Das Bild konnte nicht erzeugt werden. Versuchen Sie es mit SVG.',
};

export const trainMenuMessages: Catalogue['trainMenu'] = {
  title: 'Training',
  setup: 'Training einrichten…',
  start: 'Training starten',
  pause: 'Anhalten oder fortsetzen',
  step: 'Ein Schritt',
  stop: 'Beenden',
  restart: 'Von hier aus neu starten',
  continue: 'Letzten Lauf fortsetzen',
  reset: 'Gewichte zurücksetzen',
  data: 'Datensatz…',
  findRate: 'Lernrate suchen…',
  evaluate: 'Auswerten…',
  predict: 'Bilddateien erkennen…',
  runs: 'Läufe vergleichen…',
  panel: 'Trainingsbereich',
  kernels: 'Kernel unter dem Blatt',
};

export const trainingPanelMessages: Catalogue['trainingPanel'] = {
  title: 'Training',
  close: 'Trainingsbereich schließen',
  noImages:
    'Dieses Netz lässt sich hier nicht trainieren: Seine Eingabe ist kein Bild mit 1, 3 oder 4 Kanälen und höchstens ' +
    '1.024 Zeilen und Spalten. Öffnen Sie ein anderes Netz.',
  runName: run => `Lauf ${run}`,

  // ── a run ──
  statuses: { preparing: 'wird vorbereitet', running: 'läuft', paused: 'angehalten', ended: 'zu Ende' },
  ends: { finished: 'fertig', stopped: 'beendet', early: 'vorzeitig beendet', failed: 'gescheitert' },
  epochOf: (epoch, epochs) => `Epoche ${whole(epoch)} von ${whole(epochs)}`,
  preparing: 'Bilder werden gelesen…',
  left: time => `noch ${time}`,
  stepOf: (step, steps) =>
    `Schritt ${whole(step)} von ${whole(steps)} · ${percent(Math.floor((100 * step) / Math.max(1, steps)))}`,
  elapsed: time => `${time} vergangen`,
  progress: done => percent(done),
  pause: 'Anhalten',
  resume: 'Fortsetzen',
  step: 'Ein Schritt',
  stop: 'Beenden',
  sheetEvery: steps => plural(steps, 'Blatt: bei jedem Schritt', `Blatt: alle ${whole(steps)} Schritte`),
  sheetEveryHelp: 'Wie oft Blatt und Kurven neu gezeichnet werden',
  figures: { loss: 'Verlust', validation: 'Validierung', samples: 'Bilder/s' },
  metrics: { crossEntropy: 'Genauigkeit', binaryCrossEntropy: 'F2' },
  noFigure: '–',
  percent: share => percent(fixed(100 * share, 1)),
  lossCurve: 'Verlust',
  metricCurves: { crossEntropy: 'Genauigkeit, %', binaryCrossEntropy: 'F2, %' },
  metricFiles: { crossEntropy: 'genauigkeit', binaryCrossEntropy: 'f2' },
  rateCurve: 'Lernrate',
  stepLabel: 'Schritt',
  epochAxis: 'Epoche',
  epochLabel: epoch => `Epoche ${rounded(epoch, 9)}`,
  stepNumber: step => `Schritt ${whole(step)}`,
  training: 'Training',
  validation: 'Validierung',
  batch: 'einzelne Batches',
  past: 'bisher',
  planned: 'geplant',
  best: value => `Bestwert ${value}`,
  rateNow: (rate, schedule) => `jetzt ${rate} · ${schedule}`,
  schedules: {
    constant: 'konstant',
    step: (factor, every) => `× ${factor} ${every === '1' ? 'jede Epoche' : `alle ${every} Epochen`}`,
    cosine: cycles => `Neustarts nach ${cycles.join(', ')}`,
    cosineOnce: 'ein Kosinus',
    oneCycle: 'ein Zyklus',
  },
  changeRate: 'Lernrate ab jetzt',
  set: 'Setzen',
  restartMarker: 'Der Verlauf beginnt von vorn',
  confusion: 'Konfusionsmatrix',
  confusionAt: (step, wrong, count) =>
    `Validierung bei Schritt ${whole(step)} · ${whole(wrong)} von ${whole(count)} falsch`,
  noConfusion: 'Sie kommt mit der ersten Validierung.',
  confusionLater: 'Bei so vielen Klassen wird die Matrix gezeichnet, wenn der Lauf angehalten wird oder endet.',
  confusionGone: '„Auswerten…“ zeigt, welche Klassen wofür gehalten werden.',
  noValidation: 'In diesem Lauf gab es keine Validierung.',
  notes: 'Notizen',
  noteAt: step => `Schritt ${whole(step)}`,
  distributions: 'Gewichte und Gradienten',
  weights: 'Gewichte',
  gradients: 'Gradienten',
  noDistributions: 'Sie kommen mit den nächsten Schritten.',
  frozen: 'eingefroren',
  histogram: (layer, what, from, to) => `${layer}, ${what} von ${from} bis ${to}`,
  nonFinite: count => `${counted(count, 'Wert ist', 'Werte sind')} keine Zahl mehr`,
  endSentences: {
    finished: epochs => `${counted(epochs, 'Epoche', 'Epochen')} trainiert.`,
    stopped: step => `Nach ${counted(step, 'Schritt', 'Schritten')} beendet.`,
    early: 'Vorzeitig beendet: Der Validierungsverlust wurde nicht mehr besser.',
    failed: 'Der Lauf konnte nicht weitergehen.',
  },
  undoRun: '„Rückgängig“ nimmt den ganzen Lauf zurück.',
  evaluate: 'Auswerten…',
  startAgain: 'Neu starten',
  continue: 'Fortsetzen',
  goOnHelp: run => `${run} geht dort weiter, wo er unterbrochen wurde, als wäre nichts gewesen`,
  continueHelp: epochs =>
    'Von hier aus mit dem Zustand des Optimierers weiter: ein neuer Lauf von ' + counted(epochs, 'Epoche', 'Epochen'),
  setUpNext: 'Einrichten…',
  backToRun: 'Zurück zum Lauf',

  // ── the set-up ──
  start: 'Training starten',
  expected: what => `Geben Sie ${what} ein.`,
  fixFirst: count =>
    plural(
      count,
      'Eine Einstellung geht so nicht: Berichtigen Sie sie, und starten Sie dann.',
      `${whole(count)} Einstellungen gehen so nicht: Berichtigen Sie sie, und starten Sie dann.`,
    ),
  data: 'Datensatz',
  chooseData: 'Wählen…',
  dataUnread: 'noch nicht gelesen',
  dataReading: 'wird gelesen…',
  dataCounts: (training, validation, classes) =>
    `${counted(training, 'Bild', 'Bilder')} zum Training, ${whole(validation)} zur Validierung, ` +
    counted(classes, 'Klasse', 'Klassen'),
  groups: {
    run: 'Lauf',
    rate: 'Lernrate',
    optimizer: 'Optimierer',
    layers: 'Schichten',
    augmentation: 'Augmentierung',
    ending: 'Ende des Laufs und Klassengewichte',
    more: 'Mehr',
  },
  sized: images =>
    'Epochen und Batchgröße sind so gewählt, dass ' +
    `${counted(images, 'Trainingsbild genügt', 'Trainingsbilder genügen')}, ` +
    'um daraus zu lernen.',
  fewSteps: (steps, images) =>
    `Ein Lauf von ${counted(steps, 'Schritt', 'Schritten')} ändert die Gewichte kaum: ` +
    `${counted(images, 'Trainingsbild braucht', 'Trainingsbilder brauchen')} mehr Epochen oder kleinere Batches.`,
  useSizes: ({ epochs, batchSize }) => `${whole(epochs)} Epochen, Batchgröße ${whole(batchSize)} übernehmen`,
  on: {
    amount: (change, amount, isAngle) => `${change} ${number(amount)}${isAngle ? '°' : ''}`,
    flip: 'spiegeln',
    symmetries: 'alle Symmetrien',
    frozen: layer => `${layer} eingefroren`,
    rate: (layer, rate) => `${layer} × ${number(rate)}`,
    patience: epochs => `Geduld ${whole(epochs)}`,
    keepBest: 'beste Gewichte',
    classWeights: { balanced: 'Klassen nach Seltenheit', listed: 'Klassen wie angegeben' },
    sampling: 'Klassen gleich oft gezogen',
    labelSmoothing: share => `Label Smoothing ${number(share)}`,
    weightDecay: decay => `Weight Decay ${number(decay)}`,
    clipNorm: norm => `Norm höchstens ${number(norm)}`,
  },
  epochs: 'Epochen',
  batchSize: 'Batchgröße',
  seed: 'Startwert',
  optimizer: 'Optimierer',
  optimizers: { sgd: 'SGD', momentum: 'SGD mit Momentum', rmsprop: 'RMSProp', adam: 'Adam', adamw: 'AdamW' },
  optimizerSettings: {
    momentum: 'Momentum',
    nesterov: 'Nesterov',
    rho: 'Abklingen ρ',
    epsilon: 'Epsilon',
    beta1: 'Abklingen β₁',
    beta2: 'Abklingen β₂',
  },
  learningRate: 'Lernrate',
  find: 'Suchen…',
  finding: 'Wachsende Lernraten werden an einer Kopie der Gewichte ausprobiert…',
  cancelFinding: 'Abbrechen',
  finderTitle: 'Verlust je Lernrate',
  finderRate: 'Lernrate',
  finderLoss: 'Verlust',
  suggestion: rate =>
    `Vorschlag: ${rate}, wo der Verlust am schnellsten fällt. Für eine andere klicken Sie auf einen Punkt der Kurve.`,
  noSuggestion:
    'Kein klarer Abfall, daher kein Vorschlag: Bei keiner fällt der Verlust stärker, als er von Batch zu Batch ' +
    'schwankt. Gewichte, die schon trainiert sind, lernen kaum noch dazu: Beginnen Sie mit frischen, oder klicken ' +
    'Sie auf einen Punkt der Kurve.',
  useRate: rate => `${rate} übernehmen`,
  schedule: 'Verlauf',
  scheduleKinds: {
    constant: 'Konstant',
    step: 'Stufenweise abwärts',
    cosine: 'Kosinus mit Neustarts',
    oneCycle: 'Ein Zyklus',
  },
  scheduleSettings: {
    every: 'Abstand (Epochen)',
    factor: 'Faktor',
    cycle: 'Erster Zyklus (Epochen)',
    multiplier: 'Verlängerung ×',
    rise: 'Anteil des Anstiegs',
  },
  schedulePreview: 'Die Lernrate über den Lauf',
  warmupSteps: 'Aufwärmschritte',
  weightDecay: 'Weight Decay',
  clipNorm: 'Gradientennorm höchstens',
  zeroIsOff: '0: aus',
  patience: 'Geduld',
  patienceHelp: 'Nach so vielen Epochen ohne besseren Validierungsverlust',
  keepBest: 'Beste Gewichte behalten',
  keepBestHelp: 'Die besten nach Validierungsverlust; sonst die der letzten Epoche',
  classWeights: 'Klassen',
  classWeightKinds: { equal: 'zählen gleich viel', balanced: 'zählen nach Seltenheit', listed: 'wie angegeben' },
  classWeightList: 'Gewichte, eines für jede Klasse',
  sampling: 'Alle Klassen gleich oft ziehen',
  samplingHelp:
    'Eine Epoche hat so viele Bilder wie zuvor; die kleiner Klassen kommen mehrmals, die großer Klassen nicht alle',
  labelSmoothing: 'Label Smoothing',
  labelSmoothingHelp:
    'Die richtige Klasse soll etwas weniger als 1 bekommen, alle anderen etwas mehr als 0. Üblich: 0,1',
  labelSmoothingTargets: (right, other) => `richtige ${right}, andere ${other}`,
  layerTable: 'Wie schnell jede Schicht lernt',
  layer: 'Schicht',
  parameters: 'Parameter',
  freeze: 'Einfrieren',
  freezeLayer: layer => `${layer} einfrieren`,
  rateFactor: 'Lernrate ×',
  rateFactorOf: layer => `Faktor der Lernrate von ${layer}`,
  augmentations: {
    shift: 'Verschieben',
    rotate: 'Drehen, Grad',
    zoom: 'Zoomen',
    crop: 'Ausschnitt',
    perspective: 'Perspektive',
    light: 'Licht',
    brightness: 'Helligkeit',
    contrast: 'Kontrast',
    saturation: 'Sättigung',
    hue: 'Farbton',
    blur: 'Unschärfe, Pixel',
    noise: 'Rauschen',
    cutout: 'Cutout',
    mixup: 'Mixup, α',
    flip: 'Waagerecht spiegeln',
    symmetries: 'Alle 8 Symmetrien',
  },
  augmentationHelp:
    'Nur Trainingsbilder werden verändert, in jedem Batch neu. Zahlen ohne Einheit sind die größten Anteile. 0: aus.',
  augmentationHelps: {
    crop: 'Der größte Anteil der Fläche, der wegfällt. Was bleibt, wird auf die ganze Größe gezogen',
    perspective: 'Jede Ecke rückt nach innen, höchstens um die Hälfte dieses Anteils einer Seite',
    light: 'Zu allen Farben kommt dieselbe Zahl hinzu; Kontrast um die Mitte des Wertebereichs',
    brightness: 'Farben mal einem Faktor von 1 − x bis 1 + x',
    contrast: 'Abstand vom mittleren Grau, mal einem Faktor von 1 − x bis 1 + x',
    saturation: 'Abstand vom Grau jedes Pixels, mal einem Faktor von 1 − x bis 1 + x; nicht bei grauen Bildern',
    hue: 'Farben drehen sich höchstens um diesen Anteil ihres Kreises; nicht bei grauen Bildern',
    blur: 'Die größte Standardabweichung einer gaußschen Unschärfe',
    noise: 'Die größte Standardabweichung von gaußschem Rauschen',
    cutout: 'Ein Quadrat mit diesem Anteil einer Seite wird schwarz',
    mixup: 'Bilder und Zielwerte eines Batches werden paarweise gemischt; die Anteile folgen Beta(α, α). Üblich: 0,2',
  },
  engine: 'Engine',
  engines: { wasm: 'wasm', tensorflow: 'tensorflow (nativ)' },
  engineMissing: 'tensorflow ist nicht installiert: npm run setup:native',
  from: 'Start',
  starts: {
    initial: 'frische Gewichte',
    here: 'die Gewichte, wie sie sind',
    continue: 'hier, mit dem Zustand des Optimierers: ein neuer Lauf',
  },

  // ── kernels ──
  kernels: 'Kernel',
  closeKernels: 'Kernel schließen',
  movedIn: steps => plural(steps, 'im letzten Schritt geändert', `in den letzten ${whole(steps)} Schritten geändert`),
  movedMost: 'am stärksten geändert',
  byHowMuch: '▴ ▾ um wie viel',
  sinceStart: 'Linie: seit dem Start',
  kernelOf: (layer, kernel) => `${layer} Kernel ${whole(kernel)}`,
  weightAt: (row, column) => `Zeile ${whole(row)}, Spalte ${whole(column)}: `,
  fromMap: map => `× Karte ${whole(map)}`,
  bias: 'Bias',
  shownKernels: 'Schicht',
  allLayers: 'alle Schichten',
  kernelsShown: (first, last, all) => `${whole(first)}–${whole(last)} von ${whole(all)}`,
  otherKernels: { previous: 'Vorige Kernel', next: 'Nächste Kernel' },

  // ── sheets and planes ──
  sheets: 'Blätter',
  planeHelp: {
    /** Without a run. */
    live:
      'Der Gradient des gezeigten Verlusts nach jeder Zelle: wie der Verlust mit der Zelle wächst. Unter den ' +
      'Adressen des Blatts Network',
    gradient:
      'Der Gradient des Verlusts nach jedem Parameter im letzten Trainingsschritt: unter den Adressen des Blatts ' +
      'Network',
    mask: 'Was Dropout beim ersten Bild des letzten Trainingsschritts behielt (über 0) und wegließ (0)',
  },
  planeLegends: {
    live: 'Gradient des gezeigten Verlusts nach jeder Zelle, Skala je Tensor',
    liveOwn: 'Zellen mit Eigenem geben keinen Gradienten weiter',
    gradient: 'Gradienten des letzten Schritts, Skala je Tensor',
    alone: 'Gradienten des letzten Schritts, ohne Überschriebenes',
    mask: 'erstes Bild des letzten Schritts: 0 weggelassen, über 0 behalten',
  },
  planeKinds: {
    live: { name: 'Gradient', help: 'Des gezeigten Verlusts, der Summe der Kreuzentropie; leer, wo keiner ist' },
    gradient: { name: 'Gradient', help: 'Vom letzten Trainingsschritt; leer, wo keiner gebraucht wurde' },
    mask: { name: 'Maske', help: 'Vom letzten Trainingsschritt: 0, wo die Zahl weggelassen wurde' },
  },
  planeRefused: {
    gradient: 'Dieses Blatt zeigt Gradienten. Ändern Sie die Zahlen auf dem Blatt Network.',
    mask: 'Dieses Blatt zeigt, was Dropout im letzten Trainingsschritt auswählte. Ändern Sie p auf dem Blatt Network.',
  },

  // ── around it ──
  status: (epoch, epochs, paused) =>
    `${paused ? 'Training angehalten' : 'Training'}, Epoche ${whole(epoch)} von ${whole(epochs)}`,
  statusData: (training, validation, batch) =>
    `${counted(training, 'Bild', 'Bilder')} zum Training, ${whole(validation)} zur Validierung, Batchgröße ` +
    whole(batch),
  windowTitle: (done, rest) => `${percent(done)} · ${rest}`,
  notice: {
    ended: (name, end) => `${name}: ${end}.`,
    reset: 'Die Gewichte sind jetzt neue zufällige. „Rückgängig“ bringt die alten zurück.',
  },
};
