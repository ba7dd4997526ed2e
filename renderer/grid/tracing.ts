import { formatAddress, formatRange } from '../../shared/address.ts';
import { derive } from '../../shared/formula/derive.ts';
import { type Frames, framesAt } from '../../shared/scene/scan.ts';
import { dependents, receptiveField, stepsToPixels } from '../../shared/formula/trace.ts';
import type { ElementIndex } from '../../shared/layout/layout.ts';
import { elementAt as elementIn, placeOf } from '../../shared/layout/sheet.ts';
import type { LayerId } from '../../shared/network.ts';
import { type CellPlace, only, type RangePlace } from '../../shared/places.ts';
import { messages } from '../../shared/messages.ts';
import { type InPlane, showsLiveGradients } from '../core/planes.ts';
import { reluAfter } from '../core/foldable.ts';
import type { State } from '../core/store.ts';
import { isFormula } from '../core/edit-session.ts';
import type { Outline } from './outlines.ts';
import { formulaShown, type Overwritten, writtenOver } from './over-elements.ts';
import { typedOutlines } from './typed-references.ts';

type Traced = Pick<State, 'sheet' | 'foldedLayers' | 'active' | 'trace' | 'stepsBack'> & InPlane & Overwritten;

/** So many references of a formula have a frame. Some gradients have thousands. */
const MOST_FRAMED = 400;

/** The most ranges that a sentence names. The others are counted. */
const NAMED = 3;

/** The steps from the active cell back to the pixels, without steps into folded columns. The first step is what its
 *  formula reads; from a folded ReLU it is what the hidden convolution reads. */
export function visibleSteps(state: Traced): RangePlace[][] {
  const element = elementAt(state, state.active);
  if (!element) return [];
  return stepsToPixels(state.sheet, element)
    .filter(step => !step.every(range => foldedLayer(state, range)))
    .map(step => step.map(range => shownInstead(state, range)));
}

/** The frames for the cells that the active cell's formula reads, or for those that read it. */
export function traceOutlines(state: Traced): Outline[] {
  const { sheet, active, trace } = state;
  const element = elementAt(state, active);
  if (!element || trace === 'none') return [];
  if (trace === 'dependents') {
    return readersOf(state, element).map((range): Outline => ({ kind: 'dependent', range, colour: 2 }));
  }
  const isLive = showsLiveGradients(state);
  const own = isLive ? formulaShown(state, element) : (writtenOver(state, element) ?? derive(sheet, element));
  const outlines = (own?.references ?? []).slice(0, MOST_FRAMED).flatMap(({ range }, i): Outline[] => {
    const colour = (i % 5) + 1;
    if (!foldedLayer(state, range)) return [{ kind: 'precedent', range, colour }];
    // Through a folded ReLU, what its hidden convolution reads is shown, in the colour of the reference to the ReLU's
    // input.
    const shown = shownInstead(state, range);
    if (formatRange(shown) !== formatAddress(active)) return [{ kind: 'precedent', range: shown, colour }];
    return behind(state, elementAt(state, range)!).map(each => ({ kind: 'trace', range: each, colour }));
  });
  // A gradient follows from what comes after it, not from the pixels.
  if (isLive) return outlines;
  for (const range of furtherBack(state, element)) outlines.push({ kind: 'trace', range, colour: 1 });
  return outlines;
}

/** The visible cells that a hidden cell reads. */
function behind(state: Traced, hidden: ElementIndex): RangePlace[] {
  return (derive(state.sheet, hidden)?.references ?? []).flatMap(({ range }) =>
    foldedLayer(state, range) ? behind(state, elementAt(state, range)!) : [range],
  );
}

/** The visible cells that read a cell, each range once. */
function readersOf(state: Traced, element: ElementIndex): RangePlace[] {
  const ranges = dependents(state.sheet, element).map(range => shownInstead(state, range));
  return [...new Map(ranges.map(range => [formatRange(range), range])).values()];
}

/** The folded layers that the active cell's formula reads from. */
export function foldedSources(state: Pick<Traced, 'sheet' | 'foldedLayers' | 'active'>): LayerId[] {
  const element = elementAt(state, state.active);
  const references = (element && derive(state.sheet, element)?.references) ?? [];
  return [...new Set(references.flatMap(({ range }) => foldedLayer(state, range) ?? []))];
}

/** A sentence about the frames that aren't references of the formula, because they are often out of view. undefined if
 *  there are none. */
export function traceSentence(state: Traced): string | undefined {
  const { sheet, active, trace } = state;
  const element = elementAt(state, active);
  if (!element) return undefined;
  const where = formatAddress(active);
  if (trace === 'dependents') {
    const readers = readersOf(state, element);
    if (readers.length === 0) return messages.grid.readByNone(where);
    // If cells are read by formulas in hidden columns, the frames are where their numbers are shown.
    const folded = dependents(sheet, element).flatMap(range => foldedLayer(state, range) ?? []);
    return [messages.grid.readBy(where, named(readers)), ...[...new Set(folded)].map(id => foldedText(sheet, id))].join(
      ' ',
    );
  }
  const ranges = furtherBack(state, element, true);
  if (ranges.length === 0) return undefined;
  // There are several layers if a shortcut leads past some.
  const layers = [...new Set(ranges.map(range => layerAt(state, range)))];
  return messages.grid.followsFrom(where, layers.join(' + '), named(ranges));
}

