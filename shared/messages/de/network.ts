/** Sentences about networks that are no networks, or can't be computed. */
import type { Catalogue } from '../catalogue.ts';
import { whole } from '../format.ts';
import { plural } from './words.ts';

export const networkMessages: Catalogue['network'] = {
  expected: {
    network: 'ein Netz (ein Objekt mit version und layers)',
    version: 'die Version 1',
    layers: 'eine Liste von 1 bis 1.000 Schichten',
    layer: 'eine Schicht (ein Objekt mit id, name, inputs und kind)',
    id: 'eine Kennung aus bis zu 64 Buchstaben, Ziffern, _ oder -',
    name: 'ein Name aus bis zu 64 Buchstaben, Ziffern, Leerzeichen, _ oder -, ohne Leerzeichen am Rand,',
    inputs: 'eine Liste der Kennungen der Schichten, die sie liest,',
    shape: 'eine Liste aus Höhe, Breite und Kanälen',
    pair: 'eine Liste zweier Zahlen, für Höhe und Breite,',
    padding: "'valid' oder 'same'",
    flag: 'true oder false',
    wholeOrNone: maximum => `eine ganze Zahl von 0 bis ${whole(maximum)}`,
    whole: maximum => `eine ganze Zahl von 1 bis ${whole(maximum)}`,
  },
  found: {
    text: text => `„${text}“`,
    list: length => `eine Liste der Länge ${whole(length)}`,
    other: 'ein Objekt',
  },
  theNetwork: 'das Netz',
  layerAt: position => `Schicht ${whole(position)}`,
  malformed: (where, found, expected) =>
    where === ''
      ? `Das ist kein Netz: Da steht ${found}, wo ${expected} hingehört.`
      : `Das Netz ist nicht lesbar: Bei ${where} steht ${found}, wo ${expected} hingehört.`,
  invalidSetting: (setting, layer, found, expected) =>
    `Bei der Einstellung ${setting} von ${layer} steht ${found}, wo ${expected} hingehört.`,
  missingSetting: (setting, layer) => `Die Einstellung ${setting} von ${layer} fehlt.`,
  unknownSetting: (setting, layer) =>
    `Diese Version kennt für ${layer} keine Einstellung ${setting}. Entfernen Sie sie, oder verwenden Sie eine ` +
    'neuere Version.',
  unknownKind: (layer, found) =>
    `${layer} ist von der Art ${found}, die diese Version nicht kennt. Wählen Sie eine andere Art von Schicht, oder ` +
    'verwenden Sie eine neuere Version.',
  duplicateId: id => `Zwei Schichten haben die Kennung ${id}. Geben Sie jeder Schicht eine eigene.`,
  duplicateName: name => `Zwei Schichten heißen ${name}. Geben Sie jeder Schicht einen eigenen Namen.`,
  inputMissing: layer => `Das Netz beginnt mit ${layer}. Die erste Schicht muss eine Eingabeschicht sein.`,
  secondInput: layer =>
    `${layer} ist eine zweite Eingabeschicht. Entfernen Sie sie: Ein Netz hat eine Eingabe, seine erste Schicht.`,
  inputCount: (layer, count, wanted) =>
    wanted === 0
      ? `${layer} ist eine Eingabeschicht und liest nichts, nennt aber ` +
        `${plural(count, 'eine Schicht', `${whole(count)} Schichten`)} als Eingabe. Entfernen Sie das.`
      : `${layer} liest ${count === 0 ? 'keine Schicht' : `${whole(count)} Schichten`}. Verbinden Sie sie mit genau ` +
        'einer.',
  unknownInput: (layer, id) =>
    `${layer} liest eine Schicht mit der Kennung ${id}, die es nicht gibt. Verbinden Sie sie mit einer früheren ` +
    'Schicht.',
  laterInput: (layer, source) =>
    layer === source
      ? `${layer} liest sich selbst. Verbinden Sie sie mit einer früheren Schicht.`
      : `${layer} liest ${source}, eine spätere Schicht. Verbinden Sie sie mit einer früheren Schicht.`,
  windowTooLarge: (layer, what, window, source, shape) =>
    `${what === 'kernel' ? 'Der Kernel' : 'Das Fenster'} ${window} von ${layer} ist größer als die Karten von ` +
    `${source} mit ${shape}. Verkleinern Sie ${what === 'kernel' ? 'den Kernel' : 'das Fenster'}, ` +
    "wählen Sie das Padding 'same', oder verkleinern Sie die Karten vorher weniger.",
  needsMaps: (layer, source, shape) =>
    `${layer} braucht Karten, ${source} ist aber ein Vektor mit ${shape}. Setzen Sie ${layer} vor die Schicht, die ` +
    'aus den Karten einen Vektor macht.',
  denseNeedsVector: (layer, source, shape) =>
    `${layer} braucht einen Vektor, ${source} hat aber Karten mit ${shape}. Setzen Sie ein Flatten oder ein globales ` +
    'Pooling dazwischen.',
  softmaxNeedsVector: (layer, source, shape) =>
    `${layer} braucht einen Vektor von Klassenwerten, ${source} hat aber Karten mit ${shape}. Setzen Sie ein ` +
    'Flatten und eine Dense-Schicht oder ein globales Pooling dazwischen.',
  tooManyElements: (layer, tensor, shape, total, most) =>
    `Das Netz hat ${whole(total)} Zahlen, mehr als die ${whole(most)}, die es geben kann. Die meisten sind in ` +
    `${layer}/${tensor}: ${shape}. Verwenden Sie weniger Filter oder Einheiten oder kleinere Karten.`,
  tooManyStored: (layer, tensor, shape, total, most) =>
    `Das Netz hat ${whole(total)} Gewichte und Pixel, mehr als die ${whole(most)}, die eine Datei aufnehmen kann. ` +
    `Die meisten sind in ${layer}/${tensor}: ${shape}. Verwenden Sie weniger Filter oder Einheiten oder ` +
    'kleinere Karten.',
  tooMuchWork: (layer, own, total, most) =>
    `Das Netz braucht ${whole(total)} Multiplikationen für jedes Bild; mehr als ${whole(most)} wären zu langsam. Die ` +
    `meisten sind in ${layer}: ${whole(own)}. Verwenden Sie einen kleineren Kernel oder ein kleineres Fenster, ` +
    'weniger Filter oder kleinere Karten.',
  tooWide: layer =>
    `${layer} passt nicht in die 16.384 Spalten des Blatts. Verwenden Sie weniger Schichten, Filter oder Einheiten ` +
    'oder kleinere Karten.',
  tooTall: layer =>
    `${layer} passt nicht in die 1.048.576 Zeilen des Blatts. Verwenden Sie weniger Filter oder Einheiten oder ` +
    'kleinere Karten.',
  tooManyTerms: layer =>
    `Eine Formel von ${layer} wäre länger als die 8.192 Zeichen, die eine Zelle aufnehmen kann. Verwenden Sie davor ` +
    'weniger oder kleinere Karten.',
};
