/** What the module exports. Written in AssemblyScript (assemblyscript.org): TypeScript's syntax, WebAssembly's
 *  types. */
export * from './activations';
export * from './convolution';
export * from './convolution-gradients';
export * from './depthwise';
export * from './exact';
export * from './normalisation';
export * from './pooling';
