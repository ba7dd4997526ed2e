/** Finds the tensors that a layer's cells read. */
import { kindOf } from '../layers/kinds.ts';
import type { Sheet } from '../layout/sheet.ts';
import { type Layer, type Shape, sourceOf, type TensorId, type TensorInfo } from '../network.ts';
import { type AxisRead, type Box, boxAt, type LayerRules, type Part, type Read } from './reads.ts';

/** The rules for the computed tensors of a layer. */
export function rulesIn(sheet: Sheet, layer: Layer): ReturnType<LayerRules<Layer>> {
  const output = sheet.tensors.get(`${layer.id}/output`)?.shape ?? [];
  return kindOf(layer).cells(layer, {
    inputs: layer.inputs.map((_, position) => inputShape(sheet, layer, position)),
    output,
  });
}

/** The part of a tensor that some cells of a layer read. One cell is a box of one element. */
export function partRead(sheet: Sheet, layer: Layer, read: Read, cells: Box): Part {
  return { ...sourceOfRead(sheet, layer, read), box: boxRead(read.axes, cells) };
}

/** Finds the parts that elements read. It looks the rules of a tensor up once, for many elements. An element that isn't
 *  computed reads nothing. */
export function partsIn(sheet: Sheet): (info: TensorInfo, index: number) => Part[] {
  const known = new Map<TensorId, (Omit<Part, 'box'> & { axes: readonly AxisRead[] })[]>();
  function readsOf({ id, name, role, layer: of }: TensorInfo) {
    const layer = sheet.layers.get(of)!;
    const reads = role === 'computed' ? Object.values(rulesIn(sheet, layer)[name]!.reads) : [];
    const found = reads.flatMap(read => (read ? [{ ...sourceOfRead(sheet, layer, read), axes: read.axes }] : []));
    known.set(id, found);
    return found;
  }
  return (info, index) => {
    const cell = boxAt(info.shape, index);
    const reads = known.get(info.id) ?? readsOf(info);
    return reads.map(({ tensor, shape, axes }) => ({ tensor, shape, box: boxRead(axes, cell) }));
  };
}

const boxRead = (axes: readonly AxisRead[], cells: Box): Box =>
  axes.map(({ axis, read }) => read(axis === undefined ? EVERY : cells[axis]));

const EVERY = { start: 0, end: Infinity };

/** The tensor that is read, and the shape to read it in: after a flatten layer, maps are read as a vector, and
 *  after a reshape layer a vector may be read as maps. */
export function sourceOfRead(sheet: Sheet, layer: Layer, { of }: Read): { tensor: TensorInfo; shape: Shape } {
  if (typeof of === 'string') {
    const tensor = sheet.tensors.get(`${layer.id}/${of}`)!;
    return { tensor, shape: tensor.shape };
  }
  const tensor = sheet.tensors.get(`${sourceOf(sheet.layers, layer, of).id}/output`)!;
  return { tensor, shape: inputShape(sheet, layer, of) };
}

function inputShape(sheet: Sheet, layer: Layer, position: number): Shape {
  const input = sheet.layers.get(layer.inputs[position])!;
  if (input.kind === 'reshape') return input.targetShape;
  const flattened = kindOf(input).reshapes;
  const { shape, size } = sheet.tensors.get(`${sourceOf(sheet.layers, layer, position).id}/output`)!;
  return flattened ? [size] : shape;
}
