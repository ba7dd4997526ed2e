import { expect, test } from 'vitest';
import { en } from './en.ts';
import { pseudo } from './pseudo.ts';

test('every word of the pseudo-language has an accent, and every text is 40 % longer', () => {
  const { menu, clipboard } = pseudo(en);
  expect(menu.save).toBe('Sávééé');
  const { doubt } = clipboard;
  for (const word of doubt.match(/\p{L}+/gu)!) expect(word).toMatch(/[áéíóúý]/);
  const { length } = en.clipboard.doubt;
  expect(doubt.length / length).toBeGreaterThan(1.3);
  expect(doubt.length / length).toBeLessThan(1.45);
});

test('what fills a blank stays as it is in the pseudo-language', () => {
  const { views, grid } = pseudo(en);
  expect(views.runs.remove('Run 7')).toBe('Délétéééé Run 7');
  expect(grid.list(['A1:B2', 'C3'], 2)).toBe('A1:B2, C3 ándéé 2 móréé');
});
