/** How much work formulas make. Steps are counted, not time. */
import { HyperFormula } from 'hyperformula';
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
    expect(String(items.subarray(starts[number], starts[number + 1]))).toBe(String(elements.readBy(number)));
  }
  own.close();
});

test('a formula whose arrays are too large is not calculated, and says so', () => {
  const own = open();
  own.type({ 'Other!A1': 1, 'Notes!A1': '=AVERAGEA(Other!A1:A2)' });
  const calculate = vi.spyOn(HyperFormula.prototype, 'calculateFormula');
  const { rows, columns } = own.sheet.layout;
  const network = `network!A1:${formatAddress({ row: rows - 1, column: columns - 1 })}`;
  expect(rows * columns).toBeGreaterThan(10_000);
  const tooManyFilled = [
    '=Other!A1:J1001-76',
    '=Other!A1:J1001',
    '=Other!A1:A201*TRANSPOSE(Other!A1:A50)',
    '=ABS(Other!A1:J1001)',
    '=IF(Other!A1:J1001>0,1,2)',
    `=${network}-76`,
    '=network!A1:XFD104-76',
    '=ARRAYFORMULA(Other!A1:J1001)',
  ];
  const tooManySteps = [
    '=SUM(Other!A1:J10001*2)',
    '=SUMPRODUCT((Other!A1:J3000>0)*Other!A1:J3000+Other!A1:J3000*2)',
    '=MAX(STDEV(Other!A1:A2),ABS(Other!A1:J10001))',
    '=SUM(MMULT(Other!A1:GR200,Other!A1:GR200))',
  ];
  for (const text of tooManyFilled) {
    own.type({ 'Notes!B5': text });
    expect(own.read('Notes!B5'), text).toBe(ERRORS['#SPILL!']);
  }
  for (const text of tooManySteps) {
    own.type({ 'Notes!B5': text });
    expect(own.read('Notes!B5'), text).toBe(ERRORS['#NUM!']);
  }
  expect(calculate).not.toHaveBeenCalled();
  expect([...own.calculation.filledCells()]).toEqual([]);
  own.close();
});

test('arrays that are as large as they may be are calculated, and ranges that are only added up may be larger', () => {
  const own = open();
  own.type({ 'Other!A1': 7, 'Other!J1000': 9, 'Notes!B5': '=Other!A1:J1000-76' });
  expect(['B5', 'C5', 'K1004'].map(cell => own.read(`Notes!${cell}`))).toEqual([-69, -76, -67]);
  expect([...own.calculation.filledCells()]).toHaveLength(9999);
  const larger = {
    '=SUM(Other!A1:J10000*2)': 32,
    '=AVERAGEA(Other!A1:XFD104)': 7,
    '=SUMPRODUCT((Other!A:J>8)*Other!A:J)': 9,
    '=COLUMNS(Other!A1:XFD104)+STDEVA(Other!A1:J1000)-SQRT(2)': 16384,
    '=SUMIF(Other!A1:J15000,">8")': 9,
  };
  for (const [text, value] of Object.entries(larger)) {
    own.type({ 'Notes!B5': text });
    expect(own.read('Notes!B5'), text).toBeCloseTo(value, 9);
  }
  // How large the array of a function is, it says itself.
  own.type({ 'Notes!B5': '=SEQUENCE(100,101)' });
  expect(own.read('Notes!B5')).toBe(ERRORS['#SPILL!']);
  expect([...own.calculation.filledCells()]).toEqual([]);
  own.type({ 'Notes!B5': '=SEQUENCE(100,100)' });
  expect(own.read('Notes!CW104')).toBe(10_000);
  own.close();
});
