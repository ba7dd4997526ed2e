import { expect, test, vi } from 'vitest';

test('formulas are rehearsed once, and then an engine is there for the first one of each workbook', async () => {
  // Other tests of this process may have prepared something.
  vi.resetModules();
  const { startBackend } = await import('../backend/backend.ts');
  const { loadHyperFormula, takeEngine } = await import('../formulas/hyperformula.ts');
  const { prepareNext } = await import('./prepare.ts');
  await startBackend();
  const { HyperFormula } = loadHyperFormula();
  const [calculate, build] = [
    vi.spyOn(HyperFormula.prototype, 'calculateFormula'),
    vi.spyOn(HyperFormula, 'buildEmpty'),
  ];
  const rehearsed = () => calculate.mock.calls.filter(([formula]) => formula.includes('MEDIAN(')).length;
  while (prepareNext());
  expect(rehearsed()).toBe(2);
  build.mockClear();
  takeEngine().destroy();
  expect(build).not.toHaveBeenCalled();
  while (prepareNext());
  expect(build).toHaveBeenCalledOnce();
  expect(rehearsed()).toBe(2);
  calculate.mockRestore();
  build.mockRestore();
});
