import { expect, test } from 'vitest';
import { keyOfScenes, keyOfSheet } from './presenter-keys.ts';

/** A key press, as "Alt+s" names it. */
function press(named: string) {
  const parts = named.split(/(?<=.)\+/);
  const key = parts.at(-1)!;
  return {
    key,
    code: /^[a-z]$/i.test(key) ? `Key${key.toUpperCase()}` : key,
    ctrlKey: parts.includes('Ctrl'),
    metaKey: false,
    altKey: parts.includes('Alt'),
    shiftKey: parts.includes('Shift'),
  };
}
const told = (found: ReturnType<typeof keyOfScenes>) =>
  found === undefined
    ? 'nothing'
    : Object.values(found)
        .map(each => JSON.stringify(each))
        .join();

test.each([
  ['ArrowRight ArrowDown PageDown   Enter', '"next"'],
  ['ArrowLeft ArrowUp PageUp Backspace', '"back"'],
  ['b B .', '"black"'],
  ['w ,', '"white"'],
  ['p', '"pause"'],
  ['s', '"spotlight"'],
  ['d', '"pen"'],
  ['n', '"notes"'],
  ['v', '"voice"'],
  ['? F1', '"help"'],
  ['Escape', '"leave"'],
  ['Ctrl+z', '"undo"'],
  ['Shift+ArrowLeft', '[-1,0]'],
  ['x q Alt+s Ctrl+s Tab F5', 'nothing'],
])('while scenes are presented, %s: %s', (keys, meaning) => {
  for (const key of keys.split(' '))
    expect([key, told(keyOfScenes(press(key === '' ? ' ' : key)))]).toEqual([key, meaning]);
});

test('digits and Enter go to a scene; Backspace and Escape take digits back', () => {
  expect(keyOfScenes(press('1'))).toEqual({ typed: '1' });
  expect(keyOfScenes(press('2'), '1')).toEqual({ typed: '12' });
  expect(keyOfScenes(press('Enter'), '12')).toEqual({ step: { go: 11 } });
  expect(keyOfScenes(press('Backspace'), '12')).toEqual({ typed: '1' });
  expect(keyOfScenes(press('Escape'), '12')).toEqual({ typed: '' });
});

test('over a sheet only keys with Alt are the presenter’s, and Escape while nothing is typed', () => {
  for (const key of ['s', 'b', ' ', 'Enter', 'ArrowRight', '1', '?', 'Ctrl+z'])
    expect(keyOfSheet(press(key), false)).toBeUndefined();
  expect(told(keyOfSheet(press('Alt+s'), false))).toBe('"spotlight"');
  expect(told(keyOfSheet(press('Alt+b'), true))).toBe('"black"');
  expect(told(keyOfSheet(press('Alt+?'), false))).toBe('"help"');
  expect(told(keyOfSheet(press('Alt+Shift+ArrowUp'), false))).toBe('[0,-1]');
  expect(told(keyOfSheet(press('Escape'), false))).toBe('"leave"');
  expect(keyOfSheet(press('Escape'), true)).toBeUndefined();
});

test('letters go by their place on keyboards of other scripts, and where Alt types other signs', () => {
  expect(keyOfScenes({ ...press('b'), key: 'и' })).toEqual({ step: 'black' });
  expect(keyOfSheet({ ...press('Alt+s'), key: 'ß', code: 'KeyS' }, false)).toEqual({ act: 'spotlight' });
  // A Latin keyboard with other places gives its own letters.
  expect(keyOfScenes({ ...press('z'), code: 'KeyY' })).toEqual({ act: 'zoom' });
});
