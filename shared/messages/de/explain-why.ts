import type { Catalogue } from '../catalogue.ts';
import { number, whole } from '../format.ts';
import { counted } from './words.ts';

const shown = (value: number) => number(Number(value.toPrecision(3))).replace('-', '−');

export const whyMessages: Catalogue['explain']['why'] = {
  title: 'Warum diese Klasse',
  against: 'gegen',
  bias: 'der Bias',
  waiting: 'Die Zahlen sind unterwegs, oder eine davon ist ein Fehler.',
  written: 'Über einer der beiden Punktzahlen steht eine Formel; sie ist nicht die Summe der Eingaben.',
  picture: (label, sum) => `${label}: ${sum}. Gerahmt: die Zelle mit dem größten Gewicht.`,
  colours: (name, other) =>
    `Jede Zelle mal die Differenz ihrer zwei Gewichte: Positives spricht für ${name}, Negatives für ${other}.`,
  others: count => counted(count, 'weiterer Teil', 'weitere Teile'),
  total: (name, other) => `${name} − ${other}`,
  claims: {
    ahead: (name, other, difference) =>
      difference === 0
        ? `${name} und ${other} haben dieselbe Punktzahl.`
        : `Die Punktzahl von ${name} ist um ${shown(Math.abs(difference))} ` +
          `${difference > 0 ? 'höher' : 'niedriger'} als die von ${other}.`,
    most: (name, label, sum, of) => `Am meisten spricht für ${name}: ${label} mit ${shown(sum)} von ${shown(of)}.`,
    only: (name, label, sum) => `Für ${name} spricht nur eines: ${label} mit ${shown(sum)}.`,
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
  sum: (name, sum, score) => `Zusammen ergeben sie ${shown(sum)}; die Punktzahl von ${name} ist ${shown(score)}.`,
  pixel: (name, value, address) =>
    value > 0
      ? `Am meisten spricht für ${name} das Pixel in ${address}, mit ${shown(value)}.`
      : `Kein Pixel spricht für ${name}.`,
  drop: (name, drop, score, place) =>
    drop > 0
      ? `Ohne das Quadrat ${place} fällt die Punktzahl von ${name} am meisten: um ${shown(drop)} von ${shown(score)}.`
      : `Die Punktzahl von ${name} fällt nirgends.`,
  rise: (rise, place) => `Ohne das Quadrat ${place} steigt sie am meisten: um ${shown(rise)}.`,
  framed: 'Gerahmt: die Stelle, die am meisten dafür spricht.',
  derived: 'Formeln, die über Zellen stehen, zählen hier nicht.',
  noScores: layer =>
    `Das Netz endet mit ${layer}. Salienz und Abdecken brauchen Punktzahlen für Klassen: ein Softmax oder ein ` +
    'Sigmoid über einer Zahl je Klasse.',
  notFinite: 'Eine Zahl ist zu groß zum Rechnen, also gibt es kein Bild.',
};
