/** Finds the convolutions in a formula layer's tree: sums of SUMPRODUCT(window, kernel), one for each input channel,
 *  and perhaps a bias. Each of them becomes one operand, which the kernels of those layers calculate. */
import { operation } from '../../../shared/formula/expression.ts';
import { type ElementwiseTree, operand } from '../../../shared/elementwise/tree.ts';
import type { FormulaTree, Leaf } from '../../../shared/layers/formula-tree.ts';
import type { ShapedRead } from '../../../shared/layers/walks.ts';
import { type ParameterName, type Shape, sizeOf } from '../../../shared/network.ts';
import type { Fused, Handle } from '../batch/batch-ops.ts';
import { conv2d } from './conv2d.ts';
import { dense } from './dense.ts';
import { depthwiseConv2d } from './depthwiseConv2d.ts';
import {
  gathering,
  type Geometry,
  geometryOf,
  readsOwnMap,
  type Shapes,
  type Source,
  sourceOf,
} from './formula-sources.ts';
import { spreadOf } from './formula-windows.ts';
import type { Context, Pass } from './kind.ts';
import { useAndRelease } from './pass.ts';

/** What the tree is calculated from in a batch. */
export type BatchTree = { tree: ElementwiseTree; sources: readonly Source[] };

/** A sum of products, as a layer makes it. `weights`: the index in the parameter of each weight, −1 for a 0. */
type Products = {
  at: number;
  name: ParameterName;
  kind: 'full' | 'depthwise' | 'dense';
  geometry: Geometry | undefined;
  parameter: Shape;
  /** The shape of the kernel. */
  shape: Shape;
  weights: Int32Array;
  bias?: { name: ParameterName; shape: Shape; indices: Int32Array };
};

/** The tree with an operand for each convolution in place of its SUMPRODUCTs. `fuses`: whether a convolution may apply
 *  a ReLU to its sums. */
export function batchTreeOf({ tree, leaves }: FormulaTree, shapes: Shapes, output: Shape, fuses: boolean): BatchTree {
  const sources: Source[] = [];
  const places = new Map<number, ElementwiseTree>();
  const known = new Map<ElementwiseTree, ElementwiseTree>();
  const products = leaves.map(leaf => productsOf(leaf, shapes, output));
  const made = changed(tree);
  const within = fuses ? rectified(made) : undefined;
  const place = typeof within === 'object' && within.kind === 'operand' ? within.at : undefined;
  const fused = place === undefined ? undefined : sources[place].rectified;
  return fused ? { tree: operand(place!), sources: sources.with(place!, fused) } : { tree: made, sources };

  function add(source: Source): ElementwiseTree {
    sources.push(source);
    return operand(sources.length - 1);
  }

  function leafAt(place: number): ElementwiseTree {
    const found = places.get(place);
    if (found) return found;
    const own = products[place];
    const made = add(own ? convolution(own, output) : sourceOf(leaves[place], shapes, output));
    places.set(place, made);
    return made;
  }

  function changed(part: ElementwiseTree): ElementwiseTree {
    if (typeof part === 'number') return part;
    if (part.kind === 'operand') return leafAt(part.at);
    const before = known.get(part);
    if (before !== undefined) return before;
    const made: ElementwiseTree =
      part.kind === 'call'
        ? { ...part, arguments: part.arguments.map(changed) }
        : part.operator === '+'
          ? changedSum(part)
          : operation<ElementwiseTree>(part.operator, ...part.operands.map(changed));
    known.set(part, made);
    return made;
  }

  /** A sum in which terms that one layer can make together are one operand. */
  function changedSum(part: ElementwiseTree): ElementwiseTree {
    const merged: (ElementwiseTree | Products)[] = [];
    let last: Products | undefined;
    for (const term of termsOf(part)) {
      const place = typeof term === 'object' && term.kind === 'operand' ? term.at : undefined;
      const own = place === undefined ? undefined : products[place];
      const group = own && merged.find((each): each is Products => isProducts(each) && canJoin(each, own));
      if (own && group) join(group, own);
      else if (own) merged.push((last = { ...own, weights: own.weights.slice() }));
      else {
        const bias = last && place !== undefined ? biasOf(leaves[place], shapes, output) : undefined;
        if (bias && last && !last.bias) last.bias = bias;
        else merged.push(changed(term));
      }
    }
    const terms = merged.map(each => (isProducts(each) ? add(convolution(each, output)) : each));
    return terms.reduce((sum, term) => operation('+', sum, term));
  }
}

