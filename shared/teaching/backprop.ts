import { type CellAddress, type CellRange, formatAddress, formatRange } from '../address.ts';
import { gradientOf, hasLoss, planeOf } from '../backprop/gradients.ts';
import { placeOf as describedPlace } from '../describe.ts';
import { type ElementsReference, type Expression, referencesOf } from '../formula/expression.ts';
import { formatA1 } from '../formula/notation.ts';
import { ENGLISH, print } from '../formula/print.ts';
import { locateIn } from '../formula/ranges.ts';
import type { ElementIndex } from '../layout/layout.ts';
import { placeOf, type Sheet } from '../layout/sheet.ts';
import { messages } from '../messages.ts';
import { sentences } from '../messages/sentences.ts';
import { kindOf } from '../layers/kinds.ts';
import { parameterOf } from '../layers/parameters.ts';
import { type Layer, sourcesOf } from '../network.ts';
import { coordinatesOf, indexOf, type TensorId, type TensorInfo } from '../tensor.ts';
import { across, bold, changeable, type TaughtCells, type Teacher } from './taught-sheet.ts';

/** The most gradients that stand on the sheet. */
const MOST = 3000;
/** The most weights that the reader can choose from. */
const MOST_WEIGHTS = 1024;
/** With more references, a formula may be too long for a cell. */
const MOST_READ = 500;
/** The row of the headings; the numbers stand below. */
const TOP = 8;

/** A map of gradients on the sheet, a vector, or gradients of weights. `elements` are its flat indices, by their places
 *  in it. */
type Block = { info: TensorInfo; channel: number; elements: Map<string, number>; width: number };

/** From the loss back to a weight and those beside it: the gradients of all that lies between, each with the chain rule
 *  as its formula over the network's cells and over the gradients before it. */
export const backpropSheet: Teacher = (sheet, network, { selected, steepest }) => {
  const text = messages.teaching.backprop;
  if (!hasLoss(sheet.network)) return { refusal: sentences.explain.gradients.noLoss };
  const found = firstOf(weightsToTry(sheet, selected, steepest), weight => weightsAround(sheet, weight));
  if (!found) return { refusal: sentences.teaching.backprop.none };
  const { range, weights, chain, at: chosen } = found;
  const blocks = [...blocksOf(sheet, chain), weights];
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
  const { row: top, column: left } = places.get(keyOf(weights.info.id, [...weights.elements.values()][0]))!;
  const gradients = formatRange({ row: top, column: left, height: range.height, width: range.width });
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
      { at: 'D7', content: `=SUM(${network}${losses[0]}:${losses[1]})` },
      { at: 'A8', content: titleOf(sheet, weights), looks: bold },
      { at: 'A9', content: text.row(range.height) },
      { at: 'D9', content: chosen.row, looks: changeable(0) },
      { at: 'A10', content: text.column(range.width) },
      { at: 'D10', content: chosen.column, looks: changeable(0) },
      { at: 'A11', content: text.weight },
      { at: 'D11', content: `=INDEX(${network}${formatRange(range)},D9,D10)` },
      { at: 'A12', content: text.gradient },
      { at: 'D12', content: `=INDEX(${gradients},D9,D10)`, looks: bold },
      { at: 'A13', content: text.rate },
      { at: 'D13', content: 0.1, looks: changeable(3) },
      { at: 'A14', content: text.next },
      { at: 'D14', content: '=D11-D13*D12' },
      { at: 'A15', content: text.expected },
      { at: 'D15', content: '=D7-D13*D12^2' },
      ...blocks.flatMap((block, i): TaughtCells[] => {
        const { info, elements } = block;
        const corner = formatAddress({ row: TOP - 2, column: lefts[i] });
        const rule = block === weights ? ruleOfWeights(sheet, info) : ruleOf(sheet, readersIn(sheet, info));
        return [
          ...across(corner, [titleOf(sheet, block)], bold),
          { at: formatAddress({ row: TOP - 1, column: lefts[i] }), content: rule },
          ...[...elements.values()].map((index): TaughtCells => {
            const at = formatAddress(places.get(keyOf(info.id, index))!);
            return { at, content: formulaOf({ tensor: info.id, index }) };
          }),
        ];
      }),
    ],
    widths: { A: 104, D: 84 },
  };
};

const keyOf = (tensor: TensorId, index: number) => `${tensor} ${index}`;

/** The selected weight first, then one by which the loss changes: of the last convolution first, then of dense layers.
 *  If the loss changes by none, weights in the middle of kernels. */
