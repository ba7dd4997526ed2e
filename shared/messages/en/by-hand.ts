import { whole } from '../format.ts';

/** Sentences about networks that somebody wrote by hand. */
export const byHandMessages = {
  noLayers:
    'This is no network: it has no list of layers. A small one is {"input": [28, 28, 1], "layers": ["flatten", ' +
    '{"kind": "dense", "units": 10}, "softmax"]}.',
  unknownKey: (key: string) => `${key} is nothing that a network has. There are input, layers and classes.`,
  tooMany: (count: number, most: number) =>
    `The network has ${whole(count)} layers, more than the ${whole(most)} there can be. Leave some out.`,
  layerOfKind: (position: number, kind: string) => `layer ${position} (${kind})`,
  noLayer: (layer: string) => `The layer at “${layer}” is neither the name of a kind nor an object with a kind.`,
  nothing: 'left out',
  unknownKind: (layer: string, found: string, kinds: string) =>
    `The kind of ${layer} is ${found}. Choose among ${kinds}.`,
  unknownSetting: (layer: string, setting: string, settings: string) =>
    `${setting} is no setting of ${layer}. There are ${settings}.`,
  noSettings: (layer: string, setting: string) =>
    `${setting} is no setting of ${layer}, which has only name and inputs. Take it out.`,
  badRate: (layer: string) => `The setting rate of ${layer} takes a number from 0 up to, but not including, 1.`,
  missing: (layer: string, setting: string, example: string) =>
    `The setting ${setting} of ${layer} is missing. It could be "${setting}": ${example}.`,
  unknownInput: (layer: string, input: string, layers: string) =>
    `${layer} reads “${input}”, which is none of the layers before it: ${layers}.`,
  classes: (count: number) =>
    count === 0
      ? 'There are classes, but the network doesn’t end in scores. Leave the classes out, or end with a dense layer.'
      : `The classes have to be ${whole(count)} different names, one for each score of the network.`,
  notJson: (file: string) =>
    `${file} is no JSON, or more than a network can be. Write an object with "input" and "layers".`,
  inFile: (file: string, reason: string) => `${file}: ${reason}`,
} as const;
