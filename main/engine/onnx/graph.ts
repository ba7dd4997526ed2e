/** Builds a graph of ONNX's operators. Values know their shapes, which are all fixed. Source of the operators:
 *  onnx.ai/onnx/operators */
import { sizeOf, type Shape } from '../../../shared/network.ts';
import { type Attribute, type Constant, encodeModel, type Node, type Port } from './model.ts';

/** float32 numbers of this shape that the graph calculates or is given. */
export type Value = { readonly name: string; readonly shape: Shape };
type Operand = Value | number;
type Attributes = Readonly<Record<string, Attribute>>;
/** A part of an axis: the elements from `start` to before `end`, each `step`-th. */
type Part = { axis: number; start: number; end: number; step?: number };

/** Operators that ONNX Runtime has besides ONNX's own. */
export const OWN = 'com.microsoft';

export type Graph = ReturnType<typeof createGraph>;

export function createGraph() {
  const inputs: Port[] = [];
  const constants = new Map<string, Constant>();
  const nodes: Node[] = [];
  const zeros = new Map<string, Value>();
  const outputs = new Map<string, Value>();
  let count = 0;

  function constant(values: Float32Array | BigInt64Array, shape: Shape): string {
    const key = `${values.constructor.name} ${shape.join()} ${values.join()}`;
    let found = constants.get(key);
    if (!found) constants.set(key, (found = { name: `constant${constants.size}`, shape, values }));
    return found.name;
  }
  const integers = (values: readonly number[]) => constant(BigInt64Array.from(values, BigInt), [values.length]);

  /** An operation with several results. Inputs are values, names of constants, or undefined if left out. */
  function operateAll(
    operator: string,
    inputs: readonly (Value | string | undefined)[],
    shapes: readonly Shape[],
    attributes: Attributes = {},
    domain = '',
  ): Value[] {
    const results = shapes.map(shape => ({ name: `${operator}${count++}`, shape }));
    nodes.push({
      operator,
      domain,
      inputs: inputs.map(input => (typeof input === 'object' ? input.name : (input ?? ''))),
      outputs: results.map(({ name }) => name),
      attributes,
    });
    return results;
  }

  const operate = (
    operator: string,
    inputs: readonly (Value | string | undefined)[],
    shape: Shape,
    attributes?: Attributes,
    domain?: string,
  ): Value => operateAll(operator, inputs, [shape], attributes, domain)[0];

  /** An operation of two values element by element. An axis of size 1, or one that is missing in front, is repeated. */
  function pairwise(operator: string, a: Operand, b: Operand): Value {
    const both = [a, b].map(each => (typeof each === 'number' ? scalar(each) : each));
    return operate(operator, both, broadcast(both[0].shape, both[1].shape));
  }
  const scalar = (value: number): Value => ({ name: constant(Float32Array.of(value), []), shape: [] });
  /** A condition as 1 and 0. */
  const asNumbers = (condition: Value): Value => operate('Cast', [condition], condition.shape, { to: 1n });

  const reduce = (operator: string, x: Value, axes: readonly number[], keep: boolean): Value => {
    const shape = keep
      ? x.shape.map((size, axis) => (axes.includes(axis) ? 1 : size))
      : x.shape.filter((_, axis) => !axes.includes(axis));
    return operate(operator, [x, integers(axes)], shape, { keepdims: keep ? 1n : 0n });
  };

  const graph = {
    operate,
    operateAll,
    /** Floats that never change. */
    constant: (values: Float32Array, shape: Shape): Value => ({ name: constant(values, shape), shape }),
    integers,
    /** Zeros of a shape. The model doesn't contain them; they are made when it is loaded. */
    zeros(shape: Shape): Value {
      const key = shape.join();
      let found = zeros.get(key);
      if (!found) zeros.set(key, (found = operate('ConstantOfShape', [integers(shape)], shape)));
      return found;
    },
    input(name: string, shape: Shape): Value {
      inputs.push({ name, shape });
      return { name, shape };
    },
    /** Lets a value be fetched by this name. */
    output(name: string, value: Value): void {
      outputs.set(name, value);
    },

    each: (operator: string, x: Value, attributes?: Attributes) => operate(operator, [x], x.shape, attributes),
    add: (a: Operand, b: Operand) => pairwise('Add', a, b),
    /** The sum of values of one shape. */
    total: (values: readonly Value[]): Value =>
      values.length === 1 ? values[0] : operate('Sum', values, values[0].shape),
    subtract: (a: Operand, b: Operand) => pairwise('Sub', a, b),
    multiply: (a: Operand, b: Operand) => pairwise('Mul', a, b),
    divide: (a: Operand, b: Operand) => pairwise('Div', a, b),
    larger: (a: Operand, b: Operand) => pairwise('Max', a, b),
    smaller: (a: Operand, b: Operand) => pairwise('Min', a, b),
    /** 1 where a > b, else 0. */
    above: (a: Operand, b: Operand) => asNumbers(pairwise('Greater', a, b)),
    /** 1 where a ≥ b, else 0. */
    atLeast: (a: Operand, b: Operand) => asNumbers(pairwise('GreaterOrEqual', a, b)),
    /** `yes` where x > 0, else `no`. */
    where(x: Value, yes: Value, no: Value): Value {
      return operate('Where', [pairwise('Greater', x, 0), yes, no], broadcast(yes.shape, no.shape));
    },

    reshape(x: Value, shape: Shape): Value {
      return x.shape.join() === shape.join() ? x : operate('Reshape', [x, integers(shape)], shape);
    },
    /** Axis `i` of the result is axis `order[i]` of x. */
    transpose(x: Value, order: readonly number[]): Value {
      const shape = order.map(axis => x.shape[axis]);
      const moved = order.filter(axis => x.shape[axis] > 1);
      if (moved.every((axis, i) => i === 0 || moved[i - 1] < axis)) return graph.reshape(x, shape);
      return operate('Transpose', [x], shape, { perm: order.map(BigInt) });
    },
    slice(x: Value, parts: readonly Part[]): Value {
      const cut = parts.filter(({ axis, start, end, step = 1 }) => start > 0 || end < x.shape[axis] || step > 1);
      if (cut.length === 0) return x;
      const shape = x.shape.map((size, axis) => {
        const part = cut.find(each => each.axis === axis);
        return part ? Math.ceil((part.end - part.start) / (part.step ?? 1)) : size;
      });
      const [starts, ends, axes, steps] = [
        cut.map(({ start }) => start),
        cut.map(({ end }) => end),
        cut.map(({ axis }) => axis),
        cut.map(({ step = 1 }) => step),
      ].map(integers);
      return operate('Slice', [x, starts, ends, axes, steps], shape);
    },
    /** The elements of these axes in the opposite order. */
    reverse(x: Value, axes: readonly number[]): Value {
      const [starts, ends, steps] = [-1, Number.MIN_SAFE_INTEGER, -1].map(each => integers(axes.map(() => each)));
      return operate('Slice', [x, starts, ends, integers(axes), steps], x.shape);
    },
    concatenate(values: readonly Value[], axis: number): Value {
      if (values.length === 1) return values[0];
      const size = values.reduce((sum, { shape }) => sum + shape[axis], 0);
      return operate('Concat', values, values[0].shape.with(axis, size), { axis: BigInt(axis) });
    },
    split(x: Value, axis: number, sizes: readonly number[]): Value[] {
      if (sizes.length === 1) return [x];
      const shapes = sizes.map(size => x.shape.with(axis, size));
      return operateAll('Split', [x, integers(sizes)], shapes, { axis: BigInt(axis) });
    },
    /** Zeros before and after the elements of each axis. */
    pad(x: Value, before: readonly number[], after: readonly number[]): Value {
      if ([...before, ...after].every(size => size === 0)) return x;
      const shape = x.shape.map((size, axis) => before[axis] + size + after[axis]);
      return operate('Pad', [x, integers([...before, ...after])], shape);
    },
    /** x [size] with `added` [n] added at `places` [n], which are integers. */
    scatterAdd: (x: Value, places: Value, added: Value): Value =>
      operate('ScatterElements', [x, places, added], x.shape, { reduction: 'add' }),
    expand: (x: Value, shape: Shape) => operate('Expand', [x, integers(shape)], shape),

    sum: (x: Value, axes: readonly number[], keep = false) => reduce('ReduceSum', x, axes, keep),
    mean: (x: Value, axes: readonly number[], keep = false) => reduce('ReduceMean', x, axes, keep),
    /** Σ x² of all elements. */
    sumOfSquares: (x: Value): Value => operate('ReduceSumSquare', [x], [], { keepdims: 0n }),
    /** The largest absolute value of all elements. */
    largest: (x: Value): Value => operate('ReduceMax', [graph.each('Abs', x)], [], { keepdims: 0n }),
    /** a [m,k] · b [k,n], perhaps each transposed, + c → [m,n]. */
    product(a: Value, b: Value, { transA = false, transB = false, c }: Transposed & { c?: Value } = {}): Value {
      const shape = [a.shape[transA ? 1 : 0], b.shape[transB ? 0 : 1]];
      const inputs = c ? [a, b, c] : [a, b];
      return operate('Gemm', inputs, shape, { transA: transA ? 1n : 0n, transB: transB ? 1n : 0n });
    },
    /** a […,m,k] · bᵀ, where b is […,n,k] → […,m,n]. */
    productOfRows: (a: Value, b: Value): Value =>
      operate('FusedMatMul', [a, b], [...a.shape.slice(0, -1), b.shape.at(-2)!], { transB: 1n }, OWN),

    /** The model as bytes, with its inputs and outputs. */
    finish(): { bytes: Uint8Array; inputs: readonly Port[]; outputs: readonly Port[] } {
      const names = new Map<string, string>();
      const given = new Set(inputs.map(({ name }) => name));
      const ports: Port[] = [];
      const copies: Node[] = [];
      for (const [name, value] of outputs) {
        ports.push({ name, shape: value.shape });
        // A value is called as it is fetched, which saves a copy.
        if (!names.has(value.name) && !given.has(value.name) && !value.name.startsWith('constant'))
          names.set(value.name, name);
        else copies.push({ operator: 'Identity', domain: '', inputs: [value.name], outputs: [name], attributes: {} });
      }
      const renamed = [...nodes, ...copies].map(node => ({
        ...node,
        inputs: node.inputs.map(name => names.get(name) ?? name),
        outputs: node.outputs.map(name => names.get(name) ?? name),
      }));
      const model = { inputs, outputs: ports, constants: [...constants.values()], nodes: renamed };
      return { bytes: encodeModel(model), inputs, outputs: ports };
    },
  };
  return graph;
}

