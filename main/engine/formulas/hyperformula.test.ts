import { beforeAll, expect, test, vi } from 'vitest';
import { createRandom } from '../../../shared/random.ts';
import { startBackend } from '../backend/backend.ts';
import { digitNetwork, valuesFor } from '../oracle/example-network.ts';
import { loadHyperFormula, prepareEngine } from './hyperformula.ts';
import { openWritten } from './testing/written-network.ts';

beforeAll(startBackend);

test('what was prepared is there for the first formula, and is prepared again for the next workbook', () => {
  const network = digitNetwork(1, 1);
  const average = () => {
    const own = openWritten(network, valuesFor(network, createRandom(5)));
    own.type({ 'Notes!A1': 4, 'Notes!A2': '=AVERAGEA(A1,6)' });
    expect(own.read('Notes!A2')).toBe(5);
    own.close();
  };
  const build = vi.spyOn(loadHyperFormula().HyperFormula, 'buildEmpty');
  // Tests before this one may have prepared it.
  while (prepareEngine());
  build.mockClear();
  average();
  expect(build).not.toHaveBeenCalled();
  average();
  expect(build).toHaveBeenCalledTimes(1);
  expect([prepareEngine(), prepareEngine(), prepareEngine()]).toEqual([true, true, false]);
  average();
  expect(build).toHaveBeenCalledTimes(2);
  build.mockRestore();
});
