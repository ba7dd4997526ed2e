import { expect, test } from 'vitest';
import { formatAddress, formatRange, parseRange } from '../../shared/address.ts';
import { nothingWritten } from '../../shared/changes/written.ts';
import { createStore, type State } from '../core/store.ts';
import { createGeometry } from './geometry.ts';
import { createKeys, types } from './keys.ts';
import { lessonSheet } from './testing/lesson-sheet.ts';

const sheet = lessonSheet();
const key = (combination: string) => {
  const parts = combination.split('+');
  return {
    key: parts.at(-1)!.replace('Space', ' '),
    ctrlKey: parts.includes('Control'),
    metaKey: parts.includes('Meta'),
    shiftKey: parts.includes('Shift'),
    altKey: parts.includes('Alt'),
  };
};

/** Presses keys one after the other, starting with these ranges selected. The first cell of the last range is active.
 *  Returns the active cell, the selection, the other ranges, and what was called. */
function after(from: string, keys: string, folded: string[] = []): string {
  const ranges = from.split(' ').map(each => parseRange(each)!);
  const range = ranges.pop()!;
  const store = createStore({
    sheet,
    written: nothingWritten(),
    active: { sheet: sheet.id, row: range.row, column: range.column },
    selection: { sheet: sheet.id, ...range },
    areas: ranges,
  } as unknown as State);
  const geometry = createGeometry(sheet, 16, new Set(folded));
  const called: string[] = [];
  const call = (name: string) => () => void called.push(name);
  const pressed = createKeys(store, {
    geometry: () => geometry,
    pageRows: () => 20,
    reveal: call('reveal'),
    scrollHome: call('scrollHome'),
    clear: call('clear'),
    pasteMarked: () => false,
    startEditing: call('edit'),
    changeSheet: by => void called.push(`sheet ${by}`),
    escape: () => called.push('escape') > 0,
  });
  const left = keys.split(' ').filter(each => !pressed.press(key(each)));
  const { active, selection, areas } = store.get();
  const several = selection.height > 1 || selection.width > 1;
  const shown = several ? `${formatAddress(active)} in ${formatRange(selection)}` : formatAddress(active);
  return [shown, ...areas.map(area => `and ${formatRange(area)}`), ...called, ...left.map(each => `not ${each}`)].join(
    ', ',
  );
}

test.each([
  ['AD11', 'Tab Tab Enter', 'AD12'],
  ['AD11', 'Tab Tab Enter Tab Tab Enter', 'AD13'],
  ['AD11', 'Tab Tab Tab Shift+Tab Enter', 'AD12'],
  ['AD11', 'Tab Tab Shift+Enter', 'AD10'],
  ['AD11', 'Tab ArrowDown Enter', 'AE13'],
  ['AD11', 'Tab Home Tab Enter', 'A12'],
  ['A5', 'ArrowLeft Tab', 'B5'],
  ['A5', 'Shift+Tab Tab', 'B5'],
  ['A1', 'Shift+Enter', 'A1'],
  ['AD11 AF13', 'Enter', 'AD11, and AF13'],
  ['AD11 AF13', 'Tab Tab', 'AF13, and AD11'],
  ['AD11 AF12:AF13 B5', 'Enter Enter Enter', 'AF13 in AF12:AF13, and B5, and AD11'],
  ['AD11 AF12:AF13 B5', 'Enter Enter Enter Enter', 'B5, and AD11, and AF12:AF13'],
  ['AD11:AE12 B5', 'Tab Tab Tab', 'AD12 in AD11:AE12, and B5'],
  ['AD11:AE12 B5', 'Shift+Tab Shift+Enter', 'AE11 in AD11:AE12, and B5'],
  ['AD11:AE12 B5', 'Shift+Enter', 'AE12 in AD11:AE12, and B5'],
  ['AD11:AE12', 'Enter Enter Enter', 'AE12 in AD11:AE12'],
  ['AD11:AE12', 'Enter Enter Enter Enter', 'AD11 in AD11:AE12'],
  ['AD11:AE12', 'Shift+Enter', 'AE12 in AD11:AE12'],
  ['AD11:AE12', 'Tab Tab', 'AD12 in AD11:AE12'],
  ['AD11:AE12', 'Shift+Tab', 'AE12 in AD11:AE12'],
  ['AD11:AD13', 'Tab', 'AD12 in AD11:AD13'],
  ['AD11:AF11', 'Enter', 'AE11 in AD11:AF11'],
  ['AD11:AE12', 'ArrowDown', 'AD12'],
])('from %s, %s leads to %s (fault 14)', (from, keys, to) => {
  expect(after(from, keys)).toBe(to);
});

