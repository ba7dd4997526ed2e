/** The formulas of the gradient plane: the chain rule, from the loss back to every activation and weight. */
import { contains } from '../address.ts';
import { expressionOf } from '../formula/derive.ts';
import { productOf, type Slope, slopesOf } from '../formula/derivative.ts';
import { type ElementsReference, type Expression, type Reference, RELATIVE } from '../formula/expression.ts';
import type { Formula } from '../formula/formula.ts';
import { formatA1 } from '../formula/notation.ts';
import { ENGLISH, type FormulaLanguage, print } from '../formula/print.ts';
import { locateIn, rangeOf, runsOf } from '../formula/ranges.ts';
import { boxAt, indexIn, sizeOfBox, type Span } from '../formula/reads.ts';
import { rulesIn, sourceOfRead } from '../formula/sources.ts';
import { readersOf } from '../formula/trace.ts';
import type { ElementIndex } from '../layout/layout.ts';
import type { Sheet } from '../layout/sheet.ts';
import { kindOf } from '../layers/kinds.ts';
import { parameterOf } from '../layers/parameters.ts';
import {
  inferShapes,
  type Layer,
  type LayerId,
  layersBehind,
  type NetworkSpec,
  sourceOf,
  type TensorInfo,
  workOfLayers,
} from '../network.ts';
import { coordinatesOf, type ParameterName, type Shape, type TensorName } from '../tensor.ts';
import { type GradientCells, type GradientRules, ifFirst, MOST_PRODUCTS, total } from './rules.ts';

/** The longest formula that a cell of Excel can hold. Some cells of the gradient plane have longer ones. */
export const LONGEST = 8192;

/** So many multiplications forward, and twice as many back, take about 100 milliseconds. */
const MOST_WORK = 3e7;

/** What is known of each network. It is asked for every cell. */
const knownLosses = new WeakMap<NetworkSpec, boolean>();

/** Whether the sheet of a network shows a loss that gradients go back from: it ends in a softmax, or in a sigmoid over
 *  a vector, and has no other softmax. */
export function hasLoss(network: NetworkSpec): boolean {
  const found = knownLosses.get(network) ?? endsInLoss(network);
  knownLosses.set(network, found);
  return found;
}

function endsInLoss(network: NetworkSpec): boolean {
  const last = network.layers.at(-1)!;
  if (network.layers.some(layer => layer.kind === 'softmax' && layer !== last)) return false;
  return last.kind === 'softmax' || (last.kind === 'sigmoid' && inferShapes(network).get(last.id)!.length === 1);
}

/** Whether gradients can follow every edit: the network shows a loss, and going back through it takes no longer than a
 *  frame or two. */
export function followsGradients(network: NetworkSpec): boolean {
  return hasLoss(network) && workOfLayers(network).reduce((sum, work) => sum + work, 0) <= MOST_WORK;
}

/** Whether an element has a gradient: an activation that isn't of the softmax at the end, or a weight that training
 *  changes. */
export function hasGradient({ network }: Sheet, { layer, role, name }: TensorInfo): boolean {
  if (!hasLoss(network)) return false;
  if (role === 'parameter') return parameterOf(name)!.trained;
  return name === 'output' && layer !== network.layers.at(-1)!.id;
}

/** The last formula of each sheet: whoever shows a cell asks several times, and some formulas have thousands of
 *  products. */
const lastOf = new WeakMap<Sheet, { key: string; expression: Expression | undefined }>();

/** The loss's gradient by an element, as the chain rule makes it of the sheet's values and of the gradients by what
 *  reads the element. undefined where the element has none, or if no formula can hold all terms. */
export function gradientOf(sheet: Sheet, element: ElementIndex): Expression | undefined {
  const key = `${element.tensor} ${element.index}`;
  const last = lastOf.get(sheet);
  if (last?.key === key) return last.expression;
  const expression = chainRule(sheet, element);
  lastOf.set(sheet, { key, expression });
  return expression;
}