/** What is in the tree, if that is a MAX(0,…). */
export function rectified(tree: ElementwiseTree): ElementwiseTree | undefined {
  if (typeof tree !== 'object' || tree.kind !== 'call' || tree.name !== 'MAX' || tree.arguments.length !== 2)
    return undefined;
  const [zero, other] = tree.arguments;
  return zero === 0 ? other : undefined;
}

function isProducts(part: ElementwiseTree | Products): part is Products {
  return typeof part === 'object' && 'weights' in part;
}

/** The terms of a sum, from left to right. */
function termsOf(part: ElementwiseTree): ElementwiseTree[] {
  const terms: ElementwiseTree[] = [];
  let rest = part;
  while (typeof rest === 'object' && rest.kind === 'operation' && rest.operator === '+' && rest.operands.length === 2) {
    terms.unshift(...termsOf(rest.operands[1]));
    rest = rest.operands[0];
  }
  return [rest, ...terms];
}

function canJoin(one: Products, other: Products): boolean {
  return (
    one.at === other.at &&
    one.name === other.name &&
    one.kind === other.kind &&
    JSON.stringify([one.geometry, one.shape]) === JSON.stringify([other.geometry, other.shape]) &&
    one.weights.every((index, i) => index < 0 || other.weights[i] < 0)
  );
}

function join({ weights }: Products, other: Products): void {
  for (const [i, index] of other.weights.entries()) if (index >= 0) weights[i] = index;
}

/** A parameter with a number for each map. */
function biasOf(leaf: Leaf, shapes: Shapes, output: Shape): Products['bias'] {
  if (leaf.kind !== 'read' || typeof leaf.read.of === 'number') return undefined;
  const shape = shapes.get(leaf.read.of)!;
  const { kind, indices } = spreadOf({ ...leaf.read, shape }, output);
  if (kind === 'sample') return undefined;
  const channels = output.at(-1)!;
  return {
    name: leaf.read.of,
    shape,
    indices: Int32Array.from({ length: channels }, (_, i) => indices[i % indices.length]),
  };
}

/** undefined if no layer makes such a sum. */
function productsOf(leaf: Leaf, shapes: Shapes, output: Shape): Products | undefined {
  if (leaf.kind !== 'window' || leaf.summary !== 'SUMPRODUCT' || leaf.reads.length !== 2) return undefined;
  const reads = leaf.reads.map((read): ShapedRead => ({ ...read, shape: shapes.get(read.of)! }));
  const window = reads.find(({ of }) => typeof of === 'number');
  const kernel = reads.find(({ of }) => typeof of === 'string');
  if (!window || !kernel) return undefined;
  const [height, width] = [0, 1].map(place => kernel.axes[place]?.size ?? 1);
  const first = firstsOf(kernel, output);
  if (!first) return undefined;
  const strides = [0, 1].map(place => sizeOf(kernel.shape.slice(place + 1)));
  const own = { at: window.of as number, name: kernel.of as ParameterName, parameter: kernel.shape };
  const filters = output.at(-1)!;
  if (window.shape.length === 1) {
    const { first: start, along, size } = window.axes[0];
    if (along || start < 0 || start + size > window.shape[0] || output.length !== 1) return undefined;
    const weights = new Int32Array(window.shape[0] * filters).fill(-1);
    for (let n = 0; n < size; n++)
      for (let unit = 0; unit < filters; unit++) weights[(start + n) * filters + unit] = first[unit] + n * strides[0];
    return { ...own, kind: 'dense', geometry: undefined, shape: [window.shape[0], filters], weights };
  }
  const geometry = geometryOf(window, output);
  if (!geometry) return undefined;
  const isDepthwise = readsOwnMap(window, output);
  const [, , channel] = window.axes;
  if (isDepthwise ? geometry.strides[0] !== geometry.strides[1] : channel.along !== undefined) return undefined;
  const channels = isDepthwise ? 1 : window.shape[2];
  const weights = new Int32Array(height * width * channels * filters).fill(-1);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let filter = 0; filter < filters; filter++) {
        const at = ((y * width + x) * channels + (isDepthwise ? 0 : channel.first)) * filters + filter;
        weights[at] = first[filter] + y * strides[0] + x * strides[1];
      }
  const kind = isDepthwise ? 'depthwise' : 'full';
  return { ...own, kind, geometry, shape: [height, width, channels, filters], weights };
}

