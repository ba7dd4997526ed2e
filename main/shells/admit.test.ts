import { expect, test } from 'vitest';
import type { WorkbookInfo } from '../../shared/protocol.ts';
import { structureName } from '../../shared/structure.ts';
import { networkTemplates } from '../../shared/templates.ts';
import { createAdmission } from './admit.ts';

const network = networkTemplates.lesson3([28, 28, 1], 10);
const structure = structureName(network, []);
const open = { id: 'w', network, classes: [] as readonly string[], structure } as WorkbookInfo;

const admitted = (args: object, known: WorkbookInfo | undefined, workbook = 'w') =>
  createAdmission()(
    { type: 'request', id: 1, kind: 'change', args: { label: '', changes: [], ...args }, workbook },
    'editor',
    known,
  );

test('a change has to name the structure that it is meant for, whatever workbook the shell knows', () => {
  expect(admitted({ structure }, open)).toMatchObject({ complete: true });
  expect(() => admitted({ structure: 'other' }, open)).toThrow(/meant for/);
  for (const known of [open, undefined]) expect(() => admitted({}, known)).toThrow(/meant for/);
});

test('a change of a workbook that the shell does not know yet goes to the engine to be checked', () => {
  expect(admitted({ structure }, open, 'next')).toMatchObject({ workbook: 'next', complete: false });
});
