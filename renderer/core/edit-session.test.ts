import { expect, test } from 'vitest';
import { formatAddress, parseRange } from '../../shared/address.ts';
import { ENGLISH } from '../../shared/formula/print.ts';
import {
  type EditSession,
  type Formulas,
  helpOf,
  type Intent,
  type KeyPress,
  type Left,
  modeOf,
  step,
  takesCells,
} from './edit-session.ts';

const B2 = { sheet: 'network', row: 1, column: 1 };
const key = (combination: string): Intent => {
  const parts = combination.split('+');
  const press: KeyPress = {
    key: parts.at(-1)!,
    ctrlKey: parts.includes('Control'),
    metaKey: parts.includes('Meta'),
    shiftKey: parts.includes('Shift'),
    altKey: parts.includes('Alt'),
  };
  return { kind: 'key', press, composing: false };
};
const begin = (session: Partial<EditSession> = {}, locked = false): Intent => {
  const { text = '', before = '3', mode = 'enter', field = 'cell', formula = false } = session;
  return { kind: 'begin', session: { place: B2, text, before, mode, field, formula }, locked };
};
const type = (text: string, at = text.length): Intent => ({ kind: 'type', text, caret: { start: at, end: at } });
const click = (cells: string, at = cells, how?: 'extend' | 'add', sheet = 'network'): Intent => {
  const { row, column } = parseRange(at)!;
  return { kind: 'click', range: { sheet, ...parseRange(cells)! }, at: { sheet, row, column }, how };
};
const formulas: Formulas = {
  language: ENGLISH,
  names: [{ name: 'conv1_kernel', detail: 'AD11:AF40', range: { sheet: 'network', ...parseRange('AD11:AF40')! } }],
  prefix: sheet => (sheet === 'notes' ? "'My notes'!" : 'Network!'),
  sheet: name => ({ 'My notes': 'notes', Network: 'network' })[name],
};

/** Applies intents one after the other. Returns the session at the end, and what the last intent left to do. */
function after(...intents: Intent[]): { session: EditSession | undefined; left: Left } {
  let session: EditSession | undefined;
  let left: Left = { do: 'nothing' };
  for (const intent of intents) ({ session, left } = step(session, intent, formulas));
  return { session, left };
}
/** The text with its caret: "1|2 in mode". */
const shown = ({ session }: ReturnType<typeof after>): string =>
  session
    ? `${session.text.slice(0, session.caret.start)}|${session.text.slice(session.caret.end)} in ${session.mode}`
    : 'over';

test('typing begins at the end of the text, and shows its cell', () => {
  const begun = after(begin({ text: '12', mode: 'edit' }));
  expect(shown(begun)).toBe('12| in edit');
  expect(begun.session!.place).toEqual(B2);
  expect(begun.left).toEqual({ do: 'show' });
  // The formula bar is in view already, and has the keyboard.
  expect(after(begin({ text: '12', field: 'bar', mode: 'edit' })).left).toEqual({ do: 'nothing' });
  // Typing that has already begun continues unchanged.
  expect(after(begin({ text: '12' }), begin({ text: '' }))).toMatchObject({
    session: { text: '12' },
    left: { do: 'focus' },
  });
});

test('a window that only shows the workbook begins nothing and says why; its formula bar is left by its keys', () => {
  expect(after(begin({}, true))).toEqual({ session: undefined, left: { do: 'explain' } });
  expect(after(key('Enter')).left).toMatchObject({ do: 'move', field: 'bar' });
  expect(after(key('Escape')).left).toEqual({ do: 'focus' });
  expect(after(key('a')).left).toEqual({ do: 'field' });
  expect(after(type('7'))).toEqual({ session: undefined, left: { do: 'nothing' } });
});

test.each([
  ['Enter', 'enter'],
  ['Shift+Enter', 'enter'],
  ['Tab', 'enter'],
  ['Shift+Tab', 'enter'],
  ['ArrowDown', 'enter'],
  ['PageUp', 'enter'],
  ['Control+Enter', 'fill'],
  ['Alt+Enter', 'newline'],
  ['F2', 'nothing'],
  ['Shift+F2', 'nothing'],
  ['F4', 'nothing'],
  ['a', 'field'],
  ['Backspace', 'field'],
  ['Shift+ArrowLeft', 'field'],
  ['Home', 'field'],
  ['Control+Tab', 'field'],
  ['Control+z', 'field'],
])('while a new number is typed %s is for: %s', (press, left) => {
  expect(after(begin(), type('7'), key(press)).left.do).toBe(left);
});

