import { describe, expect, test } from 'vitest';
import { commandsOf, menuTemplate } from '../shared/menu.ts';
import { ariaShortcut, matches, readable } from './accelerators.ts';

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

  test('every accelerator of the menu is pressed by exactly one command', () => {
    const menu = menuTemplate({
      platform: 'linux',
      recent: [],
      layers: [],
      disabled: [],
      checked: [],
    });
    const accelerators = commandsOf(menu).flatMap(({ accelerator }) => accelerator ?? []);
    const pressOf = (accelerator: string) => {
      const parts = accelerator.split('+');
      const key = parts.at(-1)!;
      const named: Record<string, string> = { Right: 'ArrowRight', Left: 'ArrowLeft' };
      const modifiers = parts.map(part => ({ CmdOrCtrl: 'c', Shift: 's', Alt: 'a' })[part] ?? '').join('');
      const code = ({ '[': 'BracketLeft', ']': 'BracketRight' } as Record<string, string>)[key] ?? '';
      return press(named[key] ?? key, modifiers, code);
    };
    for (const accelerator of accelerators) {
      expect(accelerators.filter(other => matches(pressOf(accelerator), other, 'linux'))).toEqual([accelerator]);
    }
  });
});

test('accelerators are written as each platform writes them, and as screen readers expect them', () => {
  expect(readable('CmdOrCtrl+Shift+S', 'windows')).toBe('Ctrl+Shift+S');
  expect(readable('CmdOrCtrl+Shift+S', 'mac')).toBe('⇧⌘S');
  expect(readable('Alt+Right', 'linux')).toBe('Alt+→');
  expect(ariaShortcut('CmdOrCtrl+Shift+S', 'linux')).toBe('Control+Shift+S');
  expect(ariaShortcut('Alt+Right', 'mac')).toBe('Alt+ArrowRight');
});