/** The index of the first weight for each map or unit. undefined if it depends on more than that. */
function firstsOf(kernel: ShapedRead, output: Shape): Int32Array | undefined {
  const { kind, indices } = spreadOf(kernel, output);
  if (kind === 'sample') return undefined;
  return Int32Array.from({ length: output.at(-1)! }, (_, i) => indices[i % indices.length]);
}

/** The operand of such sums. */
function convolution(products: Products, output: Shape): Source {
  const made = withActivation(products, output, 'linear');
  // Depthwise convolutions have no kernel that can apply a ReLU.
  return products.kind === 'depthwise' ? made : { ...made, rectified: withActivation(products, output, 'relu') };
}

function withActivation(
  { at, name, kind, geometry, parameter, shape, weights, bias }: Products,
  output: Shape,
  activation: Fused,
): Source {
  const useBias = bias !== undefined;
  const filters = output.at(-1)!;
  const made = geometry?.flat ? [1, 1, filters] : output;
  const kernel = gathering(name, parameter, weights, shape);
  const offset = bias && gathering(bias.name, bias.shape, bias.indices, [filters]);
  const run = runOf(kind, filters, useBias, geometry);
  return {
    kind: 'element',
    inputs: [at],
    parameters: bias ? [name, bias.name] : [name],
    run(inputs, context) {
      const { ops } = context;
      const x = inputs[at];
      const [count] = x.shape;
      const [own, ownOffset] = [kernel.numbers(context), offset?.numbers(context)];
      const parameter = (each: ParameterName) => (each === 'kernel' ? own : ownOffset!);
      const pass = run(x, { ...context, shape: made, activation, parameter });
      const kept = [own, ...(ownOffset ? [ownOffset] : []), ...(pass.kept ?? [])];
      return {
        output: made === output ? pass.output : ops.reshape(pass.output, [count, ...output]),
        kept: made === output ? kept : [...kept, pass.output],
        backward(dy, wanted) {
          const isMasked = activation === 'relu' && !context.poolAfterRelu;
          const shaped = made === output ? ops.retain(dy) : ops.reshape(dy, [count, ...made]);
          const gradient = isMasked
            ? useAndRelease(ops, shaped, each => ops.activateGradient(each, pass.output, 'relu'))
            : shaped;
          const { input, parameters = [] } = useAndRelease(ops, gradient, each => pass.backward(each, wanted));
          return {
            inputs: input ? [[at, input as Handle]] : [],
            parameters: parameters.map(([of, flowing]) =>
              of === 'kernel'
                ? [name, kernel.gradient(flowing, context)]
                : [bias!.name, offset!.gradient(flowing, context)],
            ),
          };
        },
      };
    },
  };
}

function runOf(
  kind: Products['kind'],
  filters: number,
  useBias: boolean,
  geometry: Geometry | undefined,
): (x: Handle, context: Context) => Pass {
  const identity = { id: '', name: '', inputs: [], useBias };
  if (!geometry) {
    const layer = { ...identity, kind: 'dense', units: filters } as const;
    return (x, context) => dense.run!(layer, [x], context);
  }
  const window = { ...identity, kernelSize: geometry.size, strides: geometry.strides, padding: geometry.padding };
  if (kind === 'full') {
    const layer = { ...window, kind: 'conv2d', filters } as const;
    return (x, context) => conv2d.run!(layer, [x], context);
  }
  const layer = { ...window, kind: 'depthwiseConv2d' } as const;
  return (x, context) => depthwiseConv2d.run!(layer, [x], context);
}
