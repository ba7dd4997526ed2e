import { expect, test } from 'vitest';
import { nothingWritten } from '../changes/written.ts';
import { buildSheet } from '../layout/sheet.ts';
import { english } from '../messages/render.ts';
import { parseNetwork } from '../network.ts';
import { problemOf } from './check.ts';
import type { Camera, Motion } from './storyboard.ts';
import { runToShow } from './templates.ts';
import { sceneOf } from './testing/small-storyboard.ts';

const layer = (id: string, inputs: string[], settings: object) => ({ id, name: `my ${id}`, inputs, ...settings });
const kernel = { kernelSize: [3, 3], strides: [1, 1], padding: 'valid', useBias: true };
const sheet = buildSheet(
  parseNetwork({
    version: 1,
    layers: [
      layer('in', [], { kind: 'input', shape: [8, 8, 1] }),
      layer('conv', ['in'], { kind: 'conv2d', filters: 2, ...kernel }),
      layer('relu', ['conv'], { kind: 'relu' }),
      layer('flat', ['relu'], { kind: 'flatten' }),
      layer('dense', ['flat'], { kind: 'dense', units: 3, useBias: true }),
      layer('softmax', ['dense'], { kind: 'softmax' }),
    ],
  }),
);
const bare = buildSheet(parseNetwork({ version: 1, layers: [layer('in', [], { kind: 'input', shape: [4, 4, 1] })] }));
const parameters = [...sheet.tensors.values()].filter(({ role }) => role === 'parameter');
const kept = { steps: [0, 10], sizes: parameters.map(({ id, size }) => [id, size] as const) };
const { layers } = sheet.network;
const withLayer = (id: string, changes: object) =>
  layers.map(each => (each.id === id ? { ...each, ...changes } : each));
const around = {
  written: nothingWritten(),
  runs: [
    { id: 'kept', name: 'Run 2', kept, layers: withLayer('conv', { name: 'my first' }) },
    { id: 'earlier', name: 'Run 4', kept },
    { id: 'other', name: 'Run 3', kept: { steps: [0, 10], sizes: [['conv/kernel', 50] as const] } },
    { id: 'fewer', name: 'Run 5', kept: { steps: [0, 10], sizes: kept.sizes.slice(1) } },
    { id: 'old', name: 'Run 1' },
    // The kernels of these runs have as many weights as this network's.
    { id: 'flat', name: 'Run 6', kept, layers: withLayer('conv', { kernelSize: [1, 9] }) },
    { id: 'bent', name: 'Run 7', kept, layers: withLayer('relu', { kind: 'sigmoid' }) },
    { id: 'read', name: 'Run 8', kept, layers: withLayer('relu', { inputs: ['in'] }) },
    { id: 'less', name: 'Run 9', kept, layers: layers.filter(({ id }) => id !== 'softmax') },
    { id: 'more', name: 'Run 10', kept, layers: [...layers, { ...layers[2], id: 'new', name: 'one more' }] },
  ],
  images: 100,
};
const told = (camera: Camera, motion: Motion, on = sheet) => {
  const problem = problemOf(on, sceneOf('a', { camera, motion }), around);
  return problem === undefined ? undefined : english(problem);
};
const network: Camera = { kind: 'network' };
const still: Motion = { kind: 'still' };
const conv = { tensor: 'conv/output', index: 3 } as const;
const gone = { tensor: 'gone/output', index: 0 } as const;

test.each<[camera: Camera, motion: Motion]>([
  [network, still],
  [{ kind: 'sheet', region: { elements: [conv], margin: 4 }, plane: 'value' }, still],
  [{ kind: 'sheet', region: { sheet: 'network', row: 0, column: 0, height: 9, width: 9 } }, still],
  [{ kind: 'maps', maps: [{ tensor: 'in/output' }, { tensor: 'conv/output', map: 1 }] }, still],
  [
    { kind: 'cell', element: conv },
    { kind: 'scan', tensor: 'conv/output', from: 0, to: 71 },
  ],
  [{ kind: 'scores' }, { kind: 'walk', element: { tensor: 'dense/output', index: 2 } }],
  [{ kind: 'kernels' }, { kind: 'train', start: 'initial', steps: 10 }],
  [
    { kind: 'kernels', layer: 'conv', kernel: 1 },
    { kind: 'run', run: 'kept' },
  ],
  [network, { kind: 'run', run: 'earlier' }],
  [network, { kind: 'edit', element: { tensor: 'conv/kernel', index: 0 }, text: '=1/3' }],
  [network, { kind: 'images', images: [0, 99] }],
])('%o with %o fits', (camera, motion) => {
  expect(told(camera, motion)).toBeUndefined();
});

