import { type CellRange, formatRange, rangeBetween } from '../address.ts';
import { type WindowRange, windowRange } from '../geometry.ts';
import type { ElementIndex } from '../layout/layout.ts';
import { CHANNELS_PER_PARTIAL, type Layer, type LayerOf, type TensorInfo, type TensorName } from '../network.ts';
import type { Sheet } from '../layout/sheet.ts';
import { type Formula, isAbsolute, type Reference, type ReferenceRole } from './formula.ts';
import { cellRange, mapRange, type Place, rangesOf, sourceTensor, sourceTensors, stackedRuns } from './ranges.ts';

/** The formula of a computed cell; undefined for pixels, parameters, `actual` and tensors the network doesn't have.
 *  Pasted into a spreadsheet it gives the cell's value. Parameters are absolute references, everything else is
 *  relative, so that the cells of one map away from its padded borders have the same formula in R1C1. Within Excel's
 *  limits: 8,192 characters, 255 arguments. Cost follows its terms, not the layer. */
export function derive(sheet: Sheet, { tensor, index }: ElementIndex): Formula | undefined {
  const info = sheet.tensors.get(tensor);
  if (info?.role !== 'computed') return undefined;
  const layer = sheet.layers.get(info.layer)!;
  const formula = startFormula();
  switch (layer.kind) {
    case 'conv2d':
      writeConvolution(sheet, layer, info, index, formula);
      break;
    case 'maxPool2d':
    case 'averagePool2d':
      writePool(sheet, layer, info, index, formula);
      break;
    case 'globalMaxPool2d':
    case 'globalAveragePool2d': {
      const source = sourceTensor(sheet, layer);
      const [height, width] = source.shape;
      const whole = mapRange(sheet, source, index, { start: 0, end: height }, { start: 0, end: width });
      formula.call(layer.kind === 'globalMaxPool2d' ? 'MAX' : 'AVERAGE', [whole]);
      break;
    }
    case 'dense':
      writeDense(sheet, layer, index, formula);
      break;
    case 'softmax':
      writeSoftmaxColumn(sheet, layer, info, index, formula);
      break;
    case 'relu':
    case 'sigmoid':
    case 'tanh':
    case 'leakyRelu':
      writeActivation(activationParts(layer), cellRange(sheet, sourceTensor(sheet, layer), index), formula);
      break;
    case 'batchNorm':
      writeNormalisation(sheet, layer, info, index, formula);
      break;
    case 'dropout':
    case 'add':
      for (const [position, source] of sourceTensors(sheet, layer).entries()) {
        if (position > 0) formula.text('+');
        formula.reference(cellRange(sheet, source, index), 'activation');
      }
      break;
    default:
      return undefined;
  }
  return formula.finish();
}

type FormulaWriter = {
  text: (text: string) => void;
  reference: (range: CellRange, role: ReferenceRole) => void;
  /** NAME(range,range,…) of activations. */
  call: (name: string, ranges: readonly CellRange[]) => void;
  finish: () => Formula;
};

function startFormula(): FormulaWriter {
  let text = '=';
  const references: Reference[] = [];
  const writer: FormulaWriter = {
    text: part => {
      text += part;
    },
    reference: (range, role) => {
      const start = text.length;
      text += formatRange(range, isAbsolute(role));
      references.push({ start, end: text.length, range, role });
    },
    call: (name, ranges) => {
      text += `${name}(`;
      for (const [position, range] of ranges.entries()) {
        if (position > 0) text += ',';
        writer.reference(range, 'activation');
      }
      text += ')';
    },
    finish: () => ({ text, references }),
  };
  return writer;
}

/** What one term of a weighted sum multiplies: as many activations as weights, in ranges of the same shape. */
type Term = { activations: CellRange; weights: CellRange };

function writeSumOfProducts(terms: readonly Term[], formula: FormulaWriter): void {
  for (const [position, { activations, weights }] of terms.entries()) {
    formula.text(position === 0 ? 'SUMPRODUCT(' : '+SUMPRODUCT(');
    formula.reference(activations, 'activation');
    formula.text(',');
    formula.reference(weights, 'kernel');
    formula.text(')');
  }
}

