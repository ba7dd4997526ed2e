import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { formatAddress } from '../shared/address.ts';
import { derive } from '../shared/formula/derive.ts';
import { parseNetwork, type TensorId } from '../shared/network.ts';
import { buildSheet } from '../shared/layout/sheet.ts';
import { languages } from '../shared/messages/languages.ts';
import { messages } from '../shared/messages.ts';
import { templateNames } from '../shared/templates.ts';
import type { Workbook } from '../shared/workbook.ts';
import { computeReference } from './engine/oracle/reference.ts';
import { runCommandIn } from './commands/testing/run-command.ts';
import { openWorkbook } from './files/open.ts';
import { writeWorkbook } from './files/convsheet.ts';
import { readTemplate } from './files/templates.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const built = join(root, '.build/main/cli.mjs');
const folder = mkdtempSync(join(tmpdir(), 'convsheet-'));
afterAll(() => rmSync(folder, { recursive: true }));
beforeAll(() => {
  writeFileSync(join(folder, 'notes.convsheet'), 'Dear diary\n');
  writeFileSync(join(folder, 'cut.convsheet'), 'PK\u0003\u0004 and then nothing');
});

type Json = {
  sheets: { Network: Record<string, unknown> };
  formulas?: { Network: Record<string, string> };
  network?: unknown;
  tensors?: Record<string, { shape: number[]; values: (number | null)[] }>;
};

/** Runs the built command line as a process of its own. */
function runBuilt(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [built, ...args], { cwd: folder, encoding: 'utf8' });
  return { status, stdout, stderr };
}
const run = (...args: string[]) => runCommandIn(folder, args);

async function calc(...args: string[]): Promise<Json> {
  const { status, stdout, stderr } = await run('calc', ...args, '--json');
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return JSON.parse(stdout) as Json;
}