function furtherBack(state: Traced, element: ElementIndex, last = false): RangePlace[] {
  if (state.trace === 'pixels') return receptiveField(state.sheet, element);
  if (state.trace !== 'precedents' || state.stepsBack === 0) return [];
  const steps = visibleSteps(state).slice(1, state.stepsBack + 1);
  if (last) return steps.at(-1) ?? [];
  // Cells that a shortcut reads are in several steps.
  return [...new Map(steps.flat().map(range => [formatRange(range), range])).values()];
}

const elementAt = ({ sheet }: Pick<Traced, 'sheet'>, cell: CellPlace) => elementIn(sheet, cell);

function layerAt(state: Traced, range: RangePlace): string {
  const tensor = state.sheet.tensors.get(elementAt(state, range)!.tensor)!;
  return state.sheet.layers.get(tensor.layer)!.name;
}

/** The convolution whose folded columns have these cells. undefined if the cells are visible. */
function foldedLayer({ sheet, foldedLayers }: Pick<Traced, 'sheet' | 'foldedLayers'>, range: RangePlace) {
  const found = elementIn(sheet, range);
  const tensor = found && sheet.tensors.get(found.tensor);
  return tensor?.role === 'computed' && foldedLayers.has(tensor.layer) ? tensor.layer : undefined;
}

/** Where cells can be seen: those of a folded convolution, and its partial sums, in the ReLU after it. */
function shownInstead(state: Traced, range: RangePlace): RangePlace {
  const { sheet } = state;
  const layer = foldedLayer(state, range);
  const relu = layer && reluAfter(sheet.network, layer);
  if (!relu) return range;
  const { size } = sheet.tensors.get(`${relu.id}/output`)!;
  return { ...range, ...placeOf(sheet, `${relu.id}/output`, elementAt(state, range)!.index % size) };
}

/** "relu1 shows conv1, which is folded into it." */
function foldedText(sheet: State['sheet'], layer: LayerId): string {
  return messages.grid.foldedThere(sheet.layers.get(layer)!.name, reluAfter(sheet.network, layer)!.name);
}

function named(ranges: readonly RangePlace[]): string {
  return messages.grid.list(
    ranges.slice(0, NAMED).map(range => formatRange(range)),
    Math.max(0, ranges.length - NAMED),
  );
}

/** The frames of a scan: what hasn't come about is hidden, and the rest is as for a selected cell. */
function scanOutlines({ target, reads, unfinished }: Frames): Outline[] {
  const here = reads.filter(({ sheet }) => sheet === target.sheet);
  return [
    ...unfinished.map((range): Outline => ({ kind: 'veil', range })),
    ...here.slice(0, MAX_OUTLINES).map((range, i): Outline => ({ kind: 'precedent', range, colour: (i % 5) + 1 })),
    { kind: 'scanned', range: target },
  ];
}

/** The most frames for one cell. A bias has a dependent range for every map. */
const MAX_OUTLINES = 300;

/** All frames: what the active cell's formula reads (or what reads it), or what the typed one refers to; and the
 *  selection. */
export function outlinesOf(
  state: Readonly<State>,
  filling: RangePlace | undefined,
  copied: RangePlace | undefined,
): Outline[] {
  const { active, selection, areas, pointed, scan, sheet } = state;
  const isScanned = scan && active.sheet === sheet.id;
  const scanned = isScanned ? framesAt(sheet, scan.plan, scan.time, state.written) : undefined;
  if (scanned) return scanOutlines(scanned);
  const typed = state.editing && isFormula(state.editing) ? typedOutlines(state) : undefined;
  const outlines = (typed ?? traceOutlines(state)).slice(0, MAX_OUTLINES);
  for (const { range, picture } of state.overlays ?? [])
    if (range.sheet === active.sheet) outlines.unshift({ kind: 'overlay', range, picture });
  for (const [i, place] of (state.loop ?? []).entries())
    if (place.sheet === active.sheet) outlines.push({ kind: 'loop', range: only(place), colour: (i % 5) + 1 });
  outlines.push(...areas.map((range): Outline => ({ kind: 'area', range })));
  outlines.push({ kind: 'selection', range: selection });
  if (selection.height > 1 || selection.width > 1) outlines.push({ kind: 'active', range: only(active) });
  if (pointed?.sheet === active.sheet) outlines.push({ kind: 'pointed', range: pointed, colour: 1 });
  if (copied?.sheet === active.sheet) outlines.push({ kind: 'copied', range: copied });
  if (filling) outlines.push({ kind: 'fill', range: filling });
  return outlines;
}
