import { expect, test } from 'vitest';
import { type CellRange, formatRange, parseRange } from '../../shared/address.ts';
import { parseNetwork } from '../../shared/network.ts';
import { buildSheet } from '../../shared/layout/sheet.ts';
import type { State } from '../core/store.ts';
import { lessonSheet } from './testing/lesson-sheet.ts';
import { foldedSources, traceOutlines, traceSentence, visibleSteps } from './tracing.ts';

const sheet = lessonSheet();
const stateOf = (cell: string, trace: State['trace'], stepsBack = 0, folded: string[] = ['conv1']) => ({
  sheet,
  foldedLayers: new Set(folded),
  active: { sheet: sheet.id, ...parseRange(cell)! },
  trace,
  stepsBack,
});
const rangesOf = (state: ReturnType<typeof stateOf>, kind: string) =>
  traceOutlines(state)
    .filter(outline => outline.kind === kind)
    .map(({ range }) => formatRange(range));

test('a step back into folded columns is left out, since nobody would see it', () => {
  const steps = (folded: string[]) =>
    visibleSteps(stateOf('CT12', 'precedents', 0, folded)).map(step => step.map(range => formatRange(range)));
  expect(steps([])).toEqual([['BO11:BQ13', 'BO40:BQ42'], ['AN11:AP13', 'AN40:AP42'], ['G10:K14']]);
  expect(steps(['conv1'])).toEqual([['BO11:BQ13', 'BO40:BQ42'], ['G10:K14']]);
  expect(rangesOf(stateOf('CT12', 'precedents', 1), 'trace')).toEqual(['G10:K14']);
});

test('a folded ReLU shows the patch, the kernel and the bias of the convolution that hides', () => {
  const folded = stateOf('BZ11', 'precedents');
  expect(rangesOf(folded, 'precedent')).toEqual([]);
  expect(rangesOf(folded, 'trace')).toEqual(['R10:T12', 'AD11:AF13', 'AD15']);
  const unfolded = stateOf('BZ11', 'precedents', 0, []);
  expect(rangesOf(unfolded, 'precedent')).toEqual(['AY11']);
  expect(rangesOf(unfolded, 'trace')).toEqual([]);
});

test('what depends on a kernel cell is framed in the ReLU that shows the folded convolution', () => {
  expect(rangesOf(stateOf('AD11', 'dependents'), 'dependent')).toEqual(['BI3:CH28']);
  expect(rangesOf(stateOf('AD11', 'dependents', 0, []), 'dependent')).toEqual(['AH3:BG28']);
  expect(rangesOf(stateOf('K11', 'dependents'), 'dependent')).toEqual(['BQ10:BS12', 'BQ39:BS41']);
});

test('a step back past a shortcut names every layer it stands in', () => {
  const conv = { kind: 'conv2d', filters: 1, kernelSize: [3, 3], strides: [1, 1], padding: 'same', useBias: false };
  const residual = buildSheet(
    parseNetwork({
      version: 1,
      layers: [
        { id: 'in', name: 'input', inputs: [], kind: 'input', shape: [5, 5, 1] },
        { id: 'a', name: 'conv1', inputs: ['in'], ...conv },
        { id: 'b', name: 'conv2', inputs: ['a'], ...conv },
        { id: 't', name: 'tanh', inputs: ['b'], kind: 'tanh' },
        { id: 's', name: 'sum', inputs: ['t', 'in'], kind: 'add' },
      ],
    }),
  );
  const { row, column } = residual.layout.cellOf('s/output', 12);
  const state = {
    ...stateOf('A1', 'precedents', 1, []),
    sheet: residual,
    active: { sheet: residual.id, row, column, height: 1, width: 1 },
  };
  const where = formatRange(state.active);
  expect(traceSentence(state)).toBe(`${where} follows from input + conv2: C5, W5.`);
  expect(traceSentence({ ...state, stepsBack: 2 })).toBe(`${where} follows from input + conv1: C5, L4:N6.`);
  expect(traceSentence({ ...state, stepsBack: 3 })).toBe(`${where} follows from input: A3:E7.`);
  expect(rangesOf({ ...state, stepsBack: 3 }, 'trace'), 'each once').toEqual(['C5', 'W5', 'L4:N6', 'A3:E7']);
});

