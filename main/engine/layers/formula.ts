import { type Trained, trainedOf, valuesOf } from '../../../shared/elementwise/compiled.ts';
import { createElementwise, type Elementwise } from '../../../shared/elementwise/steps.ts';
import { readableShapes } from '../../../shared/layers/formula.ts';
import { type FormulaTree, type Leaf, treeOf } from '../../../shared/layers/formula-tree.ts';
import { type LayerOf, type ParameterName, type Shape, sizeOf } from '../../../shared/network.ts';
import type { Handle } from '../batch/batch-ops.ts';
import { type Bounding, largestAbsolute } from './bounding.ts';
import { extremesOf, type Interval } from './formula-bounds.ts';
import { type BatchTree, batchTreeOf, rectified } from './formula-convolutions.ts';
import { channelsReading, showFormula } from './formula-show.ts';
import { isSameShape, type Source, type SourcePass, type Wanted } from './formula-sources.ts';
import type { Context, EngineKindOf, Gradients, Pass } from './kind.ts';

type FormulaLayer = LayerOf<'formula'>;

export const formula: EngineKindOf<'formula'> = {
  /** Every window and every formula in doubles. */
  show: (layer, inputs, shown) => ({ output: showFormula(layer, inputs, shown) }),
  channelReads: 'as it says',
  reached: channelsReading,
  endsInRelu: ({ formulas }) => formulas.length === 1 && rectified(treeOf(formulas).tree) !== undefined,
  run(layer, inputs, context) {
    return runPlan(planOf(layer, inputs, context), inputs, context);
  },
  bound(layer, inputs, bounding) {
    const { tree, values, written } = boundsOf(layer);
    const intervals = tree.leaves.map(leaf => intervalOf(leaf, inputs, bounding));
    const [output, way = output] = extremesOf(values, intervals);
    // Where the sheet shows an error, a batch may calculate a number: of 1/(1+EXP(-x)), if EXP(-x) is too large.
    const isSafe = !written || extremesOf(written, intervals).every(Number.isFinite);
    return [output, isSafe ? way : Number.NaN];
  },
  keeps: layer => treeOf(layer.formulas).leaves.length + boundsOf(layer).kept,
};

// ── bounds ──

/** A layer's formulas as batches calculate them. `written`: as they are written, if that is something else. `kept`: how
 *  many steps are kept for the gradients. */
type Bounded = { tree: FormulaTree; values: Elementwise; written: Elementwise | undefined; kept: number };
const bounded = new WeakMap<FormulaLayer['formulas'], Bounded>();

function boundsOf({ formulas }: FormulaLayer): Bounded {
  let known = bounded.get(formulas);
  if (!known) {
    const tree = treeOf(formulas);
    const kinds = tree.leaves.map(() => 'element' as const);
    const values = valuesOf(tree.tree, kinds)!;
    const own = createElementwise(kinds, [{ tree: tree.tree, kind: 'element' }])!;
    const written = JSON.stringify(own.steps) === JSON.stringify(values.steps) ? undefined : own;
    known = { tree, values, written, kept: trainedOf(tree.tree, kinds)!.kept };
    bounded.set(formulas, known);
  }
  return known;
}

/** All numbers that a leaf may have. */
function intervalOf(leaf: Leaf, inputs: readonly number[], bounding: Bounding): Interval {
  if (leaf.kind === 'map') return [0, leaf.places.length];
  const around = (largest: number): Interval => [-largest, largest];
  const reads = leaf.kind === 'read' ? [leaf.read] : leaf.reads;
  let product = 1;
  for (const { of } of reads) product *= typeof of === 'number' ? inputs[of] : largestIn(of, bounding);
  if (leaf.kind === 'read') return around(product);
  let cells = 1;
  for (const { size } of reads[0].axes) cells *= size;
  switch (leaf.summary) {
    case 'COUNT':
      return [1, cells];
    case 'SUMSQ':
      return [0, cells * product * product];
    case 'SUM':
    case 'SUMPRODUCT':
      return around(cells * product);
    case 'AVERAGE':
      // A kernel may add first and divide then.
      return product * cells < Number.MAX_VALUE ? around(product) : around(Infinity);
    default:
      return around(product);
  }
}

function largestIn(name: ParameterName, { read, remembered }: Bounding): number {
  const known = remembered(() => new Map<ParameterName, number>());
  const before = known.get(name);
  if (before !== undefined) return before;
  const largest = largestAbsolute(read(name));
  known.set(name, largest);
  return largest;
}

// ── batches ──

/** How a layer is calculated in a batch. */
type Plan = BatchTree & {
  /** undefined if the result is an operand as it is. */
  trained: Trained | undefined;
  gradients: Map<string, Elementwise>;
};
type Plans = { inputs: readonly Shape[]; output: Shape; plans: [finite?: Plan, any?: Plan] };
const plansOf = new WeakMap<FormulaLayer, Plans>();

