/** How much work formulas make. Steps are counted, not time. */
import { beforeAll, expect, test, vi } from 'vitest';
import { formatAddress } from '../../../shared/address.ts';
import { expressionOf } from '../../../shared/formula/derive.ts';
import { boxAt } from '../../../shared/formula/reads.ts';
import { ERRORS } from '../../../shared/formula/value.ts';
import { createRandom } from '../../../shared/random.ts';
import { startBackend } from '../backend/backend.ts';
import { digitNetwork, valuesFor } from '../oracle/example-network.ts';
import { elementsOf } from './elements.ts';
import { openWritten } from './testing/written-network.ts';

vi.mock(import('../../../shared/formula/derive.ts'), { spy: true });
vi.mock(import('../../../shared/formula/reads.ts'), { spy: true });
beforeAll(startBackend);

function open() {
  const network = digitNetwork(2, 2);
  return openWritten(network, valuesFor(network, createRandom(3)));
}

test('beside a formula that reads later layers, an edit does not find out again what elements read', () => {
  const own = open();
  const pixel = formatAddress(own.sheet.layout.cellOf('input0/output', 9));
  own.type({ [pixel]: `=MAX(${formatAddress(own.sheet.layout.cellOf('softmax8/output', 3))},1)` });
  expect(own.read(pixel)).toBe(ERRORS['#CYCLE!']);
  const before = vi.mocked(boxAt).mock.calls.length;
  own.type({ 'Notes!A1': '=B1', 'Notes!B1': 3 });
  expect(own.read('Notes!A1')).toBe(3);
  expect(vi.mocked(boxAt).mock.calls.length).toBe(before);
  own.close();
});

test('the names of errors of all elements are found without their formulas, each element once', () => {
  const own = open();
  own.type({ [formatAddress(own.sheet.layout.cellOf('input0/output', 300))]: '=1/0' });
  const before = vi.mocked(boxAt).mock.calls.length;
  let failing = 0;
  for (const { id, size, role } of own.sheet.tensors.values()) {
    for (let index = 0; index < size; index++) {
      if (role !== 'computed' || !Number.isNaN(own.forward.value(id)[index])) continue;
      failing++;
      expect(own.calculation.otherAt(id, index)).toBe(ERRORS['#DIV/0!']);
    }
  }
  expect(failing).toBeGreaterThan(100);
  expect(vi.mocked(expressionOf)).not.toHaveBeenCalled();
  expect(vi.mocked(boxAt).mock.calls.length - before).toBeLessThanOrEqual(failing);
  own.close();
});

test('the lists of what elements read say the same as asking for each element', () => {
  const own = open();
  const elements = elementsOf(own.sheet);
  const { starts, items } = elements.lists()!;
  expect(elements.lists()).toBe(elementsOf(own.sheet).lists());
  for (let number = 0; number < elements.count; number++) {
    const { tensor, index } = elements.elementAt(number);
    expect(elements.startOf(tensor) + index).toBe(number);
    expect(Array.from(items.subarray(starts[number], starts[number + 1]))).toEqual(elements.readBy(number));
  }
  own.close();
});
