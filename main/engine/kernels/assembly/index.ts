/** The functions that the wasm module exports. They are written in AssemblyScript (assemblyscript.org), which has the
 *  syntax of TypeScript and the types of WebAssembly. */
export * from './activations';
export * from './convolution';
export * from './convolution-gradients';
export * from './depthwise';
export * from './exact';
export { multiplyAdd } from './lanes';
export * from './normalisation';
export * from './optimizers';
export * from './pooling';
export { multiply, multiplyTransposedA, multiplyTransposedB, productScratch } from './products';
export * from './rearrange';
export * from './reduce';
