/** Sentences about networks that can't be trained. */
export const gradientMessages = {
  noProbabilities: (layer: string) =>
    `The network ends in ${layer}, which gives no probabilities to train towards. Let it end in a softmax (one ` +
    'class per image) or a sigmoid (several labels per image).',
  probabilityMaps: (layer: string) =>
    `The network ends in ${layer}, which reads maps: there would be a class for every pixel. Put a flatten layer or ` +
    'a global pool and a dense layer before it.',
  softmaxInside: (layer: string) =>
    `${layer} is a softmax before the network's end, where it can't be trained. Remove it or put another activation ` +
    'in its place.',
  batchTooLarge: (layer: string, images: number, most: number) =>
    `There is no memory for batches of ${images} images, mostly because of ${layer}. ${
      most > 0
        ? `Batches of ${most} fit: make them smaller, or the maps of ${layer}.`
        : `Not even one image fits: make the kernel or the maps of ${layer} smaller.`
    }`,
} as const;
