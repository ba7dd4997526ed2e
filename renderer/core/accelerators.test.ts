import { describe, expect, test } from 'vitest';
import { ariaShortcut, isBrowserKey, matches, readable } from './accelerators.ts';

/** A key press as the browser reports it. */
const press = (key: string, modifiers = '', code = '') => ({
  key,
  code,
  ctrlKey: modifiers.includes('c'),
  shiftKey: modifiers.includes('s'),
  altKey: modifiers.includes('a'),
  metaKey: modifiers.includes('m'),
});

describe('matches', () => {
  test('takes Ctrl on Linux and Windows, ⌘ on a Mac, and never both', () => {
    expect(matches(press('s', 'c'), 'CmdOrCtrl+S', 'linux')).toBe(true);
    expect(matches(press('s', 'm'), 'CmdOrCtrl+S', 'linux')).toBe(false);
    expect(matches(press('s', 'm'), 'CmdOrCtrl+S', 'mac')).toBe(true);
    expect(matches(press('s', 'c'), 'CmdOrCtrl+S', 'mac')).toBe(false);
    expect(matches(press('s', 'cm'), 'CmdOrCtrl+S', 'mac')).toBe(false);
  });

  test('tells Save from Save as by Shift', () => {
    expect(matches(press('S', 'cs'), 'CmdOrCtrl+S', 'linux')).toBe(false);
    expect(matches(press('S', 'cs'), 'CmdOrCtrl+Shift+S', 'linux')).toBe(true);
  });

  test('zooms in with Ctrl and =, +, or the + of the number pad', () => {
    expect(matches(press('=', 'c', 'Equal'), 'CmdOrCtrl+=', 'linux')).toBe(true);
    expect(matches(press('+', 'cs', 'Equal'), 'CmdOrCtrl+=', 'linux')).toBe(true);
    expect(matches(press('+', 'c', 'NumpadAdd'), 'CmdOrCtrl+=', 'linux')).toBe(true);
    expect(matches(press('+', 'c', 'BracketRight'), 'CmdOrCtrl+=', 'linux')).toBe(true);
  });

  test('finds brackets by their place where the keyboard has none, and under Shift', () => {
    expect(matches(press('[', 'c', 'BracketLeft'), 'CmdOrCtrl+[', 'linux')).toBe(true);
    expect(matches(press('ü', 'c', 'BracketLeft'), 'CmdOrCtrl+[', 'linux')).toBe(true);
    expect(matches(press('{', 'cs', 'BracketLeft'), 'CmdOrCtrl+Shift+[', 'linux')).toBe(true);
    expect(matches(press('{', 'cs', 'BracketLeft'), 'CmdOrCtrl+[', 'linux')).toBe(false);
  });

  test('takes arrows and function keys, and nothing else with the same modifiers', () => {
    expect(matches(press('ArrowRight', 'a'), 'Alt+Right', 'linux')).toBe(true);
    expect(matches(press('ArrowLeft', 'a'), 'Alt+Right', 'linux')).toBe(false);
    expect(matches(press('ArrowRight', 'as'), 'Alt+Right', 'linux')).toBe(false);
    expect(matches(press('F1'), 'F1', 'linux')).toBe(true);
    expect(matches(press('F10'), 'F1', 'linux')).toBe(false);
  });

  test.each([
    ['Russian', 'я', 'KeyZ', 'Z'],
    ['Greek', 'ζ', 'KeyZ', 'Z'],
    ['Hebrew', 'ז', 'KeyZ', 'Z'],
    ['Arabic', 'ئ', 'KeyZ', 'Z'],
    ['Arabic, two letters on one key', 'لا', 'KeyB', 'B'],
    ['Georgian', 'ს', 'KeyS', 'S'],
    ['Hindi', 'े', 'KeyS', 'S'],
    ['Thai', 'ห', 'KeyS', 'S'],
    ['Korean', 'ㄴ', 'KeyS', 'S'],
    ['Japanese kana', 'と', 'KeyS', 'S'],
    ['an input method at work', 'Process', 'KeyS', 'S'],
    ['Ukrainian capital', 'Я', 'KeyZ', 'Z'],
    ['AZERTY', 'z', 'KeyW', 'Z'],
    ['QWERTZ', 'z', 'KeyY', 'Z'],
    ['Dvorak', 's', 'Semicolon', 'S'],
    ['Turkish', 'ı', 'KeyI', 'I'],
  ])('%s: %s at %s with Ctrl is Ctrl+%s (fault 40)', (_layout, key, code, letter) => {
    expect(matches(press(key, 'c', code), `CmdOrCtrl+${letter}`, 'linux')).toBe(true);
  });

  test.each([
    ['AZERTY', 'w', 'KeyZ', 'Z'],
    ['QWERTZ', 'y', 'KeyZ', 'Z'],
    ['Dvorak', ';', 'KeyZ', 'Z'],
    ['Dvorak', 'o', 'KeyS', 'S'],
    ['Russian without Ctrl', 'я', 'KeyZ', 'Z'],
  ])('%s: %s at %s is not Ctrl+%s', (layout, key, code, letter) => {
    const modifiers = layout.endsWith('without Ctrl') ? '' : 'c';
    expect(matches(press(key, modifiers, code), `CmdOrCtrl+${letter}`, 'linux')).toBe(false);
  });
});

test('keys with which a browser reloads, searches, prints or marks a page are told from all others (fault 42)', () => {
  const taken = [
    press('r', 'c'),
    press('R', 'cs'),
    press('к', 'c', 'KeyR'),
    press('F5'),
    press('F5', 's'),
    press('F5', 'c'),
    press('F3'),
    press('f', 'c'),
    press('h', 'c'),
    press('d', 'c'),
    press('`', 'c', 'Backquote'),
    press('p', 'c'),
    press('u', 'c'),
  ];
  for (const event of taken) expect(isBrowserKey(event, 'linux'), event.key).toBe(true);
  const free = [
    press('r'),
    press('c', 'c'),
    press('v', 'c'),
    press('i', 'cs'),
    press('J', 'cs'),
    press('F6'),
    press('F12'),
    press('r', 'ca'),
    press('r', 'm'),
  ];
  for (const event of free) expect(isBrowserKey(event, 'linux'), event.key).toBe(false);
  expect(isBrowserKey(press('r', 'm'), 'mac')).toBe(true);
  expect(isBrowserKey(press('d', 'c'), 'mac'), 'Ctrl+D deletes a character on a Mac').toBe(false);
});

test('accelerators are written as each platform writes them, and as screen readers expect them', () => {
  expect(readable('CmdOrCtrl+Shift+S', 'windows')).toBe('Ctrl+Shift+S');
  expect(readable('CmdOrCtrl+Shift+S', 'mac')).toBe('⇧⌘S');
  expect(readable('Alt+Right', 'linux')).toBe('Alt+→');
  expect(ariaShortcut('CmdOrCtrl+Shift+S', 'linux')).toBe('Control+Shift+S');
  expect(ariaShortcut('Alt+Right', 'mac')).toBe('Alt+ArrowRight');
});
