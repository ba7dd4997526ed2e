import { type CellRange, formatAddress, formatRange } from '../../shared/address.ts';
import { derive } from '../../shared/formula/derive.ts';
import { dependents, receptiveField, stepsToPixels } from '../../shared/formula/trace.ts';
import type { ElementIndex } from '../../shared/layout.ts';
import { messages } from '../../shared/messages.ts';
import type { State } from '../store.ts';
import type { Outline } from './outlines.ts';

type Traced = Pick<State, 'sheet' | 'foldedLayers' | 'active' | 'trace' | 'stepsBack'>;

/** The ranges a list of them names in a sentence; the others are counted. */
const NAMED = 3;

/** The steps from the active cell back to the pixels as far as they can be seen: a step into folded columns is left out. The first one is what
 *  its formula reads; from a folded ReLU it is what the hidden convolution reads. */
export function visibleSteps(state: Traced): CellRange[][] {
  const element = elementAt(state, state.active);
  if (!element) return [];
  return stepsToPixels(state.sheet, element).filter(step => !step.every(range => isFolded(state, range)));
}

/** Frames for what the active cell's formula reads, or for what reads it. */
export function traceOutlines(state: Traced): Outline[] {
  const { sheet, active, trace } = state;
  const element = elementAt(state, active);
  if (!element || trace === 'none') return [];
  if (trace === 'dependents') {
    return dependents(sheet, element).map(
      (range): Outline => ({ kind: 'dependent', range: shownInstead(state, range), colour: 2 }),
    );
  }
  const outlines = (derive(sheet, element)?.references ?? []).flatMap(({ range }, i): Outline[] => {
    const colour = (i % 5) + 1;
    if (!isFolded(state, range)) return [{ kind: 'precedent', range, colour }];
    // One cell of a folded convolution: what stands behind it, in the colour of the reference that leads there.
    const hidden = elementAt(state, range);
    const behind = (hidden && derive(sheet, hidden)?.references) ?? [];
    return behind.map(reference => ({ kind: 'trace', range: reference.range, colour }));
  });
  for (const range of furtherBack(state, element)) outlines.push({ kind: 'trace', range, colour: 1 });
  return outlines;
}

/** Says in words what the frames show beyond the formula's own references, since they are often out of view; undefined where there is nothing. */
export function traceSentence(state: Traced): string | undefined {
  const { sheet, active, trace } = state;
  const element = elementAt(state, active);
  if (!element) return undefined;
  const where = formatAddress(active);
  if (trace === 'dependents') {
    const readers = dependents(sheet, element);
    return readers.length > 0 ? messages.grid.readBy(where, named(readers)) : messages.grid.readByNone(where);
  }
  const ranges = furtherBack(state, element, true);
  if (ranges.length === 0) return undefined;
  // Several where a shortcut leads past layers.
  const layers = [...new Set(ranges.map(range => layerAt(state, range)))];
  return messages.grid.followsFrom(where, layers.join(' + '), named(ranges));
}

function furtherBack(state: Traced, element: ElementIndex, last = false): CellRange[] {
  if (state.trace === 'pixels') return receptiveField(state.sheet, element);
  if (state.trace !== 'precedents' || state.stepsBack === 0) return [];
  const steps = visibleSteps(state).slice(1, state.stepsBack + 1);
  if (last) return steps.at(-1) ?? [];
  // What waits at a shortcut stands in several steps.
  return [...new Map(steps.flat().map(range => [formatRange(range), range])).values()];
}

const elementAt = ({ sheet }: Traced, { row, column }: { row: number; column: number }) =>
  sheet.layout.elementAt(row, column);

function layerAt(state: Traced, range: CellRange): string {
  const tensor = state.sheet.tensors.get(elementAt(state, range)!.tensor)!;
  return state.sheet.layers.get(tensor.layer)!.name;
}

/** Whether cells lie in the maps of a convolution whose columns hide. */
function isFolded(state: Traced, range: CellRange): boolean {
  const found = elementAt(state, range);
  const tensor = found && state.sheet.tensors.get(found.tensor);
  return tensor?.name === 'output' && state.foldedLayers.has(tensor.layer);
}

/** Where cells are seen: those of a folded convolution in the ReLU after it. */
function shownInstead(state: Traced, range: CellRange): CellRange {
  const { sheet } = state;
  if (!isFolded(state, range)) return range;
  const { tensor, index } = elementAt(state, range)!;
  const { layer } = sheet.tensors.get(tensor)!;
  const relu = sheet.network.layers.find(({ kind, inputs }) => kind === 'relu' && inputs[0] === layer);
  return relu ? { ...range, ...sheet.layout.cellOf(`${relu.id}/output`, index) } : range;
}

function named(ranges: readonly CellRange[]): string {
  return messages.grid.list(
    ranges.slice(0, NAMED).map(range => formatRange(range)),
    Math.max(0, ranges.length - NAMED),
  );
}
