/** Every sentence a user reads, in one table, so that another language is another table of the same type. Sections follow the parts of the app; a sentence with a blank
 *  to fill is a function. Sentences name the cell, layer, file or option, say what is wrong and what to do. */
export const messages = {
  network: {
    layerAt: (position: number) => `layer ${position}`,
    malformed: (where: string, found: string, expected: string) =>
      where === ''
        ? `This is no network: it is ${found} where ${expected} belongs.`
        : `The network can't be read: ${where} is ${found} where ${expected} belongs.`,
    invalidName: (layer: string, found: string) =>
      `The name of ${layer} is ${found}. A name has up to 64 letters, digits, spaces, _ or -, and neither begins nor ends with a space.`,
    invalidId: (layer: string, found: string) =>
      `The id of ${layer} is ${found}. An id has up to 64 letters, digits, _ or -.`,
    unknownKind: (layer: string, found: string) =>
      `The kind of ${layer} is ${found}, which this version doesn't know. Choose another kind of layer or a newer version of the app.`,
    invalidSetting: (layer: string, setting: string, found: string, expected: string) =>
      `The setting ${setting} of ${layer} is ${found} where ${expected} belongs.`,
    tooLarge: (layer: string, setting: string, found: string, limit: string) =>
      `The setting ${setting} of ${layer} is ${found}, and the most there can be is ${limit}.`,
    duplicateId: (id: string) => `Two layers have the id ${id}. Give each layer an id of its own.`,
    duplicateName: (name: string) => `Two layers are called ${name}. Give each layer a name of its own.`,
    inputMissing: (layer: string) => `The network begins with ${layer}. The first layer has to be an input layer.`,
    secondInput: (layer: string) =>
      `${layer} is a second input layer. Remove it: a network has one input, its first layer.`,
    inputCount: (layer: string, count: number, wanted: number) =>
      wanted === 0
        ? `${layer} is an input layer and reads nothing, yet it names ${count === 1 ? 'a layer' : `${count} layers`} as its input. Remove that.`
        : `${layer} reads ${count === 0 ? 'no layer' : `${count} layers`}. Connect it to exactly one.`,
    unknownInput: (layer: string, id: string) =>
      `${layer} reads a layer with the id ${id}, which there isn't. Connect it to an earlier layer.`,
    laterInput: (layer: string, source: string) =>
      layer === source
        ? `${layer} reads itself. Connect it to an earlier layer.`
        : `${layer} reads ${source}, which comes later. Connect it to an earlier layer.`,
    windowTooLarge: (layer: string, what: string, window: string, source: string, shape: string) =>
      `The ${window} ${what} of ${layer} is larger than the ${shape} maps of ${source}. Make the ${what} smaller, choose the padding 'same', or shrink the maps less before.`,
    needsMaps: (layer: string, source: string, shape: string) =>
      `${layer} needs maps, but ${source} is a vector of ${shape}. Put ${layer} before the layer that makes a vector of the maps.`,
    denseNeedsVector: (layer: string, source: string, shape: string) =>
      `${layer} needs a vector, but ${source} has ${shape} maps. Put a flatten layer or a global pool between them.`,
    softmaxNeedsVector: (layer: string, source: string, shape: string) =>
      `${layer} needs a vector of scores, but ${source} has ${shape} maps. Put a flatten layer and a dense layer, or a global pool, between them.`,
    tooManyElements: (layer: string, shape: string, tensor: string) =>
      `The ${tensor} of ${layer} would have ${shape} numbers, more than the 2,147,483,648 there can be. Use fewer filters or units, or smaller maps.`,
    tooWide: (layer: string) =>
      `${layer} doesn't fit the sheet's 16,384 columns. Use fewer layers, filters or units, or smaller maps.`,
    tooTall: (layer: string) =>
      `${layer} doesn't fit the sheet's 1,048,576 rows. Use fewer filters or units, or smaller maps.`,
  },
  cells: {},
  engine: {},
  files: {},
  commandLine: {},
  shell: {},
  menu: {},
  panels: {},
  grid: {},
} as const;
