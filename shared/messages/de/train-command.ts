/** Sentences of the commands train, evaluate and predict. */
import type { Catalogue } from '../catalogue.ts';
import { fixed, number, whole } from '../format.ts';
import { imagesOfSplit } from './runs.ts';
import { counted, images, ofImages, percent } from './words.ts';

const seconds = (amount: number) => {
  if (amount < 9.95) return `${fixed(amount, 1)} s`;
  const rounded = Math.round(amount);
  return rounded < 120 ? `${rounded} s` : `${Math.floor(rounded / 60)} min ${rounded % 60} s`;
};
/** What is done so far of a whole. */
const done = (fraction: number) => percent(Math.floor(fraction * 100));

const dataHelp = `  --data NAME          digits, letters oder fashion,
  --data ORDNER        ein Ordner mit einem Ordner von Bildern für jede Klasse,
  --data ORDNER --labels DATEI.csv   ein Ordner mit Bildern und eine Tabelle mit ihren Labels,
  --data DATEI.csv     eine Tabelle, in der die Bilder als Zahlen stehen oder neben der sie liegen,
  --data DATEI --labels DATEI        zwei IDX-Dateien
  --data DATEI.npz     Arrays mit Bildern und Labels; oder --data X.npy --labels Y.npy
Wie sie verstanden wurden, wird vor allem anderen gesagt und lässt sich wählen:
  --split-folders yes|no   ob Ordner wie „train“ und „test“ Teile sind, keine Klassen
  --header yes|no          ob die Tabelle mit einer Zeile von Überschriften beginnt
  --file-column SPALTE     die Spalte der Dateinamen, mit Überschrift oder Nummer (1 ist die erste); ebenso:
  --label-column SPALTE    die Spalte der Labels; mehrere Spalten mit 0 und 1: a,b,c
  --split-column SPALTE    die Spalte, in der training, validation oder test steht; „none“: keine solche Spalte
  --labels-separator ART   none, comma, semicolon, bar, space, rows: was mehrere Labels eines Bilds trennt
  --images-array NAME, --labels-array NAME   die Arrays einer .npz-Datei`;
const sharesHelp = `  --fit stretch|crop|pad   wie Bilder anderer Form in die Eingabe des Netzes eingepasst werden (wie
                       die, mit denen es trainiert wurde, sonst stretch)
  --validation ANTEIL  Anteil der Trainingsbilder, der zur Validierung zurückgehalten wird, wenn es keine gibt (0)
  --test ANTEIL        Anteil, der als Testbilder zurückgehalten wird, wenn es keine gibt (0)
  --split-seed N       bestimmt, welche Bilder das sind (1)`;

const kindOfData: Readonly<Record<string, string>> = {
  folders: 'einen Ordner mit Ordnern',
  csv: 'eine CSV-Datei mit Labels',
  numpy: '.npz- und .npy-Dateien',
};