function weightsToTry(
  { network, tensors }: Sheet,
  selected: ElementIndex | undefined,
  steepest: readonly ElementIndex[] = [],
): ElementIndex[] {
  const ofKind = (weights: 'kernels' | 'units') =>
    network.layers.filter(layer => kindOf(layer).weights === weights).toReversed();
  const kernels = [...ofKind('kernels'), ...ofKind('units')].map(({ id }) => tensors.get(`${id}/kernel`)!);
  const middles = kernels.map((info): ElementIndex => {
    const [height, width] = info.shape.length === 4 ? info.shape : [info.shape[0], 1];
    const at = info.shape.length === 4 ? [height >> 1, width >> 1, 0, 0] : [height >> 1, 0];
    return { tensor: info.id, index: indexOf(info.shape, at)! };
  });
  const isWeight = selected && parameterOf(tensors.get(selected.tensor)!.name)?.trained;
  return [
    ...(isWeight ? [selected] : []),
    ...kernels.flatMap(({ id }) => steepest.filter(({ tensor }) => tensor === id)),
    ...middles,
  ];
}

/** The weights that stand together with one on the network's sheet, such as a slice of a kernel, and all gradients that
 *  theirs follow from. `range`: their cells there; `at`: the place of the one among them, from 1. If together they are
 *  too many, the one stands alone. undefined if even its chain doesn't fit. */
function weightsAround(sheet: Sheet, { tensor, index }: ElementIndex) {
  const info = sheet.tensors.get(tensor)!;
  const place = placeOf(sheet, tensor, index);
  const alone: CellRange = { row: place.row, column: place.column, height: 1, width: 1 };
  const [{ whole }] = sheet.layout.blocksIn(alone);
  for (const range of [whole, alone]) {
    if (range.height * range.width > MOST_WEIGHTS) continue;
    const elements = new Map<string, number>();
    for (let row = 0; row < range.height; row++)
      for (let column = 0; column < range.width; column++)
        elements.set(`${row},${column}`, sheet.layout.elementAt(range.row + row, range.column + column)!.index);
    const chain = chainTo(
      sheet,
      [...elements.values()].map(each => ({ tensor, index: each })),
    );
    if (!chain) continue;
    const weights: Block = { info, channel: 0, elements, width: range.width };
    return { range, weights, chain, at: { row: place.row - range.row + 1, column: place.column - range.column + 1 } };
  }
  return undefined;
}

/** What `find` gives for the first item for which it gives anything. */
function firstOf<T, U>(items: readonly T[], find: (item: T) => U | undefined): U | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** All gradients that those of some weights follow from. undefined if they are too many, if one has no formula that a
 *  cell can hold, or if the loss doesn't depend on it. */
function chainTo(sheet: Sheet, weights: readonly ElementIndex[]): Map<TensorId, Set<number>> | undefined {
  const chain = new Map<TensorId, Set<number>>();
  const left = [...weights];
  let count = 0;
  for (let element = left.pop(); element; element = left.pop()) {
    const expression = gradientOf(sheet, element);
    if (expression === undefined || expression === 0) return undefined;
    const references = referencesOf(expression);
    if (references.length > MOST_READ) return undefined;
    for (const reference of references) {
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
        return { info, channel, elements: new Map(places), width };
      });
  });
}

function titleOf(sheet: Sheet, { info, channel, elements }: Block): string {
  const { layer, shape, role } = info;
  const { name } = sheet.layers.get(layer)!;
  if (role === 'parameter') {
    const { block, cell } = describedPlace(sheet, { tensor: info.id, index: [...elements.values()][0] });
    // Of several weights in a column, no one is the block's.
    const own = elements.size === 1 || cell !== '' ? block : info.name === 'bias' ? messages.cells.bias : info.name;
    return `${name} · ${own}`;
  }
  return shape.length === 1 ? name : messages.teaching.backprop.map(name, channel + 1);
}

/** The rule of a layer's weights, in words. */
function ruleOfWeights(sheet: Sheet, { layer: id, name }: TensorInfo): string {
  const { weights } = messages.teaching.backprop;
  const layer = sheet.layers.get(id)!;
  if (name !== 'kernel') return weights.others(layer.name);
  return kindOf(layer).weights === 'units' ? weights.units(layer.name) : weights.kernels(layer.name);
}

/** The layers that read a tensor. */
function readersIn(sheet: Sheet, { layer }: TensorInfo): Layer[] {
  const own = sheet.layers.get(layer)!;
  return sheet.network.layers.filter(each => !kindOf(each).reshapes && sourcesOf(sheet.layers, each).includes(own));
}

/** What the layers hand back, in words. */
function ruleOf({ network }: Sheet, readers: readonly Layer[]): string {
  const { rules, several, slope } = messages.teaching.backprop;
  if (readers.length !== 1) return several(readers.map(({ name }) => name));
  const [{ kind, name }] = readers;
  if (kind === 'sigmoid' && readers[0] === network.layers.at(-1)) return rules.labels();
  return kind in rules ? rules[kind as keyof typeof rules](name) : slope(name);
}
