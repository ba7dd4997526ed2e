/** Sentences about the native engine. */
export const nativeMessages = {
  absent:
    'The native engine (tensorflow) is not installed here. Run npm run setup:native in the project’s folder, or ' +
    'choose the engine wasm, which trains everything too.',
  broken: (reason: string) =>
    `The native engine (tensorflow) can't be loaded: ${reason} Run npm run setup:native in the project’s folder, or ` +
    'choose the engine wasm, which trains everything too.',
  noOnnx:
    'ONNX Runtime (the engine onnx) is not installed here, or has no library for this computer. Choose the engine ' +
    'wasm, which trains everything too.',
  brokenOnnx: (reason: string) =>
    `ONNX Runtime (the engine onnx) can't be loaded: ${reason} Choose the engine wasm, which trains everything too.`,
} as const;
