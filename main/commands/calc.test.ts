import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { keptOf, nothingWritten, sheetFrom } from '../../shared/changes/written.ts';
import { writeWorkbook } from '../files/convsheet.ts';
import { readTemplate } from '../files/templates.ts';
import { runCommandIn } from './testing/run-command.ts';

const folder = mkdtempSync(join(tmpdir(), 'convsheet-calc-'));
afterAll(() => rmSync(folder, { recursive: true }));

type Json = { sheets: Record<string, Record<string, unknown>>; formulas?: Record<string, Record<string, string>> };

const run = (...args: string[]) => runCommandIn(folder, ['calc', ...args]);
async function calc(...args: string[]): Promise<Json> {
  const { status, stdout, stderr } = await run(...args, '--json');
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return JSON.parse(stdout) as Json;
}
const sets = (...settings: string[]) => settings.flatMap(setting => ['--set', setting]);

test('an overridden activation goes on through the network, and is shown as what stands in the cell', async () => {
  const cells = ['--cells', 'AH3', '--cells', 'BI3', '--cells', 'Network!AI3', '--formulas'];
  const number = await calc('lesson3', ...sets('Network!AH3=5'), ...cells);
  expect(number).toEqual({
    sheets: { Network: { AH3: 5, AI3: 0, BI3: 5 } },
    formulas: { Network: { AI3: '=SUMPRODUCT(B2:D4,$AD$11:$AF$13)+$AD$15', BI3: '=MAX(0,AH3)' } },
  });
  const formula = await calc('lesson3', ...sets('Network!AH3==AD11*3+1', 'AD11=2'), ...cells);
  expect(formula.sheets.Network.BI3).toBe(7);
  expect(formula.formulas!.Network.AH3).toBe('=AD11*3+1');
});

test('RAND and NOW are drawn as they are set', async () => {
  const drawn = async () => {
    const { sheets } = await calc('lesson3', ...sets('Notes!A1==RAND()', 'Notes!A2==NOW()'), '--sheet', 'notes');
    return (sheets as { Notes: { A1: number; A2: number } }).Notes;
  };
  const [one, other] = [await drawn(), await drawn()];
  expect(one.A1).not.toBe(other.A1);
  expect(Math.abs(one.A2 - (Date.now() / 86_400_000 + 25_569))).toBeLessThan(1.1);
});

test('a formula in a parameter ties it', async () => {
  const { sheets } = await calc('lesson3', ...sets('AE11==-AD11', 'AD11=0.5'), '--cells', 'AD11:AE11');
  expect(sheets.Network).toEqual({ AD11: 0.5, AE11: -0.5 });
});

test('a sheet that doesn’t exist is made, for formulas that read the network and each other in any order', async () => {
  const asked = sets(
    'Notes!A1==Network!AH3*2',
    'Network!AH3==Table!B2',
    'Table!B2=4',
    'Table!A1=a text',
    'Table!C1=TRUE',
  );
  expect(await calc('lesson3', ...asked, '--sheet', 'notes', '--formulas')).toEqual({
    sheets: { Notes: { A1: 8 } },
    formulas: { Notes: { A1: '=Network!AH3*2' } },
  });
  const { sheets } = await calc('lesson3', ...asked);
  expect(Object.keys(sheets)).toEqual(['Network', 'Notes', 'Table']);
  expect(sheets.Table).toEqual({ A1: 'a text', B2: 4, C1: true });
  expect(
    (await calc('lesson3', ...asked, '--sheet', 'Table', '--cells', 'A1:B1', '--cells', 'conv1/bias[0]')).sheets,
  ).toEqual({
    Network: { AD15: 0 },
    Table: { A1: 'a text' },
  });
});

test('numbers of own sheets are doubles, errors have their names, and what depends on itself says so', async () => {
  const { sheets } = await calc(
    'lesson3',
    ...sets("'My ''own'!A1==0.1*3", "'My ''own'!A2==1/0", "'My ''own'!A3==A4+1", "'My ''own'!A4==A3"),
    '--sheet',
    "My 'own",
  );
  expect(sheets["My 'own"]).toEqual({
    A1: 0.1 * 3,
    A2: { error: '#DIV/0!' },
    A3: { error: '#CYCLE!' },
    A4: { error: '#CYCLE!' },
  });
});

test('an array fills the cells beside and below its formula', async () => {
  const { sheets } = await calc(
    'lesson3',
    ...sets('Notes!B2==TRANSPOSE(Network!AD11:AF12)', 'Notes!A1=5'),
    '--sheet',
    'Notes',
  );
  expect(sheets.Notes).toEqual({ A1: 5, B2: 1, C2: 0, B3: 1, C3: 0, B4: 1, C4: 0 });
});

test('free cells of the network’s sheet, tables, and formulas that are kept in a file', async () => {
  const book = await readTemplate('lesson3');
  const written = nothingWritten();
  const formula = { kind: 'elements' as const, tensor: 'conv1/kernel' as const, first: 0, last: 0 };
  const anchor = { row: false, column: false };
  const read = { ...formula, anchors: { first: anchor, last: anchor } };
  const cell = { content: { formula: read, from: { row: 0, column: 0 } } };
  written.sheets = [
    ...written.sheets,
    sheetFrom({ id: 'n', name: 'Notes', cells: [{ at: Uint32Array.of(0, 0), cell }], widths: [] }),
  ];
  const path = join(folder, 'notes.convsheet');
  writeFileSync(path, writeWorkbook({ ...book, ...keptOf(written) }));
  const { stdout } = await run(
    path,
    ...sets('Network!AD20==Notes!A1&"!"'),
    '--cells',
    'AD20',
    '--cells',
    'Notes!A1',
    '--formulas',
  );
  const kernel = book.values.get('conv1/kernel')![0];
  expect(stdout.split('\n').map(line => line.trim())).toEqual([
    'Network!AD20',
    'AD',
    `20  ${kernel}!`,
    'AD20  =Notes!A1&"!"',
    'Notes!A1',
    'A',
    `1  ${kernel}`,
    'A1  =Network!AD11',
    '',
  ]);
});

test.each([
  ['Network!A1=5', /^--set Network!A1: A1 belongs to the network/],
  ['A2=hello', /^--set A2: A2 needs a number/],
  ['AH3=hello', /^--set AH3: AH3 needs a number/],
  ['AH3==nosuch*2', /^--set AH3: “nosuch” at position 2/],
  ['AH3==Nosuch!A1', /^--set AH3: There is no sheet called “Nosuch”/],
  ['AH3==1+', /^--set AH3: The formula ends at position 4/],
  ['a[b!A1=5', /^A sheet can't be called “a\[b”/],
  ['Gradient!AH3=5', /Gradient/],
  ['conv1/kernel=5', /names several cells/],
  ['AH3=', /gives no number/],
])('--set %s is refused with a sentence', async (setting, sentence) => {
  const { status, stdout, stderr } = await run('lesson3', '--set', setting);
  expect(status).toBe(1);
  expect(stdout).toBe('');
  expect(stderr).toMatch(sentence);
  expect(stderr.trim().split('\n')).toHaveLength(1);
});
