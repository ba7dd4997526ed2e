import { type CellAddress, formatAddress, formatRange } from '../address.ts';
import { gradientOf, hasLoss, planeOf } from '../backprop/gradients.ts';
import { describeElement } from '../describe.ts';
import { type ElementsReference, type Expression, referencesOf } from '../formula/expression.ts';
import { formatA1 } from '../formula/notation.ts';
import { ENGLISH, print } from '../formula/print.ts';
import { locateIn } from '../formula/ranges.ts';
import type { ElementIndex } from '../layout/layout.ts';
import { placeOf, type Sheet } from '../layout/sheet.ts';
import { messages } from '../messages.ts';
import { sentences } from '../messages/sentences.ts';
import { kindOf } from '../layers/kinds.ts';
import { type Layer, sourcesOf } from '../network.ts';
import { coordinatesOf, indexOf, type TensorId, type TensorInfo } from '../tensor.ts';
import { across, bold, changeable, digits, type TaughtCells, type Teacher } from './taught-sheet.ts';

/** The most gradients that stand on the sheet. */
const MOST = 3000;
/** The row of the headings; the numbers stand below. */
const TOP = 8;
const DECIMALS = digits(5);

/** A map of gradients on the sheet, or a vector. `elements` are its flat indices, by their places in it. */
type Block = { info: TensorInfo; channel: number; elements: Map<string, number>; height: number; width: number };

/** From the loss back to one weight: the gradients of all that lies between, each with the chain rule as its formula
 *  over the network's cells and over the gradients before it. */
export const backpropSheet: Teacher = (sheet, network) => {
  const text = messages.teaching.backprop;
  if (!hasLoss(sheet.network)) return { refusal: sentences.teaching.softmax.none };
  const chosen = weightsToTry(sheet).find(weight => chainTo(sheet, weight));
  if (!chosen) return { refusal: sentences.teaching.backprop.none };
  const chain = chainTo(sheet, chosen)!;
  const blocks = blocksOf(sheet, chain);
  const places = new Map<string, CellAddress>();
  let column = 6;
  const lefts = blocks.map(block => {
    const left = column;
    for (const [at, index] of block.elements) {
      const [row, across] = at.split(',').map(Number);
      places.set(keyOf(block.info.id, index), { row: TOP + row, column: left + across });
    }
    column += Math.max(block.width, 4) + 1;
    return left;
  });
  const textOf = (expression: Expression): string => {
    const locate = locateIn(sheet);
    return print(expression, {
      language: ENGLISH,
      reference(reference) {
        if (planeOf(reference) === 'value') return network + formatA1(locate(reference));
        const { tensor, first, last } = reference as ElementsReference;
        const [from, to] = [first, last].map(index => places.get(keyOf(tensor, index))!);
        const [height, width] = [to.row - from.row + 1, to.column - from.column + 1];
        return formatRange({ ...from, height, width });
      },
    }).text;
  };
  const formulaOf = (element: ElementIndex) => textOf(gradientOf(sheet, element)!);
  const weight = network + formatAddress(placeOf(sheet, chosen.tensor, chosen.index));
  const last = sheet.network.layers.at(-1)!;
  const loss = sheet.tensors.get(`${last.id}/crossEntropy`)!;
  const losses = [0, loss.size - 1].map(index => formatAddress(placeOf(sheet, loss.id, index)));

  return {
    cells: [
      { at: 'A1', content: text.name, looks: bold },
      { at: 'A2', content: text.about },
      { at: 'A3', content: text.chain },
      { at: 'A4', content: text.blank },
      { at: 'A5', content: messages.teaching.step.how },
      { at: 'A7', content: text.loss },
      { at: 'D7', content: `=SUM(${network}${losses[0]}:${losses[1]})`, looks: DECIMALS },
      { at: 'A9', content: describeElement(sheet, chosen), looks: bold },
      { at: 'A10', content: text.weight },
      { at: 'D10', content: `=${weight}`, looks: DECIMALS },
      { at: 'A11', content: text.gradient },
      { at: 'D11', content: formulaOf(chosen), looks: { ...DECIMALS, bold: true } },
      { at: 'A12', content: text.rate },
      { at: 'D12', content: 0.1, looks: changeable(3) },
      { at: 'A13', content: text.next },
      { at: 'D13', content: '=D10-D12*D11', looks: DECIMALS },
      { at: 'A14', content: text.expected },
      { at: 'D14', content: '=D7-D12*D11^2', looks: DECIMALS },
      ...blocks.flatMap((block, i): TaughtCells[] => {
        const { info, channel, elements } = block;
        const corner = formatAddress({ row: TOP - 2, column: lefts[i] });
        const readers = readersIn(sheet, info);
        return [
          ...across(corner, [titleOf(sheet, info, channel)], bold),
          { at: formatAddress({ row: TOP - 1, column: lefts[i] }), content: ruleOf(readers) },
          ...[...elements.values()].map((index): TaughtCells => {
            const at = formatAddress(places.get(keyOf(info.id, index))!);
            return { at, content: formulaOf({ tensor: info.id, index }), looks: DECIMALS };
          }),
        ];
      }),
    ],
    widths: { A: 104, D: 84 },
  };
};

