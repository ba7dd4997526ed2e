import type { Catalogue } from '../catalogue.ts';
import { whole } from '../format.ts';

const columns = (count: number) => (count === 1 ? 'einer Spalte' : `${whole(count)} Spalten`);

export const looksMessages: Catalogue['looks'] = {
  title: 'Format',
  number: 'Zahlen',
  numbers: {
    general: 'Standard',
    fixed: 'Zwei Nachkommastellen',
    thousands: 'Mit Tausendertrennzeichen',
    percent: 'Prozent',
    scientific: 'Wissenschaftlich',
    text: 'Text',
  },
  more: 'Mehr Nachkommastellen',
  fewer: 'Weniger Nachkommastellen',
  bold: 'Fett',
  align: 'Ausrichtung',
  aligns: { general: 'Wie der Inhalt', left: 'Links', center: 'Mitte', right: 'Rechts' },
  wrap: 'Textumbruch',
  clear: 'Formate löschen',
  dialog: 'Zellen…',
  width: 'Spaltenbreite…',
  fit: 'Spaltenbreite anpassen',
  formulas: 'Formeln in allen Zellen',
  question: {
    title: where => `${where} formatieren`,
    kind: 'Zahlen',
    fixed: 'Zahl',
    digits: 'Nachkommastellen',
    thousands: 'Tausendertrennzeichen',
    align: 'Ausrichtung',
    example: 'Beispiel',
    button: 'Anwenden',
    digitsRange: most => `Hier gehört eine ganze Zahl von 0 bis ${whole(most)} hin.`,
  },
  widthQuestion: {
    title: 'Spaltenbreite',
    label: 'Breite in Pixeln bei 100 %',
    button: 'Setzen',
    range: (least, most) => `Eine Spalte kann ${whole(least)} bis ${whole(most)} Pixel breit sein.`,
  },
  network: where =>
    `${where} gehört zum Netz, und sein Aussehen sagt, was es ist. Freie Zellen und eigene Blätter nehmen ein ` +
    'Format an.',
  onlyFree: count =>
    `Nur ${count === 1 ? 'die eine freie Zelle' : `die ${whole(count)} freien Zellen`} der Auswahl ` +
    `${count === 1 ? 'hat' : 'haben'} es angenommen. Die Zellen des Netzes behalten ihr Aussehen.`,
  networkWidths:
    'Die Spalten im Blatt des Netzes sind so breit, wie es ihr Inhalt braucht. Auf eigenen Blättern lassen sie sich ' +
    'ziehen.',
  formatLabel: where => `${where} formatieren`,
  widthLabel: count => `Breite von ${columns(count)}`,
  comment: {
    edit: 'Kommentar…',
    delete: 'Kommentar löschen',
    next: 'Nächster Kommentar',
    previous: 'Voriger Kommentar',
    name: where => `Kommentar zu ${where}`,
    placeholder: 'Was ist an dieser Zelle wissenswert?',
    done: 'Fertig',
    keys: 'Strg+Eingabe oder Esc beendet ihn',
    editLabel: where => `Kommentar zu ${where}`,
    deleteLabel: where => `Kommentar zu ${where} löschen`,
    spoken: text => `Kommentar: ${text}`,
    none: 'In dieser Arbeitsmappe gibt es keinen Kommentar. Umschalt+F2 schreibt einen.',
    noneHere: where => `Zu ${where} gibt es keinen Kommentar.`,
    heading: where => `${where} ist eine Überschrift des Netzes. Kommentieren Sie eine Zelle daneben.`,
    tooLong: most => `Ein Kommentar hat höchstens ${whole(most)} Zeichen.`,
  },
  lines: {
    insert: 'Einfügen',
    delete: 'Löschen',
    rows: 'Ganze Zeilen',
    columns: 'Ganze Spalten',
  },
};
