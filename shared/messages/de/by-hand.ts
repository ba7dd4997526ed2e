import type { Catalogue } from '../catalogue.ts';
import { whole } from '../format.ts';

export const byHandMessages: Catalogue['byHand'] = {
  noLayers:
    'Das ist kein Netz: Eine Liste von Schichten fehlt. Ein kleines wäre {"input": [28, 28, 1], "layers": ' +
    '["flatten", {"kind": "dense", "units": 10}, "softmax"]}.',
  unknownKey: key => `${key} gibt es in einem Netz nicht. Es gibt input, layers und classes.`,
  tooMany: (count, most) =>
    `Das Netz hat ${whole(count)} Schichten, mehr als die ${whole(most)}, die möglich sind. Lassen Sie einige weg.`,
  layerOfKind: (position, kind) => `Schicht ${position} (${kind})`,
  noLayer: layer => `Bei ${layer} steht weder der Name einer Art noch ein Objekt mit einer Art (kind).`,
  nothing: 'weggelassen',
  unknownKind: (layer, found, kinds) => `Die Art (kind) von ${layer} ist ${found}. Zur Wahl stehen ${kinds}.`,
  unknownSetting: (layer, setting, settings) => `${setting} ist keine Einstellung von ${layer}. Es gibt ${settings}.`,
  noSettings: (layer, setting) =>
    `${setting} ist keine Einstellung von ${layer}, denn da gibt es nur name und inputs. Nehmen Sie es heraus.`,
  badRate: layer => `Die Einstellung rate von ${layer} nimmt eine Zahl von 0 bis unter 1.`,
  missing: (layer, setting, example) =>
    `Die Einstellung ${setting} von ${layer} fehlt. Sie könnte "${setting}": ${example} sein.`,
  unknownInput: (layer, input, layers) =>
    `${layer} liest „${input}“; davor gibt es aber nur diese Schichten: ${layers}.`,
  classes: count =>
    count === 0
      ? 'Es gibt Klassen, aber das Netz endet nicht in Klassenwerten. Lassen Sie die Klassen weg, oder setzen Sie ' +
        'eine dichte Schicht ans Ende.'
      : `Die Klassen müssen ${whole(count)} verschiedene Namen sein, einer für jeden Klassenwert des Netzes.`,
  notJson: file =>
    `${file} ist kein JSON oder mehr, als ein Netz sein kann. Schreiben Sie ein Objekt mit "input" und "layers".`,
  inFile: (file, reason) => `${file}: ${reason}`,
};
