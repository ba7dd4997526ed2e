import { expect, test } from 'vitest';
import type { NetworkSpec } from './network.ts';
import { structureName } from './structure.ts';

const network = (units: number): NetworkSpec => ({
  version: 1,
  layers: [
    { id: 'in', name: 'in', kind: 'input', inputs: [], shape: [1, 2, 1] },
    { id: 'f', name: 'f', kind: 'flatten', inputs: ['in'] },
    { id: 'd', name: 'd', kind: 'dense', inputs: ['f'], units, useBias: true },
  ],
});

test('Layers and classes have one name, in whatever order a file has the keys of a layer; others have another', () => {
  const { version, layers } = network(3);
  const turned = layers.map(layer => Object.fromEntries(Object.entries(layer).reverse()));
  const name = structureName(network(3), ['cat', 'dog', 'owl']);
  expect(structureName({ layers: turned, version } as unknown as NetworkSpec, ['cat', 'dog', 'owl'])).toBe(name);
  expect(name).toMatch(/^[0-9a-f]{16}$/);
  const others = [
    structureName(network(4), ['cat', 'dog', 'owl']),
    structureName(network(3), ['cat', 'owl', 'dog']),
    structureName(network(3), ['cat,dog', 'owl']),
    structureName(network(3), []),
  ];
  expect(new Set([name, ...others]).size).toBe(5);
});