test('a key that enters moves on as it does on the sheet; unchanged text only moves', () => {
  expect(after(begin(), type('7'), key('Shift+Tab'))).toMatchObject({
    session: { text: '7' },
    left: { do: 'enter', again: false, press: { key: 'Tab', shiftKey: true } },
  });
  const unchanged = after(begin({ text: '3' }), key('Enter'));
  expect(unchanged).toMatchObject({ session: undefined, left: { do: 'move', press: { key: 'Enter' } } });
  expect(after(begin({ text: '3' }), type('37'), type('3'), key('Enter')).left.do).toBe('move');
});

test('once the caret is moved, or F2 is pressed, arrows move it on; F2 again and they enter', () => {
  const begun = [begin(), type('12')];
  for (const moves of ['Home', 'End', 'Shift+ArrowLeft', 'Alt+ArrowDown', 'F2']) {
    const moved = [...begun, key(moves)];
    expect(shown(after(...moved)), moves).toBe('12| in edit');
    expect(after(...moved, key('ArrowLeft')).left, moves).toEqual({ do: 'field' });
  }
  expect(shown(after(...begun, { kind: 'caret', caret: { start: 1, end: 1 }, pressed: true }))).toBe('1|2 in edit');
  expect(shown(after(...begun, { kind: 'caret', caret: { start: 1, end: 1 }, pressed: false }))).toBe('1|2 in enter');
  expect(after(...begun, key('F2'), key('F2'), key('ArrowDown')).left.do).toBe('enter');
  // The typed text keeps this mode.
  expect(shown(after(...begun, key('F2'), type('123')))).toBe('123| in edit');
});

test('Escape gives up what is typed', () => {
  expect(after(begin(), type('7'), key('Escape'))).toEqual({ session: undefined, left: { do: 'focus' } });
  expect(after(begin({ field: 'bar', mode: 'edit' }), type('7'), key('Escape')).session).toBeUndefined();
});

test('keys of an input method are its own', () => {
  for (const press of ['Enter', 'Escape', 'ArrowDown', 'Tab']) {
    const composed = after(begin(), type('か'), { ...key(press), composing: true } as Intent);
    expect(composed, press).toMatchObject({ session: { text: 'か', mode: 'enter' }, left: { do: 'field' } });
  }
});

test('what an input method composes on the sheet opens the editor when it is done, and given up leaves nothing', () => {
  const composing = [begin({ field: 'sheet' }), type('か')];
  expect(after(begin({ field: 'sheet' })).left).toEqual({ do: 'nothing' });
  expect(after(...composing)).toMatchObject({ session: { text: 'か', field: 'sheet' }, left: { do: 'nothing' } });
  const composed = after(...composing, { kind: 'composed', text: '化' });
  expect(composed).toMatchObject({ session: { text: '化', field: 'cell' }, left: { do: 'show' } });
  expect(shown(composed)).toBe('化| in enter');
  expect(after(...composing, { kind: 'composed', text: '' })).toEqual({ session: undefined, left: { do: 'nothing' } });
  // If typing is locked, the end of a composition doesn't explain it a second time.
  const locked = after(begin({ field: 'sheet' }, true), type('か'), { kind: 'composed', text: '化' });
  expect(locked).toEqual({ session: undefined, left: { do: 'nothing' } });
});

test('the formula bar takes over what is typed in the cell, and keeps its arrows', () => {
  const taken = [begin(), type('12', 1), { kind: 'focus', field: 'bar' } as const];
  expect(shown(after(...taken))).toBe('1|2 in edit');
  expect(after(...taken).session!.field).toBe('bar');
  for (const own of ['ArrowDown', 'ArrowLeft', 'F2', 'Home', 'Shift+Enter+x'])
    expect(after(...taken, key(own)).left, own).toEqual({ do: 'field' });
  expect(after(...taken, key('Enter')).left).toMatchObject({ do: 'enter', press: { key: 'Enter' } });
  // The cell's own field closes and has lost the keyboard by then. That enters nothing.
  expect(after(...taken, { kind: 'blur', field: 'cell' })).toMatchObject({
    session: { text: '12' },
    left: { do: 'nothing' },
  });
  expect(after(...taken, { kind: 'blur', field: 'bar' }).left.do).toBe('enter');
});

