/** Formula layers: layers whose numbers follow from formulas that a user wrote over a whole band. */
import * as v from 'valibot';
import { UserError } from '../errors.ts';
import type { Expression } from '../formula/expression.ts';
import { ABSOLUTE, call, operation, RELATIVE } from '../formula/expression.ts';
import { type AxisRead, type CellRule, input, own, type Part, type Read, reference } from '../formula/reads.ts';
import { boundsOf } from '../layout/lattice.ts';
import { countThatFit, vectorBlocks } from '../layout/blocks.ts';
import { mapsDetail, type Placing } from '../layout/placing.ts';
import { messages } from '../messages.ts';
import { issuesOf } from '../messages/sentence.ts';
import { sentences } from '../messages/sentences.ts';
import { LIMITS } from '../network-limits.ts';
import type { ParameterName, Shape } from '../tensor.ts';
import { sizeOf } from '../tensor.ts';
import { builtInKinds, type BuiltInSettings } from './built-in.ts';
import { canBeTrained } from './formula-tree.ts';
import type { LayerIdentity, LayerInput } from './identity.ts';
import type { LayerKindOf, OwnTensor } from './kind.ts';
import {
  countParts,
  formulasSchema,
  type LayerFormula,
  type LayerRead,
  readsIn,
  weightsSchema,
} from './layer-formula.ts';
import { axisRead, groupsIn, isEverywhere, type ShapedRead } from './walks.ts';