function chainRule(sheet: Sheet, { tensor, index }: ElementIndex): Expression | undefined {
  const info = sheet.tensors.get(tensor);
  if (!info || !hasGradient(sheet, info)) return undefined;
  const own = sheet.layers.get(info.layer)!;
  const needed = neededIn(sheet);
  if (!needed.has(own.id)) return 0;
  if (info.role === 'parameter') {
    const rule = rulesOf(sheet, own).parameters?.[info.name as ParameterName];
    return rule ? call(rule, own, info.shape, 0) : bySlopes(sheet, own, info, index);
  }
  const terms: Expression[] = [];
  for (const layer of sheet.network.layers) {
    if (!needed.has(layer.id) || kindOf(layer).reshapes) continue;
    const positions = layer.inputs.flatMap((_, position) =>
      sourceOf(sheet.layers, layer, position) === own ? [position] : [],
    );
    if (positions.length === 0) continue;
    const rule = rulesOf(sheet, layer).input;
    const found = rule
      ? positions.map(position =>
          call(rule, layer, sourceOfRead(sheet, layer, { of: position, axes: [] }).shape, position),
        )
      : [bySlopes(sheet, layer, info, index)];
    for (const each of found) {
      if (each === undefined) return undefined;
      if (each !== 0) terms.push(each);
    }
  }
  return total(terms);

  function call(
    rule: NonNullable<ReturnType<typeof rulesOf>['input']>,
    layer: Layer,
    shape: Shape,
    position: number,
  ): Expression | undefined {
    return rule(coordinatesOf(shape, index), cellsOf(sheet, layer), position);
  }
}

/** The formula of a cell of the gradient plane, as the formula bar shows it. Cells of the network's own sheet have its
 *  name before them. Pasted into a sheet of gradients beside that one, it gives the cell's value, unless it is too long
 *  for a cell (`LONGEST`). undefined where the cell has no gradient, or if there is no formula for it. */
export function deriveGradient(
  sheet: Sheet,
  element: ElementIndex,
  { name, language = ENGLISH }: { name: string; language?: FormulaLanguage },
): Formula | undefined {
  const expression = gradientOf(sheet, element);
  if (expression === undefined) return undefined;
  const locate = locateIn(sheet);
  const { text, references } = print(expression, {
    language,
    reference: each => formatA1({ ...locate(each), ...(planeOf(each) === 'value' && { sheet: name }) }),
  });
  return {
    text,
    references: references.map(({ start, end, reference: each }) => ({
      start,
      end,
      range: { sheet: sheet.id, ...rangeOf(locate(each)) },
      role: 'activation',
    })),
  };
}

/** The plane that a reference reads. */
export function planeOf(each: Reference): 'value' | 'gradient' {
  return (each.kind === 'elements' && each.plane) || 'value';
}

/** The layers that the loss depends on. */
function neededIn({ network }: Sheet): ReadonlySet<LayerId> {
  return layersBehind(network, network.layers.at(-1)!.id);
}

function rulesOf(sheet: Sheet, layer: Layer): GradientRules {
  const kind = kindOf(layer);
  const { shape: output } = outputOf(sheet, layer);
  if (layer === sheet.network.layers.at(-1) && kind.lossGradient)
    return { input: (at, cells) => kind.lossGradient!(at, cells, { output }) };
  const inputs = layer.inputs.map((_, of) => sourceOfRead(sheet, layer, { of, axes: [] }).shape);
  return kind.gradients?.(layer, { inputs, output }) ?? {};
}

const outputOf = (sheet: Sheet, { id }: Layer): TensorInfo => sheet.tensors.get(`${id}/output`)!;

