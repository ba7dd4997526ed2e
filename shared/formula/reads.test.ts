import { describe, expect, it } from 'vitest';
import { outputSize } from '../geometry.ts';
import { all, type AxisRead, inGroup, inWindow, metByWindow, same, type Span, type Windows } from './reads.ts';

/** Every axis that some kind reads, with the number of reading cells and the axis's length. */
function axes(): { name: string; axis: AxisRead; readers: number; size: number }[] {
  const found = [
    { name: 'all', axis: all(5), readers: 4, size: 5 },
    { name: 'same', axis: same(0), readers: 6, size: 6 },
    { name: 'the second of three inputs in a row', axis: same(0, 3, 4), readers: 12, size: 4 },
    { name: 'groups of 3, the last of 2', axis: inGroup(0, 3, 8), readers: 3, size: 8 },
  ];
  for (const padding of ['valid', 'same'] as const) {
    for (const window of [1, 2, 3, 5]) {
      for (const stride of [1, 2, 3, 6]) {
        for (const size of [5, 6, 9]) {
          const windows: Windows = { size, window, stride, padding };
          const readers = outputSize(size, window, stride, padding);
          const name = `${padding} ${window} over ${size} by ${stride}`;
          found.push({ name: `window: ${name}`, axis: inWindow(0, windows), readers, size });
          found.push({ name: `kernel: ${name}`, axis: metByWindow(0, windows), readers, size: window });
        }
      }
    }
  }
  return found;
}

const only = (at: number): Span => ({ start: at, end: at + 1 });
const has = ({ start, end }: Span, at: number) => start <= at && at < end;
const positions = (count: number) => Array.from({ length: count }, (_, at) => at);

describe('along every axis', () => {
  it('a cell reads exactly what tells that the cell reads it', () => {
    for (const { name, axis, readers, size } of axes()) {
      for (const reader of positions(readers)) {
        for (const at of positions(size)) {
          // If all cells read everything along an axis, nobody asks for its readers.
          const told = axis.axis === undefined || has(axis.readers(only(at)), reader);
          if (has(axis.read(only(reader)), at) !== told) expect.fail(`${name}: ${reader} and ${at}`);
        }
      }
    }
  });

  it('several cells read from the first to the last thing that one of them reads', () => {
    for (const { name, axis, readers, size } of axes()) {
      for (const start of positions(readers)) {
        for (let end = start + 1; end <= readers; end++) {
          const read = positions(size).filter(at =>
            positions(end - start).some(reader => has(axis.read(only(start + reader)), at)),
          );
          const span = axis.read({ start, end });
          const spanned = positions(size).filter(at => has(span, at));
          expect(spanned, name).toEqual(read.length === 0 ? [] : positions(read.at(-1)! + 1).slice(read[0]));
        }
      }
    }
  });
});
