import type { CellRange } from '../address.ts';
import { outputSize, padBefore, windowRange, windowsOver } from '../geometry.ts';
import type { ElementIndex } from '../layout/layout.ts';
import { CHANNELS_PER_PARTIAL, type Layer, type LayerOf, type Pair, sizeOf, type TensorInfo } from '../network.ts';
import type { Sheet } from '../layout/sheet.ts';
import { cellRange, mapRange, rangesOf, sourceTensor, sourceTensors } from './ranges.ts';

/** From start to before end. */
type Span = { start: number; end: number };
/** Elements of maps [height, width, channels] along each axis; a vector is one row and one column of many channels. */
type Box = { rows: Span; columns: Span; channels: Span };

type Windowed = LayerOf<'conv2d' | 'maxPool2d' | 'averagePool2d'>;

/** The activations a computed cell's value follows from, one step back after the other: first those its formula reads;
 *  then, in place of those of the layer that comes last in the network, those their formulas read, while what a
 *  shortcut reads waits for its turn; at last the input pixels. So every step holds all that the value follows from.
 *  Each step is a rectangle for each channel, the smallest that holds them all (where strides are larger than windows
 *  it holds cells nobody reads). Pixels, parameters and `actual` have no steps. */
export function stepsToPixels(sheet: Sheet, { tensor, index }: ElementIndex): CellRange[][] {
  const info = sheet.tensors.get(tensor);
  if (!info || info.role !== 'computed') return [];
  const steps: CellRange[][] = [];
  const positions = new Map([...sheet.layers.keys()].map((id, position) => [id, position]));
  const reached = new Map<TensorInfo, Box[]>();
  const goBack = (from: TensorInfo, boxes: readonly Box[], group?: number): void => {
    const layer = sheet.layers.get(from.layer)!;
    for (const source of sourceTensors(sheet, layer)) {
      for (const box of boxes) {
        reached.set(source, merge(reached.get(source) ?? [], boxRead(layer, from, box, source, group)));
      }
    }
    steps.push([...reached].flatMap(([source, read]) => read.flatMap(box => rangesOfBox(sheet, source, box))));
  };
  const group = info.name === 'partial' ? Math.floor(index / sizeOf(info.shape.slice(1))) : undefined;
  goBack(info, [boxAt(info, index)], group);
  for (;;) {
    const [last, boxes] = [...reached].reduce((later, entry) =>
      positions.get(entry[0].layer)! > positions.get(later[0].layer)! ? entry : later,
    );
    if (last.role === 'pixels') return steps;
    reached.delete(last);
    goBack(last, boxes);
  }
}

/** The boxes and one more: where they lie in the same channels one box around both, and none that lies in another. */
function merge(boxes: readonly Box[], more: Box): Box[] {
  const spans = (box: Box) => [box.rows, box.columns, box.channels];
  const holds = (outer: Box, inner: Box) =>
    spans(outer).every(({ start, end }, axis) => start <= spans(inner)[axis].start && spans(inner)[axis].end <= end);
  const around = (a: Span, b: Span): Span => ({ start: Math.min(a.start, b.start), end: Math.max(a.end, b.end) });
  const same = boxes.find(
    ({ channels }) => channels.start === more.channels.start && channels.end === more.channels.end,
  );
  const merged = same
    ? { rows: around(same.rows, more.rows), columns: around(same.columns, more.columns), channels: more.channels }
    : more;
  const others = boxes.filter(box => box !== same);
  return others.some(box => holds(box, merged)) ? others : [...others.filter(box => !holds(merged, box)), merged];
}

/** The input pixels a cell's value follows from; a pixel is its own field, parameters and `actual` have none. */
export function receptiveField(sheet: Sheet, element: ElementIndex): CellRange[] {
  const info = sheet.tensors.get(element.tensor);
  if (info?.role === 'pixels') return rangesOfBox(sheet, info, boxAt(info, element.index));
  return stepsToPixels(sheet, element).at(-1) ?? [];
}

/** The cells whose formula reads this one: the windows over it in the next layers, all of its map for a bias, where its
 *  kernel cell meets the map for a kernel, whole columns at a softmax. The exact inverse of `derive`'s references;
 *  rectangles in no particular order, none twice. */