function cellsOf(sheet: Sheet, layer: Layer): GradientCells {
  const boxOf = (spans: readonly (Span | number)[]): Span[] =>
    spans.map(each => (typeof each === 'number' ? { start: each, end: each + 1 } : each));
  const output = outputOf(sheet, layer);
  // A formula of thousands of products reads the same few tensors again and again.
  const known = new Map<number | TensorName, ReturnType<typeof sourceOfRead>>();
  const sourceAt = (of: number | TensorName) => {
    const found = known.get(of) ?? sourceOfRead(sheet, layer, { of, axes: [] });
    known.set(of, found);
    return found;
  };
  return {
    of: (source: number | TensorName, ...spans) => ({ ...sourceAt(source), box: boxOf(spans) }),
    dy: (...spans) => ({ tensor: output, shape: output.shape, box: boxOf(spans), plane: 'gradient' }),
    runs: (...parts) => runsOf(sheet, parts),
  };
}

/** The gradient by an element that a layer reads, from the derivatives of the formulas that read it. */
function bySlopes(sheet: Sheet, layer: Layer, info: TensorInfo, index: number): Expression | undefined {
  const output = outputOf(sheet, layer);
  const readers = new Set<number>();
  for (const read of Object.values(rulesIn(sheet, layer).output!.reads)) {
    const of = read && sourceOfRead(sheet, layer, read);
    const box = of?.tensor === info && readersOf(read!, boxAt(of.shape, index), output.shape);
    if (!box) continue;
    const part = { tensor: output, shape: output.shape, box };
    if (sizeOfBox(box) > MOST_PRODUCTS) return undefined;
    for (let i = 0; i < sizeOfBox(box); i++) readers.add(indexIn(part, i));
  }
  if (readers.size > MOST_PRODUCTS) return undefined;
  const terms: Expression[] = [];
  for (const reader of [...readers].toSorted((a, b) => a - b)) {
    const dy = oneOf(output.id, reader, 'gradient');
    for (const slope of slopesOf(expressionOf(sheet, { tensor: output.id, index: reader })!, dy)) {
      const term = shareOf(sheet, slope, info, index);
      if (term === undefined) return undefined;
      if (term !== 0) terms.push(term);
    }
  }
  return total(terms);
}

function oneOf(tensor: ElementsReference['tensor'], index: number, plane?: 'gradient'): ElementsReference {
  return { kind: 'elements', tensor, first: index, last: index, anchors: RELATIVE, ...(plane && { plane }) };
}

/** The part of a derivative that one element has, which may be one of a range that is read: 0 if the range hasn't got
 *  it. undefined if there is no formula for it. */
function shareOf(
  sheet: Sheet,
  { read, factor, share }: Slope,
  info: TensorInfo,
  index: number,
): Expression | undefined {
  if (read.kind !== 'elements' || read.tensor !== info.id) return 0;
  const locate = locateIn(sheet);
  const range = rangeOf(locate(read));
  const at = sheet.layout.cellOf(info.id, index);
  if (!contains(range, at)) return 0;
  if (factor === undefined || share === 'others') return undefined;
  const element = oneAt(at.row, at.column);
  if (share === 'same' || !element) return factor;
  if (share === 'own') return productOf(factor, element);
  const from = { row: at.row - range.row, column: at.column - range.column };
  if (share === 'largest' || share === 'smallest') {
    const rows = { start: 0, end: range.height };
    const columns = { start: 0, end: range.width };
    const place = { cell: element, at: [from.row, from.column], rows, columns };
    return ifFirst(share === 'largest' ? 'MAX' : 'MIN', place, windowIn, factor);
  }
  let product: Expression = factor;
  for (const other of share) {
    if (other.kind !== 'elements') return undefined;
    const { first } = locate(other);
    product = productOf(product, oneAt(first.row + from.row, first.column + from.column, other) ?? 0);
  }
  return product;

  function oneAt(row: number, column: number, like: ElementsReference = read as ElementsReference) {
    const found = sheet.layout.elementAt(row, column);
    return found && { ...like, tensor: found.tensor, first: found.index, last: found.index };
  }

  function windowIn(rows: Span, columns: Span): Expression {
    const corners = [
      [rows.start, columns.start],
      [rows.end - 1, columns.end - 1],
    ].map(([row, column]) => sheet.layout.elementAt(range.row + row, range.column + column)!.index);
    return { ...(read as ElementsReference), first: corners[0], last: corners[1] };
  }
}
