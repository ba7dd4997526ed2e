import type { Catalogue } from '../catalogue.ts';
import { isTiny, readable, whole } from '../format.ts';
import { counted } from './words.ts';

export const whyMessages: Catalogue['explain']['why'] = {
  title: 'Warum diese Klasse',
  against: 'gegen',
  bias: 'der Bias',
  waiting: 'Die Zahlen sind unterwegs, oder eine davon ist ein Fehler.',
  written: 'Über einer der beiden Punktzahlen steht eine Formel; sie ist nicht die Summe der Eingaben.',
  own: layer => `${layer} selbst`,
  biasOf: layer => `der Bias von ${layer}`,
  seenIn: 'gesehen in',
  back: 'Eine Schicht weiter zurück',
  forth: 'Eine Schicht näher an den Punktzahlen',
  noLayer:
    'Diese Schicht oder Klasse hat das Netz nicht mehr. Wählen Sie eine Klasse, und versuchen Sie es noch einmal.',
  tooLarge: 'Die Schichten bis dorthin sind zu groß, um durch sie zurückzugehen.',
  product: (number, slope, product) => `${readable(number)} × ${readable(slope)} = ${readable(product)}`,
  slopes: (name, other) =>
    'Jede Zelle mal ihre Steigung: wie sehr die Differenz mit dieser Zelle wächst. Positives spricht für ' +
    `${name}, Negatives für ${other}. Zusammen mit dem, was die Schichten dazwischen selbst beitragen, ergeben sie ` +
    'die Differenz.',
  picture: (label, sum, product) => `${label}: ${sum}. Gerahmt: die Zelle mit dem größten Gewicht, ${product}.`,
  colours: (name, other) =>
    `Jede Zelle mal die Differenz ihrer zwei Gewichte: Positives spricht für ${name}, Negatives für ${other}.`,
  others: count => counted(count, 'weiterer Teil', 'weitere Teile'),
  total: (name, other) => `${name} − ${other}`,
  claims: {
    ahead: (name, other, difference) =>
      difference === 0
        ? `Die Punktzahlen von ${name} und ${other} sind gleich.`
        : isTiny(difference)
          ? `Die Punktzahlen von ${name} und ${other} sind praktisch gleich: ${readable(Math.abs(difference))} Abstand.`
          : `Die Punktzahl von ${name} ist um ${readable(Math.abs(difference))} ` +
            `${difference > 0 ? 'höher' : 'niedriger'} als die von ${other}.`,
    most: (name, label, sum, of) =>
      `Am meisten spricht für ${name}: ${label} mit ${readable(sum)} von ${readable(of)}.`,
    only: (name, label, sum) => `Für ${name} spricht nur eines: ${label} mit ${readable(sum)}.`,
    none: name => `Für ${name} spricht nichts.`,
    silent: (silent, of) =>
      `${whole(silent)} von ${counted(of, 'Eingabe', 'Eingaben')} ${silent === 1 ? 'ist' : 'sind'} 0 und ` +
      `${silent === 1 ? 'spricht' : 'sprechen'} für keine der beiden.`,
  },
};

export const onImageMessages: Catalogue['explain']['onImage'] = {
  title: 'Im Bild',
  saliency: 'Salienz',
  occlusion: 'Abdecken',
  saliencyHelp: name => `Wie sehr jedes Pixel für ${name} spricht: seine Zahl mal die Steigung der Punktzahl`,
  occlusionHelp: name => `Deckt das Bild Stück für Stück ab und sieht, wie weit die Punktzahl von ${name} fällt`,
  patch: 'Quadrat',
  stride: 'Schritt',
  over: 'auf dem Blatt',
  finding: 'Das Bild wird untersucht',
  badNumber: most => `Quadrat und Schritt müssen ganze Zahlen von 1 bis ${whole(most)} sein.`,
  saliencyMeans: name =>
    `Die Zahl jedes Pixels mal die Steigung der Punktzahl von ${name} dort. Positiv: Etwas mehr von diesem Pixel ` +
    'hebt die Punktzahl. Ein Pixel mit 0 zählt nichts, und die Steigung gilt nur für kleine Änderungen.',
  occlusionMeans: (name, patch) =>
    `Das Bild mit einem Quadrat von ${patch}×${patch} Pixeln auf 0, an einer Stelle nach der anderen. ` +
    `Positiv: Ohne diese Stelle fällt die Punktzahl von ${name}, sie spricht also für ${name}. Wo Quadrate einander ` +
    'überdecken, hat ein Pixel ihr Mittel.',
  sum: (name, sum, score) => `Zusammen ergeben sie ${readable(sum)}; die Punktzahl von ${name} ist ${readable(score)}.`,
  pixel: (name, value, address) =>
    value > 0
      ? `Am meisten spricht für ${name} das Pixel in ${address}, mit ${readable(value)}.`
      : `Kein Pixel spricht für ${name}.`,
  drop: (name, drop, score, place) =>
    drop > 0
      ? `Ohne das Quadrat ${place} fällt die Punktzahl von ${name} am meisten: um ${readable(drop)} von ` +
        `${readable(score)}.`
      : `Die Punktzahl von ${name} fällt nirgends.`,
  rise: (rise, place) => `Ohne das Quadrat ${place} steigt sie am meisten: um ${readable(rise)}.`,
  framed: 'Gerahmt: die Stelle, die am meisten dafür spricht.',
  derived: 'Was über berechnete Zellen getippt ist, zählt hier nicht.',
  noScores: layer =>
    `Das Netz endet mit ${layer}. Salienz und Abdecken brauchen Punktzahlen für Klassen: ein Softmax oder ein ` +
    'Sigmoid über einer Zahl je Klasse.',
  notFinite: 'Eine Zahl ist zu groß zum Rechnen, also gibt es kein Bild.',
};
