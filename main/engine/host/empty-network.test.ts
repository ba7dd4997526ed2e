import { expect, test } from 'vitest';
import { addLayer } from '../../../shared/layer-edits/edits.ts';
import { openEngine } from './testing/small-engine.ts';

test('an empty network is only an input, to which layers are added; a size that can’t be is refused', async () => {
  const { caller, info } = await openEngine();
  const opened = await caller.send('load', { from: 'empty', images: [8, 9, 3] });
  expect(opened).toMatchObject({ classes: [], network: { layers: [{ kind: 'input', shape: [8, 9, 3] }] } });
  expect(opened.state.predicted).toBeUndefined();
  expect(await caller.send('inspect', {})).toEqual({ dead: [], zeros: [], vectors: [] });
  const { network } = addLayer(opened.network, 'input', { kind: 'relu' });
  await caller.send('change', {
    structure: opened.structure,
    label: 'Add layer',
    changes: [{ kind: 'layers', network, beginning: 'identity', seed: 1 }],
  });
  expect((await info()).network.layers.map(({ kind }) => kind)).toEqual(['input', 'relu']);
  await expect(caller.send('load', { from: 'empty', images: [9, 20_000, 3] })).rejects.toThrow('input');
  expect((await info()).network.layers).toHaveLength(2);
});
