import { whole } from '../format.ts';
import { plural } from './words.ts';

/** Sentences about networks that are invalid or can't be computed. */
export const networkMessages = {
  /** The values that settings take. */
  expected: {
    network: 'a network (an object with version and layers)',
    version: 'the version 1',
    layers: 'a list of 1 to 1,000 layers',
    layer: 'a layer (an object with id, name, inputs and kind)',
    id: 'an id of up to 64 letters, digits, _ or -',
    name: 'a name of up to 64 letters, digits, spaces, _ or -, without spaces at its ends,',
    inputs: 'a list of the ids of the layers it reads',
    shape: 'a list of height, width and channels',
    pair: 'a list of two numbers, for height and width,',
    padding: "'valid' or 'same'",
    flag: 'true or false',
    wholeOrNone: (maximum: number) => `a whole number from 0 to ${whole(maximum)}`,
    whole: (maximum: number) => `a whole number from 1 to ${whole(maximum)}`,
  },
  found: {
    text: (text: string) => `“${text}”`,
    list: (length: number) => `a list of ${length}`,
    other: 'an object',
  },
  theNetwork: 'the network',
  layerAt: (position: number) => `layer ${position}`,
  malformed: (where: string, found: string, expected: string) =>
    where === ''
      ? `This is no network: it is ${found} where ${expected} belongs.`
      : `The network can't be read: ${where} is ${found} where ${expected} belongs.`,
  invalidSetting: (setting: string, layer: string, found: string, expected: string) =>
    `The setting ${setting} of ${layer} is ${found} where ${expected} belongs.`,
  missingSetting: (setting: string, layer: string) => `The setting ${setting} of ${layer} is missing.`,
  unknownSetting: (setting: string, layer: string) =>
    `${setting} is no setting of ${layer} that this version knows. Remove it or use a newer version of the app.`,
  unknownKind: (layer: string, found: string) =>
    `The kind of ${layer} is ${found}, which this version doesn't know. Choose another kind of layer or use a newer ` +
    'version of the app.',
  duplicateId: (id: string) => `Two layers have the id ${id}. Give each layer an id of its own.`,
  duplicateName: (name: string) => `Two layers are called ${name}. Give each layer a name of its own.`,
  inputMissing: (layer: string) => `The network begins with ${layer}. The first layer has to be an input layer.`,
  secondInput: (layer: string) =>
    `${layer} is a second input layer. Remove it: a network has one input, its first layer.`,
  inputCount: (layer: string, count: number, wanted: number) =>
    wanted === 0
      ? `${layer} is an input layer and reads nothing, yet it names ${plural(count, 'a layer', `${count} layers`)} ` +
        'as its input. Remove that.'
      : `${layer} reads ${count === 0 ? 'no layer' : `${count} layers`}. Connect it to exactly one.`,
  unknownInput: (layer: string, id: string) =>
    `${layer} reads a layer with the id ${id}, which there isn't. Connect it to an earlier layer.`,
  laterInput: (layer: string, source: string) =>
    layer === source
      ? `${layer} reads itself. Connect it to an earlier layer.`
      : `${layer} reads ${source}, which comes later. Connect it to an earlier layer.`,
  windowTooLarge: (layer: string, what: string, window: string, source: string, shape: string) =>
    `The ${window} ${what} of ${layer} is larger than the ${shape} maps of ${source}. Make the ${what} smaller, ` +
    "choose the padding 'same', or shrink the maps less before.",
  needsMaps: (layer: string, source: string, shape: string) =>
    `${layer} needs maps, but ${source} is a vector of ${shape}. Put ${layer} before the layer that makes a vector ` +
    'of the maps.',
  denseNeedsVector: (layer: string, source: string, shape: string) =>
    `${layer} needs a vector, but ${source} has ${shape} maps. Put a flatten layer or a global pool between them.`,
  softmaxNeedsVector: (layer: string, source: string, shape: string) =>
    `${layer} needs a vector of scores, but ${source} has ${shape} maps. Put a flatten layer and a dense layer, or ` +
    'a global pool, between them.',
  tooManyElements: (layer: string, tensor: string, shape: string, total: number, most: number) =>
    `The network has ${whole(total)} numbers, more than the ${whole(most)} there can be. The most are in the ` +
    `${tensor} of ${layer}: ${shape}. Use fewer filters or units, or smaller maps.`,
  tooManyStored: (layer: string, tensor: string, shape: string, total: number, most: number) =>
    `The network has ${whole(total)} weights and pixels, more than the ${whole(most)} that a file can hold. The ` +
    `most are in the ${tensor} of ${layer}: ${shape}. Use fewer filters or units, or smaller maps.`,
  tooMuchWork: (layer: string, own: number, total: number, most: number) =>
    `The network takes ${whole(total)} multiplications for each image, and more than ${whole(most)} would be too ` +
    `slow. The most are in ${layer}: ${whole(own)}. Use a smaller kernel or window, fewer filters, or smaller maps.`,
  tooWide: (layer: string) =>
    `${layer} doesn't fit the sheet's 16,384 columns. Use fewer layers, filters or units, or smaller maps.`,
  tooTall: (layer: string) =>
    `${layer} doesn't fit the sheet's 1,048,576 rows. Use fewer filters or units, or smaller maps.`,
  tooManyTerms: (layer: string) =>
    `A formula of ${layer} would be longer than the 8,192 characters a cell can hold. Use fewer or smaller maps ` +
    'before it.',
} as const;
