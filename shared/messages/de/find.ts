import type { Catalogue } from '../catalogue.ts';
import { whole } from '../format.ts';
import { plural } from './words.ts';

const cells = (count: number) => `${whole(count)} ${plural(count, 'Zelle', 'Zellen')}`;

export const findMessages: Catalogue['find'] = {
  title: 'Suchen und Ersetzen',
  menu: 'Suchen…',
  replaceMenu: 'Ersetzen…',
  searching: 'Suche läuft',
  text: 'Suchen nach',
  replacement: 'Ersetzen durch',
  look: 'In',
  looks: { values: 'Werten', formulas: 'Formeln' },
  within: 'Auf',
  places: { sheet: 'diesem Blatt', workbook: 'allen Blättern' },
  matchCase: 'Groß- und Kleinschreibung beachten',
  whole: 'Nur ganze Zellen',
  next: 'Weiter',
  previous: 'Zurück',
  replaceOne: 'Ersetzen',
  replaceAll: 'Alle ersetzen',
  list: 'Gefundene Zellen',
  count: (count, at, more) => `${at > 0 ? `${whole(at)} von ` : ''}${more ? 'mehr als ' : ''}${cells(count)}`,
  none: text => `„${text}“ steht nirgends.`,
  noneHere: (text, sheet) => `„${text}“ steht nirgends auf ${sheet}. Andere Blätter wurden nicht durchsucht.`,
  more: count => `${whole(count)} weitere.`,
  replaced: count => `${cells(count)} ersetzt. Rückgängig nimmt das zurück.`,
  computedStay: count =>
    `${whole(count)} berechnete ${plural(count, 'Zelle bleibt', 'Zellen bleiben')}: Ersetzt wird nur, was jemand ` +
    'eingegeben hat.',
  nothingReplaced: 'Nichts, was eingegeben wurde, enthält diesen Text. Es wurde nichts ersetzt.',
  onlyComputed: where =>
    `${where} wird vom Netz berechnet, also gibt es dort keine Eingabe zu ersetzen. Schreiben Sie etwas darüber.`,
  replaceLabel: (text, replacement) => `„${text}“ durch „${replacement}“ ersetzen`,
};
