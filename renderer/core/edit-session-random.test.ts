import { expect, test } from 'vitest';
import { typedFormula, typedReferences } from '../../shared/formula/tokens.ts';
import { createRandom } from '../../shared/random.ts';
import { GERMAN } from '../../shared/testing/round-trips.ts';
import { ENGLISH } from '../../shared/formula/print.ts';
import { type EditSession, type Formulas, helpOf, type Intent, modeOf, step, takesCells } from './edit-session.ts';

const KEYS = 'ArrowUp ArrowDown ArrowLeft ArrowRight Home End PageDown Tab Enter Escape F2 F4 F4 a'.split(' ');
const PIECES = ['=', '=', '(', ')', ',', ';', '+', '-', '*', ':', '$', '!', '"', "'", '{', '}', '%', ' ', '1', '0,5'];
const WORDS = ['SUM(', 'su', 'LOG1', 'A1', '$B$2', 'A:C', 'Notes!C3', "'My notes'!D4", 'conv1_kernel', 'ä', '😀'];
const range = { sheet: 'network', row: 10, column: 29, height: 3, width: 3 };

test('whatever is typed, clicked and dragged, the caret is in the text and what is pointed at is a reference', () => {
  const random = createRandom(18);
  const pick = <T>(all: readonly T[]): T => all[random.integer(all.length)];
  for (let run = 0; run < 1000; run++) {
    const formulas: Formulas = {
      language: run % 2 === 0 ? ENGLISH : GERMAN,
      names: [{ name: 'conv1_kernel', detail: '', range }],
      prefix: sheet => (sheet === 'notes' ? "'My notes'!" : 'Network!'),
      sheet: name => ({ 'my notes': 'notes', network: 'network' })[name.toLowerCase()],
    };
    const cell = () => ({
      sheet: pick(['network', 'network', 'notes']),
      row: random.integer(9),
      column: random.integer(9),
    });
    const intentAfter = ({ text, caret }: EditSession): Intent => {
      const kind = random.integer(10);
      if (kind < 4) {
        const piece = pick(random.uniform() < 0.5 ? PIECES : WORDS);
        const typed = text.slice(0, caret.start) + piece + text.slice(caret.end);
        const at = caret.start + piece.length;
        return { kind: 'type', text: typed, caret: { start: at, end: at } };
      }
      if (kind < 7) {
        const [shiftKey, ctrlKey] = [random.uniform() < 0.3, random.uniform() < 0.1];
        return {
          kind: 'key',
          press: { key: pick(KEYS), shiftKey, ctrlKey, metaKey: false, altKey: false },
          composing: false,
        };
      }
      if (kind === 7) {
        const [start, end] = [random.integer(text.length + 1), random.integer(text.length + 1)].sort((a, b) => a - b);
        return { kind: 'caret', caret: { start, end }, pressed: random.uniform() < 0.5 };
      }
      const at = cell();
      const area = { ...at, height: 1 + random.integer(3), width: 1 + random.integer(3) };
      if (kind === 8) return { kind: 'click', range: area, at, how: pick([undefined, undefined, 'extend', 'add']) };
      return random.uniform() < 0.5
        ? { kind: 'refer', start: random.integer(text.length + 1), range: area }
        : { kind: 'take', chosen: random.integer(4) };
    };
    const session = { place: { ...cell(), sheet: 'network' }, text: '=', before: '', formula: true } as const;
    let now: EditSession | undefined = step(
      undefined,
      { kind: 'begin', session: { ...session, mode: 'enter', field: pick(['cell', 'bar']) }, locked: false },
      formulas,
    ).session;
    for (let i = 0; now && i < 25; i++) {
      const before: EditSession = now;
      const intent = intentAfter(before);
      const taken = intent.kind === 'click' && takesCells(before, intent.how, formulas);
      const { session: next, left } = step(before, intent, formulas);
      now = left.do === 'enter' || left.do === 'fill' ? undefined : next;
      if (!now) break;
      helpOf(now, formulas);
      const where = JSON.stringify([before.text, intent, now.text]);
      const { text, caret, pointed, proposals } = now;
      expect(caret.start >= 0 && caret.start <= caret.end && caret.end <= text.length, where).toBe(true);
      if (proposals)
        expect(proposals.end <= text.length && proposals.chosen < proposals.items.length, where).toBe(true);
      if (taken) expect(modeOf(now), where).toBe('point');
      if (!pointed) continue;
      expect(now.mode, where).toBe('point');
      const references = typedReferences(typedFormula(text, formulas.language));
      expect(
        references.some(({ start, end }) => start === pointed.start && end === pointed.end),
        where,
      ).toBe(true);
    }
  }
});