describe('calc', () => {
  test('shows every cell of a template: values as the reference loops have them, labels as strings', async () => {
    const { network, values } = await readTemplate('lesson3');
    const { layout, tensors } = buildSheet(network);
    const cells = (await calc('lesson3')).sheets.Network;
    const reference = computeReference(network, values);
    let numbers = 0;
    for (const { id, size } of tensors.values()) {
      const expected = reference.get(id)?.values ?? values.get(id)!;
      for (let index = 0; index < size; index++) {
        const shown = cells[formatAddress(layout.cellOf(id, index))];
        expect(Math.abs((shown as number) - expected[index]) / Math.max(1, Math.abs(expected[index]))).toBeLessThan(
          1e-4,
        );
        numbers++;
      }
    }
    const labels = Object.entries(cells).filter(([, shown]) => typeof shown === 'string');
    expect(Object.keys(cells)).toHaveLength(numbers + labels.length);
    expect(cells.AH1).toBe('conv1 · 2 × 26×26 · 2 kernels 3×3');
    expect(labels.map(([, text]) => text)).toContain('cross-entropy');
  });

  test('shows numbers in full, so that they read back to the same float32', async () => {
    const { values } = await readTemplate('lesson3');
    const { tensors, sheets } = await calc('lesson3', '--tensors', '--cells', 'A1', '--set', 'A2=0.1');
    expect(sheets.Network.A1).toMatch(/^input/);
    expect(Float32Array.from(tensors!['dense/kernel'].values as number[])).toEqual(values.get('dense/kernel'));
    expect(tensors!['input/output'].values[0]).toBe(0.1);
  });

  test('lists parameters and every layer’s output under the names the user sees', async () => {
    const book = await readTemplate('lesson3');
    const layers = book.network.layers.map(layer => (layer.name === 'conv1' ? { ...layer, name: 'Edges 1' } : layer));
    const path = save('renamed.convsheet', { ...book, network: parseNetwork({ version: 1, layers }) });
    const { network, tensors } = await calc(path, '--tensors', '--cells', 'A2');
    expect(network).toEqual({ version: 1, layers });
    expect(
      Object.entries(tensors!).map(([name, { shape, values }]) => `${name} ${shape.join('×')} ${values.length}`),
    ).toEqual([
      'input/output 28×28×1 784',
      'Edges 1/kernel 3×3×1×2 18',
      'Edges 1/bias 2 2',
      'Edges 1/output 26×26×2 1352',
      'relu1/output 26×26×2 1352',
      'conv2/kernel 3×3×2×2 36',
      'conv2/bias 2 2',
      'conv2/output 24×24×2 1152',
      'relu2/output 24×24×2 1152',
      'pool/output 12×12×2 288',
      'flatten/output 288 288',
      'dense/kernel 288×10 2880',
      'dense/bias 10 10',
      'dense/output 10 10',
      'softmax/output 10 10',
    ]);
    expect(tensors!['flatten/output'].values).toEqual(tensors!['pool/output'].values);
  });

  test('recalculates everything after --set, named by cell or by element', async () => {
    const { network, values } = await readTemplate('lesson3');
    const { layout } = buildSheet(network);
    const kernel = layout.cellOf('conv1/kernel', 3);
    const changed = new Map(values).set('conv1/kernel', values.get('conv1/kernel')!.with(3, -2.5));
    const expected = computeReference(network, changed).get('softmax/output')!.values;
    const byCell = await calc('lesson3', '--tensors', '--set', `Network!${formatAddress(kernel)}=-2.5`);
    const byElement = await calc('lesson3', '--tensors', '--set', 'conv1/kernel[0,1,0,1]=-2.5');
    expect(byElement).toEqual(byCell);
    byCell.tensors!['softmax/output'].values.forEach((probability, n) =>
      expect(probability).toBeCloseTo(expected[n], 5),
    );
    expect(byCell.tensors!['softmax/output']).not.toEqual(
      (await calc('lesson3', '--tensors')).tensors!['softmax/output'],
    );
    expect((await readTemplate('lesson3')).values).toEqual(values);
  });

  test('shows the cells asked for, each once, and their formulas', async () => {
    const sheet = buildSheet((await readTemplate('lesson3')).network);
    const { sheets, formulas } = await calc(
      'lesson3',
      '--cells',
      'AH3:AI4',
      '--cells',
      "'network'!AI4:AJ4",
      '--cells',
      'A2',
      '--formulas',
    );
    expect(Object.keys(sheets.Network)).toEqual(['A2', 'AH3', 'AI3', 'AH4', 'AI4', 'AJ4']);
    const element = sheet.layout.elementAt(2, 33)!;
    expect(Object.keys(formulas!.Network)).toEqual(['AH3', 'AI3', 'AH4', 'AI4', 'AJ4']);
    expect(formulas!.Network.AH3).toBe(derive(sheet, element)!.text);
    expect(Object.keys((await calc('lesson3', '--cells', 'conv1/kernel[2,2,0,1]')).sheets.Network)).toHaveLength(1);
  });

  test('shows an error as an object, leaves blanks out, and null stands for an error among tensors', async () => {
    const book = await readTemplate('lesson3');
    const blank = new Map(book.values).set('softmax/actual', new Float32Array(10).fill(Number.NaN));
    const path = save('drawn.convsheet', { ...book, source: { kind: 'drawing' }, values: blank });
    const { layout } = buildSheet(book.network);
    const cell = (tensor: TensorId, index: number) => formatAddress(layout.cellOf(tensor, index));
    const set = ['--set', 'conv1/bias[0]=3e38', '--set', 'conv2/kernel[0,0,0,0]=3e38'];
    const { sheets, tensors } = await calc(path, ...set, '--tensors');
    expect(sheets.Network[cell('conv2/output', 0)]).toEqual({ error: '#NUM!' });
    expect(sheets.Network[cell('softmax/output', 9)]).toEqual({ error: '#NUM!' });
    expect(sheets.Network).not.toHaveProperty(cell('softmax/actual', 0));
    expect(tensors!['conv2/output'].values[0]).toBeNull();
    const expected = (await calc(path, '--set', `${cell('softmax/actual', 0)}=1`, '--cells', 'softmax/actual')).sheets
      .Network;
    expect(expected).toEqual({ [cell('softmax/actual', 0)]: 1 });
  });

  test('without --json tells what the network is and takes the digit for, and shows ranges as tables', async () => {
    const summary = (await run('calc', 'lesson3')).stdout.split('\n');
    expect(summary[0]).toBe('lesson3');
    expect(summary[1].split(/ {2,}/)).toEqual(['layer', 'kind', 'output', 'columns', 'parameters']);
    expect(summary[3].split(/ {2,}/)).toEqual(['conv1', 'conv2d', '26×26×2', 'AD:BG', '20']);
    expect(summary[11]).toMatch(/^predicted: \d \(probability 0\.\d+\)$/);
    expect(summary[12]).toMatch(/^expected: \d$/);
    const table = (await run('calc', 'lesson3', '--cells', 'A2:C3', '--set', 'B3=-0.25', '--formulas')).stdout;
    expect(table).toBe('Network!A2:C3\n   A      B  C\n2  0      0  0\n3  0  -0.25  0\n');
    expect((await run('calc', 'lesson3', '--cells', 'XFC1048575:XFD1048576')).stdout).toBe(
      'Network!XFC1048575\n         XFC\n1048575\n',
    );
    expect((await run('calc', 'lesson3', '--cells', 'A131:XFD1048576')).stdout.split('\n')).toHaveLength(4);
    expect((await run('calc', 'lesson3', '--cells', 'BI3', '--formulas')).stdout).toMatch(
      /^Network!BI3\n +BI\n3 .*\nBI3 {2}=MAX\(0,AH3\)\n$/,
    );
  });

  test('lets no file steer the terminal', async () => {
    const book = await readTemplate('lesson3');
    const classes = book.classes.map(name => `\u001b[2J${name}\nexpected: cat`);
    const { stdout } = await run('calc', save('steering.convsheet', { ...book, classes }));
    expect(stdout).toContain('predicted:  [2J7 expected: cat (probability');
    expect(stdout.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
    expect((await run('calc', 'a\u001b]0;b.convsheet')).stderr).toMatch(/^There is no file a ]0;b\.convsheet\. /);
  });

  test('ends quietly when its reader has seen enough', () => {
    const command = `set -o pipefail; "$0" "$1" calc lenet --json | head -c 20`;
    const { status, stdout, stderr } = spawnSync('bash', ['-c', command, process.execPath, built], {
      encoding: 'utf8',
    });
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '{"sheets":{"Network"', stderr: '' });
  });

  test('prints nothing but JSON through npm, builds and all', () => {
    const { status, stdout } = spawnSync('npm run --silent cli -- calc lesson3 --cells A2 --json', {
      cwd: root,
      shell: true,
      encoding: 'utf8',
    });
    expect({ status, json: JSON.parse(stdout) as unknown }).toEqual({
      status: 0,
      json: { sheets: { Network: { A2: 0 } } },
    });
  });
});

