/** What a formula layer shows, in doubles. */
import { createElementwise, type Elementwise } from '../../../shared/elementwise/steps.ts';
import { evaluate } from '../../../shared/elementwise/evaluate.ts';
import { readableShapes } from '../../../shared/layers/formula.ts';
import { type Leaf, treeOf } from '../../../shared/layers/formula-tree.ts';
import { type LayerRead, readsIn } from '../../../shared/layers/layer-formula.ts';
import { type ShapedRead, startOf } from '../../../shared/layers/walks.ts';
import { type LayerOf, type Shape, sizeOf } from '../../../shared/network.ts';
import { type Activations, finiteOrNaN } from '../show/activations.ts';
import { allChannels, type Channels } from '../show/channels.ts';
import { createWindows, gathered, isSameElement, spreadOf } from './formula-windows.ts';
import type { Changes, Shown } from './kind.ts';

type FormulaLayer = LayerOf<'formula'>;
type Numbers = ArrayLike<number>;
type Values = (of: LayerRead['of']) => Numbers;
type Operand = (values: Values) => Numbers;
type Shapes = ReadonlyMap<LayerRead['of'], Shape>;

/** How a layer is calculated. */
type Plan = { formulas: Elementwise; leaves: readonly Leaf[]; shapes: Shapes; operands: readonly Operand[] };
/** Plans by the layers that they are made for, with the shapes that these had. */
const plans = new WeakMap<FormulaLayer, { key: string; plan: Plan }>();

export function showFormula(layer: FormulaLayer, inputs: readonly Activations[], shown: Shown): Activations {
  const { whole: output, shape, value, channels } = shown;
  const { formulas, leaves, shapes, operands } = planOf(
    layer,
    inputs.map(input => input.shape),
    output,
  );
  const values: Values = of => (typeof of === 'number' ? inputs[of].values : value(of));
  const own = channels ? leaves.map(leaf => operandOf(leaf, shapes, output, channels)) : operands;
  const [found] = evaluate(
    formulas,
    own.map(operand => operand(values)),
    sizeOf(shape),
  );
  return finiteOrNaN(new Float32Array(found), shape);
}

function planOf(layer: FormulaLayer, inputs: readonly Shape[], output: Shape): Plan {
  const key = JSON.stringify([inputs, output]);
  const known = plans.get(layer);
  if (known?.key === key) return known.plan;
  const shapes = readableShapes(layer, inputs, output);
  const { tree, leaves } = treeOf(layer.formulas);
  const formulas = createElementwise(
    leaves.map(() => 'element'),
    [{ tree, kind: 'element' }],
  )!;
  const plan = { formulas, leaves, shapes, operands: leaves.map(leaf => operandOf(leaf, shapes, output)) };
  plans.set(layer, { key, plan });
  return plan;
}

/** The numbers of an operand, for some channels of the output, or for all. They repeat until all cells have one. */
function operandOf(leaf: Leaf, shapes: Shapes, output: Shape, channels?: Channels): Operand {
  const shaped = (read: LayerRead): ShapedRead => ({ ...read, shape: shapes.get(read.of)! });
  if (leaf.kind === 'map') {
    const places = channels ? channels.map(channel => leaf.places[channel]) : leaf.places;
    return () => places;
  }
  if (leaf.kind === 'window') {
    const windows = createWindows(leaf.summary, leaf.reads.map(shaped), output, channels);
    return values => windows.sum(leaf.reads.map(({ of }) => values(of)));
  }
  const { read } = leaf;
  if (isSameElement(shaped(read), output) && !channels) return values => values(read.of);
  const { indices } = spreadOf(shaped(read), output, channels);
  return values => gathered(values(read.of), indices);
}

/** The channels of the output that read something that has changed. */
export function channelsReading(layer: FormulaLayer, changes: Changes, output: Shape): Channels {
  const all = allChannels(output.at(-1)!);
  const reached = new Set<number>();
  for (const [map, formula] of layer.formulas.entries()) {
    const own = layer.formulas.length === 1 ? all : [map];
    for (const { of, axes } of readsIn(formula)) {
      const changed = changes.get(of);
      if (changed === undefined) continue;
      const walk = axes.at(-1)!;
      const isEvery = changed === 'all' || (walk.along !== undefined && walk.along.axis !== output.length - 1);
      for (const channel of own) {
        const first = startOf(walk, channel);
        const reads = (coordinate: number) => first <= coordinate && coordinate < first + walk.size;
        if (isEvery || changed.some(reads)) reached.add(channel);
      }
    }
  }
  return all.filter(channel => reached.has(channel));
}
