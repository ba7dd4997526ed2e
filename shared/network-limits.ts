/** The largest network that is allowed. A sheet has 16,384 columns and 1,048,576 rows. */
export const LIMITS = {
  layers: 1000,
  height: 1_048_574,
  width: 16_384,
  channels: 65_536,
  window: 64,
  /** The most inputs of one layer. A formula can hold that many references. */
  inputs: 255,
  /** The most elements of all tensors together: 800 MB. The wasm heap needs the same again for tensors that layers pass
   *  to each other. */
  elements: 200_000_000,
  /** The most stored elements (pixels, parameters, the expected class): 640 MB. A file of 4 GiB then also has room for
   *  Adam's memory and the best weights. VGG-16 has 138 million. */
  stored: 160_000_000,
  /** The most multiplications of one forward pass. They take some seconds. */
  work: 20_000_000_000,
} as const;