export function dependents(sheet: Sheet, { tensor, index }: ElementIndex): CellRange[] {
  const info = sheet.tensors.get(tensor);
  if (!info) return [];
  const layer = sheet.layers.get(info.layer)!;
  const beside = (name: 'exp' | 'output' | 'crossEntropy') => sheet.tensors.get(`${layer.id}/${name}`);
  const sameIndex = (target: TensorInfo | undefined) => (target ? [cellRange(sheet, target, index)] : []);
  const whole = (target: TensorInfo | undefined) => (target ? rangesOf(sheet, target) : []);
  switch (info.name) {
    case 'kernel':
      return kernelReaders(sheet, layer as LayerOf<'conv2d' | 'dense'>, info, index);
    case 'bias':
    case 'gamma':
    case 'beta':
    case 'movingMean':
    case 'movingVariance': {
      const output = beside('output')!;
      return rangesOfBox(sheet, output, { ...boxOf(output), channels: { start: index, end: index + 1 } });
    }
    case 'partial': {
      const output = beside('output')!;
      return [cellRange(sheet, output, index % output.size)];
    }
    case 'shifted':
      return [...sameIndex(beside('exp')), ...sameIndex(beside('crossEntropy'))];
    case 'exp':
      return [...whole(beside('output')), ...whole(beside('crossEntropy'))];
    case 'actual':
      return sameIndex(beside('crossEntropy'));
    case 'output':
      return [...sheet.layers.values()]
        .filter(
          reader => reader.kind !== 'input' && reader.kind !== 'flatten' && sourceTensors(sheet, reader).includes(info),
        )
        .flatMap(reader => activationReaders(sheet, reader, info, index));
    default:
      return [];
  }
}

/** The cells of one layer whose formulas read one of its input's activations. */
function activationReaders(sheet: Sheet, layer: Layer, source: TensorInfo, index: number): CellRange[] {
  const box = boxAt(source, index);
  const output = sheet.tensors.get(`${layer.id}/output`)!;
  switch (layer.kind) {
    case 'conv2d': {
      const partial = sheet.tensors.get(`${layer.id}/partial`);
      const [rows, columns] = windowsOverBox(layer, source, box);
      const channels = { start: 0, end: layer.filters };
      if (!partial) return rangesOfBox(sheet, output, { rows, columns, channels });
      return rangesOfBox(sheet, partial, { rows, columns, channels }, groupOf(box.channels.start));
    }
    case 'maxPool2d':
    case 'averagePool2d': {
      const [rows, columns] = windowsOverBox(layer, source, box);
      return rangesOfBox(sheet, output, { rows, columns, channels: box.channels });
    }
    case 'globalMaxPool2d':
    case 'globalAveragePool2d':
      return [cellRange(sheet, output, box.channels.start)];
    case 'dense':
      return rangesOf(sheet, output);
    case 'softmax':
      return rangesOf(sheet, sheet.tensors.get(`${layer.id}/shifted`)!);
    default:
      return [cellRange(sheet, output, index)];
  }
}

/** A kernel's cell is read wherever it meets the map; under 'same' padding the windows at the border leave some of the
 *  kernel out. */
function kernelReaders(
  sheet: Sheet,
  layer: LayerOf<'conv2d' | 'dense'>,
  kernel: TensorInfo,
  index: number,
): CellRange[] {
  const output = sheet.tensors.get(`${layer.id}/output`)!;
  if (layer.kind === 'dense') return [cellRange(sheet, output, index % layer.units)];
  const [, kernelWidth, inChannels, outChannels] = kernel.shape;
  const outC = index % outChannels;
  const inC = Math.floor(index / outChannels) % inChannels;
  const at = Math.floor(index / (outChannels * inChannels));
  const place: Pair = [Math.floor(at / kernelWidth), at % kernelWidth];
  const { shape } = sourceTensor(sheet, layer);
  const [rows, columns] = [0, 1].map(axis => {
    const [size, window, stride] = [shape[axis], layer.kernelSize[axis], layer.strides[axis]];
    const offset = padBefore(size, window, stride, layer.padding) - place[axis];
    const end = Math.min(outputSize(size, window, stride, layer.padding), Math.floor((size - 1 + offset) / stride) + 1);
    return { start: Math.max(0, Math.ceil(offset / stride)), end };
  });
  const box = { rows, columns, channels: { start: outC, end: outC + 1 } };
  const partial = sheet.tensors.get(`${layer.id}/partial`);
  return partial ? rangesOfBox(sheet, partial, box, groupOf(inC)) : rangesOfBox(sheet, output, box);
}