function planOf(layer: FormulaLayer, inputs: readonly Handle[], { shape, mayOverflow }: Context): Plan {
  let known = plansOf.get(layer);
  if (!known || !isSameShape(known.output, shape) || !known.inputs.every((own, at) => isSampleOf(own, inputs[at]))) {
    known = { inputs: inputs.map(input => input.shape.slice(1)), output: shape, plans: [] };
    plansOf.set(layer, known);
  }
  return (known.plans[mayOverflow ? 1 : 0] ??= createPlan(layer, known.inputs, shape, mayOverflow));
}

const isSampleOf = (shape: Shape, batch: Handle) =>
  batch.shape.length === shape.length + 1 && shape.every((size, axis) => batch.shape[axis + 1] === size);

function createPlan(layer: FormulaLayer, inputs: readonly Shape[], output: Shape, mayOverflow: boolean): Plan {
  const shapes = readableShapes(layer, inputs, output);
  const { tree, sources } = batchTreeOf(treeOf(layer.formulas), shapes, output, !mayOverflow);
  const isOperand = typeof tree === 'object' && tree.kind === 'operand' && sources[tree.at].kind === 'element';
  // The network was refused if its formulas can't be calculated.
  const trained = isOperand
    ? undefined
    : trainedOf(
        tree,
        sources.map(({ kind }) => kind),
      );
  if (trained && mayOverflow) trained.values = { ...trained.values, anySize: true };
  return { tree, sources, trained, gradients: new Map() };
}

function runPlan(plan: Plan, inputs: readonly Handle[], context: Context): Pass {
  const { ops } = context;
  const { tree, sources, trained } = plan;
  const shape = [inputs[0].shape[0], ...context.shape];
  const passes = sources.map(source => source.run(inputs, context));
  if (!trained && passes.length === 1) {
    const [pass] = passes;
    return {
      ...pass,
      kept: [...(pass.kept ?? [])],
      backward(dy, wanted) {
        const own = isWanted(sources[0], wanted) ? passes : [];
        return collected(
          own,
          own.map(() => ops.retain(dy)),
          wanted,
          inputs,
          context,
        );
      },
    };
  }
  const operands = passes.map(({ output }) => output);
  const [output, ...own] = trained
    ? ops.elementwise(trained.values, operands, shape)
    : [ops.retain(operands[(tree as { at: number }).at])];
  return {
    output,
    kept: [...own, ...passes.flatMap(({ output: made, kept = [] }) => [made, ...kept])],
    backward(dy, wanted) {
      const places = sources.flatMap((source, place) => (isWanted(source, wanted) ? [place] : []));
      const flowing = trained
        ? gradientsAt(plan, trained, places, [...operands, dy, ...own], { shape, context })
        : places.map(() => ops.retain(dy));
      return collected(
        places.map(place => passes[place]),
        flowing,
        wanted,
        inputs,
        context,
      );
    },
  };
}

function isWanted({ inputs, parameters }: Source, wanted: Wanted): boolean {
  return (wanted.input && inputs.length > 0) || (wanted.parameters && parameters.length > 0);
}

/** The gradients of the loss by the operands at these places. */
function gradientsAt(
  { gradients }: Plan,
  { gradientsBy }: Trained,
  places: readonly number[],
  operands: readonly Handle[],
  { shape, context: { ops } }: { shape: Shape; context: Context },
): Handle[] {
  if (places.length === 0) return [];
  const key = places.join(' ');
  const formulas = gradients.get(key) ?? gradientsBy(places);
  gradients.set(key, formulas);
  return ops.elementwise(formulas, operands, shape);
}

/** What flows back from all operands, added up for each input and each parameter. Releases `flowing`. */
function collected(
  passes: readonly SourcePass[],
  flowing: readonly Handle[],
  wanted: Wanted,
  inputs: readonly Handle[],
  { ops }: Context,
): Gradients {
  const toInputs = new Map<number, Handle>();
  const toParameters = new Map<ParameterName, Handle>();
  const add = <Key>(all: Map<Key, Handle>, key: Key, gradient: Handle): void => {
    const before = all.get(key);
    all.set(key, before ? ops.add(before, gradient) : gradient);
    if (!before) return;
    ops.release(before);
    ops.release(gradient);
  };
  for (const [n, pass] of passes.entries()) {
    const { inputs: own = [], parameters = [] } = pass.backward(flowing[n], wanted);
    ops.release(flowing[n]);
    for (const [at, gradient] of own) {
      if (wanted.input) add(toInputs, at, gradient);
      else ops.release(gradient);
    }
    for (const [name, gradient] of parameters) {
      if (wanted.parameters) add(toParameters, name, gradient);
      else ops.release(gradient);
    }
  }
  const none = (at: number) => ops.upload(new Float32Array(sizeOf(inputs[at].shape)), inputs[at].shape);
  return {
    parameters: [...toParameters],
    ...(wanted.input && { input: inputs.map((_, at) => toInputs.get(at) ?? none(at)) }),
  };
}
