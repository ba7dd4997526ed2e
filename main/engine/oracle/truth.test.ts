import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '../backend/backend.ts';
import { addSteps, addWholeSheet, describeComparison, emptyTruth, EXPECTED, truthExample } from './truth.ts';

/** `npm run fuzz -- truth` tries more of them. */
const NETWORKS = 90;

beforeAll(startBackend);

describe('formulas, reference loops and engine agree', () => {
  const examples = Array.from({ length: NETWORKS }, (_, number) => truthExample(0, number));
  const truth = emptyTruth();

  it('on whole sheets, evaluated by HyperFormula from pixels and parameters alone', () => {
    const chosen = examples.filter(({ whole }) => whole);
    for (const { example } of chosen) addWholeSheet(truth, example);
    const { sheets } = truth;
    console.info(`whole sheets of ${chosen.length} networks: ${describeComparison(sheets)}`);
    expect(sheets.mismatches).toEqual([]);
    expect(sheets.nonzero / sheets.cells).toBeGreaterThan(0.3);
    expect(sheets.nonFinite).toBeGreaterThan(100);
  });

  it('on each step, cell by cell, from the values of its precedents', () => {
    for (const { example } of examples) addSteps(truth, example);
    const { formulas, tensors, seen } = truth;
    console.info(`formulas of ${examples.length} networks: ${describeComparison(formulas)}`);
    console.info(`tensors of ${examples.length} networks: ${describeComparison(tensors)}`);
    expect(formulas.mismatches).toEqual([]);
    expect(tensors.mismatches).toEqual([]);
    expect(formulas.nonzero / formulas.cells).toBeGreaterThan(0.3);
    expect(EXPECTED.filter(what => !seen.has(what))).toEqual([]);
  });
});
