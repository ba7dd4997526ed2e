import { expect, test } from 'vitest';
import { type Item, looksSame, paint } from './picture.ts';

const box = { x: 0, y: 0, width: 20, height: 20 };
const cells = (steps: number[], more: object = {}): Item => ({
  kind: 'cells',
  box,
  rows: 1,
  columns: steps.length,
  scale: 'diverging',
  steps: Int16Array.from(steps),
  ...more,
});
const text = (more: object = {}): Item => ({
  kind: 'text',
  x: 1,
  y: 2,
  text: '0.5',
  size: 9,
  paint: paint('ink'),
  ...more,
});
const picture = (...items: Item[]) => ({ size: { width: 192, height: 108 }, items, spoken: '' });

test('pictures look the same where everything that is painted is the same', () => {
  const one = picture(cells([1, 2]), { kind: 'group', items: [text()], alpha: 0.5 });
  const elementAt = (index: number) => ({ tensor: 'conv1/output' as const, index });
  const shown = { value: 0.5, terms: [] };
  expect(
    looksSame(one, picture(cells([1, 2], { elementAt }), { kind: 'group', items: [text({ shown })], alpha: 0.5 })),
  ).toBe(true);
  for (const other of [
    picture(cells([1, 3]), one.items[1]),
    picture(cells([1, 2, 2]), one.items[1]),
    picture(one.items[0], { kind: 'group', items: [text()], alpha: 0.6 }),
    picture(one.items[0], { kind: 'group', items: [text({ most: 3 })], alpha: 0.5 }),
    picture(one.items[0], { kind: 'group', items: [text({ paint: paint('ink', 0.5) })], alpha: 0.5 }),
    picture(one.items[0], { kind: 'group', items: [text(), text()], alpha: 0.5 }),
    picture(one.items[0]),
    { ...one, size: { width: 108, height: 192 } },
  ])
    expect([looksSame(one, other), looksSame(other, one)]).toEqual([false, false]);
});
