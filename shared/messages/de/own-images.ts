/** Sentences about image files of one's own that are dropped on the window, or opened as the input. */
import type { Catalogue } from '../catalogue.ts';
import { whole } from '../format.ts';
import { plural } from './words.ts';

export const ownImages: Catalogue['ownImages'] = {
  menu: 'Bild als Eingabe öffnen…',
  dropHere:
    'Legen Sie hier ein Bild für die Eingabe ab, einen Ordner oder eine CSV-Datei mit Bildern oder eine ' +
    '.convsheet-Datei',
  title: name => `${name} in die Eingabe einpassen`,
  sizes: (own, input) => `Das Bild hat ${own} Pixel (Höhe×Breite), die Eingabe des Netzes ${input}.`,
  use: 'In die Eingabe einsetzen',
  shown: name => `${name} steht jetzt in der Eingabe. „Rückgängig“ nimmt es zurück.`,
  shownFirst(name, left) {
    const others = plural(left, 'die andere Datei kann', `die anderen ${whole(left)} Dateien können`);
    return (
      `${name} steht jetzt in der Eingabe; ${others} nicht auch dort stehen. Training > Bilddateien erkennen nimmt ` +
      'einen ganzen Ordner.'
    );
  },
  unreadable: (name, reason) => `${name} ist nicht lesbar: ${reason}. Wählen Sie ein anderes Bild.`,
  tooLarge: (name, limit) => `${name} ist größer als ${limit}; so groß darf ein Bild nicht sein.`,
  special: path => `${path} ist keine gewöhnliche Datei. Wählen Sie eine Bilddatei.`,
  chooseFolder: name =>
    `Beim Ablegen erfährt ConvSheet nicht, wo der Ordner ${name} liegt. Wählen Sie ihn hier noch einmal, damit er ` +
    'der Datensatz wird.',
  chooseTable: name =>
    `Beim Ablegen erfährt ConvSheet nicht, wo ${name} liegt. Wählen Sie die Datei hier noch einmal, damit sie der ` +
    'Datensatz wird.',
  nothing:
    'Hier lassen sich nur Dateien ablegen: ein Bild, ein Ordner oder eine CSV-Datei mit Bildern oder eine ' +
    '.convsheet-Datei.',
  unknown: name =>
    `${name} ist weder Bild noch Datensatz noch Arbeitsmappe. Legen Sie ein Bild (PNG, JPEG, WebP, GIF, TIFF oder ` +
    'AVIF), einen Ordner oder eine CSV-Datei mit Bildern oder eine .convsheet-Datei ab.',
};
