/** Everything that a workbook has to know about a kind of layer. Each kind has a file named after it. */
import type * as v from 'valibot';
import { UserError } from '../errors.ts';
import type { Sentence } from '../messages/sentence.ts';
import { formatShape, sizeOf } from '../tensor.ts';
import type { GradientCells, GradientRules } from '../backprop/rules.ts';
import type { Expression } from '../formula/expression.ts';
import type { LayerRules } from '../formula/reads.ts';
import type { LayerIdentity, LayerInput } from './identity.ts';
import type { Placing } from '../layout/placing.ts';
import type { Shape, TensorName, TensorRole } from '../tensor.ts';

/** A kind's settings, as their schemas give them. */
export type SettingsOf<K extends string, Schemas> = { kind: K } & {
  [N in Exclude<keyof Schemas, OptionalIn<Schemas>>]: OutputOf<Schemas[N]>;
} & { [N in OptionalIn<Schemas>]?: OutputOf<Schemas[N]> };
type OutputOf<Schema> = Schema extends v.GenericSchema ? v.InferOutput<Schema> : never;
/** The settings that may be left out. */
type OptionalIn<Schemas> = {
  [N in keyof Schemas]: undefined extends OutputOf<Schemas[N]> ? N : never;
}[keyof Schemas];

/** A tensor of a layer. */
export type OwnTensor = readonly [name: TensorName, role: TensorRole, shape: Shape];

export type LayerKindOf<Own extends { kind: string }> = {
  readonly kind: Own['kind'];
  /** The schema of each setting. */
  readonly settings: { readonly [N in Exclude<keyof Own, 'kind'>]: v.GenericSchema<unknown, Own[N]> };
  /** How many inputs the layer may have, and the sentence that refuses any other number. */
  readonly inputs: { least: number; most: number; refusal: (layer: string, count: number) => Sentence };
  /** The shape of the output. Throws UserError if the layer can't work on its inputs. */
  shapeOf(layer: LayerIdentity & Own, inputs: readonly LayerInput[]): Shape;
  /** The layer's tensors, given the shapes of its first input and its output. `last`: whether the layer ends the
   *  network. */
  tensorsOf(layer: LayerIdentity & Own, input: Shape, output: Shape, last: boolean): readonly OwnTensor[];
  /** The number of multiplications for one image, or of other work that takes as long. */
  workOf(layer: LayerIdentity & Own, input: Shape, output: Shape): number;
  /** Where the layer's units come from. own: it makes them. inputs: it passes on those of its input. gathered: it makes
   *  them if its first input has units. none: it has no units (maps have none). */
  readonly units: 'own' | 'inputs' | 'gathered' | 'none';
  /** What kind of kernel the layer has. kernels: [kernelHeight, kernelWidth, inChannels, outChannels], shown as slices
   *  beside the maps. units: [inFeatures, units]. Left out if it has none. */
  readonly weights?: 'kernels' | 'units';
  /** Whether outputs can be negative: never, only if an input is, or always. */
  readonly negative: 'none' | 'from inputs' | 'any';
  /** Whether the layer has no cells of its own: its output is its input, read in another shape. */
  readonly reshapes?: true;
  /** Whether training draws a mask that the output is multiplied with. */
  readonly masks?: true;
  /** How many rows below its input's first map the layer's first map begins. Left out if it is 0. */
  centring?(layer: LayerIdentity & Own, input: Shape): number;
  /** The cells' rules for each computed tensor: what a cell reads, and its formula. */
  cells(...of: Parameters<LayerRules<LayerIdentity & Own>>): ReturnType<LayerRules<LayerIdentity & Own>>;
  /** The chain rule of the layer. Left out where it follows from the derivatives of its formula. */
  gradients?(...of: Parameters<LayerRules<LayerIdentity & Own>>): GradientRules;
  /** The gradient of the loss beside the layer at the end by what the layer reads there. Left out for kinds that can't
   *  have a loss beside them. */
  lossGradient?(at: readonly number[], cells: GradientCells, shapes: { output: Shape }): Expression;
  /** Places the layer's tensors on the sheet. Throws UserError that names the layer if they don't fit. */
  place(layer: LayerIdentity & Own, placing: Placing): void;
};

/** A sentence about a layer and its input. */
type Refusal = (layer: string, source: string, shape: string) => Sentence;

/** Throws UserError if the layer needs maps and its input is a vector. */
export function requireMaps({ name }: LayerIdentity, input: LayerInput, refusal: Refusal): void {
  if (input.shape.length !== 3) throw new UserError(refusal(name, input.name, formatShape(input.shape)));
}

/** Throws UserError if the layer needs a vector and its input has maps. */
export function requireVector({ name }: LayerIdentity, input: LayerInput, refusal: Refusal): void {
  if (input.shape.length !== 1) throw new UserError(refusal(name, input.name, formatShape(input.shape)));
}

/** The tensors of a layer that has only its output. */
export function outputAlone(_layer: LayerIdentity, _input: Shape, output: Shape): OwnTensor[] {
  return [['output', 'computed', output]];
}

/** The work of a layer that does one simple calculation for each number of its output. */
export function oncePerElement(_layer: LayerIdentity, _input: Shape, output: Shape): number {
  return sizeOf(output);
}