type Transposed = { transA?: boolean; transB?: boolean };

function broadcast(a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  const sizeAt = (shape: Shape, axis: number) => shape[axis - (rank - shape.length)] ?? 1;
  return Array.from({ length: rank }, (_, axis) => Math.max(sizeAt(a, axis), sizeAt(b, axis)));
}

/** Maps from the sheet's order [count,height,width,channels] to the graph's, [count,channels,height,width]. Vectors
 *  stay as they are. */
export function toMaps(graph: Graph, x: Value): Value {
  return x.shape.length === 4 ? graph.transpose(x, [0, 3, 1, 2]) : x;
}

/** The opposite of `toMaps`. */
export function fromMaps(graph: Graph, x: Value): Value {
  return x.shape.length === 4 ? graph.transpose(x, [0, 2, 3, 1]) : x;
}

/** The shape that a layer's output has in the graph, for `count` samples. */
export function shapeInGraph(count: number, shape: Shape): Shape {
  return shape.length === 3 ? [count, shape[2], shape[0], shape[1]] : [count, ...shape];
}

/** x [count,channels,…] → [count,channels,pixels]. */
export function byChannel(graph: Graph, x: Value): Value {
  const [count, channels] = x.shape;
  return graph.reshape(x, [count, channels, sizeOf(x.shape) / count / channels]);
}
