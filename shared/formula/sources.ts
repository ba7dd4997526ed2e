/** Finds the tensors that a layer's cells read. */
import { kindOf } from '../layers/kinds.ts';
import type { Sheet } from '../layout/sheet.ts';
import { type Layer, type Shape, sourceOf, type TensorInfo } from '../network.ts';
import type { Box, LayerRules, Part, Read } from './reads.ts';

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
  const { tensor, shape } = sourceOfRead(sheet, layer, read);
  const box = read.axes.map(({ axis, read: along }) => along(axis === undefined ? EVERY : cells[axis]));
  return { tensor, shape, box };
}

const EVERY = { start: 0, end: Infinity };

/** The tensor that is read, and the shape to read it in: after a flatten layer, maps are read as a vector. */
export function sourceOfRead(sheet: Sheet, layer: Layer, { of }: Read): { tensor: TensorInfo; shape: Shape } {
  if (typeof of === 'string') {
    const tensor = sheet.tensors.get(`${layer.id}/${of}`)!;
    return { tensor, shape: tensor.shape };
  }
  const tensor = sheet.tensors.get(`${sourceOf(sheet.layers, layer, of).id}/output`)!;
  return { tensor, shape: inputShape(sheet, layer, of) };
}

function inputShape(sheet: Sheet, layer: Layer, position: number): Shape {
  const flattened = kindOf(sheet.layers.get(layer.inputs[position])!).reshapes;
  const { shape, size } = sheet.tensors.get(`${sourceOf(sheet.layers, layer, position).id}/output`)!;
  return flattened ? [size] : shape;
}
