import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { read } from '@e965/xlsx';
import { expect, test } from 'vitest';
import { formatAddress, parseAddress } from '../shared/address.ts';
import { computeReference } from './engine/oracle/reference.ts';
import { readTemplate } from './files/templates.ts';

const path = fileURLToPath(new URL('../../shared/seeds/conv-example.xlsx', import.meta.url));

/** The numbers of the workbook's first sheet, [height, width], from a cell on. `step`: how far apart they are. */
function numbersOf(cells: Record<string, { v?: unknown }>, from: string, height: number, width: number, step = 1) {
  const { row, column } = parseAddress(from)!;
  return Array.from({ length: height * width }, (_, i) => {
    const place = { row: row + step * Math.floor(i / width), column: column + step * (i % width) };
    return Number(cells[formatAddress(place)]?.v ?? 0);
  });
}

test.skipIf(!existsSync(path))(
  'lesson-excel calculates what the workbook in ../shared shows, once its wrong kernel cell is put back',
  async () => {
    const book = read(readFileSync(path));
    const cells = book.Sheets[book.SheetNames[0]] as Record<string, { v?: unknown }>;
    const { network, values } = await readTemplate('lesson-excel');

    const pixels = numbersOf(cells, 'A2', 28, 28);
    const shown = values.get('input/output')!;
    // Pixels of ours are multiples of 1/256.
    expect(shown.every((pixel, i) => pixel === Math.round(pixels[i] * 256) / 256)).toBe(true);
    const kernel = values.get('conv1/kernel')!.slice();
    expect(kernel[4 * 2]).toBe(0);
    kernel[4 * 2] = Number(cells.AE12.v);
    values.set('input/output', Float32Array.from(pixels)).set('conv1/kernel', kernel);
    const outputs = computeReference(network, values);

    for (const [tensor, corners, height, width, step] of [
      ['relu1/output', ['AH3', 'AH32'], 26, 26, 1],
      // Of the 25 columns of the workbook, the last reads an empty one.
      ['relu2/output', ['BM4', 'BM33'], 24, 24, 1],
      ['pool/output', ['CM4', 'CM33'], 12, 12, 2],
    ] as const) {
      const found = outputs.get(tensor)!.values;
      for (const [channel, corner] of corners.entries()) {
        const wanted = numbersOf(cells, corner, height, width, step);
        for (const [i, number] of wanted.entries())
          expect(Math.abs(found[2 * i + channel] - number), `${tensor} ${channel} ${i}`).toBeLessThan(
            1e-5 * (1 + number),
          );
      }
    }
  },
);