export const trainCommandMessages: Catalogue['trainCommand'] = {
  noPeer: name =>
    `Ohne ${name} zum Vergleichen: CONVSHEET_PYTHON kann ein Python nennen, das ` +
    `${name === 'keras' ? 'keras und tensorflow' : 'torch'} hat.`,
  badValue: (option, value, expected) => `${option} ${value}: Geben Sie ${expected} an.`,
  choose: (option, value, suggestion, known) =>
    `${option} ${value}: ` +
    (suggestion ? `Das steht nicht zur Wahl. Meinten Sie ${suggestion}?` : `Zur Wahl stehen ${known}.`),
  unknownSetting: (option, setting, of, known) =>
    known === ''
      ? `${option}: ${of} hat keine Einstellung ${setting} und auch sonst keine. Lassen Sie sie weg.`
      : `${option}: ${of} hat keine Einstellung ${setting}. Zur Wahl stehen ${known}.`,
  settingWithoutValue: (option, setting) => `${option}: ${setting} braucht einen Wert, wie in ${setting}=0.1.`,
  expectedNumber: 'eine Zahl',
  expectedFlag: 'true oder false',
  expectedEvery: 'eine ganze Zahl ab 1',
  expectedSize:
    'Höhe und Breite von 1 bis 1.024 und auf Wunsch die Kanäle (1, 3 oder 4), zum Beispiel 64x64 oder 64x64x3,',
  unknownLayer: (option, layer, known) => `${option}: Das Netz hat keine Schicht ${layer}. Zur Wahl stehen ${known}.`,
  layerWithoutWeights: (option, layer, known) =>
    `${option}: ${layer} hat keine Gewichte, die lernen. Zur Wahl stehen ${known}.`,
  bothRecipe: '--recipe macht die Phasen, deshalb geht --phase nicht dazu. Geben Sie eines von beiden an.',
  besidePhases: option =>
    `${option}: In einem Lauf in Phasen hat das jede Phase für sich. Lassen Sie ${option} weg, oder --recipe und ` +
    '--phase.',
  groupsAlone: '--groups gehört zu den Phasen von --phase. Geben Sie mindestens eine an.',
  recipeGroups: '--recipe macht eigene Gruppen. Lassen Sie --groups weg, oder beschreiben Sie die Phasen mit --phase.',
  phaseSetting: (name, known) => `--phase hat keine Einstellung ${name}. Wählen Sie aus ${known.join(', ')}.`,
  expectedPhaseSize: 'Höhe und Breite, wie in 64x64, oder eine Zahl für beide',
  expectedNorms: 'frozen, oder nichts davon',
  layerTwice: (option, layer) =>
    `${option}: ${layer} hat schon eine Lernrate oder ist eingefroren. Nennen Sie jede Schicht einmal.`,
  layerWithoutRate: text =>
    `--layer-rate ${text} hat keinen Faktor. Schreiben Sie eine Schicht, ein Gleichheitszeichen und eine Zahl, wie ` +
    'in conv1=0.1.',
  noData: (source, names) =>
    `--data: Es gibt weder Datensatz noch Ordner noch Datei ${source}. Datensätze mit Namen: ${names}.`,
  labelsNeeded: path =>
    `--data ${path} ist eine Datei mit Bildern. Nennen Sie die Datei ihrer Labels mit --labels, oder geben Sie einen ` +
    'Ordner an.',
  sampleAndOutput:
    '--sample und -o DATEI gehören zusammen: Das Muster sagt die Form der Einreichung, -o, wohin sie geschrieben wird.',
  notForData: (option, kind) =>
    `${option} gilt für ${kindOfData[kind]}. Lassen Sie die Option bei anderen Bildern weg.`,
  labelsTooMany: source => `--labels: ${source} hat eigene Labels. Lassen Sie die Option weg.`,
  sizeOfFile: (size, input) =>
    `--size ${size}: Das Netz der Datei nimmt Bilder mit ${input}. Lassen Sie die Option weg, oder beginnen Sie mit ` +
    'einer Vorlage.',
  startTemplate: template =>
    `--start here: Die Gewichte von ${template} sind für andere Bilder oder Klassen. Lassen Sie die Option weg, um ` +
    'mit frischen zu beginnen.',
  continueTemplate:
    '--start continue setzt einen Lauf einer Datei fort. Geben Sie eine Datei an, die schon trainiert wurde.',
  notConvsheet: path =>
    `${path} endet nicht auf .convsheet; andere Dateien schreibt „train“ nicht. Fügen Sie die Endung an.`,
  unread: 'Die Ausgabe liest niemand mehr; der Lauf geht weiter, und seine Datei wird geschrieben.',
  writtenNowhere: (failure, second) =>
    `Das Trainierte ist verloren, denn es ließ sich nirgends schreiben. ${failure} ${second}`,
  writtenElsewhere: (failure, path) => `${failure} Das Trainierte ist stattdessen in ${path}.`,
  notCsv: path => `--csv ${path}: Die Datei muss auf .csv enden. Fügen Sie die Endung an.`,
  emptySplit: (split, data) =>
    `--split ${split}: ${data} hat keine solchen Bilder. Halten Sie mit --validation oder --test welche zurück, oder ` +
    'wählen Sie einen anderen Teil.',

  reading: fraction => `Bilder werden gelesen: ${done(fraction)}`,
  skipped: (name, reason) => `${name} ausgelassen: ${reason}`,
  warning: sentence => `Warnung: ${sentence}`,
  classes(names, counts) {
    const told = names.slice(0, 20).map((name, i) => {
      const { training, validation, test } = counts[i];
      const short = name.length > 60 ? `${name.slice(0, 59)}…` : name;
      return `${short} (${whole(training + validation + test)}${training === 0 ? ', keines zum Training' : ''})`;
    });
    const more = names.length - told.length;
    return `Klassen: ${told.join(', ')}${more > 0 ? ` und ${whole(more)} weitere` : ''}`;
  },
  skippedMore: count => `… und ${counted(count, 'weiteres Bild', 'weitere Bilder')}`,
  counts: (data, classes, training, validation, test) =>
    `${data}: ${counted(classes, 'Klasse', 'Klassen')}; ${images(training)} zum Training, ` +
    `${whole(validation)} zur Validierung, ${whole(test)} zum Test`,
  setUp: ({ epochs, batchSize, optimizer, learningRate, backend, seed }, steps) =>
    `${counted(epochs, 'Epoche', 'Epochen')} zu ${counted(steps, 'Schritt', 'Schritten')} mit ` +
    `${ofImages(batchSize)}, ${optimizer.kind} mit ${number(learningRate)} auf ${backend}, Startwert ${seed}`,
  sized(count, own) {
    const what = own.epochs ? `Epochen${own.batchSize ? ' und Batchgröße' : ''}` : 'Die Batchgröße';
    const choose = [own.epochs ? '--epochs' : '', own.batchSize ? '--batch-size' : ''].filter(Boolean);
    return (
      `${what} ${own.epochs ? 'passen' : 'passt'} zu ${ofImages(count)}; mit ${choose.join(' und ')} wählen ` +
      'Sie selbst.'
    );
  },
  fewSteps: (steps, { epochs, batchSize }) =>
    `Ein Lauf von ${counted(steps, 'Schritt', 'Schritten')} ändert die Gewichte kaum. Versuchen Sie es bei diesen ` +
    `Bildern mit --epochs ${epochs} --batch-size ${batchSize}.`,
  line: ({ epoch, epochs, share, loss, metric, samplesPerSecond: speed, secondsLeft: left }) =>
    [
      `Epoche ${epoch}/${epochs}`,
      done(share),
      `Verlust ${fixed(loss, 4)}`,
      metric,
      speed === undefined ? '' : `${whole(Math.round(speed))} Bilder/s`,
      left === undefined ? '' : `noch ${seconds(left)}`,
    ]
      .filter(Boolean)
      .join(' · '),
  epoch: (epoch, epochs, figures) => `Epoche ${epoch}/${epochs}: ${figures}`,
  metric: { one: 'Genauigkeit', several: 'F2' },
  stoppingAtOnce: 'Wird abgebrochen; nichts wird geschrieben. Noch einmal Strg+C beendet sofort.',
  stopping:
    'Wird abgebrochen; die Datei wird nach diesem Batch geschrieben. Noch einmal Strg+C beendet sofort, ohne sie.',
  ends: {
    finished: 'Der Lauf ist fertig.',
    stopped: 'Der Lauf wurde abgebrochen.',
    early: 'Der Lauf endete vorzeitig.',
    failed: 'Der Lauf ist gescheitert.',
  },
  goOn: path => `„train ${path} --start continue -o ${path}“ setzt ihn fort.`,
  saved: (path, bytes, time) => `${path}: ${whole(bytes)} Bytes, nach ${seconds(time)} Training`,
  columns: {
    epoch: 'Epoche',
    loss: 'Verlust',
    validationLoss: 'Verlust (Validierung)',
    validation: metric => `${metric} (Validierung)`,
    seconds: 'Sekunden',
    class: 'Klasse',
    precision: 'Präzision',
    recall: 'Trefferquote',
    f1: 'F1',
    images: 'Bilder',
    mean: 'Mittel',
    file: 'Datei',
    predicted: 'erkannt',
    probability: 'Wahrscheinlichkeit',
    learningRate: 'Lernrate',
  },
  seconds,
  finding: fraction => `Lernraten werden ausprobiert: ${done(fraction)}`,
  suggestion: rate => `Vorschlag: --learning-rate ${rate}`,
  noSuggestion:
    'Kein klarer Abfall, daher kein Vorschlag: Bei keiner fällt der Verlust stärker, als er von Batch zu Batch ' +
    'schwankt. Gewichte, die schon trainiert sind, lernen kaum noch dazu; --start initial beginnt mit frischen.',

  evaluated: (data, split, count) =>
    split === undefined ? `${data}: ${images(count)}` : `${data}: ${whole(count)} ${imagesOfSplit(split, count)}`,
  splitNames: { training: 'Training', validation: 'Validierung', test: 'Test' },
  accuracy: (share, right, count) =>
    `Genauigkeit ${percent(fixed(100 * share, 2))} (${whole(right)} von ${whole(count)})`,
  loss: loss => `Verlust ${loss === null ? '#ZAHL!' : fixed(loss, 4)}`,
  severalLabels: (usual, best) =>
    `F2 ${[usual, best].map(({ f2, threshold }) => `${fixed(f2, 4)} bei ${number(threshold)}`).join('; ')}`,
  evaluating: fraction => `Wird ausgewertet: ${done(fraction)}`,
  predicting: fraction => `Bilder werden erkannt: ${done(fraction)}`,
  written: (path, count) => `${path}: ${images(count)}`,
  none: 'keine',

  help: {
    train: {
      line: 'train DATEI|VORLAGE --data … -o DATEI   trainiert und schreibt die trainierte Arbeitsmappe',
      text: `Aufruf: convsheet train DATEI|VORLAGE --data NAME|ORDNER|DATEI [OPTION]… -o DATEI.convsheet
Trainiert das Netz einer Datei oder einer Vorlage, die für die Klassen der Daten gemacht wird. Derselbe Befehl ergibt
dieselben Gewichte, auf wasm Bit für Bit. Der Lauf wird in der Datei aufbewahrt. Strg+C schreibt, was da ist (Status
130; vor dem ersten Schritt wird nichts geschrieben); „train DATEI --start continue -o DATEI“ geht von dort weiter und
endet, als wäre nichts gewesen, mit denselben Bildern. Was sich am Ende nicht in DATEI schreiben lässt, kommt in den
Ordner für temporäre Dateien (Status 1).

Die Bilder
${dataHelp}
  --size HxB[xK]       auf welche Größe und Kanäle Bilder gebracht werden, bei einer Vorlage (28x28x1)
${sharesHelp}
  --augment LISTE      verändert Trainingsbilder zufällig: shift=0.1 (Anteil), rotate=10 (Grad), zoom=0.1,
                       crop=0.5 (Anteil der Fläche, der wegfällt), perspective=0.3, light=0.1, flip, symmetries,
                       brightness=0.3, contrast=0.3, saturation=0.3, hue=0.05, blur=1 (Pixel), noise=0.05,
                       cutout=0.3 (einer Seite), mixup=0.2 (α); durch Kommas getrennt

Der Lauf
  --start WO           initial: mit frischen Gewichten; here: mit denen der Datei; continue: wo ihr letzter Lauf endete,
                       so eingerichtet wie er (Vorlage: initial, Datei: here). Eingefrorene Schichten behalten ihre
  --epochs N           Durchgänge durch die Trainingsbilder (5; mehr bei wenigen Bildern)
  --batch-size N       Bilder je Schritt (64; weniger bei wenigen Bildern)
  --learning-rate N    die größte (0.002)
  --optimizer NAME     sgd, momentum, rmsprop, adam (Standard), adamw; dazu: momentum,momentum=0.9,nesterov=true
                       rmsprop,rho=0.9,momentum=0,epsilon=1e-7 adam,beta1=0.9,beta2=0.999,epsilon=1e-7
  --schedule NAME      constant, step,every=1,factor=0.5 cosine,cycle=1,multiplier=2 one-cycle,rise=0.3 (Standard)
  --warmup N           Schritte, in denen die Lernrate bis zu der des Verlaufs wächst (0)
  --seed N             Startwert: frische Gewichte, Reihenfolge der Bilder, Augmentierung und Dropout (1)
  --weight-decay N     (0)         --clip N        größte Norm aller Gradienten zusammen (0: beliebig)
  --patience N         endet nach N Epochen ohne besseren Validierungsverlust (0: nie)
  --keep-best          endet mit den Gewichten des besten Validierungsverlusts; eine bei Strg+C geschriebene Datei hat
                       die letzten, daneben die besten, falls der Lauf weitergeht (mit --weights-only: die besten)
  --average WAS        endet mit dem Mittel der Gewichte (SWA): cycles (nach jedem Zyklus der letzten Phase) oder
                       epochs (der Epochen ihres letzten Viertels)
  --class-weights W    equal (Standard), balanced oder eine Zahl für jede Klasse: 1,2,0.5
  --sampling WIE       each: eine Epoche hat jedes Bild einmal (Standard); balanced: jede Klasse gleich oft
  --label-smoothing N  Zielwerte sind nicht 1 und 0, sondern 1 − N + N/Klassen und N/Klassen, nur im Training (0)
  --freeze SCHICHT     ihre Gewichte bleiben; mehrmals möglich
  --layer-rate SCHICHT=FAKTOR   multipliziert ihre Lernrate mit FAKTOR; mehrmals möglich
  --recipe NAME        ein Lauf in Phasen: quick, fine-tune (die letzten Schichten, dann alle), cats-and-dogs, satellite
                       (wachsende Größen); --learning-rate ist die größte Rate
  --phase LISTE        eine eigene Phase: name=Kopf,epochs=2,rate=0.01,schedule=cosine,cycle=1,groups=0/0/1,size=64x64,
                       norms=frozen; was fehlt, ist wie im Lauf; mehrmals möglich
  --groups SCHICHTEN   die ersten Schichten der zweiten und weiterer Gruppen: conv2,dense; groups=0/0.1/1 sind Faktoren
  --backend NAME       wasm (Standard) oder tensorflow („npm run setup:native“ installiert es)
  --find-rate          probiert stattdessen Lernraten aus, zeigt den Verlust bei jeder und schlägt eine vor; ohne -o

  -o, --output DATEI   wohin; darf die Datei sein, mit der begonnen wurde
  --force              ersetzt DATEI, wenn es sie gibt
  --weights-only       lässt den Lauf aus der Datei weg: dann ergibt derselbe Befehl dieselben Bytes
  --json               eine Zeile JSON für jedes Ereignis: start, step (ein paar je Sekunde), epoch, note, end
  --every N            stattdessen ein Ereignis step alle N Schritte

  convsheet train lenet --data digits --validation 0.1 --augment shift=0.1,rotate=10 --seed 7 -o mein.convsheet
`,
    },
    evaluate: {
      line: 'evaluate DATEI|VORLAGE --data …   wie gut ein Netz ist',
      text: `Aufruf: convsheet evaluate DATEI|VORLAGE [--data NAME|ORDNER|DATEI] [OPTION]…
Sagt, bei wie vielen Bildern das Netz recht hat und wie gut es bei jeder Klasse ist. Ohne --data: am Datensatz des
letzten Laufs der Datei.

${dataHelp}
${sharesHelp}
                       Weggelassene Anteile und Startwerte sind die des letzten Laufs der Datei mit denselben Daten.
Klassen werden an ihren Namen erkannt; die, die das Netz nicht kennt, werden genannt und ausgelassen.
  --tta LISTE          Test-Time-Augmentierung: Mittel aus Ansichten jedes Bilds, wie es ist und mit flip, symmetries
                       (8), shift=0.05 (4, um diesen Anteil), crop=0.1 (5, um ihn beschnitten), rotate=10 (2, Grad);
                       durch Kommas getrennt; die von flip oder symmetries gibt es von jeder anderen
  --split NAME         training, validation oder test (test, wo es solche Bilder gibt, sonst validation, sonst training)
  --beta ZAHL          nennt auch F-Beta, bei dem die Trefferquote so viel mal mehr zählt als die Präzision (1, bei
                       mehreren Labels 2)
  --ordered            die Klassen haben eine Reihenfolge: nennt auch Kappa mit quadratischen Gewichten und den
                       mittleren Fehler, in den Zahlen, nach denen die Klassen heißen, sonst in Klassen
  --metric FORMEL      ein eigenes Maß über die Spalten actual und predicted (die Zahlen der Klassen), truth und
                       probability (eine Spalte je Klasse): "=MITTELWERT(ABS(actual-predicted))"
  --thresholds LISTE   bei mehreren Labels: für jedes die Wahrscheinlichkeit, über der es vorhergesagt wird, 0.3,0.5;
                       half: 0,5; found: die besten für diese Bilder, die genannt werden (die der Datei, sonst 0,5)
  -o, --output DATEI   bewahrt diese Wahl und die Schwellen in einer Arbeitsmappe auf, für das Fenster und für
                       predict; darf die Datei selbst sein
  --force              ersetzt DATEI, wenn es sie gibt
Die Werte sind die von scikit-learn. Klassen, die kein Bild hat, zählen in Mittelwerten nicht mit.
  --backend NAME       wasm (dieses) oder tensorflow
  --json               {"accuracy":…,"loss":…,"count":…,"noNumbers":…,"split":…,"perClass":[…],
                       "confusion":[…],"topLosses":[…],"judged":{…},"notes":[…],…}; die Werte von Klassen, die
                       weder in den Bildern vorkommen noch in dem, wofür sie gehalten wurden, sind null;
                       noNumbers zählt Bilder mit #NUM! auf dem Weg zu ihren Klassenwerten; null steht dafür.
                       Bei mehr als 100 Klassen: "mistakes":[{"actual":…,"predicted":…,"count":…},…]
                       statt confusion
`,
    },
    predict: {
      line: 'predict DATEI|VORLAGE --images ORDNER|DATEI   wofür ein Netz Bilder hält',
      text: `Aufruf: convsheet predict DATEI|VORLAGE --images ORDNER|DATEI [--csv DATEI] [OPTION]…
Sagt, wofür das Netz jedes Bild hält. Unlesbare Bilder werden genannt und ausgelassen.

  --images ORDNER|DATEI   die Bilder: PNG, JPEG, WebP, GIF, TIFF, AVIF; oder eine Tabelle mit Pixeln (.csv)
  --csv DATEI          schreibt dorthin die Wahrscheinlichkeit jeder Klasse bei jedem Bild
  --sample DATEI.csv -o DATEI.csv   schreibt eine Einreichung in der Form dieses Musters: seine Kennungen und
                       ihre Folge, seine Spalten (eine mit Labels oder je Klasse eine Wahrscheinlichkeit),
                       Anführungszeichen und Zeilenenden
  --force              ersetzt DATEI, wenn es sie gibt
  --tta LISTE          Test-Time-Augmentierung: Mittel aus Ansichten jedes Bilds, wie es ist und mit flip, symmetries
                       (8), shift=0.05 (4, um diesen Anteil), crop=0.1 (5, um ihn beschnitten), rotate=10 (2, Grad);
                       durch Kommas getrennt; die von flip oder symmetries gibt es von jeder anderen
  --fit stretch|crop|pad   wie Bilder anderer Form in die Eingabe des Netzes eingepasst werden (wie die,
                       mit denen es trainiert wurde, sonst stretch)
  --thresholds LISTE   bei mehreren Labels: für jedes die Wahrscheinlichkeit, über der es vorhergesagt wird, 0.3,0.5;
                       half: 0,5 (die der Datei, sonst 0,5)
  --backend NAME       wasm (dieses) oder tensorflow
  --json               {"classes":[…],"noNumbers":…,"files":[{"name":…,"probabilities":[…],"predicted":["…"]},…],
                       "problems":[…]};
                       noNumbers zählt Bilder mit #NUM! auf dem Weg zu ihren Klassenwerten; null steht dafür
`,
    },
  },
};
