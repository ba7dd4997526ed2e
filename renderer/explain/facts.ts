import { formatRange } from '../../shared/address.ts';
import { referencesIn } from '../../shared/explain/explain.ts';
import { pixelsUnder } from '../../shared/explain/on-image.ts';
import type { Expression } from '../../shared/formula/expression.ts';
import { cellsOf } from '../../shared/formula/placed.ts';
import { rangeOf } from '../../shared/formula/ranges.ts';
import { dependents, receptiveField } from '../../shared/formula/trace.ts';
import type { ElementIndex } from '../../shared/layout/layout.ts';
import { messages } from '../../shared/messages.ts';
import { element } from '../core/element.ts';
import type { State, Store } from '../core/store.ts';
import { tensorAt } from './number-grid.ts';

/** What an element reads, sees and feeds, and what is outlined on the sheet for it. */
export function drawFacts(
  store: Store,
  { sheet, trace }: Pick<State, 'sheet' | 'trace'>,
  found: ElementIndex,
  expression: Expression | undefined,
): Node[] {
  const text = messages.explain;
  let [cells, parameters] = [0, 0];
  for (const reference of expression === undefined ? [] : referencesIn(expression)) {
    const place = cellsOf(sheet, reference, true);
    if (!place) continue;
    const range = rangeOf(place);
    const count = range.height * range.width;
    const isParameter = tensorAt(sheet, {
      sheet: place.sheet ?? sheet.id,
      row: range.row,
      column: range.column,
    })?.role;
    if (isParameter === 'parameter') parameters += count;
    else cells += count;
  }
  const pixels = receptiveField(sheet, found);
  const seen = pixelsUnder(sheet, pixels);
  const readers = dependents(sheet, found);
  const entry = (name: string, told: string) => [element('dt', {}, name), element('dd', {}, told)];
  const outlines = (['precedents', 'pixels'] as const).map(kind => {
    const radio = element('input', { type: 'radio', name: 'explain-outlines', checked: trace === kind });
    radio.addEventListener('change', () => store.set({ trace: kind, stepsBack: 0 }));
    return element('label', {}, radio, kind === 'pixels' ? text.toPixels : text.direct);
  });
  return [
    element(
      'dl',
      { class: 'explain-facts' },
      ...entry(text.facts.reads, text.reads(cells, parameters)),
      ...(pixels.length > 0
        ? entry(text.facts.sees, text.pixels(seen.places, seen.channels, formatRange(pixels[0])))
        : []),
      ...entry(
        text.facts.feeds,
        text.feeds(
          readers.slice(0, 3).map(range => formatRange(range)),
          Math.max(0, readers.length - 3),
        ),
      ),
    ),
    element('fieldset', { class: 'explain-outlines' }, element('legend', {}, text.outlines), ...outlines),
  ];
}