describe('new', () => {
  test('writes a template as a workbook of one’s own, and replaces a file only with --force', async () => {
    const path = join(folder, 'mine.convsheet');
    expect((await run('new', 'lesson3', '-o', 'mine.convsheet')).stdout).toBe(
      `mine.convsheet: ${statSync(path).size.toLocaleString('en')} bytes\n`,
    );
    expect(await openWorkbook(path)).toEqual(await readTemplate('lesson3'));
    writeFileSync(path, 'precious');
    expect(await run('new', 'lenet', '--output', 'mine.convsheet')).toEqual({
      status: 1,
      stdout: '',
      stderr: 'mine.convsheet exists already. Choose another name, or replace it with --force.\n',
    });
    expect(readFileSync(path, 'utf8')).toBe('precious');
    const { stdout } = await run('new', 'lenet', '--output=mine.convsheet', '--force', '--json');
    expect(JSON.parse(stdout)).toEqual({ path: 'mine.convsheet', bytes: statSync(path).size });
    expect(await openWorkbook(path)).toEqual(await readTemplate('lenet'));
  });
});

describe('help', () => {
  test('names the commands, their options and the version', async () => {
    for (const args of [[], ['help'], ['--help'], ['-h']])
      expect((await run(...args)).stdout).toContain('calc FILE|TEMPLATE ');
    for (const args of [
      ['help', 'new'],
      ['new', '--help'],
    ])
      expect((await run(...args)).stdout).toContain('lenet ');
    expect((await run('help', 'bench')).stdout).toContain('edit-to-values/conv8-conv16');
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    expect(runBuilt('--version').stdout).toBe(`${version}\n`);
  });
});

