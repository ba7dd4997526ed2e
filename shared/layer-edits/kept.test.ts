import { expect, test } from 'vitest';
import { describeTensors, type NetworkSpec, parseNetwork, type TensorId } from '../network.ts';
import { addLayer, removeLayer, setLayer } from './edits.ts';
import { begunWith, keptValues } from './kept.ts';

const conv = { kind: 'conv2d', kernelSize: [3, 3], strides: [1, 1], padding: 'same', useBias: false } as const;
const network = parseNetwork({
  version: 1,
  layers: [
    { id: 'input', name: 'input', inputs: [], kind: 'input', shape: [6, 6, 2] },
    { id: 'one', name: 'one', inputs: ['input'], ...conv, filters: 3 },
    { id: 'two', name: 'two', inputs: ['one'], ...conv, filters: 4 },
    { id: 'flat', name: 'flat', inputs: ['two'], kind: 'flatten' },
    { id: 'dense', name: 'dense', inputs: ['flat'], kind: 'dense', units: 5, useBias: false },
  ],
});
/** Values that no new parameter begins with. */
const marked = new Map<TensorId, Float32Array>(
  describeTensors(network)
    .filter(({ role }) => role !== 'computed')
    .map(({ id, size }) => [id, Float32Array.from({ length: size }, (_, i) => 1000 + i)]),
);

/** How many parameters of each layer keep their values, are 0 and are new, counted in the values. */
function counted(after: NetworkSpec) {
  const values = new Map(
    keptValues({ network, values: marked }, after, { beginning: 'initial', seed: 3 }).map(({ tensor, values }) => [
      tensor,
      values,
    ]),
  );
  const found: Record<string, [kept: number, zeros: number, fresh: number]> = {};
  for (const { id, layer, role } of describeTensors(after)) {
    if (role !== 'parameter') continue;
    const own = [...(values.get(id) ?? marked.get(id)!)];
    const kept = own.filter(value => value >= 1000).length;
    const zeros = own.filter(value => value === 0).length;
    found[layer] = [kept, zeros, own.length - kept - zeros];
  }
  return found;
}

test('what parameters begin with is told as it will be: kept, 0 or new', () => {
  const cases = [
    setLayer(network, 'one', { filters: 5 }),
    setLayer(network, 'two', { filters: 2, kernelSize: [5, 5] }),
    setLayer(network, 'dense', { units: 9 }),
    setLayer(network, 'input', { shape: [8, 6, 3] }),
    removeLayer(network, 'two'),
    addLayer(network, 'one', { ...conv, filters: 3 }).network,
  ];
  for (const after of cases) {
    const { layers, lost } = begunWith(network, after, { beginning: 'initial' });
    const told = [...layers].map(([layer, { kept, zeros, fresh }]) => [layer, [kept, zeros, fresh]]);
    expect(Object.fromEntries(told)).toEqual(counted(after));
    const all = describeTensors(network).filter(({ role }) => role === 'parameter');
    expect(lost).toBe(
      all.reduce((sum, { size }) => sum + size, 0) - [...layers.values()].reduce((sum, { kept }) => sum + kept, 0),
    );
  }
  const { layers } = begunWith(network, cases[5], { beginning: 'identity' });
  expect(layers.get('conv2d')).toEqual({ kept: 0, zeros: 0, fresh: 81, passesOn: true });
});