/** What a layer's formulas read of its input for a box of its tensor; `group` is the partial sum's. */
function boxRead(layer: Layer, info: TensorInfo, box: Box, source: TensorInfo, group: number | undefined): Box {
  const all = boxOf(source);
  switch (layer.kind) {
    case 'conv2d': {
      const first = (group ?? 0) * CHANNELS_PER_PARTIAL;
      const channels =
        group === undefined
          ? all.channels
          : { start: first, end: Math.min(all.channels.end, first + CHANNELS_PER_PARTIAL) };
      return { ...windowsUnion(layer, layer.kernelSize, source, box), channels };
    }
    case 'maxPool2d':
    case 'averagePool2d':
      return { ...windowsUnion(layer, layer.poolSize, source, box), channels: box.channels };
    case 'globalMaxPool2d':
    case 'globalAveragePool2d':
      return { ...all, channels: box.channels };
    case 'relu':
    case 'sigmoid':
    case 'tanh':
    case 'leakyRelu':
    case 'batchNorm':
    case 'dropout':
    case 'add':
      if (info.shape.length === source.shape.length) return box;
      // Behind a flatten layer a vector's boxes are one element or all of them.
      return box.channels.end - box.channels.start === 1 ? boxAt(source, box.channels.start) : all;
    default:
      return all;
  }
}

function windowsUnion(layer: Windowed, window: Pair, source: TensorInfo, box: Box): { rows: Span; columns: Span } {
  const [rows, columns] = [box.rows, box.columns].map((span, axis) => {
    const at = (index: number) =>
      windowRange(index, source.shape[axis], window[axis], layer.strides[axis], layer.padding);
    return { start: at(span.start).start, end: at(span.end - 1).end };
  });
  return { rows, columns };
}

function windowsOverBox(layer: Windowed, source: TensorInfo, box: Box): [rows: Span, columns: Span] {
  const window = layer.kind === 'conv2d' ? layer.kernelSize : layer.poolSize;
  const over = (span: Span, axis: number) =>
    windowsOver(span, source.shape[axis], window[axis], layer.strides[axis], layer.padding);
  return [over(box.rows, 0), over(box.columns, 1)];
}

function groupOf(inChannel: number): number {
  return Math.floor(inChannel / CHANNELS_PER_PARTIAL);
}

/** All of a tensor (of one group, for partial sums). */
function boxOf({ shape }: TensorInfo): Box {
  const [height, width, channels] = shape.length === 1 ? [1, 1, ...shape] : shape.slice(-3);
  return {
    rows: { start: 0, end: height },
    columns: { start: 0, end: width },
    channels: { start: 0, end: channels },
  };
}

/** One element. */
function boxAt(info: TensorInfo, index: number): Box {
  const { rows, columns, channels } = boxOf(info);
  const only = (start: number): Span => ({ start, end: start + 1 });
  return {
    rows: only(Math.floor(index / (channels.end * columns.end)) % rows.end),
    columns: only(Math.floor(index / channels.end) % columns.end),
    channels: only(index % channels.end),
  };
}

/** The cells of a box, a range for each channel of maps; of partial sums in one group. */
function rangesOfBox(sheet: Sheet, info: TensorInfo, box: Box, group = 0): CellRange[] {
  const { rows, columns, channels } = box;
  if (rows.end <= rows.start || columns.end <= columns.start) return [];
  if (info.shape.length === 1) {
    return channels.end - channels.start === 1 ? [cellRange(sheet, info, channels.start)] : rangesOf(sheet, info);
  }
  const ranges: CellRange[] = [];
  for (let channel = channels.start; channel < channels.end; channel++) {
    ranges.push(mapRange(sheet, info, channel, rows, columns, group));
  }
  return ranges;
}