function writeBias(sheet: Sheet, layer: LayerOf<'conv2d' | 'dense'>, index: number, formula: FormulaWriter): void {
  if (!layer.useBias) return;
  formula.text('+');
  formula.reference(cellRange(sheet, sheet.tensors.get(`${layer.id}/bias`)!, index), 'bias');
}

/** output [y,x,outC] = Σ over input channels of patch × kernel slice, + bias; where the channels don't fit one formula,
 *  of the partial sums [group,y,x,outC], each over one group of channels. */
function writeConvolution(
  sheet: Sheet,
  layer: LayerOf<'conv2d'>,
  info: TensorInfo,
  index: number,
  formula: FormulaWriter,
): void {
  const partial = sheet.tensors.get(`${layer.id}/partial`);
  if (info.name === 'output' && partial) {
    const [groups] = partial.shape;
    for (let group = 0; group < groups; group++) {
      if (group > 0) formula.text('+');
      formula.reference(cellRange(sheet, partial, group * info.size + index), 'activation');
    }
    writeBias(sheet, layer, index % layer.filters, formula);
    return;
  }
  const source = sourceTensor(sheet, layer);
  const [, , inChannels] = source.shape;
  const [height, width, outChannels] = info.shape.slice(-3);
  const outC = index % outChannels;
  const x = Math.floor(index / outChannels) % width;
  const y = Math.floor(index / (outChannels * width)) % height;
  const group = Math.floor(index / (outChannels * width * height));
  const firstChannel = group * CHANNELS_PER_PARTIAL;
  const endChannel = Math.min(inChannels, firstChannel + CHANNELS_PER_PARTIAL);
  const [rows, columns] = windowAt(layer, layer.kernelSize, source, y, x);
  const kernel = sheet.tensors.get(`${layer.id}/kernel`)!;
  const terms: Term[] = [];
  for (let inC = firstChannel; inC < endChannel; inC++) {
    terms.push({
      activations: mapRange(sheet, source, inC, rows, columns),
      weights: kernelRange(sheet, kernel, inC, outC, rows, columns),
    });
  }
  writeSumOfProducts(terms, formula);
  if (info.name === 'output') writeBias(sheet, layer, outC, formula);
}

/** A slice of a kernel [kernelHeight, kernelWidth, inChannels, outChannels], cropped where its window hangs over the
 *  map. */
function kernelRange(
  sheet: Sheet,
  kernel: TensorInfo,
  inC: number,
  outC: number,
  rows: WindowRange,
  columns: WindowRange,
): CellRange {
  const [, kernelWidth, inChannels, outChannels] = kernel.shape;
  const at = (ky: number, kx: number) => ((ky * kernelWidth + kx) * inChannels + inC) * outChannels + outC;
  const first = at(rows.skip, columns.skip);
  const last = at(rows.skip + rows.end - rows.start - 1, columns.skip + columns.end - columns.start - 1);
  return rangeBetween(sheet.layout.cellOf(kernel.id, first), sheet.layout.cellOf(kernel.id, last));
}

function windowAt(
  layer: LayerOf<'conv2d' | 'maxPool2d' | 'averagePool2d'>,
  window: readonly [number, number],
  maps: TensorInfo,
  y: number,
  x: number,
): [rows: WindowRange, columns: WindowRange] {
  return [
    windowRange(y, maps.shape[0], window[0], layer.strides[0], layer.padding),
    windowRange(x, maps.shape[1], window[1], layer.strides[1], layer.padding),
  ];
}

/** The average divides by the cells that lie on the map, as TensorFlow does under 'same'. */
function writePool(
  sheet: Sheet,
  layer: LayerOf<'maxPool2d' | 'averagePool2d'>,
  info: TensorInfo,
  index: number,
  formula: FormulaWriter,
): void {
  const source = sourceTensor(sheet, layer);
  const [, width, channels] = info.shape;
  const y = Math.floor(index / (width * channels));
  const x = Math.floor(index / channels) % width;
  const [rows, columns] = windowAt(layer, layer.poolSize, source, y, x);
  formula.call(layer.kind === 'maxPool2d' ? 'MAX' : 'AVERAGE', [
    mapRange(sheet, source, index % channels, rows, columns),
  ]);
}

