/** What a formula layer shows, in doubles. */
import { createElementwise } from '../../../shared/elementwise/steps.ts';
import { evaluate } from '../../../shared/elementwise/evaluate.ts';
import { readableShapes } from '../../../shared/layers/formula.ts';
import { type Leaf, treeOf } from '../../../shared/layers/formula-tree.ts';
import type { LayerRead } from '../../../shared/layers/layer-formula.ts';
import type { ShapedRead } from '../../../shared/layers/walks.ts';
import { type LayerOf, type ParameterName, type Shape, sizeOf } from '../../../shared/network.ts';
import { type Activations, finiteOrNaN } from '../show/activations.ts';
import { createWindows, gathered, isSameElement, spreadOf } from './formula-windows.ts';
import type { Shown } from './kind.ts';

type Numbers = ArrayLike<number>;
type Values = (of: LayerRead['of']) => Numbers;
type Program = (values: Values) => Float64Array<ArrayBuffer>;

/** Programs by the layers that they are made for, with the shapes that these had. */
const programs = new WeakMap<LayerOf<'formula'>, { shapes: string; program: Program }>();

export function showFormula(
  layer: LayerOf<'formula'>,
  inputs: readonly Activations[],
  { shape, value }: Shown,
): Activations {
  const inputShapes = inputs.map(input => input.shape);
  const shapes = JSON.stringify([inputShapes, shape]);
  let known = programs.get(layer);
  if (known?.shapes !== shapes) {
    known = { shapes, program: programOf(layer, inputShapes, shape) };
    programs.set(layer, known);
  }
  const found = known.program(of => (typeof of === 'number' ? inputs[of].values : value(of)));
  return finiteOrNaN(new Float32Array(found), shape);
}

function programOf(layer: LayerOf<'formula'>, inputs: readonly Shape[], output: Shape): Program {
  const shapes = readableShapes(layer, inputs, output);
  const { tree, leaves } = treeOf(layer.formulas);
  const count = sizeOf(output);
  const formulas = createElementwise(
    leaves.map(() => 'element'),
    [{ tree, kind: 'element' }],
  )!;
  const operands = leaves.map(leaf => operandOf(leaf, shapes, output));
  return values =>
    evaluate(
      formulas,
      operands.map(operand => operand(values)),
      count,
    )[0];
}

/** The numbers of an operand. They repeat until all cells have one. */
function operandOf(
  leaf: Leaf,
  shapes: ReadonlyMap<number | ParameterName, Shape>,
  output: Shape,
): (values: Values) => Numbers {
  const shaped = (read: LayerRead): ShapedRead => ({ ...read, shape: shapes.get(read.of)! });
  if (leaf.kind === 'map') return () => leaf.places;
  if (leaf.kind === 'window') {
    const windows = createWindows(leaf.summary, leaf.reads.map(shaped), output);
    return values => windows.sum(leaf.reads.map(({ of }) => values(of)));
  }
  const { read } = leaf;
  if (isSameElement(shaped(read), output)) return values => values(read.of);
  const { indices } = spreadOf(shaped(read), output);
  return values => gathered(values(read.of), indices);
}