test('what is traced is said in words, because it is often out of view', () => {
  expect(traceSentence(stateOf('CT12', 'precedents'))).toBeUndefined();
  expect(traceSentence(stateOf('CT12', 'precedents', 1))).toBe('CT12 follows from input: G10:K14.');
  expect(traceSentence(stateOf('CT12', 'pixels'))).toBe('CT12 follows from input: G10:K14.');
  expect(traceSentence(stateOf('CT12', 'dependents'))).toBe('CT12 is read by DS12.');
  expect(traceSentence(stateOf('B2', 'none'))).toBeUndefined();
  expect(traceSentence(stateOf('AC1', 'dependents'))).toBeUndefined();
});

test('what reads a pixel is named and framed where it is seen, also while its convolution is folded (fault 23)', () => {
  const open = stateOf('J12', 'dependents', 0, []);
  const closed = stateOf('J12', 'dependents');
  expect(traceSentence(open)).toBe('J12 is read by AO11:AQ13, AO40:AQ42.');
  expect(traceSentence(closed)).toBe(
    'J12 is read by BP11:BR13, BP40:BR42. relu1 stands there for conv1, which is folded into it.',
  );
  expect(rangesOf(closed, 'dependent')).toEqual(['BP11:BR13', 'BP40:BR42']);
});

test('a formula that reads folded columns is told apart, so that they can be shown (fault 23)', () => {
  const layers = (cell: string, folded: string[]) => foldedSources(stateOf(cell, 'precedents', 0, folded));
  expect(layers('BZ11', ['conv1'])).toEqual(['conv1']);
  expect(layers('BZ11', [])).toEqual([]);
  expect(layers('CT12', ['conv1'])).toEqual([]);
  expect(layers('AD11', ['conv1'])).toEqual([]);
  expect(layers('DS12', ['conv1', 'conv2'])).toEqual(['conv2']);
});

/** A convolution of many input channels. Its partial sums are in their own columns. Its ReLU reads it, and so does a
 *  shortcut past the ReLU. */
const withShortcut = buildSheet(
  parseNetwork({
    version: 1,
    layers: [
      { id: 'in', name: 'input', inputs: [], kind: 'input', shape: [6, 6, 200] },
      {
        id: 'c',
        name: 'conv',
        inputs: ['in'],
        kind: 'conv2d',
        filters: 2,
        kernelSize: [3, 3],
        strides: [1, 1],
        padding: 'same',
        useBias: true,
      },
      { id: 'r', name: 'relu', inputs: ['c'], kind: 'relu' },
      { id: 's', name: 'sum', inputs: ['r', 'c'], kind: 'add' },
    ],
  }),
);
const inShortcut = (tensor: `${string}/output`, index: number, trace: State['trace'], stepsBack = 0) => ({
  ...stateOf('A1', trace, stepsBack, ['c']),
  sheet: withShortcut,
  active: { sheet: withShortcut.id, ...withShortcut.layout.cellOf(tensor, index), height: 1, width: 1 },
});
const isHidden = ({ row, column }: CellRange) => {
  const tensor = withShortcut.tensors.get(withShortcut.layout.elementAt(row, column)!.tensor)!;
  return tensor.layer === 'c' && tensor.role === 'computed';
};

test.each([
  ['what a sum past a folded convolution reads', inShortcut('s/output', 0, 'precedents')],
  ['what a pixel is read by', inShortcut('in/output', 0, 'dependents')],
  ['what a folded ReLU reads', inShortcut('r/output', 0, 'precedents')],
  ['a step further back', inShortcut('s/output', 0, 'precedents', 1)],
  ['what depends on a folded ReLU', inShortcut('r/output', 0, 'dependents')],
])('no frame lies in folded columns: %s (fault 23)', (_name, state) => {
  const outlines = traceOutlines(state);
  expect(outlines.length).toBeGreaterThan(0);
  for (const { range } of outlines) expect(isHidden(range), formatRange(range)).toBe(false);
});