describe('what goes wrong is told in one line on stderr, with a status:', () => {
  test.each<[command: string, status: number, sentence: string | RegExp]>([
    ['clac lesson3', 2, 'There is no command clac. Did you mean calc?'],
    ['paint', 2, 'There is no command paint. Choose among calc, new, train, export, evaluate, predict, bench, help.'],
    [
      'help paint',
      2,
      'There is no command paint. Choose among calc, new, train, export, evaluate, predict, bench, help.',
    ],
    ['calc', 2, 'calc needs a .convsheet file or a template. "help calc" shows how.'],
    ['calc lesson3 lenet', 2, 'calc doesn\'t know what to do with lenet. "help calc" shows how.'],
    ['calc lesson3 --formula', 2, 'calc has no option --formula. Did you mean --formulas?'],
    ['calc lesson3 --turbo', 2, 'calc has no option --turbo. "help calc" lists its options.'],
    ['calc lesson3 -x', 2, 'calc has no option -x. "help calc" lists its options.'],
    ['calc lesson3 --json=yes', 2, '--json takes no value. Leave out what follows the equals sign.'],
    ['calc lesson3 --cells --json', 2, '--cells needs a value after it.'],
    ['calc lesson3 --cells', 2, '--cells needs a value after it.'],
    ['calc lesson3 --sheet A --sheet B', 2, '--sheet is given twice. Give it once.'],
    ['calc lesson3 --tensors', 2, '--tensors needs --json as well.'],
    ['calc lesson', 1, 'There is no file lesson and no template of that name. Did you mean lesson3?'],
    ['calc resnet', 1, `There is no file resnet and no template of that name. Templates: ${templateNames.join(', ')}.`],
    ['calc no.convsheet', 1, 'There is no file no.convsheet. Check the spelling, or choose another file.'],
    ['calc .', 1, '. is a folder. Choose a file in it.'],
    [
      'calc notes.convsheet',
      1,
      'notes.convsheet is a text file, not a ConvSheet workbook. Choose a file that ConvSheet has saved.',
    ],
    ['calc cut.convsheet --json', 1, /^cut\.convsheet is damaged or incomplete: its end is missing\. /],
    ['calc lesson3 --sheet Sheet1', 1, '--sheet: there is no sheet Sheet1. The workbook has Network.'],
    ['calc lesson3 --cells Sheet1!A1', 1, '--cells: there is no sheet Sheet1. The workbook has Network.'],
    ['calc lesson3 --cells conv7', 1, /^--cells: conv7 is no cell, range or element of this workbook\. Write it like /],
    ['calc lesson3 --cells conv1/kernel[9,0,0,0]', 1, /^--cells: conv1\/kernel\[9,0,0,0\] is no cell, range or/],
    ['calc lesson3 --set A2', 2, /^--set A2 has no value\. Write a cell or an element, an equals sign and a number/],
    ['calc lesson3 --set A2:B2=1', 1, '--set A2:B2 names several cells. Set one cell with each --set.'],
    ['calc lesson3 --set conv7/bias[0]=1', 1, /^--set: conv7\/bias\[0\] is no cell/],
    ['calc lesson3 --set A1=1', 1, /^--set A1: A1 belongs to the network: only cells between/],
    ['calc lesson3 --set AH3=red', 1, /^--set AH3: AH3 needs a number such as 0\.5, not "red"\./],
    ['calc lesson3 --set A2==B2+', 1, /^--set A2: The formula ends at position 5, where/],
    ['calc lesson3 --set A2=0,5', 1, /^--set A2: Is 0,5 in A2 meant as 0\.5\?/],
    ['calc lesson3 --set A2=red', 1, /^--set A2: A2 needs a number such as 0\.5, not "red"\./],
    ['calc lesson3 --set A2=1e39', 1, /^--set A2: A2 can't hold 1e39: the largest number is 3\.4028235E\+38\./],
    ['calc lesson3 --set A2=', 1, '--set A2 gives no number. Give one; only an expected class can be left blank.'],
    ['new', 2, 'new needs a template. "help new" shows how.'],
    ['new lesson3', 2, 'new needs -o FILE. "help new" shows how.'],
    ['new lesson9 -o a.convsheet', 1, `There is no template called lesson9. Choose among ${templateNames.join(', ')}.`],
    ['new lesson3 --spec a.json -o a.convsheet', 2, 'new doesn\'t know what to do with lesson3. "help new" shows how.'],
    ['new lesson3 --seed 3 -o a.convsheet', 2, '--seed needs --spec as well.'],
    ['new --spec no.json -o a.convsheet', 1, 'There is no file no.json. Check the spelling, or choose another file.'],
    ['new --spec notes.convsheet --seed x -o a.convsheet', 2, /^--seed x: give a whole number from 0 to/],
    ['new --spec notes.convsheet -o a.convsheet', 1, /^notes\.convsheet is no JSON, or more than a network can be\./],
    ['new lesson3 -o a.xlsx', 1, /^a\.xlsx doesn't end in \.convsheet, the only kind of file "new" makes\. /],
    ['new lesson3 -o none/a.convsheet', 1, /^none\/a\.convsheet can't be written: there is no folder none\. /],
    ['bench strat', 2, /^There is no benchmark strat\. /],
  ])('convsheet %s', async (command, status, sentence) => {
    const result = await run(...command.split(' '));
    expect(result).toMatchObject({ status, stdout: '' });
    const [line, ...rest] = result.stderr.split('\n');
    expect(rest).toEqual(['']);
    if (typeof sentence === 'string') expect(line).toBe(sentence);
    else expect(line).toMatch(sentence);
  });
});

test.each<[command: string, status: number, sentence: string]>([
  ['clac lesson3', 2, 'There is no command clac. Did you mean calc?'],
  ['--lang de calc no.convsheet', 1, 'Die Datei no.convsheet gibt es nicht. Prüfen Sie'],
  ['calc no.convsheet --lang fr', 2, messages.commandLine.unknownLanguage('fr', languages.join(', '))],
])('the program prints the line and ends with the status: convsheet %s', (command, status, sentence) => {
  const { stderr, ...rest } = runBuilt(...command.split(' '));
  expect(rest).toEqual({ status, stdout: '' });
  expect(stderr).toMatch(/^[^\n]*\n$/);
  expect(stderr).toContain(sentence);
});

describe('bench', () => {
  test('measures both sides of an edit and finds the same values on both', () => {
    const { status, stdout, stderr } = runBuilt('bench', 'edit-to-values/lesson3', '--json');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const { median, p95, count, peerMedian, ratio, ...rest } = JSON.parse(stdout) as Record<string, number>;
    expect(rest).toEqual({ name: 'edit-to-values/lesson3', unit: 'ms', peer: 'hyperformula' });
    expect(count).toBeGreaterThanOrEqual(200);
    expect(p95).toBeGreaterThan(median);
    expect(ratio).toBeCloseTo(peerMedian / median, 1);
  });
});

function save(name: string, workbook: Workbook): string {
  const path = join(folder, name);
  writeFileSync(path, writeWorkbook(workbook));
  return path;
}
