/** Pictures that show what a cell follows from: the image, the maps that it reads, and its own map. */
import { placeOf as describePlace } from '../../shared/describe.ts';
import { referencesIn } from '../../shared/explain/explain.ts';
import type { Expression } from '../../shared/formula/expression.ts';
import { cellsOf } from '../../shared/formula/placed.ts';
import { rangeOf } from '../../shared/formula/ranges.ts';
import { receptiveField } from '../../shared/formula/trace.ts';
import type { ElementIndex } from '../../shared/layout/layout.ts';
import { placeOf, type Sheet } from '../../shared/layout/sheet.ts';
import { messages } from '../../shared/messages.ts';
import { only, type RangePlace } from '../../shared/places.ts';
import { element } from '../core/element.ts';
import type { Values } from '../core/store.ts';
import { section } from '../parts/sides.ts';
import type { Drawing } from './drawing.ts';
import { LARGEST, paintRange, pictureButton, within } from './map-pictures.ts';

/** `cells`: the whole map, in one rectangle. `framed`: the part that the cell sees. */
export type Sight = { name: string; cells: RangePlace; framed: RangePlace };

/** So many of the maps that a cell reads are shown. */
const MOST_MAPS = 2;

export function sights(sheet: Sheet, found: ElementIndex, expression: Expression | undefined): Sight[] {
  const all = new Map<string, Sight>();
  const add = (range: RangePlace) => {
    const sight = sightOf(sheet, range);
    if (sight && !all.has(sight.name)) all.set(sight.name, sight);
  };
  for (const range of receptiveField(sheet, found).slice(0, 1)) add(range);
  const reads = expression === undefined ? [] : referencesIn(expression);
  const maps = reads.flatMap(reference => {
    const cells = cellsOf(sheet, reference, true);
    const range = cells && cells.sheet === undefined ? { sheet: sheet.id, ...rangeOf(cells) } : undefined;
    const at = range && sheet.layout.elementAt(range.row, range.column);
    const info = at && sheet.tensors.get(at.tensor);
    return range && info?.role !== 'parameter' ? [range] : [];
  });
  for (const range of maps.slice(0, MOST_MAPS)) add(range);
  add(only(placeOf(sheet, found.tensor, found.index)));
  return [...all.values()];
}

/** The map that a rectangle is a part of. undefined if it is no part of one map. */
function sightOf(sheet: Sheet, range: RangePlace): Sight | undefined {
  const at = sheet.layout.elementAt(range.row, range.column);
  const info = at && sheet.tensors.get(at.tensor);
  if (!info || info.shape.length !== 3 || info.role === 'parameter') return undefined;
  const [block, ...more] = sheet.layout.blocksIn(range);
  if (!block || more.length > 0) return undefined;
  const { whole } = block;
  if (Math.max(whole.height, whole.width) > LARGEST || whole.height * whole.width === 1) return undefined;
  const { layer, block: map } = describePlace(sheet, at);
  return { name: [layer, map].filter(Boolean).join(' · '), cells: { sheet: sheet.id, ...whole }, framed: range };
}

export function drawSights(drawing: Drawing, values: Values, found: ElementIndex): HTMLElement {
  const made = sights(drawing.state.sheet, found, drawing.expression).map(sight => drawSight(drawing, values, sight));
  return section(messages.explain.sees, [], element('div', { class: 'sights' }, ...made));
}

function drawSight(drawing: Drawing, values: Values, { name, cells, framed }: Sight): HTMLElement {
  const frame = within(framed, cells);
  const picture = paintRange(drawing, values, cells);
  return pictureButton(picture, name, { target: framed, frame, pointing: drawing.pointing });
}
