/** Sentences about edits of a network's layers. */
export const layerEditMessages = {
  inputStays: (layer: string) =>
    `${layer} is the network's input, which stays first. Its height, width and channels can be changed.`,
  noLayer: (id: string) => `The network has no layer ${id} any more. Choose another one.`,
  duringRun: 'A run is under way, and it trains the layers as they are. Stop it first; its weights stay.',
} as const;
