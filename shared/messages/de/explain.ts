import type { Catalogue } from '../catalogue.ts';
import { number, readable, rounded, whole } from '../format.ts';
import { gradientMessages } from './explain-gradients.ts';
import { stageMessages } from './explain-stage.ts';
import { onImageMessages, whyMessages } from './explain-why.ts';
import { counted } from './words.ts';

const mapsRead = (maps: number, of: number) => {
  if (of === 1) return '';
  if (maps === of) return `jeder der ${whole(of)} Karten `;
  return maps === 1 ? `einer der ${whole(of)} Karten ` : `jeder von ${whole(maps)} der ${whole(of)} Karten `;
};
const percent = (share: number) =>
  share > 0 && share < 5e-5 ? `weniger als ${number(0.01)} %` : `${rounded(100 * share, 2)} %`;
const patterns = {
  below: 'wo eine helle Zeile über einer dunklen liegt',
  above: 'wo eine helle Zeile unter einer dunklen liegt',
  right: 'wo eine helle Spalte links von einer dunklen liegt',
  left: 'wo eine helle Spalte rechts von einer dunklen liegt',
  spot: 'wo eine Zelle heller ist als die um sie herum',
  all: 'wo es ringsum hell ist',
} as const;

export const explainMessages: Catalogue['explain'] = {
  title: 'Erklärung',
  cell: 'Zelle erklären',
  help: 'Sagt, wie die Zahl der gewählten Zelle zustande kommt',
  in: address => `in ${address}`,
  tabs: { cell: 'Zelle', layer: 'Schicht' },
  tooMany: 'Diese Formel liest zu viele Zellen, um alle zu zeigen.',
  layer: {
    none: 'Wählen Sie eine Zelle einer Schicht.',
    noCells: 'Diese Schicht hat keine eigenen Zellen: Ihre Eingabe wird nur in anderer Form gelesen.',
    facts: (shape, parameters) =>
      `${shape} Zahlen${parameters > 0 ? ` aus ${counted(parameters, 'Parameter', 'Parametern')}` : ''}.`,
    maps: 'Karten',
    kernels: 'Kerne',
    first: (shown, of) => `die ersten ${whole(shown)} von ${whole(of)}`,
    spread: 'Wie die Zahlen verteilt sind',
    range: (from, to) => `von ${from} bis ${to}`,
    allEqual: value => `Alle Zahlen sind ${value}.`,
    zeros: (zeros, of) =>
      zeros === 0
        ? 'Keine davon ist 0.'
        : `${whole(zeros)} von ${whole(of)} sind 0 (${rounded((100 * zeros) / of, 1)} %).`,
    strongest: 'Wo jede Karte am stärksten ist',
  },
  scan: {
    title: 'Durchlauf',
    layer: 'Schicht durchlaufen',
    network: 'Ganzes Netz durchlaufen',
    of: layer => `${layer} durchlaufen`,
    play: 'Abspielen',
    pause: 'Anhalten',
    back: 'Eine Zelle zurück',
    on: 'Eine Zelle weiter',
    time: 'Stelle im Durchlauf',
    speed: 'Tempo',
    speeds: times => `${times}×`,
    loop: 'Wiederholen',
    close: 'Durchlauf beenden',
    place: (layer, cell, of) => `${layer} · Zelle ${whole(cell)} von ${whole(of)}`,
    none: 'Diese Schicht berechnet nichts: Wählen Sie eine Zelle einer anderen.',
    keys:
      'Leertaste spielt ab, Pfeile gehen eine Zelle weiter, Bild auf und Bild ab eine Schicht, Pos1 und Ende ' +
      'an Anfang und Ende, Esc beendet.',
  },
  means: {
    title: 'Schablonen aus Klassenmitteln …',
    label: 'Schablonen aus Klassenmitteln',
    finding: 'Die Bilder jeder Klasse werden gemittelt',
    noTemplates:
      'Schablonen sind die Gewichte einer dichten Schicht mit einer Punktzahl je Klasse; ' +
      'jedes Bild hat nur eine Klasse.',
    done: (classes, layer) =>
      `${layer} vergleicht jetzt jedes Bild mit ${counted(classes, 'Schablone', 'Schablonen')}: dem Mittel jeder ` +
      'Klasse minus dem Mittel aller. Rückgängig bringt die Gewichte zurück.',
  },
  stage: stageMessages,
  why: whyMessages,
  onImage: onImageMessages,
  gradients: gradientMessages,
  waiting: 'Die Zahlen sind unterwegs.',
  gone: 'Die Formel liest eine Zelle, die es nicht mehr gibt: Das Netz hat sich geändert.',
  claims: {
    products: (cells, { maps, of }, layer, bias) =>
      `${counted(cells, 'Zelle', 'Zellen')} ${mapsRead(maps, of)}von ${layer}, ` +
      `mal das Gewicht an derselben Stelle, addiert${bias ? ', und der Bias' : ''}.`,
    parts: (products, cells) =>
      `Die Summe von ${counted(products, 'Produkt', 'Produkten')}` +
      `${cells > 0 ? ` und ${counted(cells, 'Zelle', 'Zellen')}` : ''}.`,
    cells: count => `Die Summe von ${counted(count, 'Zelle', 'Zellen')}.`,
    most: label => `Das meiste kommt von ${label}.`,
    mostPattern: (label, pattern) => `Das meiste kommt von ${label}; sie ist hell, ${patterns[pattern]}.`,
    pattern: (label, pattern) => `Die Karte, die bei ${label} gelesen wird, ist hell, ${patterns[pattern]}.`,
    spread: (label, sum, count) =>
      `${whole(count)} Teile schieben in diese Richtung; am stärksten ${label} mit ${readable(sum)}.`,
    against: (label, sum) => `${label} wirkt mit ${readable(sum)} dagegen.`,
    nothing: 'Jedes Produkt ist 0; es bleibt nichts zu addieren.',
    window: {
      MAX: count => `Die größte von ${counted(count, 'Zahl', 'Zahlen')}`,
      MIN: count => `Die kleinste von ${counted(count, 'Zahl', 'Zahlen')}`,
      AVERAGE: count => `Der Mittelwert von ${counted(count, 'Zahl', 'Zahlen')}.`,
      SUM: count => `Die Summe von ${counted(count, 'Zahl', 'Zahlen')}.`,
    },
    chosen: (what, address, ties) =>
      `${what}: die in ${address}${ties > 1 ? `, die erste von ${whole(ties)} gleichen` : ''}.`,
    passed: input => `${readable(input)} liegt nicht unter 0 und geht unverändert durch.`,
    cut: (layer, input) => `${readable(input)} liegt unter 0, also hält ${layer} die Zahl zurück.`,
    function: (layer, input) =>
      layer === ''
        ? `Eine Funktion von ${readable(input)}.`
        : `${layer} von ${readable(input)}: der Punkt auf der Kurve.`,
    same: address => `Dieselbe Zahl wie in ${address}.`,
    share: (share, rank, count) =>
      `Ihre Exponentialzahl ist ${percent(share)} der Summe aller ${whole(count)}: ` +
      `${rank === 1 ? 'die größte' : `Nummer ${whole(rank)}`}.`,
    loss: expected =>
      expected
        ? 'Der negative Logarithmus der Wahrscheinlichkeit dessen, was erwartet wird: 0 bei Gewissheit, sonst größer.'
        : 'Diese Klasse wird nicht erwartet und trägt nichts zum Verlust bei.',
    constant: 'Sie liest nur die Nullen um die Karte; sie ist immer 0.',
    steps: 'Schritt für Schritt berechnet, von innen nach außen.',
  },
  parameter: 'Eine Zahl, die das Training ändert.',
  pixel: 'Eine Zahl des Bildes.',
  blank: 'Wählen Sie eine Zelle mit einer Zahl.',
  typed: 'Eine Zahl, die hier eingetippt wurde.',
  products: 'Produkte',
  sums: 'Die Summe',
  others: count => counted(count, 'weiterer Teil', 'weitere Teile'),
  steps: 'Schritt für Schritt',
  curve: 'Die Kurve',
  window: 'Das Fenster',
  formula: 'Die Formel',
  asFormula: 'als Formel',
  withNumbers: 'mit den Zahlen',
  cut: 'Zu viele Zahlen, um alle einzusetzen: Lange Bereiche sind gekürzt.',
  asMathematics: 'als Mathematik',
  mathWords: { mean: 'Mittel', when: 'wenn', otherwise: 'sonst' },
  sees: 'Was sie sieht',
  exciting: 'Was sie am stärksten anregt',
  find: 'Bilder suchen',
  findHelp: what =>
    `Rechnet das Netz für die Bilder des Datensatzes und findet die zehn, die ${what} am stärksten anregen`,
  finding: 'Bilder werden gesucht',
  found: count => `Von ${counted(count, 'Bild', 'Bildern')}; gerahmt: wo sie am stärksten ist.`,
  excitement: (name, value) => `${name}: ${value}`,
  noChannel: 'Diese Karte hat das Netz nicht mehr. Wählen Sie eine Zelle, und versuchen Sie es noch einmal.',
  noData: 'Wählen Sie zuerst einen Datensatz (Training > Daten).',
  facts: { reads: 'Liest', sees: 'Sieht', feeds: 'Speist' },
  reads: (cells, parameters) =>
    [
      ...(cells > 0 ? [counted(cells, 'Zelle', 'Zellen')] : []),
      ...(parameters > 0 ? [counted(parameters, 'Parameter', 'Parameter')] : []),
    ].join(', ') || 'nichts',
  pixels: (count, channels, where) =>
    `${counted(count, 'Pixel', 'Pixel')}${channels > 1 ? ` in ${whole(channels)} Kanälen` : ''}, ${where}`,
  feeds: (where, more) =>
    where.length === 0 ? 'nichts' : where.join(', ') + (more > 0 ? ` und ${whole(more)} weitere` : ''),
  outlines: 'Auf dem Blatt umrahmt',
  direct: 'Direkt',
  toPixels: 'Bis zu den Pixeln',
  gridName: (label, what) => `${label}: ${what}`,
  curveName: (x, y) => `Die Kurve der Funktion mit ihrem Punkt bei ${x}, ${y}`,
};
