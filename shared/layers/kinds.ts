/** All kinds of layers. Code that needs something for every kind keeps it in a table by LayerKind, so the compiler
 *  finds a kind that is missing. */
import { builtInKinds, type BuiltInSettings } from './built-in.ts';
import { formula, type FormulaSettings, kindOfFormula } from './formula.ts';
import type { LayerIdentity } from './identity.ts';
import type { LayerKindOf } from './kind.ts';

export const layerKinds = { ...builtInKinds, formula } as const;

export type LayerSettings = BuiltInSettings | FormulaSettings;
export type LayerKind = LayerSettings['kind'];
export type Layer = LayerIdentity & LayerSettings;
export type LayerOf<K extends LayerKind> = Layer & Extract<LayerSettings, { kind: K }>;

/** The kind of a layer. */
export function kindOf(layer: Layer): LayerKindOf<LayerSettings> {
  if (layer.kind === 'formula') return kindOfFormula(layer);
  return layerKinds[layer.kind];
}
