/** Loads HyperFormula and makes its engines. The first formula that needs one waits for both, unless they were made
 *  beforehand, in pieces. */
import { createRequire } from 'node:module';
import type { HyperFormula } from 'hyperformula';
import { CONFIGURATION } from './configuration.ts';
import { limitSteps } from './steps.ts';

type Package = typeof import('hyperformula');

const require = createRequire(import.meta.url);
let loaded: Package | undefined;
/** An engine that nobody has taken yet. */
let spare: HyperFormula | undefined;

/** It takes a tenth of a second, and many workbooks never need it. */
export function loadHyperFormula(): Package {
  if (!loaded) limitSteps((loaded = require('hyperformula') as Package));
  return loaded;
}

/** An engine without contents. */
export function takeEngine(): HyperFormula {
  const engine = spare ?? build();
  spare = undefined;
  return engine;
}

function build(): HyperFormula {
  const engine = loadHyperFormula().HyperFormula.buildEmpty({ ...CONFIGURATION, undoLimit: 0 });
  // Formulas are calculated on a sheet. This name is none that a sheet of a workbook may have.
  engine.addSheet('\u0000');
  return engine;
}

/** What is done beforehand, in pieces of less than a tenth of a second. */
const pieces = [
  // HyperFormula's parser is a quarter of what is loaded.
  () => createRequire(require.resolve('hyperformula'))('chevrotain'),
  loadHyperFormula,
  () => (spare = build()),
  // The first formula takes ten times as long as the next ones.
  () => spare?.calculateFormula('=LEFT(TEXT(SUM(A1:B2),"0.0"),2)', 0),
];
let done = 0;

/** Does one piece of what the next formula may wait for. Returns false if nothing was left to do. */
export function prepareEngine(): boolean {
  if (done === pieces.length) {
    if (spare) return false;
    done = pieces.length - 2;
  }
  pieces[done++]();
  return true;
}
