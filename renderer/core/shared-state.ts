/** A small state that some views share besides the store. */
export type SharedState<T> = {
  get(): Readonly<T>;
  set(patch: Partial<T>): void;
  /** Calls back after every change. Returns a function that ends it. */
  onChange(callback: () => void): () => void;
};

export function createSharedState<T extends object>(initial: T): SharedState<T> {
  const listeners = new Set<() => void>();
  let state = initial;
  return {
    get: () => state,
    set(patch) {
      state = { ...state, ...patch };
      for (const callback of listeners) callback();
    },
    onChange(callback) {
      listeners.add(callback);
      return () => listeners.delete(callback);
    },
  };
}