/** output [unit] = Σ over the input's cells of activation × weight, + bias. */
function writeDense(sheet: Sheet, layer: LayerOf<'dense'>, unit: number, formula: FormulaWriter): void {
  const source = sourceTensor(sheet, layer);
  const activationAt: Place = index => sheet.layout.cellOf(source.id, index);
  const weightAt: Place = index => sheet.layout.cellOf(`${layer.id}/kernel`, index * layer.units + unit);
  const terms = stackedRuns(sheet, source, [activationAt, weightAt]).map(
    ([activations, weights]): Term => ({ activations, weights }),
  );
  writeSumOfProducts(terms, formula);
  writeBias(sheet, layer, unit, formula);
}

/** The columns beside a softmax: shifted = x − max, exp, output = exp / sum, crossEntropy = −actual·ln(output), which
 *  stays finite where output is 0. */
function writeSoftmaxColumn(sheet: Sheet, layer: Layer, info: TensorInfo, index: number, formula: FormulaWriter): void {
  const column = (name: TensorName) => sheet.tensors.get(`${layer.id}/${name}`)!;
  const cell = (name: TensorName) => cellRange(sheet, column(name), index);
  const source = sourceTensor(sheet, layer);
  switch (info.name) {
    case 'shifted':
      formula.reference(cellRange(sheet, source, index), 'activation');
      formula.text('-');
      formula.call('MAX', rangesOf(sheet, source));
      break;
    case 'exp':
      formula.call('EXP', [cell('shifted')]);
      break;
    case 'output':
      formula.reference(cell('exp'), 'activation');
      formula.text('/');
      formula.call('SUM', rangesOf(sheet, column('exp')));
      break;
    case 'crossEntropy':
      formula.text('IF(');
      formula.reference(cell('actual'), 'actual');
      formula.text('=0,0,');
      formula.reference(cell('actual'), 'actual');
      formula.text('*(LN(');
      formula.call('SUM', rangesOf(sheet, column('exp')));
      formula.text(')-');
      formula.reference(cell('shifted'), 'activation');
      formula.text('))');
      break;
  }
}

/** The text of an activation's formula, cut where the cell it reads stands. */
function activationParts(layer: LayerOf<'relu' | 'sigmoid' | 'tanh' | 'leakyRelu'>): string[] {
  switch (layer.kind) {
    case 'relu':
      return ['MAX(0,', ')'];
    case 'leakyRelu':
      return ['IF(', `<0,${numberText(layer.negativeSlope)}*`, ',', ')'];
    // EXP of a large number is an error; whichever branch is taken, its EXP is at most 1.
    case 'sigmoid':
      return ['IF(', '<0,EXP(', ')/(1+EXP(', ')),1/(1+EXP(-', ')))'];
    default:
      return ['TANH(', ')'];
  }
}

function writeActivation(parts: readonly string[], cell: CellRange, formula: FormulaWriter): void {
  for (const [position, part] of parts.entries()) {
    if (position > 0) formula.reference(cell, 'activation');
    formula.text(part);
  }
}

/** gamma·(x − movingMean)/√(movingVariance + epsilon) + beta, each parameter its channel's. */
function writeNormalisation(
  sheet: Sheet,
  layer: LayerOf<'batchNorm'>,
  info: TensorInfo,
  index: number,
  formula: FormulaWriter,
): void {
  const channel = index % info.shape.at(-1)!;
  const parameter = (name: TensorName) => {
    formula.reference(cellRange(sheet, sheet.tensors.get(`${layer.id}/${name}`)!, channel), 'parameter');
  };
  parameter('gamma');
  formula.text('*(');
  formula.reference(cellRange(sheet, sourceTensor(sheet, layer), index), 'activation');
  formula.text('-');
  parameter('movingMean');
  formula.text(')/SQRT(');
  parameter('movingVariance');
  formula.text(`+${numberText(layer.epsilon)})+`);
  parameter('beta');
}

/** A number from 0 on in full and without an exponent, which HyperFormula reads in lower case only and files for Excel
 *  hold in upper case. */
function numberText(value: number): string {
  const [mantissa, exponent] = String(value).split('e-');
  return exponent ? `0.${'0'.repeat(Number(exponent) - 1)}${mantissa.replace('.', '')}` : mantissa;
}
