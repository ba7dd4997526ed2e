import type { LayerId, TensorId } from '../../../shared/network.ts';

/** What formulas do in a pass: they give stored elements their values, and stand over computed ones. */
export type Formulas = {
  /** Before the first layer. `given` are the stored tensors that have changed. */
  begin(given: ReadonlySet<TensorId>): void;
  /** The elements of a stored tensor that formulas have changed in this pass, before its layer's turn. */
  changed(tensor: TensorId): ReadonlySet<number> | undefined;
  /** The values to calculate with, where a formula in this stored tensor has an error: NaN in its place. */
  shown(tensor: TensorId): Float32Array | undefined;
  /** The elements of a tensor over which formulas have errors. */
  failing(tensor: TensorId): Iterable<number>;
  /** Whether a formula stands over this computed tensor, or did until it was written last. */
  overrides(tensor: TensorId): boolean;
  /** Whether this tensor has to be written, even if nothing that its layer reads has changed. */
  isDue(tensor: TensorId): boolean;
  /** Puts the derived values back where formulas stand over this tensor. */
  restore(tensor: TensorId, values: Float32Array): void;
  /** Writes what formulas give over the derived values of a tensor. */
  write(tensor: TensorId, values: Float32Array): void;
  /** After each layer, with its computed tensors that have changed. It comes twice where a cross-entropy follows:
   *  before it, and after it. */
  after(layer: LayerId, changed: ReadonlyMap<TensorId, Float32Array>, beforeCrossEntropy?: boolean): void;
  /** After the last layer. Returns whether another pass is needed, because a formula over an earlier layer has read a
   *  later one. */
  end(): boolean;
  /** Whether elements have other errors than when this was asked last. */
  takeRenamed(): boolean;
};