test.each<[camera: Camera, motion: Motion, sentence: RegExp]>([
  [{ kind: 'cell', element: gone }, still, /no gone\/output/],
  [{ kind: 'cell', element: { ...conv, index: 72 } }, still, /^my conv\/output has 72 cells.* needs cell 73\./],
  [{ kind: 'sheet', region: { elements: [conv, gone] } }, still, /no gone\/output/],
  [{ kind: 'sheet', region: { elements: [conv] }, selection: { elements: [gone] } }, still, /no gone\/output/],
  [{ kind: 'sheet', region: { elements: [conv] }, plane: 'gradient' }, still, /not gradients/],
  [{ kind: 'sheet', region: { sheet: 'notes', row: 0, column: 0, height: 1, width: 1 } }, still, /sheet .* is gone/],
  [{ kind: 'sheet', region: { sheet: 'network', row: 0, column: 0, height: 0, width: 1 } }, still, /outside/],
  [{ kind: 'sheet', region: { sheet: 'network', row: 1e9, column: 0, height: 1, width: 1 } }, still, /outside/],
  [{ kind: 'maps', maps: [{ tensor: 'conv/output', map: 2 }] }, still, /has 2 maps.* shows map 3\./],
  [{ kind: 'kernels', layer: 'gone' }, still, /no layer gone/],
  [{ kind: 'kernels', layer: 'conv', kernel: 2 }, still, /^my conv\/kernel has 2 kernels, .* kernel 3\./],
  [{ kind: 'kernels', layer: 'relu' }, still, /^my relu has no kernels/],
  [network, { kind: 'scan', tensor: 'conv/output', from: 0, to: 72 }, /needs cell 73/],
  [network, { kind: 'scan', tensor: 'conv/output', from: 5, to: 2 }, /begins at cell 6 and ends before it, at cell 3/],
  [network, { kind: 'scan', tensor: 'conv/kernel', from: 0, to: 2 }, /isn’t computed/],
  [network, { kind: 'walk', element: { tensor: 'conv/bias', index: 0 } }, /isn’t computed/],
  [network, { kind: 'edit', element: gone, text: '1' }, /no gone\/output/],
  [network, { kind: 'edit', element: { tensor: 'conv/kernel', index: 0 }, text: 'hello' }, /hello/],
  [network, { kind: 'run', run: 'gone' }, /run .* is gone/],
  [network, { kind: 'run', run: 'old' }, /^Run 1 has kept no weights/],
  [network, { kind: 'run', run: 'other' }, /^Run 3 trained a network with other weights/],
  [network, { kind: 'run', run: 'fewer' }, /^Run 5 trained a network with other weights/],
  [network, { kind: 'run', run: 'flat' }, /^Run 6 trained a network that differs from this one at my conv\./],
  [network, { kind: 'run', run: 'bent' }, /^Run 7 .* differs from this one at my relu\./],
  [network, { kind: 'run', run: 'read' }, /^Run 8 .* differs from this one at my relu\./],
  [network, { kind: 'run', run: 'less' }, /^Run 9 .* differs from this one at my softmax\./],
  [network, { kind: 'run', run: 'more' }, /^Run 10 .* differs from this one at one more\./],
  [network, { kind: 'images', images: [3, 100] }, /no image 100; there are 100/],
])('%o with %o does not fit', (camera, motion, sentence) => {
  expect(told(camera, motion)).toMatch(sentence);
});

test('the film about training shows the latest run that fits, with as many steps as it has', () => {
  const [fits, ...others] = around.runs
    .filter(({ id }) => id !== 'earlier')
    .map(run => ({ ...run, start: 'here' as const }));
  const later = { ...fits, id: 'later', kept: { ...kept, steps: [0, 8, 20] }, start: 'initial' as const };
  const ended = { ...fits, id: 'ended', kept: { ...kept, steps: [0] } };
  expect(runToShow(sheet, [fits, later, ended, ...others])).toEqual({ id: 'later', steps: 20, fresh: true });
  expect(runToShow(sheet, [fits, ...others])).toEqual({ id: 'kept', steps: 10, fresh: false });
  expect(runToShow(sheet, others)).toBeUndefined();
});

test('a network without weights has nothing to train, no kernels and no comparison of scores', () => {
  expect(told({ kind: 'kernels' }, still, bare)).toMatch(/no kernels to show/);
  expect(told({ kind: 'scores' }, still, bare)).toMatch(/one dense layer/);
  expect(told(network, { kind: 'train', start: 'here', steps: 5 }, bare)).toMatch(/no weights to train/);
});
