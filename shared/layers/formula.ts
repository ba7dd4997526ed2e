/** Formula layers: layers whose numbers follow from formulas that a user wrote. */
import type { BuiltInSettings } from './built-in.ts';
import type { LayerFormula } from './layer-formula.ts';

/** The settings of a formula layer. It takes the place of another layer, so that every cell keeps its address. */
export type FormulaSettings = {
  kind: 'formula';
  /** The layer whose place it takes. That gives the output's shape, the layer's place on the sheet and its parameters.
   *  Parameters that no formula reads are left out: their cells are blank. It can't be an input, a flatten, a dropout
   *  or a softmax layer, nor a convolution with partial sums. */
  instead: BuiltInSettings;
  /** One formula for the whole output, or one for each of its maps or units. */
  formulas: readonly LayerFormula[];
  /** The numbers that the layer's own weights begin with. These weights are the parameter `weights` of this length,
   *  below the output. Left out if it has none. */
  weights?: readonly number[];
  /** How many of the layer's inputs, the last ones, are read besides those of `instead`. 0 if left out. */
  besides?: number;
};
