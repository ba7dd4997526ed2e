import type { Catalogue } from '../catalogue.ts';

export const teachingMessages: Catalogue['teaching'] = {
  title: 'Blätter zum Lernen',
  yours: 'Fette Zahlen können Sie ändern: Was aus ihnen folgt, ändert sich sofort.',
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
      'Ein Gewicht des Netzes, live, und zehn Gradienten. Jede Zeile ist ein Schritt mit den Formeln des Trainings.',
    adam:
      'Momentum behält einen Teil der letzten Bewegung. RMSProp teilt durch die Größe der letzten Gradienten. Adam ' +
      'tut beides.',
    weight: 'Gewicht',
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