test('Enter and Tab pass over folded columns', () => {
  expect(after('AF11', 'Tab Tab', ['conv1'])).toBe('BI11');
  expect(after('AF11:BJ11', 'Tab Tab Tab', ['conv1'])).toBe('BJ11 in AF11:BJ11');
  expect(after('AF11:BJ11', 'Shift+Tab', ['conv1'])).toBe('BJ11 in AF11:BJ11');
});

test.each([
  ['AD11', 'Control+ArrowRight', 'AF11'],
  ['AD11', 'Control+Shift+ArrowRight', 'AD11 in AD11:AF11'],
  ['AD11', 'Meta+ArrowDown', 'AD15'],
  ['AE12', 'Home', 'A12'],
  ['AE12', 'End', 'GG12'],
  ['GZ12', 'End', 'GG12'],
  ['AE12', 'Shift+End', 'AE12 in AE12:GG12'],
  ['AE12', 'Control+Home', 'A1, scrollHome'],
  ['AE12', 'Control+Shift+Home', 'AE12 in A1:AE12'],
  ['HA140', 'Control+End', 'GG131'],
  ['AE12', 'PageDown PageDown PageUp', 'AE32'],
  ['AE12', 'Shift+PageDown', 'AE12 in AE12:AE32'],
  ['AE12', 'Control+Space', 'AE12 in AE1:AE191'],
  ['AD11:AE12', 'Control+Space', 'AD11 in AD1:AE191'],
  ['AE12', 'Control+Space Shift+ArrowRight', 'AE12 in AE1:AF191'],
  ['AE12', 'Shift+Space Shift+ArrowDown', 'AE12 in A12:HG13'],
  ['AE12', 'Control+Shift+Space', 'AE12 in A1:HG191'],
  ['AD11:AE12', 'Shift+ArrowRight', 'AD11 in AD11:AF12'],
  ['AD11:AF13', 'Tab Shift+ArrowRight', 'AE11 in AE11:AF11'],
  ['AE12', 'Control+PageDown Control+PageUp', 'AE12, sheet 1, sheet -1'],
  ['AE12', 'Control+Backspace', 'AE12, reveal'],
  ['AE12', 'Control+Enter', 'AE12, not Control+Enter'],
  ['AE12', 'Shift+Delete', 'AE12, not Shift+Delete'],
  ['AE12', 'Delete Backspace', 'AE12, clear, clear'],
  ['AE12', 'F2 Shift+F2 Escape', 'AE12, edit, escape, not Shift+F2'],
  ['AE12', 'Alt+ArrowDown', 'AE12, not Alt+ArrowDown'],
  ['AE12', 'Control+c F6', 'AE12, not Control+c, not F6'],
])('from %s, %s selects %s (fault 41)', (from, keys, to) => {
  expect(after(from, keys)).toBe(to);
});

test('characters are typed, also those of AltGr, of Option on a Mac and of other scripts; named keys are not', () => {
  const press = (key: string, modifiers: string[] = []) =>
    ({
      key,
      ctrlKey: modifiers.includes('Control'),
      altKey: modifiers.includes('Alt'),
      metaKey: modifiers.includes('Meta'),
      getModifierState: (name: string) => modifiers.includes(name),
    }) as unknown as KeyboardEvent;
  expect(types(press('7'), false)).toBe(true);
  expect(types(press('−'), false)).toBe(true);
  expect(types(press('لا'), false)).toBe(true);
  expect(types(press('{', ['Control', 'Alt', 'AltGraph']), false)).toBe(true);
  expect(types(press('–', ['Alt']), true)).toBe(true);
  expect(types(press('e', ['Alt']), false)).toBe(false);
  expect(types(press('c', ['Control']), false)).toBe(false);
  expect(types(press('c', ['Meta']), true)).toBe(false);
  for (const name of ['Enter', 'F2', 'ArrowLeft', 'Dead', 'Process', 'Unidentified'])
    expect(types(press(name), false), name).toBe(false);
});
