/** What the user has written over the network's cells: overrides, tied weights and pixels with formulas. */
import { deriveGradient, hasGradient } from '../../shared/backprop/gradients.ts';
import { type ElementContent, isFormula, type Written } from '../../shared/cells.ts';
import { derive } from '../../shared/formula/derive.ts';
import type { Formula } from '../../shared/formula/formula.ts';
import { spokenFormulas } from '../../shared/formula/language.ts';
import { cellsOf, formulaOfElement } from '../../shared/formula/placed.ts';
import { rangeOf } from '../../shared/formula/ranges.ts';
import { writeFormula } from '../../shared/formula/typed.ts';
import type { ElementIndex } from '../../shared/layout/layout.ts';
import { elementAt, type Sheet } from '../../shared/layout/sheet.ts';
import type { TensorInfo } from '../../shared/network.ts';
import { type CellPlace, firstSheets } from '../../shared/places.ts';
import { type InPlane, showsLiveGradients } from '../core/planes.ts';
import type { State } from '../core/store.ts';
import { cellAsTyped } from './entry.ts';

/** override: over a computed cell. tied: in a parameter. pixel: in a pixel or an expected value. */
export type OverKind = 'override' | 'tied' | 'pixel';

export function overKind({ role }: TensorInfo): OverKind {
  return role === 'computed' ? 'override' : role === 'parameter' ? 'tied' : 'pixel';
}

/** A workbook as far as its own formulas depend on it. `written` is left out where nothing is written. */
export type Overwritten = { sheet: Sheet; written?: Written };

/** What is written over an element. */
export function contentOver({ written }: Overwritten, { tensor, index }: ElementIndex): ElementContent | undefined {
  return written?.formulas.get(tensor)?.get(index);
}

/** The kind of what is written over a cell. undefined if nothing is. */
export function overAt(state: Overwritten, cell: CellPlace): OverKind | undefined {
  const element = elementAt(state.sheet, cell);
  if (!element || contentOver(state, element) === undefined) return undefined;
  return overKind(state.sheet.tensors.get(element.tensor)!);
}

/** What is written over an element, in the reader's language. A number is its text, without references. */
export function writtenOver(state: Overwritten, element: ElementIndex): Formula | undefined {
  const content = contentOver(state, element);
  if (content === undefined) return undefined;
  if (!isFormula<number>(content)) return { text: cellAsTyped(content), references: [] };
  const { sheet, written } = state;
  const expression = formulaOfElement(sheet, element.tensor, element.index, content);
  const surroundings = { sheet, sheets: written!.sheets, names: written!.names, on: sheet.id };
  const { text, references } = writeFormula(expression, surroundings, spokenFormulas());
  return {
    text,
    references: references.flatMap(({ start, end, reference }) => {
      const cells = cellsOf(sheet, reference, true);
      if (!cells || (cells.sheet !== undefined && cells.sheet !== sheet.id)) return [];
      return [{ start, end, range: { sheet: sheet.id, ...rangeOf(cells) }, role: 'activation' as const }];
    }),
  };
}

/** The formula that counts for an element: what is written over it, else the network's own. */
export function formulaOver(state: Overwritten, element: ElementIndex): Formula | undefined {
  return writtenOver(state, element) ?? derive(state.sheet, element, spokenFormulas());
}

/** The formula of an element in the shown plane. Masks and the gradients of a training step have none. */
export function formulaShown(
  state: Overwritten & InPlane & Pick<State, 'active'>,
  element: ElementIndex,
): Formula | undefined {
  const { plane = 'value', sheet, sheets = firstSheets } = state;
  if (plane === 'value') return formulaOver(state, element);
  if (!showsLiveGradients(state) || !hasLiveGradient(state, element)) return undefined;
  const name = sheets.find(({ id }) => id === sheet.id)!.name;
  return deriveGradient(sheet, element, { name, language: spokenFormulas() });
}

/** Whether an element has a gradient: a computed one over which something is written follows from nothing. */
export function hasLiveGradient(state: Overwritten, element: ElementIndex): boolean {
  const info = state.sheet.tensors.get(element.tensor)!;
  if (info.role === 'computed' && contentOver(state, element) !== undefined) return false;
  return hasGradient(state.sheet, info);
}
