/** What a network may have at most. A sheet has 16,384 columns and 1,048,576 rows. */
export const LIMITS = {
  layers: 1000,
  height: 1_048_574,
  width: 16_384,
  channels: 65_536,
  window: 64,
  /** Of a layer that reads several: so many references fit one formula. */
  inputs: 255,
  /** Of all tensors together: 800 MB, and once more in the wasm heap what layers read of each other there. */
  elements: 200_000_000,
  /** Of pixels, parameters and the expected class: 640 MB. With what Adam remembers of them and the best ones so far, a
   *  file of 4 GiB holds them. VGG-16 has 138 million. */
  stored: 160_000_000,
  /** Multiplications of one forward pass: some seconds. */
  work: 20_000_000_000,
} as const;
