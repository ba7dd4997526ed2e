import type { Catalogue } from '../catalogue.ts';
import { whole } from '../format.ts';

export const teachingMessages: Catalogue['teaching'] = {
  title: 'Blätter zum Lernen',
  yours: 'Fette Zahlen können Sie ändern: Was aus ihnen folgt, ändert sich sofort.',
  step: {
    title: 'Diesen Schritt tun',
    how: 'Erklärung > Diesen Schritt tun gibt dem Gewicht des Netzes die Zahl der ausgewählten Zelle.',
    label: 'ein Schritt eines Optimierers',
    noWeight:
      'Dieses Blatt handelt von keinem Gewicht des Netzes. Beginnen Sie mit „Optimierer“ oder „Backpropagation“.',
    noNumber: 'Wählen Sie die Zahl aus, die das Gewicht bekommen soll, etwa seinen Wert nach einem Schritt.',
    done: weight => `${weight} hat den Schritt getan. Rückgängig nimmt ihn zurück.`,
  },
  kernels: {
    name: 'Was ein Kernel macht',
    about:
      'Links ist das Bild des Netzes, live. Jeder Block daneben hat einen Kernel aus 3 × 3 Zahlen und das, was er ' +
      'aus dem Bild macht.',
    result:
      'Eine Zelle eines Ergebnisses ist die Summe von 9 Pixeln, jedes mal die Zahl des Kernels am selben Platz. ' +
      'Wählen Sie eine und lesen Sie ihre Formel.',
    image: 'Das Bild',
    names: {
      edge: 'Kanten',
      blur: 'Weichzeichnen',
      sharpen: 'Schärfen',
      emboss: 'Relief',
      sobel: 'Sobel',
      own: 'Ihr eigener (dieser ändert nichts)',
    },
    tooSmall: (height, width) => `Das Bild hat ${height} × ${width} Pixel, und ein Kernel braucht mindestens 3 × 3.`,
  },
  softmax: {
    name: 'Softmax und Verwandte',
    about:
      'Die Ausgaben kommen live aus dem Netz. exp macht jede von ihnen positiv, und durch ihre Summe geteilt sind ' +
      'sie Wahrscheinlichkeiten.',
    why:
      'Zuerst wird die größte Ausgabe abgezogen. Das ändert keine Wahrscheinlichkeit, weil es alle gleich teilt, ' +
      'aber exp bleibt klein.',
    headings: {
      class: 'Klasse',
      output: 'Ausgabe',
      shifted: 'Ausgabe − max',
      exp: 'exp',
      softmax: 'Softmax',
      expected: 'erwartet',
      loss: 'Kreuzentropie',
      sigmoid: 'Sigmoid',
    },
    largest: 'größte',
    sum: 'Summe',
    loss: 'Die Kreuzentropie ist −erwartet · ln(Softmax), aufsummiert. Sie ist 0, wo keine Klasse erwartet wird.',
    sigmoid:
      'Softmax legt sich gern auf eine Klasse fest. Kann ein Bild mehrere Labels haben, nehmen Sie Sigmoid: Jede ' +
      'Klasse hat dann ihre eigene Wahrscheinlichkeit.',
    whatIf: { title: 'Was wäre, wenn …', change: 'Änderung', output: 'neue Ausgabe', before: 'Unterschied' },
    rules: 'Die Regeln des Logarithmus',
    losses: { title: 'Was ein Loss sagt', probability: 'Wahrscheinlichkeit', loss: '−ln' },
    none: 'Das Netz endet nicht mit einer Softmax-Schicht: Es gibt keine Ausgaben und Wahrscheinlichkeiten zu zeigen.',
  },
  backprop: {
    name: 'Backpropagation',
    about:
      'Vom Verlust zurück zu einem Gewicht, live: unten fett zu wählen. Ein Gradient sagt, wie sehr der Verlust mit ' +
      'einer Zahl wächst. Jeder entsteht aus den Gradienten dessen, was die Zahl liest, von links nach rechts.',
    chain:
      'Das ist die Kettenregel: der Gradient dessen, was danach kommt, mal wie sehr es mit dieser Zahl wächst. Lesen ' +
      'mehrere die Zahl, so addieren sich ihre Anteile.',
    blank:
      'Wird keine Klasse erwartet, ist alles 0: Dann in der Spalte „actual“ des Netzes bei einer Klasse 1 eingeben.',
    loss: 'Verlust, die Summe der Kreuzentropie',
    row: rows => `Zeile des Gewichts, 1 bis ${whole(rows)}`,
    column: columns => `seine Spalte, 1 bis ${whole(columns)}`,
    weight: 'Gewicht',
    gradient: 'Gradient des Verlusts danach',
    rate: 'Lernrate',
    next: 'Gewicht nach einem Schritt',
    expected: 'Verlust dann etwa',
    map: (layer, map) => `${layer} · Karte ${whole(map)}`,
    rules: {
      softmax: () => 'Wahrscheinlichkeit · Summe des Erwarteten − Erwartetes',
      labels: () => '(Wahrscheinlichkeit − Erwartetes) / Zahl der Labels',
      dense: layer => `Gradienten von ${layer} · Gewichte, addiert`,
      relu: layer => `der Gradient von ${layer}, wo die Eingabe über 0 ist`,
      maxPool2d: layer => `der Gradient von ${layer} für das erste Größte jedes Fensters`,
      averagePool2d: layer => `derselbe Anteil am Gradienten von ${layer} für jede Zelle eines Fensters`,
      conv2d: layer => `Gradienten von ${layer} · die Gewichte, auf die jeder traf`,
      add: layer => `der Gradient von ${layer}, unverändert`,
      dropout: layer => `der Gradient von ${layer}, außerhalb des Trainings unverändert`,
    },
    weights: {
      kernels: layer => `die Eingabe, auf die jedes Gewicht trifft · Gradienten von ${layer}, addiert`,
      units: layer => `Eingabe · Gradient von ${layer}`,
      others: layer => `was es in ${layer} tut · Gradienten von ${layer}, addiert`,
    },
    slope: layer => `Gradient von ${layer} · Steigung von ${layer}`,
    several: layers => `was ${layers.join(' und ')} zurückgeben, addiert`,
    none: 'Von keinem Gewicht dieses Netzes passt die Kette bis zum Verlust auf ein Blatt.',
  },
  line: {
    name: 'SGD mit Zufallszahlen',
    about:
      'Eine Gerade a · x + b soll durch die Punkte links gehen. Jede Zeile ist ein Schritt: Er sieht einen Punkt an ' +
      'und bewegt a und b ein wenig gegen ihre Gradienten.',
    start:
      'a und b beginnen mit Zufallszahlen. „Zufallszahlen und Zeiten neu berechnen“ im Menü Blatt (Umschalt+F9) ' +
      'zieht andere.',
    rate: 'Lernrate',
    a: 'a am Anfang',
    b: 'b am Anfang',
    lastA: 'a am Ende',
    lastB: 'b am Ende',
    lastLoss: 'Loss am Ende',
    headings: {
      step: 'Schritt',
      error: 'Fehler',
      loss: 'Fehler²',
      gradientA: 'Gradient von a',
      gradientB: 'Gradient von b',
      tried: 'von a, probiert',
      all: 'Loss aller Punkte',
    },
  },
  optimizers: {
    name: 'Optimierer',
    about:
      'Ein Gewicht des Netzes geht mit jedem Optimierer zehn Schritte. Jede Zeile ist ein Schritt mit den Formeln ' +
      'des Trainings.',
    adam:
      'Momentum behält einen Teil der letzten Bewegung. RMSProp teilt durch die Größe der letzten Gradienten. Adam ' +
      'tut beides.',
    made: [
      'Die Gradienten sind ausgedacht: Mit einem Datensatz zum Trainieren sind es seine eigenen.',
      'Das Gewicht ist live: Geht das Gewicht des Netzes einen Schritt, so beginnen die Zeilen dort.',
    ],
    real: [
      'Die Gradienten sind echt: jeder aus einem Batch von 16 Bildern, beim Gewicht der Zeile darüber; andere bleiben.',
      'Ändern Sie eine Zahl, so folgen die Gradienten nicht: Ein neues Blatt hat die der neuen Zahlen.',
    ],
    now: 'jetzt im Netz',
    finding: 'Gradienten suchen',
    weight: 'Gewicht zuerst',
    rate: 'Lernrate',
    momentum: 'Momentum',
    headings: {
      step: 'Schritt',
      gradient: 'Gradient',
      weight: 'Gewicht',
      move: 'Bewegung',
      squares: 'mittl. Quadrat',
      mean: 'mittl. Gradient',
      rate: 'korrigierte Rate',
    },
  },
};
