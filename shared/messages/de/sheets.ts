import type { Catalogue } from '../catalogue.ts';
import { whole } from '../format.ts';

const lines = (axis: 'rows' | 'columns', count: number) =>
  count === 1 ? (axis === 'rows' ? 'Zeile' : 'Spalte') : `${whole(count)} ${axis === 'rows' ? 'Zeilen' : 'Spalten'}`;

export const sheetMessages: Catalogue['sheets'] = {
  title: 'Blatt',
  add: 'Neues Blatt',
  rename: 'Umbenennen…',
  duplicate: 'Duplizieren',
  delete: 'Blatt löschen',
  moveLeft: 'Nach links',
  moveRight: 'Nach rechts',
  colour: 'Farbe des Reiters',
  colours: { red: 'Rot', orange: 'Orange', green: 'Grün', blue: 'Blau', violet: 'Violett', none: 'Keine' },
  insertRows: 'Zeilen darüber einfügen',
  insertColumns: 'Spalten davor einfügen',
  deleteRows: 'Zeilen löschen',
  deleteColumns: 'Spalten löschen',
  recalculate: 'Zufallszahlen und Zeiten neu berechnen',
  newName: number => `Blatt ${number}`,
  networkCopy: 'Das Blatt des Netzes zeigt das Netz, deshalb gibt es nur eines. Fügen Sie ein neues Blatt hinzu.',
  renameQuestion: { title: 'Blatt umbenennen', label: 'Name', button: 'Umbenennen' },
  addLabel: name => `Blatt ${name} hinzufügen`,
  duplicateLabel: name => `Blatt ${name} duplizieren`,
  deleteLabel: name => `Blatt ${name} löschen`,
  renameLabel: (before, name) => `Blatt ${before} in ${name} umbenennen`,
  moveLabel: name => `Blatt ${name} verschieben`,
  colourLabel: name => `Reiter von ${name} färben`,
  recalculateLabel: 'Neu berechnen',
  insertLabel: (axis, count) => `${lines(axis, count)} einfügen`,
  deleteLinesLabel: (axis, count) => `${lines(axis, count)} löschen`,
};