test('what is refused waits for another try: the same once more is a yes, going elsewhere gives it up', () => {
  const refused = [begin(), type('0,5'), key('Enter'), { kind: 'refused' } as const];
  expect(after(...refused).session).toMatchObject({ text: '0,5', refused: true });
  expect(after(...refused, key('Enter')).left).toMatchObject({ do: 'enter', again: true });
  expect(after(...refused, key('Control+Enter')).left).toEqual({ do: 'fill', again: true });
  expect(after(...refused, { kind: 'finish', byKey: false }).left).toMatchObject({ do: 'enter', again: false });
  expect(after(...refused, type('0.5'), key('Enter')).left).toMatchObject({ do: 'enter', again: false });
  expect(after(...refused, { kind: 'blur', field: 'cell' }).session).toMatchObject({ refused: true });
  expect(after(...refused, { kind: 'leave' })).toEqual({ session: undefined, left: { do: 'nothing' } });
  expect(after(begin(), type('0,5'), { kind: 'leave' }).left).toEqual({ do: 'enter', again: false });
  expect(after(begin(), type('7'), { kind: 'entered' }).session).toBeUndefined();
});

test('a click on the sheet enters a number; it points for a formula', () => {
  expect(after(begin(), type('7'), click('C3')).left).toEqual({ do: 'enter', again: false });
  // If the text can't be a formula, = is like any other character.
  expect(after(begin(), type('='), click('C3')).left).toEqual({ do: 'enter', again: false });
  const formula = begin({ formula: true });
  expect(shown(after(formula, type('='), click('C3')))).toBe('=C3| in point');
  // The same reference again while the pointer is dragged on.
  expect(shown(after(formula, type('='), click('C3'), click('C3:D5', 'D5')))).toBe('=C3:D5| in point');
  expect(shown(after(formula, type('=SUM()', 5), click('C3'), click('AH3')))).toBe('=SUM(AH3|) in point');
  expect(shown(after(formula, type('='), click('C3'), type('=C3+'), click('D4')))).toBe('=C3+D4| in point');
});

test('after a reference is pointed at arrows go on from it; typing on or F2 ends that', () => {
  const pointed = [begin({ formula: true }), type('=2*'), click('C3')];
  const walk = after(...pointed, key('Shift+ArrowDown')).left;
  expect(walk).toMatchObject({ do: 'walk', press: { key: 'ArrowDown', shiftKey: true } });
  expect(walk.do === 'walk' && formatAddress(walk.from)).toBe('C3');
  // Before anything is pointed at, arrows start from the edited cell.
  expect(after(begin({ formula: true }), type('='), key('ArrowUp')).left).toMatchObject({ do: 'walk', from: B2 });
  expect(shown(after(...pointed, type('=2*C3)')))).toBe('=2*C3)| in enter');
  expect(after(...pointed, type('=2*C3'), key('ArrowDown')).left.do).toBe('enter');
  expect(shown(after(...pointed, key('F2')))).toBe('=2*C3| in edit');
  expect(shown(after(...pointed, key('F2'), type('=2*C3+'), key('F2')))).toBe('=2*C3+| in point');
  expect(after(...pointed, key('Enter')).left.do).toBe('enter');
});

const FORMULA = begin({ formula: true });
const F2 = begin({ formula: true, mode: 'edit', text: '=A1+B2', before: '=A1+B2' });

test('a click points wherever a reference may stand, in the formula bar too; typing then goes on as before', () => {
  expect(shown(after(F2, type('=A1+'), click('C3')))).toBe('=A1+C3| in point');
  expect(shown(after(F2, type('=A1+'), click('C3'), type('=A1+C3*')))).toBe('=A1+C3*| in edit');
  const bar = begin({ formula: true, field: 'bar', mode: 'edit', text: '', before: '' });
  expect(shown(after(bar, type('=SUM('), click('C3:D4', 'D4')))).toBe('=SUM(C3:D4| in point');
  expect(after(bar, type('=SUM('), click('C3'), key('ArrowDown')).left.do).toBe('walk');
  expect(after(bar, type('=SUM('), key('ArrowLeft')).left.do).toBe('field');
  // Behind a number or a cell it enters.
  for (const complete of ['=2', '=A1', '=SUM(A1)', '="a', '=5%'])
    expect(after(FORMULA, type(complete), click('C3')).left.do, complete).toBe('enter');
  expect(takesCells(after(FORMULA, type('=2*')).session, undefined, formulas)).toBe(true);
  expect(takesCells(after(FORMULA, type('=2')).session, undefined, formulas)).toBe(false);
  expect(takesCells(undefined, undefined, formulas)).toBe(false);
});

