/** The settings of layers in the words of the panel. */
import { UserError } from '../../shared/errors.ts';
import { messages, say } from '../../shared/messages.ts';
import { sentenceOf } from '../core/sentence-of.ts';

/** What is in each part of a setting of several numbers. */
const PARTS = {
  shape: ['height', 'width', 'channels'],
  strides: ['down', 'across'],
  padding: ['top', 'bottom', 'left', 'right'],
  vector: ['units'],
  other: ['height', 'width'],
} as const;

/** What the user calls a setting. */
export function settingName(key: string): string {
  const { settings, name } = messages.layerEdits;
  if (key === 'name') return name;
  return key in settings ? settings[key as keyof typeof settings] : key;
}

/** What the user calls each of a setting's numbers. `count`: how many it has. */
export function partNames(key: string, count: number): string[] {
  const isVector = key === 'targetShape' && count === 1;
  const isShape = key === 'shape' || key === 'targetShape';
  const own = isVector ? 'vector' : isShape ? 'shape' : key === 'strides' || key === 'padding' ? key : 'other';
  return PARTS[own].map(part => messages.layerEdits.parts[part]);
}

/** Says why an edit can't be made. A setting is called as in the panel, and not as in files: “Kernel (high)”, not
 *  `kernelSize[0]`. */
export function problemOf(error: unknown): string {
  const sentence = error instanceof UserError ? error.sentence : '';
  if (typeof sentence !== 'object' || sentence.id !== 'network.invalidSetting') return sentenceOf(error);
  const [path, layer, , expected] = (sentence.args ?? []) as string[];
  const [key, ...at] = path.split('[').map(part => part.replace(']', ''));
  // Zeros around maps are given in pairs: [[top, bottom], [left, right]].
  const place = at.reduce((all, each) => 2 * all + Number(each), 0);
  const part = at.length === 0 ? '' : (partNames(key, key === 'targetShape' ? 3 : 0)[place] ?? '');
  return messages.layerEdits.settingTakes(settingName(key), say(layer), part, say(expected));
}
