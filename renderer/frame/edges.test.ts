import { expect, test } from 'vitest';
import { PANELS, type PanelName, widthWithin } from './edges.ts';

test.each([
  ['left', 260.4, 1400, 260],
  ['left', 10, 1400, PANELS.left.least],
  ['left', 2000, 4000, PANELS.left.most],
  ['side', 700, 1600, 700],
  ['side', 5000, 4000, PANELS.side.most],
  ['side', 700, 800, 560],
  ['side', 700, 100, PANELS.side.least],
  ['side', -50, 1600, PANELS.side.least],
  ['graph', 300, 700, 300],
  ['graph', 300, 400, 280],
  ['lesson', 500, 500, 380],
] as [PanelName, number, number, number][])(
  'a %s panel that is wanted %d px wide where %d are free is %d px (habit 33)',
  (name, wanted, free, width) => {
    expect(widthWithin(name, wanted, free)).toBe(width);
  },
);
