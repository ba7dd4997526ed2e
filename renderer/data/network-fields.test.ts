import { expect, test } from 'vitest';
import { keptValues } from '../../shared/layer-edits/kept.ts';
import { templateWorkbook } from '../../shared/new-workbook.ts';
import { withInput } from './network-fields.ts';

test('a fourth channel that is added to a network for RGB begins with zeros, so its result stays', () => {
  const workbook = templateWorkbook('lenet', [16, 16, 3], ['a', 'b']);
  const wider = withInput(workbook.network, [16, 16, 4]);
  const kernel = keptValues(workbook, wider, { beginning: 'identity', seed: 1 }).find(
    ({ tensor }) => tensor === 'conv1/kernel',
  )!.values;
  const before = workbook.values.get('conv1/kernel')!;
  // [5, 5, channels, 8 filters]
  for (let i = 0; i < kernel.length; i++) {
    const [filter, channel, place] = [i % 8, Math.floor(i / 8) % 4, Math.floor(i / 32)];
    expect(kernel[i]).toBe(channel === 3 ? 0 : before[(place * 3 + channel) * 8 + filter]);
  }
});