test('Shift extends what is pointed at from where it began; Ctrl adds further cells as arguments', () => {
  const pointed = [FORMULA, type('=SUM('), click('C3')];
  expect(shown(after(...pointed, click('D5', 'D5', 'extend'), click('B2', 'B2', 'extend')))).toBe(
    '=SUM(B2:C3| in point',
  );
  expect(shown(after(...pointed, click('E9', 'E9', 'add'), click('E9:F9', 'F9')))).toBe('=SUM(C3,E9:F9| in point');
  expect(shown(after(FORMULA, type('=SUM(C3'), click('E9', 'E9', 'add')))).toBe('=SUM(C3,E9| in point');
  // Outside a function, cells can't stand side by side.
  expect(shown(after(FORMULA, type('='), click('C3'), click('E9', 'E9', 'add')))).toBe('=E9| in point');
});

test('behind a cell and a colon, the other corner is pointed at', () => {
  const typed = [FORMULA, type('=SUM($B$2:')];
  expect(shown(after(...typed, click('D4')))).toBe('=SUM($B$2:D4| in point');
  expect(shown(after(...typed, click('D4'), click('D4:F6', 'F6')))).toBe('=SUM($B$2:F6| in point');
  expect(after(...typed, key('ArrowDown')).left).toMatchObject({ do: 'walk', from: B2 });
  expect(shown(after(...typed, click('D4'), click('F6', 'F6', 'add')))).toBe('=SUM($B$2:D4,F6| in point');
  // Its cells are on one sheet.
  expect(after(...typed, click('D4', 'D4', undefined, 'notes')).left.do).toBe('enter');
  expect(after(FORMULA, type('=B2:C3:'), click('D4')).left.do).toBe('enter');
});

test('cells of another sheet have its name', () => {
  expect(shown(after(FORMULA, type('=2*'), click('C3:C4', 'C4', undefined, 'notes')))).toBe(
    "=2*'My notes'!C3:C4| in point",
  );
  expect(shown(after(F2, type("='My notes'!C3"), key('F2')))).toBe("='My notes'!C3| in point");
  expect(after(F2, type("='My notes'!C3"), key('F2')).session!.pointed!.at).toMatchObject({ sheet: 'notes', row: 2 });
});

test('F4 goes round the dollars of the reference at the caret, which stays pointed at', () => {
  const pointed = [FORMULA, type('=2*'), click('C3')];
  const keys = (count: number) => Array.from({ length: count }, () => key('F4'));
  expect([1, 2, 3, 4].map(count => shown(after(...pointed, ...keys(count))))).toEqual([
    '=2*$C$3| in point',
    '=2*C$3| in point',
    '=2*$C3| in point',
    '=2*C3| in point',
  ]);
  expect(shown(after(...pointed, key('F4'), click('D4')))).toBe('=2*D4| in point');
  expect(shown(after(F2, type('=A1+B2', 2), key('F4')))).toBe('=$A$1|+B2 in edit');
  expect(after(F2, type('=1+2'), key('F4'))).toMatchObject({ session: { text: '=1+2' }, left: { do: 'nothing' } });
});

test('F2 at a reference lets the arrows move that', () => {
  expect(after(F2, key('F2')).session).toMatchObject({ mode: 'point', pointed: { start: 4, end: 6 } });
  expect(shown(after(F2, key('F2'), click('B3')))).toBe('=A1+B3| in point');
  expect(after(F2, key('F2'), key('ArrowDown')).left).toMatchObject({ do: 'walk', from: B2 });
});

test('a reference is moved and resized by its frame, and keeps its dollars', () => {
  const text = "=$A$1+'My notes'!B2";
  const range = (cells: string) => ({ sheet: 'network', ...parseRange(cells)! });
  expect(shown(after(F2, type(text), { kind: 'refer', start: 1, range: range('C3:D4') }))).toBe(
    "=$C$3:$D$4|+'My notes'!B2 in edit",
  );
  expect(shown(after(F2, type(text), { kind: 'refer', start: 6, range: range('C3') }))).toBe(
    "=$A$1+'My notes'!C3| in edit",
  );
  expect(after(F2, { kind: 'refer', start: 3, range: range('C3') }).session!.text).toBe('=A1+B2');
});