const keyOf = (tensor: TensorId, index: number) => `${tensor} ${index}`;

/** A weight in the middle of a kernel, of the last convolution first; then those of dense layers. */
function weightsToTry({ network, tensors }: Sheet): ElementIndex[] {
  const ofKind = (weights: 'kernels' | 'units') =>
    network.layers.filter(layer => kindOf(layer).weights === weights).toReversed();
  return [...ofKind('kernels'), ...ofKind('units')].flatMap(({ id }) => {
    const info = tensors.get(`${id}/kernel`)!;
    const [height, width] = info.shape.length === 4 ? info.shape : [info.shape[0], 1];
    const at = info.shape.length === 4 ? [height >> 1, width >> 1, 0, 0] : [height >> 1, 0];
    return [{ tensor: info.id, index: indexOf(info.shape, at)! }];
  });
}

/** All gradients that one of a weight follows from. undefined if they are too many, if one has no formula, or if the
 *  loss doesn't depend on it. */
function chainTo(sheet: Sheet, weight: ElementIndex): Map<TensorId, Set<number>> | undefined {
  const chain = new Map<TensorId, Set<number>>();
  const left = [weight];
  let count = 0;
  for (let element = left.pop(); element; element = left.pop()) {
    const expression = gradientOf(sheet, element);
    if (expression === undefined || expression === 0) return undefined;
    for (const reference of referencesOf(expression)) {
      if (planeOf(reference) === 'value') continue;
      for (const index of elementsOf(sheet, reference as ElementsReference)) {
        const known = chain.get((reference as ElementsReference).tensor) ?? new Set<number>();
        chain.set((reference as ElementsReference).tensor, known);
        if (known.has(index)) continue;
        known.add(index);
        if (++count > MOST) return undefined;
        left.push({ tensor: (reference as ElementsReference).tensor, index });
      }
    }
  }
  return chain;
}

/** The elements of a rectangle of a map, or of a piece of a vector. */
function elementsOf({ tensors }: Sheet, { tensor, first, last }: ElementsReference): number[] {
  const { shape } = tensors.get(tensor)!;
  if (shape.length === 1) return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  const [from, to] = [first, last].map(index => coordinatesOf(shape, index));
  const found: number[] = [];
  for (let row = from[0]; row <= to[0]; row++)
    for (let column = from[1]; column <= to[1]; column++) found.push(indexOf(shape, [row, column, from[2]])!);
  return found;
}

/** The gradients by map, those next to the loss first. */
function blocksOf({ network, tensors }: Sheet, chain: ReadonlyMap<TensorId, ReadonlySet<number>>): Block[] {
  return network.layers.toReversed().flatMap(({ id }): Block[] => {
    const info = tensors.get(`${id}/output`);
    const elements = info && chain.get(info.id);
    if (!elements) return [];
    const channels = new Map<number, number[]>();
    for (const index of elements) {
      const channel = info.shape.length === 1 ? 0 : index % info.shape[2];
      channels.set(channel, [...(channels.get(channel) ?? []), index]);
    }
    return [...channels]
      .toSorted(([a], [b]) => a - b)
      .map(([channel, indices]) => {
        const at = indices.map(index => {
          const [row, column] = coordinatesOf(info.shape, index);
          return info.shape.length === 1 ? [row, 0] : [row, column];
        });
        const [top, left] = [0, 1].map(axis => Math.min(...at.map(each => each[axis])));
        const places = at.map(([row, column], i) => [`${row - top},${column - left}`, indices[i]] as const);
        const width = Math.max(...at.map(([, each]) => each)) - left + 1;
        return { info, channel, elements: new Map(places), height: 0, width };
      });
  });
}

function titleOf({ layers }: Sheet, { layer, shape }: TensorInfo, channel: number): string {
  const { name } = layers.get(layer)!;
  return shape.length === 1 ? name : messages.teaching.backprop.map(name, channel + 1);
}

/** The layers that read a tensor. */
function readersIn(sheet: Sheet, { layer }: TensorInfo): Layer[] {
  const own = sheet.layers.get(layer)!;
  return sheet.network.layers.filter(each => !kindOf(each).reshapes && sourcesOf(sheet.layers, each).includes(own));
}

/** What the layers hand back, in words. */
function ruleOf(readers: readonly Layer[]): string {
  const { rules, several, slope } = messages.teaching.backprop;
  if (readers.length !== 1) return several(readers.map(({ name }) => name));
  const [{ kind, name }] = readers;
  return kind in rules ? rules[kind as keyof typeof rules](name) : slope(name);
}
