/** Sentences about the native engine. */
export const nativeMessages = {
  absent:
    'The native engine (tensorflow) is not installed here. Run npm run setup:native in the project’s folder, or ' +
    'choose the engine wasm, which trains everything too.',
  broken: (reason: string) =>
    `The native engine (tensorflow) can't be loaded: ${reason} Run npm run setup:native in the project’s folder, or ` +
    'choose the engine wasm, which trains everything too.',
} as const;
