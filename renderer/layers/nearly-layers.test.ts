import { expect, test } from 'vitest';
import { formatAddress } from '../../shared/address.ts';
import type { ElementContent } from '../../shared/cells.ts';
import { nothingWritten } from '../../shared/changes/written.ts';
import { filledOver } from '../../shared/formula/fill.ts';
import { readFormula } from '../../shared/formula/typed.ts';
import { buildSheet } from '../../shared/layout/sheet.ts';
import { parseNetwork, type TensorId } from '../../shared/network.ts';
import { firstSheets } from '../../shared/places.ts';
import { conv, input, network, plain } from '../../shared/testing/plain-layers.ts';
import { nearlyLayersIn } from './nearly-layers.ts';

/** Two maps of 6×6, then a ReLU and a tanh of them. */
const sheet = buildSheet(
  parseNetwork(network({ ...input, shape: [8, 8, 1] }, conv, plain('relu', 'conv1'), plain('tanh', 'relu'))),
);
const cell = (tensor: TensorId, index: number) => formatAddress(sheet.layout.cellOf(tensor, index));

/** Formulas filled from the first of some elements over all of them, one after the other. */
function written(...fills: readonly { tensor: TensorId; text: string; over: readonly number[] }[]) {
  const formulas = new Map<TensorId, Map<number, ElementContent>>();
  for (const { tensor, text, over } of fills) {
    const read = readFormula(text, { sheet, sheets: firstSheets, names: new Map(), on: sheet.id });
    if (read.problem !== undefined) throw new Error(JSON.stringify(read.problem));
    const own = formulas.get(tensor) ?? new Map<number, ElementContent>();
    for (const { indices, content } of filledOver(sheet, tensor, over[0], read.expression, over))
      for (const index of indices) own.set(index, content!);
    formulas.set(tensor, own);
  }
  return { ...nothingWritten(), formulas };
}
const all = [...Array(72).keys()];
const relu = (over: readonly number[], name = 'ABS') =>
  ({ tensor: 'relu/output', text: `=${name}(${cell('conv1/output', over[0])})`, over }) as const;

test('where most cells of a map have one formula, the others are listed with what they hold', () => {
  const formulas = written(relu(all.filter(index => index !== 10)), relu([20], 'SIN'));
  expect(nearlyLayersIn({ sheet, written: formulas })).toEqual([
    {
      title: 'Nearly a layer: relu (2 cells differ)',
      cells: [
        {
          place: expect.objectContaining(sheet.layout.cellOf('relu/output', 10)),
          where: cell('relu/output', 10),
          holds: 'no formula',
        },
        {
          place: expect.objectContaining(sheet.layout.cellOf('relu/output', 20)),
          where: cell('relu/output', 20),
          holds: 'another formula',
        },
      ],
    },
  ]);
});

test('formulas that no layer can calculate are listed with the reason, each layer by itself', () => {
  const formulas = written(
    { tensor: 'tanh/output', text: `=ROMAN(${cell('relu/output', 0)})`, over: all },
    relu(all.filter(index => index !== 3)),
  );
  expect(nearlyLayersIn({ sheet, written: formulas })).toEqual([
    { title: 'No layer: the formulas over tanh', reason: "A layer can't calculate ROMAN." },
    {
      title: 'Nearly a layer: relu (one cell differs)',
      cells: [expect.objectContaining({ where: cell('relu/output', 3), holds: 'no formula' })],
    },
  ]);
});

test('few formulas, and those that were left as overrides though they could be a layer, are not listed', () => {
  expect(nearlyLayersIn({ sheet, written: written(relu(all.slice(0, 20))) })).toEqual([]);
  expect(nearlyLayersIn({ sheet, written: written(relu(all)) })).toEqual([]);
});
