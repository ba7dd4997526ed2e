import { contentText } from '../../shared/cell-content.ts';
import type { Numbers } from '../../shared/explain/numbers.ts';
import type { Value } from '../../shared/formula/value.ts';
import { type Sheet } from '../../shared/layout/sheet.ts';
import { readable } from '../../shared/messages/format.ts';
import { shortNumber, TINY } from '../../shared/explain/short-number.ts';
import { messages } from '../../shared/messages.ts';
import type { CellPlace, RangePlace } from '../../shared/places.ts';
import { element } from '../core/element.ts';
import { planeKey, type State } from '../core/store.ts';
import { divergingStep, sequentialStep } from '../../shared/explain/steps.ts';
import { type ColourTable } from '../parts/colour.ts';
import type { Theme } from '../parts/theme.ts';

/** What the numbers of an explanation do under the pointer: `point` outlines cells on the sheet, `go` selects them. */
export type Pointing = { point(range: RangePlace | undefined): void; go(range: RangePlace): void };

/** How a number is coloured. */
export type Heat = { table: ColourTable; step(value: number): number };

/** The colours that the sheet has for these cells. */
export function heatOf(
  { sheet, scales }: Pick<State, 'sheet' | 'scales'>,
  { colours }: Theme,
  { row, column, sheet: on, plane = 'value' }: CellPlace,
): Heat {
  const found = on === sheet.id ? sheet.layout.elementAt(row, column) : undefined;
  const info = found && sheet.tensors.get(found.tensor);
  if (!info) return { table: colours.plain, step: () => 128 };
  if (info.role === 'pixels' && plane === 'value') return { table: colours.pixels, step: sequentialStep };
  const limit = scales.get(planeKey(info.id, plane)) ?? 0;
  const table = info.role === 'parameter' ? colours.parameter : colours.diverging;
  return { table, step: value => divergingStep(value, limit) };
}

/** The largest size of these numbers, or `least` if all are smaller. NaN doesn't count. */
export function largestOf(numbers: ArrayLike<number>, least = 0): number {
  let largest = least;
  for (let at = 0; at < numbers.length; at++) {
    const size = Math.abs(numbers[at]);
    if (size > largest) largest = size;
  }
  return largest;
}

/** Signed numbers up to a limit. */
export function signedHeat({ colours }: Theme, limit: number): Heat {
  return { table: colours.diverging, step: value => divergingStep(value, limit) };
}

/** A number where there is room: a tiny one has its digits. */
export function roomyText(value: Value): string {
  const isTiny = typeof value === 'number' && value !== 0 && Math.abs(value) < TINY;
  return isTiny ? readable(value) : valueText(value);
}

export function valueText(value: Value): string {
  return typeof value === 'boolean'
    ? messages.cells.truth[value ? 'true' : 'false']
    : contentText(value, shortNumber, messages.cells.errors);
}

/** The address of some cells as a button that goes there. */
export function addressButton(
  { address, range }: Pick<Numbers, 'address' | 'range'>,
  colour: number | undefined,
  pointing: Pointing,
): HTMLElement {
  const button = element(
    'button',
    { type: 'button', class: colour ? `address ref ref-${colour}` : 'address' },
    address,
  );
  button.addEventListener('click', () => pointing.go(range));
  button.addEventListener('pointerenter', () => pointing.point(range));
  button.addEventListener('pointerleave', () => pointing.point(undefined));
  button.addEventListener('focus', () => pointing.point(range));
  button.addEventListener('blur', () => pointing.point(undefined));
  return button;
}

/** The tensor that a cell of the network shows. */
export function tensorAt(sheet: Sheet, { sheet: on, row, column }: CellPlace) {
  const found = on === sheet.id ? sheet.layout.elementAt(row, column) : undefined;
  return found && sheet.tensors.get(found.tensor);
}
