import type { Layout } from '../../shared/layout/layout.ts';
import type { CellPlace, SheetId } from '../../shared/places.ts';
import { type Geometry, HEADING_HEIGHT } from './geometry.ts';
import type { PlacedLabel, Caption } from './frame.ts';
import type { Scroller } from './scroll.ts';
import { pointerAt, rectOf } from '../core/magnified.ts';

/** The tooltip of a cell: the whole text of a label that was cut, or of a band's name and details. Empty otherwise. */
export function tooltipAt(
  { row, column }: CellPlace,
  layout: Layout,
  labels: readonly PlacedLabel[],
  captions: readonly Caption[],
): string {
  if (row === 0) {
    const band = captions.find(each => column >= each.column && column < each.column + each.width);
    return band ? [band.name, band.detail].filter(text => text !== '').join(' · ') : '';
  }
  // Most cells have no label. This check takes constant time.
  if (!layout.labelAt(row, column)) return '';
  return labels.find(each => each.row === row && each.column === column && each.cut)?.text ?? '';
}

/** Shows the tooltip of the cell under the pointer. Returns a function that ends it. */
export function showTooltips(
  { element, ...scroller }: Pick<Scroller, 'element'> & { position(): { x: number; y: number } },
  sheet: () => SheetId,
  geometry: () => Geometry,
  textAt: (cell: CellPlace) => string,
): () => void {
  const onMove = (event: PointerEvent) => {
    if (event.buttons !== 0) return;
    const { left, top } = rectOf(element);
    const at = pointerAt(event);
    const shown = geometry();
    const x = at.x - left - shown.headingWidth;
    const y = at.y - top;
    const { x: scrollX, y: scrollY } = scroller.position();
    const inside = x >= 0 && y >= HEADING_HEIGHT;
    const row = y < shown.bodyTop ? 0 : shown.rowAt(y - shown.bodyTop + scrollY);
    const text = inside ? textAt({ sheet: sheet(), row, column: shown.columnAt(x + scrollX) }) : '';
    if (element.title !== text) element.title = text;
  };
  element.addEventListener('pointermove', onMove, { passive: true });
  return () => element.removeEventListener('pointermove', onMove);
}