test('proposals are chosen by arrows and taken by Tab; Escape closes the help before it ends typing', () => {
  const typed = [FORMULA, type('=su')];
  const names = (intents: Intent[]) => after(...intents).session!.proposals?.items.map(({ name }) => name);
  expect(names(typed)!.slice(0, 3)).toEqual(['SUM', 'SUMPRODUCT', 'SUMIF']);
  expect(shown(after(...typed, key('Tab')))).toBe('=SUM(| in point');
  expect(shown(after(...typed, key('ArrowDown'), key('Tab')))).toBe('=SUMPRODUCT(| in point');
  expect(after(...typed, key('ArrowUp')).session!.proposals!.chosen).toBe(names(typed)!.length - 1);
  expect(shown(after(...typed, { kind: 'take', chosen: 2 }))).toBe('=SUMIF(| in point');
  expect(shown(after(FORMULA, type('=conv'), key('Tab'), key('Tab')))).toBe('=conv1_kernel| in enter');
  expect(after(...typed, key('Enter')).left.do).toBe('enter');

  const closed = [...typed, key('Escape')];
  expect(after(...closed)).toMatchObject({ session: { text: '=su', proposals: undefined }, left: { do: 'nothing' } });
  expect(after(...closed, key('Escape'))).toEqual({ session: undefined, left: { do: 'focus' } });
  expect(after(...closed, key('Tab')).left.do).toBe('enter');
  expect(names([...closed, type('=sum')])).toContain('SUM');
  // Once the caret is elsewhere, nothing is proposed for what stands there.
  expect(names([...typed, { kind: 'caret', caret: { start: 0, end: 0 }, pressed: false }])).toBeUndefined();
});

test('the function around the caret is told, with its argument, until the help is closed', () => {
  const help = (...intents: Intent[]) => helpOf(after(...intents).session!, formulas);
  expect(help(FORMULA, type('=SUM(1,'))).toMatchObject({ called: 'SUM', argument: 1 });
  expect(help(FORMULA, type('=SUMM(1,'))).toMatchObject({ called: undefined, unknown: 'SUMM' });
  expect(help(FORMULA, type('=SUM(1)'))).toBeUndefined();
  expect(help(FORMULA, type('=SUM(1,'), key('Escape'))).toBeUndefined();
  expect(help(FORMULA, type('=SUM(1,'), key('Escape'), type('=SUM(1,2'))).toMatchObject({ argument: 1 });
  expect(help(begin(), type('=SUM('))).toBeUndefined();
});

test('a formula goes on in the formula bar while it points at another sheet', () => {
  const turned = [FORMULA, type('=2*'), click('A1'), { kind: 'turn' } satisfies Intent];
  expect(after(...turned).session).toMatchObject({ text: '=2*A1', field: 'bar', mode: 'point' });
  expect(shown(after(...turned, click('C3', 'C3', undefined, 'notes')))).toBe("=2*'My notes'!C3| in point");
  expect(after(...turned, click('C3', 'C3', undefined, 'notes'), key('Enter')).left.do).toBe('enter');
  expect(after(FORMULA, type('=2*'), key('Control+PageDown')).left).toEqual({ do: 'turn', by: 1 });
  expect(after(FORMULA, type('=2*'), key('Control+PageUp')).left).toEqual({ do: 'turn', by: -1 });
  // A text is entered before the sheet is turned.
  expect(after(begin(), type('2'), key('Control+PageDown')).left.do).toBe('enter');
});

test('the status bar says what arrows do', () => {
  const mode = (...intents: Intent[]) => modeOf(after(...intents).session);
  expect(mode()).toBe('ready');
  expect(mode(FORMULA, type('='))).toBe('enter');
  expect(mode(FORMULA, type('='), click('A1'))).toBe('point');
  expect(mode(FORMULA, type('='), click('A1'), key('F2'))).toBe('edit');
});

test('as in Excel, cells can be pointed at behind a sign, too; a number with a sign is entered by an arrow', () => {
  const typed = (text: string, ...intents: Intent[]) => after(begin({ formula: true }), type(text), ...intents);
  expect(shown(typed('-', click('C3')))).toBe('-C3| in point');
  expect(shown(typed('+A1*', click('C3')))).toBe('+A1*C3| in point');
  expect(typed('-', key('ArrowUp')).left).toMatchObject({ do: 'walk' });
  expect(typed('-5', key('ArrowUp')).left).toMatchObject({ do: 'enter' });
  expect(typed('- see', key('ArrowUp')).left).toMatchObject({ do: 'enter' });
});
