/** The functions that kernels.wasm exports; assembly/ says what each one does. Pointers are byte offsets in the heap.
 *  The `geometry` of a convolution is height, width, inChannels, outHeight, outWidth, outChannels, kernelHeight,
 *  kernelWidth, strideHeight, strideWidth, padTop, padLeft. That of a pool is the same without outChannels. */
export type Exports = {
  convolveScratch: (...geometry: number[]) => number;
  convolve: (
    x: number,
    w: number,
    bias: number,
    y: number,
    scratch: number,
    relu: number,
    count: number,
    ...geometry: number[]
  ) => void;
  convolveDirectly: Exports['convolve'];
  multiplyAdd: (a: number, b: number, c: number) => number;
  productScratch: () => number;
  multiply: (
    a: number,
    aStep: number,
    b: number,
    bStep: number,
    bias: number,
    c: number,
    cStep: number,
    scratch: number,
    relu: number,
    rows: number,
    inner: number,
    columns: number,
  ) => void;
  /** b is [columns,inner]. */
  multiplyTransposedB: (
    a: number,
    aStep: number,
    b: number,
    bStep: number,
    c: number,
    cStep: number,
    scratch: number,
    rows: number,
    inner: number,
    columns: number,
  ) => void;
  /** a is [inner,rows]. */
  multiplyTransposedA: (
    a: number,
    aStep: number,
    b: number,
    bStep: number,
    c: number,
    cStep: number,
    scratch: number,
    inner: number,
    rows: number,
    columns: number,
  ) => void;
  exactScratch: (kernelHeight: number, kernelWidth: number, channels: number) => number;
  convolveExactly: (
    x: number,
    w: number,
    bias: number,
    y: number,
    scratch: number,
    first: number,
    end: number,
    ...geometry: number[]
  ) => void;
  averagePoolExactly: (x: number, y: number, ...geometry: number[]) => void;
  convolutionScratch: (...geometry: number[]) => number;
  filterGradient: (x: number, dy: number, dw: number, scratch: number, count: number, ...geometry: number[]) => void;
  inputGradient: (dy: number, w: number, dx: number, scratch: number, count: number, ...geometry: number[]) => void;
  depthwise: (x: number, w: number, y: number, count: number, ...geometry: number[]) => void;
  depthwiseScratch: (...geometry: number[]) => number;
  depthwiseFilterGradient: Exports['filterGradient'];
  depthwiseInputGradient: Exports['inputGradient'];
  maxPool: (x: number, y: number, count: number, ...geometry: number[]) => void;
  maxPoolGradient: (x: number, output: number, dy: number, dx: number, count: number, ...geometry: number[]) => void;
  averagePool: (x: number, y: number, count: number, ...geometry: number[]) => void;
  averagePoolGradient: (dy: number, dx: number, count: number, ...geometry: number[]) => void;
  relu: (x: number, y: number, count: number) => void;
  reluGradient: (dy: number, y: number, dx: number, count: number) => void;
  leakyRelu: (x: number, y: number, slope: number, count: number) => void;
  leakyReluGradient: (dy: number, x: number, dx: number, slope: number, count: number) => void;
  sigmoidGradient: (dy: number, y: number, dx: number, count: number) => void;
  tanhGradient: (dy: number, y: number, dx: number, count: number) => void;
  addGroups: (from: number, to: number, groups: number, step: number, count: number) => void;
  foldSums: (from: number, to: number, groups: number, channels: number, factor: number) => void;
  sumChannels: (x: number, sums: number, rows: number, channels: number, step: number) => void;
  sumSquares: (x: number, mean: number, sums: number, rows: number, channels: number, step: number) => void;
  sumProducts: (...parameters: number[]) => void;
  normScale: (gamma: number, variance: number, scale: number, epsilon: number, channels: number) => void;
  normInverse: (variance: number, inverse: number, epsilon: number, channels: number) => void;
  normInputGradient: (...parameters: number[]) => void;
  normaliseChannels: (
    x: number,
    mean: number,
    scale: number,
    offset: number,
    y: number,
    rows: number,
    channels: number,
  ) => void;
  scaleChannels: (x: number, scale: number, y: number, rows: number, channels: number) => void;
  shiftChannels: (x: number, offset: number, y: number, rows: number, channels: number) => void;
  stepScratch: (count: number) => number;
  sgdStep: (...parameters: number[]) => void;
  momentumStep: (...parameters: number[]) => void;
  rmspropStep: (...parameters: number[]) => void;
  adamStep: (...parameters: number[]) => void;
  putBack: (
    scratch: number,
    step: number,
    places: number,
    range: number,
    weights: number,
    before: number,
    a: number,
    b: number,
    count: number,
  ) => void;
  squaresOf: (gradient: number, weights: number, sum: number, l2: number, count: number) => void;
  addEach: (a: number, b: number, y: number, count: number) => void;
  multiplyEach: (a: number, b: number, y: number, count: number) => void;
  clear: (to: number, bytes: number) => void;
  /** The numbers of five axes, and their steps in both places. */
  rearrange: (from: number, to: number, ...axes: number[]) => void;
};

/** The parts of WebAssembly's API that are used here. The engine is compiled without the types of browsers. */
export type Memory = { readonly buffer: ArrayBufferLike; grow(pages: number): number };
export type WebAssemblyApi = {
  Memory: new (description: { initial: number; maximum?: number; shared?: boolean }) => Memory;
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object, imports: { env: { memory: Memory } }) => { exports: unknown };
};