/** The settings of a formula layer. It takes the place of another layer, so that every cell keeps its address. */
export type FormulaSettings = {
  kind: 'formula';
  /** The layer whose place it takes. That gives the output's shape, the layer's place on the sheet and its parameters.
   *  Parameters that no formula reads are left out: their cells are blank. It can't be an input, a flatten, a reshape
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
export type FormulaLayer = LayerIdentity & FormulaSettings;

/** The kinds that no formula layer can take the place of. */
const KEPT: ReadonlySet<BuiltInSettings['kind']> = new Set(['input', 'flatten', 'reshape', 'softmax']);

export function isReplaceable({ kind }: { kind: string }): boolean {
  return Object.hasOwn(builtInKinds, kind) && !KEPT.has(kind as BuiltInSettings['kind']);
}

const expected = issuesOf(sentences.layers.expected);
const instead = v.variant(
  'kind',
  Object.values(builtInKinds)
    .filter(isReplaceable)
    .map(({ kind, settings }) => v.strictObject({ kind: v.literal(kind), ...settings })),
  expected.instead,
) as v.GenericSchema as v.GenericSchema<BuiltInSettings>;

/** A built-in layer, and its kind. */
type BuiltIn = { layer: LayerIdentity & BuiltInSettings; kind: LayerKindOf<BuiltInSettings> };

/** The layer whose place a formula layer takes. */
export function insteadOf({ id, name, inputs, instead, besides = 0 }: FormulaLayer): BuiltIn {
  const layer = { id, name, inputs: inputs.slice(0, inputs.length - besides), ...instead };
  return { layer, kind: builtInKinds[instead.kind] };
}

/** The formula of each map or unit, and which of them have it. All of them have the same one, or each its own. */
export function formulaOfMap({ formulas }: Pick<FormulaSettings, 'formulas'>, map: number): LayerFormula {
  return formulas.length === 1 ? formulas[0] : formulas[map];
}

/** The shapes of what the formulas may read, by the position of an input or the name of a parameter. */
export function readableShapes(
  layer: FormulaLayer,
  inputs: readonly Shape[],
  output: Shape,
): ReadonlyMap<LayerRead['of'], Shape> {
  const shapes = new Map<LayerRead['of'], Shape>(inputs.entries());
  const { layer: replaced, kind } = insteadOf(layer);
  for (const [name, role, shape] of kind.tensorsOf(replaced, inputs[0], output, false))
    if (role === 'parameter') shapes.set(name as ParameterName, shape);
  if (layer.weights) shapes.set('weights', [layer.weights.length]);
  return shapes;
}

/** Formulas that are known to fit these shapes. */
const fitting = new WeakMap<readonly LayerFormula[], string>();

/** Throws UserError if the formulas don't fit the layer's shapes. */
function checkReads(layer: FormulaLayer, inputs: readonly Shape[], output: Shape): void {
  const { instead, weights, besides } = layer;
  const key = JSON.stringify([instead, weights?.length, besides, inputs, output]);
  if (fitting.get(layer.formulas) === key) return;
  const shapes = readableShapes(layer, inputs, output);
  for (const group of layer.formulas.flatMap(groupsIn)) {
    const shaped = group.flatMap(read => {
      const shape = shapes.get(read.of);
      return shape?.length === read.axes.length ? { ...read, shape } : [];
    });
    if (shaped.length < group.length || !isEverywhere(shaped, output))
      throw new UserError(sentences.layers.formulaRead(layer.name));
  }
  if (!canBeTrained(layer.formulas)) throw new UserError(sentences.layers.formulaTooLong(layer.name));
  fitting.set(layer.formulas, key);
}

const readNames = new WeakMap<readonly LayerFormula[], ReadonlySet<LayerRead['of']>>();

/** What the formulas of a layer read: the positions of inputs, and the names of parameters. */
export function namesRead({ formulas }: Pick<FormulaSettings, 'formulas'>): ReadonlySet<LayerRead['of']> {
  let names = readNames.get(formulas);
  if (!names) readNames.set(formulas, (names = new Set(formulas.flatMap(readsIn).map(({ of }) => of))));
  return names;
}

export const formula: LayerKindOf<FormulaSettings> = {
  kind: 'formula',
  settings: {
    instead,
    formulas: formulasSchema,
    weights: v.optional(weightsSchema),
    besides: v.optional(
      v.pipe(
        v.number(expected.besides(LIMITS.inputs - 1)),
        v.integer(expected.besides(LIMITS.inputs - 1)),
        v.minValue(0, expected.besides(LIMITS.inputs - 1)),
        v.maxValue(LIMITS.inputs - 1, expected.besides(LIMITS.inputs - 1)),
      ),
    ),
  },
  inputs: {
    least: 1,
    most: LIMITS.inputs,
    refusal: (layer, count) => sentences.layers.formulaInputCount(layer, count, LIMITS.inputs),
  },
  shapeOf(layer, inputs) {
    const { layer: replaced, kind } = insteadOf(layer);
    const { length } = replaced.inputs;
    if (length < kind.inputs.least || length > kind.inputs.most)
      throw new UserError(kind.inputs.refusal(layer.name, length));
    const output = kind.shapeOf(replaced, inputs.slice(0, length));
    const tensors = kind.tensorsOf(replaced, inputs[0].shape, output, false);
    if (tensors.some(([name, role]) => role === 'computed' && name !== 'output'))
      throw new UserError(sentences.layers.formulaWithPartials(layer.name));
    const count = layer.formulas.length;
    if (count !== 1 && count !== output.at(-1)!)
      throw new UserError(sentences.layers.formulaCount(layer.name, count, output.at(-1)!));
    checkReads(
      layer,
      inputs.map(({ shape }: LayerInput) => shape),
      output,
    );
    return output;
  },
  tensorsOf(layer, input, output, last) {
    const { layer: replaced, kind } = insteadOf(layer);
    const names = namesRead(layer);
    const parameters = kind
      .tensorsOf(replaced, input, output, last)
      .filter(([name, role]) => role === 'parameter' && names.has(name as ParameterName));
    const weights: OwnTensor[] = layer.weights ? [['weights', 'parameter', [layer.weights.length]]] : [];
    return [...parameters, ...weights, ['output', 'computed', output]];
  },
  workOf({ formulas }, _input, output) {
    const parts = formulas.reduce<number>((sum, formula) => sum + countParts(formula), 0) / formulas.length;
    const read = formulas.flatMap(readsIn).reduce((sum, { axes }) => sum + sizeOf(axes.map(({ size }) => size)), 0);
    return sizeOf(output) * (parts + read / formulas.length);
  },
  units: 'none',
  negative: 'any',
  cells: (layer, { inputs, output }) => ({ output: ruleOf(layer, inputs, output) }),
  place(layer, placing) {
    const { layer: replaced, kind } = insteadOf(layer);
    kind.place(replaced, placingFor(layer, placing));
  },
};

/** The kind of a formula layer. Some of what a kind knows follows from the layer whose place it takes. */
export function kindOfFormula(layer: FormulaLayer): LayerKindOf<FormulaSettings> {
  let found = kindsKnown.get(layer);
  if (found) return found;
  const { layer: replaced, kind } = insteadOf(layer);
  found = {
    ...formula,
    units: kind.units,
    ...(kind.weights && namesRead(layer).has('kernel') && { weights: kind.weights }),
    ...(kind.centring && { centring: (_layer, input) => kind.centring!(replaced, input) }),
  };
  kindsKnown.set(layer, found);
  return found;
}
const kindsKnown = new WeakMap<FormulaLayer, LayerKindOf<FormulaSettings>>();

/** Lets the replaced layer place itself, but without the parameters that no formula reads. Their cells stay blank. The
 *  layer's own weights are below its output, where nothing else stands. */
function placingFor(layer: FormulaLayer, placing: Placing): Placing {
  const names = namesRead(layer);
  const { layer: replaced, kind } = insteadOf(layer);
  const tensors = kind.tensorsOf(replaced, placing.inputs[0].shape, placing.shape, false);
  const isThere = (tensor: string) => tensor.endsWith('/output') || names.has(tensor.split('/')[1] as ParameterName);
  return {
    ...placing,
    layer: replaced,
    // The replaced layer leaves room for all of its parameters.
    has: name => tensors.some(([each]) => each === name),
    band(caption, blocksAt) {
      const isOutput = caption.name === layer.name;
      const { shape } = placing;
      const size = shape.length === 3 ? mapsDetail(shape) : String(shape[0]);
      placing.band(isOutput ? { ...caption, detail: messages.layers.formulaDetail(size) } : caption, column => {
        const blocks = blocksAt(column);
        const regions = blocks.regions.filter(({ tensor }) => isThere(tensor));
        const labels = blocks.labels.filter(({ tensor }) => tensor === undefined || isThere(tensor));
        if (!isOutput || !layer.weights) return { ...blocks, regions, labels };
        const row = Math.max(...regions.map(boundsOf).map(bounds => bounds.row + bounds.height)) + 2;
        const size = layer.weights.length;
        countThatFit(layer, row + size, 1);
        const place = { kind: 'vector', row, perSection: size, size } as const;
        const own = vectorBlocks(`${layer.id}/weights`, place, column, messages.layers.headings.weights);
        return { ...blocks, regions: [...regions, ...own.regions], labels: [...labels, ...own.labels] };
      });
    },
  };
}

/** What each cell reads, and its formula: what the user wrote there. */
function ruleOf(layer: FormulaLayer, inputs: readonly Shape[], output: Shape): CellRule {
  const shapes = readableShapes(layer, inputs, output);
  const reads: Record<string, Read> = {};
  const keys = layer.formulas.map((each, map) => {
    const own = new Map<LayerRead, string>();
    for (const group of groupsIn(each)) {
      const shaped = group.map(read => ({ ...read, shape: shapes.get(read.of)! }));
      for (const [place, read] of group.entries()) {
        const key = `${map} ${own.size}`;
        own.set(read, key);
        reads[key] = readOf(shaped[place], shaped, output, layer.formulas.length > 1 ? map : undefined);
      }
    }
    return own;
  });
  return {
    reads,
    formula(parts, _runs, cell) {
      const map = layer.formulas.length === 1 ? 0 : cell.at(-1)!.start;
      const leaf = (read: LayerRead): Expression => referenceTo(read, parts[keys[map].get(read)!]);
      return expressionOf(layer.formulas[map], leaf);
    },
  };
}

/** `map`: the only map whose cells read this. Left out if all do. */
function readOf(read: ShapedRead, group: readonly ShapedRead[], output: Shape, map: number | undefined): Read {
  let axes = read.axes.map((_, place) => axisRead(read, group, place, output));
  if (map !== undefined) {
    const last = output.length - 1;
    const place = axes.findLastIndex(({ axis }) => axis === undefined || axis === last);
    if (place >= 0) axes = axes.with(place, onlyFor(axes[place], last, map));
  }
  return typeof read.of === 'number' ? input(axes, read.of) : own(read.of, ...axes);
}

/** Only the cells with this coordinate along an axis read anything. */
function onlyFor({ axis, read, readers }: AxisRead, last: number, map: number): AxisRead {
  const nothing = { start: 0, end: 0 };
  const only = { start: map, end: map + 1 };
  return {
    axis: last,
    read: ({ start, end }) => (start <= map && map < end ? read(only) : nothing),
    readers(span) {
      if (axis === undefined) {
        const whole = read(only);
        return whole.start < span.end && span.start < whole.end ? only : nothing;
      }
      const found = readers(span);
      return found.start <= map && map < found.end ? only : nothing;
    },
  };
}

/** A part that stays is absolute, one that moves with the cell relative. */
function referenceTo({ of, axes }: LayerRead, part: Part): Expression {
  const stays = typeof of === 'string' || axes.every(({ along }) => along === undefined);
  return { ...reference(part), anchors: stays ? ABSOLUTE : RELATIVE };
}

/** The formula as an Expression, with `leaf` in place of its reads. */
function expressionOf(written: LayerFormula, leaf: (read: LayerRead) => Expression): Expression {
  if (typeof written !== 'object') return written;
  if (written.kind === 'read') return leaf(written);
  if (written.kind === 'call') return call(written.name, ...written.arguments.map(each => expressionOf(each, leaf)));
  return operation(written.operator, ...written.operands.map(each => expressionOf(each, leaf)));
}
