/** What a workbook has to know about a kind of layer. Each kind says it in a file of its own, named after it. */
import type * as v from 'valibot';
import { UserError } from '../errors.ts';
import type { Sentence } from '../messages/sentence.ts';
import { formatShape, sizeOf } from '../tensor.ts';
import type { LayerRules } from '../formula/reads.ts';
import type { LayerIdentity, LayerInput } from './identity.ts';
import type { Placing } from '../layout/placing.ts';
import type { Shape, TensorName, TensorRole } from '../tensor.ts';

/** A kind's settings, from their schemas. */
export type SettingsOf<K extends string, Schemas> = { kind: K } & {
  [N in keyof Schemas]: Schemas[N] extends v.GenericSchema ? v.InferOutput<Schemas[N]> : never;
};

/** A tensor of a layer. */
export type OwnTensor = readonly [name: TensorName, role: TensorRole, shape: Shape];

export type LayerKindOf<Own extends { kind: string }> = {
  readonly kind: Own['kind'];
  /** The schema of each setting. */
  readonly settings: { readonly [N in Exclude<keyof Own, 'kind'>]: v.GenericSchema<unknown, Own[N]> };
  /** How many layers it reads, and what is said where it reads more or fewer. */
  readonly inputs: { least: number; most: number; refusal: (layer: string, count: number) => Sentence };
  /** The shape of its output. Throws UserError where it can't work on what it reads. */
  shapeOf(layer: LayerIdentity & Own, inputs: readonly LayerInput[]): Shape;
  /** Its tensors, given the shapes of its first input and of its output. `last`: whether it ends the network. */
  tensorsOf(layer: LayerIdentity & Own, input: Shape, output: Shape, last: boolean): readonly OwnTensor[];
  /** How many multiplications it takes for one image, or what takes as long. */
  workOf(layer: LayerIdentity & Own, input: Shape, output: Shape): number;
  /** Whose units its own are. own: it makes them; inputs: those of what it reads; gathered: it makes them where what it
   *  reads first has units; none: it has none, as maps haven't. */
  readonly units: 'own' | 'inputs' | 'gathered' | 'none';
  /** kernels: it has a kernel [kernelHeight, kernelWidth, inChannels, outChannels] that stands in slices beside the
   *  maps; units: one [inFeatures, units]. Left out where it has none. */
  readonly weights?: 'kernels' | 'units';
  /** Which numbers of its output are below 0: none, none where its inputs have none, or any. */
  readonly negative: 'none' | 'from inputs' | 'any';
  /** Whether it has no cells of its own: its output is its input's, read in another shape. */
  readonly reshapes?: true;
  /** Whether it draws a mask in training, which its output is multiplied with. */
  readonly masks?: true;
  /** How many rows below its input's first map its own begins; left out where they are level. */
  centring?(layer: LayerIdentity & Own, input: Shape): number;
  /** What the cells of its computed tensors read, and their formulas. */
  cells(...of: Parameters<LayerRules<LayerIdentity & Own>>): ReturnType<LayerRules<LayerIdentity & Own>>;
  /** Places its tensors on the sheet. Throws UserError, naming the layer, where they don't fit. */
  place(layer: LayerIdentity & Own, placing: Placing): void;
};

/** A sentence about a layer and what it reads. */
type Refusal = (layer: string, source: string, shape: string) => Sentence;

/** Throws UserError where the layer reads a vector and needs maps. */
export function requireMaps({ name }: LayerIdentity, input: LayerInput, refusal: Refusal): void {
  if (input.shape.length !== 3) throw new UserError(refusal(name, input.name, formatShape(input.shape)));
}

/** Throws UserError where the layer reads maps and needs a vector. */
export function requireVector({ name }: LayerIdentity, input: LayerInput, refusal: Refusal): void {
  if (input.shape.length !== 1) throw new UserError(refusal(name, input.name, formatShape(input.shape)));
}

/** The tensors of a layer that has nothing but its output. */
export function outputAlone(_layer: LayerIdentity, _input: Shape, output: Shape): OwnTensor[] {
  return [['output', 'computed', output]];
}

/** The work of a layer that does little for each number of its output. */
export function oncePerElement(_layer: LayerIdentity, _input: Shape, output: Shape): number {
  return sizeOf(output);
}
