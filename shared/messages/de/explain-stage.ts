import type { Catalogue } from '../catalogue.ts';
import { number, rounded, whole } from '../format.ts';
import { counted } from './words.ts';

const percent = (share: number) => {
  if (share > 0 && share < 5e-5) return `< ${number(0.01)} %`;
  return share > 0.999_95 && share < 1 ? `>\u00A0${number(99.99)} %` : `${rounded(100 * share, 2)} %`;
};

export const stageMessages: Catalogue['explain']['stage'] = {
  title: 'Mit Schablonen vergleichen',
  none: 'Dieses Netz endet in keiner dichten Schicht, die Karten mit einer Schablone je Klasse vergleicht.',
  heading: (maps, classes) => `Die Karten von ${maps}, verglichen mit ${counted(classes, 'Schablone', 'Schablonen')}`,
  keys:
    'Ein Buchstabe oder eine Ziffer zeigt ein anderes Bild der Klasse. Pfeile wählen eine Schablone. ' +
    'Esc führt zum Blatt.',
  close: 'Zurück zum Blatt',
  play: 'Zelle für Zelle abspielen',
  playHelp: 'Lässt jede Zahl nach der anderen entstehen, von der ersten Karte bis zu den Wahrscheinlichkeiten',
  imageOf: 'Bild von',
  any: 'jede Klasse',
  another: 'Anderes Bild',
  draw: 'Zeichnen',
  sets: { network: 'Schablonen des Netzes', means: 'Klassenmittel' },
  choose: 'Schablonen zum Vergleichen',
  average: 'Die Bilder jeder Klasse mitteln',
  averageHelp: 'Macht Schablonen ohne Training: das Mittel der Karten jeder Klasse, minus das Mittel aller',
  averageAgain: 'Seit diesem Mitteln hat sich ein Gewicht geändert.',
  again: 'Neu mitteln',
  meansHelp:
    'Das Mittel der Karten aller Trainingsbilder einer Klasse, minus das Mittel aller, mit der Länge 1: Niemand hat ' +
    'sie trainiert. Sie ändern nichts am Netz. Erklärung > Schablonen aus Klassenmitteln setzt sie ein.',
  overlaid: maps =>
    maps === 1
      ? 'Die Gewichte jeder Klasse als Bild'
      : `Die Gewichte jeder Klasse, ihre ${whole(maps)} Karten zusammengezählt`,
  way: 'Vom Bild zu den Karten',
  now: 'Diese Zelle',
  more: count => `${whole(count)} weitere`,
  factors: { maps: 'Karten', template: name => `× Schablone ${name}`, products: '= Produkte' },
  strongest: (strongest, of) => `die ${whole(strongest)} stärksten von ${whole(of)} Karten`,
  productOf: (map, sum) => `${map}: Produkte, zusammen ${sum}`,
  templateOf: (name, map) => `Schablone ${name}, ${map}`,
  score: name => `Punktzahl von ${name}`,
  tile: (name, score, rank) => `${name}: Punktzahl ${score}, Platz ${whole(rank)}`,
  rankings: { network: 'Rangfolge nach den Schablonen des Netzes', means: 'Rangfolge nach Klassenmitteln' },
  columns: { place: 'Platz', name: 'Klasse', score: 'Punktzahl', probability: 'Wahrscheinlichkeit' },
  probability: percent,
  right: (right, of, what) => `${rounded((100 * right) / of, 2)} % richtig (${whole(of)} ${what})`,
  written: name => `Über der Punktzahl von ${name} steht eine Zahl, also ist sie nicht die Summe der Produkte.`,
  waiting: 'Die Zahlen sind unterwegs, oder eine davon ist ein Fehler.',
  leads: (name, score, other, second) =>
    score === second
      ? `${name} und ${other} führen mit je ${score}.`
      : `${name} führt mit ${score}; ${other} folgt mit ${second}.`,
  soFar: (known, of) => `${whole(known)} von ${whole(of)} zu vergleichenden Zahlen sind bisher bekannt.`,
  answer: (name, share) =>
    `Das macht ${name} mit einer Wahrscheinlichkeit von ${percent(share).replace('>', 'mehr als')}.`,
  both: name => `Beide sagen ${name}: die Schablonen des Netzes und die Klassenmittel.`,
  differ: (name, other) => `Die Schablonen des Netzes sagen ${name}, die Klassenmittel ${other}.`,
  noImage: name => `Der Datensatz hat kein Bild von ${name}.`,
};
