/** The sheets that teach: their formulas' values against the engine's numbers and against calculations of their own. */
import { spawnSync } from 'node:child_process';
import { beforeAll, describe, expect, test } from 'vitest';
import { parseAddress, parseRange } from '../../../shared/address.ts';
import { isFormula } from '../../../shared/cells.ts';
import type { Change } from '../../../shared/change.ts';
import { buildSheet } from '../../../shared/layout/sheet.ts';
import { say } from '../../../shared/messages.ts';
import { indexOf, type NetworkSpec, type TensorId } from '../../../shared/network.ts';
import { createRandom } from '../../../shared/random.ts';
import { type About, sheetDataOf } from '../../../shared/teaching/taught-sheet.ts';
import { optimizedWeight } from '../../../shared/teaching/optimizers.ts';
import { TAUGHT, type Taught, taughtName, taughtSheet, weightTaught } from '../../../shared/teaching/teaching.ts';
import { optimizerDefaults } from '../../../shared/training-defaults.ts';
import { writeWorkbook } from '../../files/convsheet.ts';
import { noCounts } from '../../fuzz/cell-sequences.ts';
import { faultsInLibreOffice } from '../../fuzz/cells-libreoffice.ts';
import { startBackend } from '../backend/backend.ts';
import { cellGradients } from '../evaluation/cell-gradients.ts';
import { createOptimizer } from '../training/optimizers.ts';
import { createSession } from '../workbook/session.ts';
import { chain, digitNetwork, residualNetwork, valuesFor } from './example-network.ts';

beforeAll(startBackend);

const label = { id: 'test' } as never;

/** A workbook around a network, to which a sheet that teaches was added. */
function taughtIn(taught: Taught, network: NetworkSpec = digitNetwork(2, 2), seed = 4, about: About = {}) {
  const values = valuesFor(network, createRandom(seed));
  const session = createSession({ network, classes: [], source: { kind: 'typed' }, values });
  const { sheet, written } = session;
  const made = taughtSheet(taught, sheet, written.sheets, about);
  if ('refusal' in made) throw new Error(say(made.refusal));
  const data = sheetDataOf(made, { id: 'taught', name: taughtName(taught) }, { ...written, sheet });
  const changes: Change[] = [{ kind: 'addSheet', sheet: data, at: 1 }];
  if (made.draws) changes.push({ kind: 'draw', drawn: { seed, now: 45_000 } });
  session.change({ label, changes });
  const contentOf = (address: string) => session.contentAt({ sheet: 'taught', ...parseAddress(address)! });
  const number = (address: string) => {
    const content = contentOf(address);
    if (typeof content !== 'number') throw new Error(`${address} holds ${JSON.stringify(content)}`);
    return content;
  };
  const column = (range: string): number[] => {
    const { row, column: at, height } = parseRange(range)!;
    return Array.from({ length: height }, (_, i) => {
      const content = session.contentAt({ sheet: 'taught', row: row + i, column: at });
      if (typeof content !== 'number') throw new Error(`${range}, row ${row + i + 1}: ${JSON.stringify(content)}`);
      return content;
    });
  };
  const type = (address: string, content: number) => {
    const { row, column: at } = parseAddress(address)!;
    const edit = { at: Uint32Array.of(row, at), cell: { content } };
    session.change({ label, changes: [{ kind: 'cells', sheet: 'taught', edits: [edit] }] });
  };
  const set = (tensor: TensorId, index: number, value: number) => {
    const edit = { tensor, indices: Uint32Array.of(index), values: Float32Array.of(value) };
    session.change({ label, changes: [{ kind: 'values', edits: [edit] }] });
  };
  /** The weight that "take this step" would move. */
  const taughtWeight = () =>
    weightTaught(session.written.sheets[1], session.sheet, at => session.contentAt({ sheet: 'taught', ...at }));
  return { session, made, data, contentOf, number, column, type, set, taughtWeight };
}

function expectClose(found: readonly number[], wanted: readonly number[], most: number): void {
  expect(found.length).toBe(wanted.length);
  const off = found.map((value, i) => Math.abs(value - wanted[i]) / Math.max(1, Math.abs(wanted[i])));
  expect(Math.max(...off)).toBeLessThanOrEqual(most);
}

const softmaxOf = (outputs: readonly number[]) => {
  const largest = Math.max(...outputs);
  const exps = outputs.map(output => Math.exp(output - largest));
  const sum = exps.reduce((total, each) => total + each, 0);
  return exps.map(each => each / sum);
};

describe.each(TAUGHT)('the sheet about %s', taught => {
  test.each([digitNetwork(2, 2), residualNetwork()])('has no formula that fails, and is one step of undo', network => {
    const { session, data } = taughtIn(taught, network);
    let formulas = 0;
    for (const { at, cell } of data.cells) {
      if (!isFormula(cell!.content)) continue;
      for (let i = 0; i < at.length; i += 2) {
        const content = session.contentAt({ sheet: 'taught', row: at[i], column: at[i + 1] });
        // Cells that repeat a class hold its name.
        expect(['number', 'string'], `row ${at[i] + 1}, column ${at[i + 1] + 1}`).toContain(typeof content);
        formulas++;
      }
    }
    expect(formulas).toBeGreaterThan(20);
    session.undo();
    expect(session.written.sheets.map(({ id }) => id)).toEqual([session.sheet.id]);
    session.dispose();
  });

  test('has a name that a tab can have, with room for a number', () => {
    expect(taughtName(taught).length).toBeLessThanOrEqual(25);
  });
});

describe('softmax and its friends', () => {
  test('follow the network’s outputs, and give the engine’s probabilities and loss', () => {
    const { session, number, column, set } = taughtIn('softmax');
    for (const bias of [undefined, 2.5]) {
      if (bias !== undefined) set('dense7/bias', 3, bias);
      const outputs = [...session.value('dense7/output')];
      expect(column('B7:B16')).toEqual(outputs);
      expectClose(column('C7:C16'), [...session.value('softmax8/shifted')], 1e-6);
      expectClose(column('D7:D16'), [...session.value('softmax8/exp')], 1e-6);
      expectClose(column('E7:E16'), [...session.value('softmax8/output')], 1e-6);
      expectClose(column('E7:E16'), softmaxOf(outputs), 1e-14);
      expectClose(
        column('H7:H16'),
        outputs.map(output => 1 / (1 + Math.exp(-output))),
        1e-14,
      );
      expect(number('E18')).toBeCloseTo(1, 12);
    }
    for (let i = 0; i < 10; i++) set('softmax8/actual', i, i === 3 ? 1 : 0);
    expectClose(column('G7:G16'), [...session.value('softmax8/crossEntropy')], 1e-5);
    expect(number('G18')).toBeCloseTo(-Math.log(softmaxOf([...session.value('dense7/output')])[3]), 10);
    expect(number('G18')).toBeGreaterThan(0);
    session.dispose();
  });

  test('what if: a typed change gives the probabilities that the changed outputs have', () => {
    const { session, column, type } = taughtIn('softmax');
    expect(column('O7:O16')).toEqual(Array(10).fill(0));
    type('K9', 3);
    type('K12', -1.5);
    const outputs = column('B7:B16').map((output, i) => output + (i === 2 ? 3 : i === 5 ? -1.5 : 0));
    expectClose(column('N7:N16'), softmaxOf(outputs), 1e-14);
    const before = column('E7:E16');
    expectClose(
      column('O7:O16'),
      softmaxOf(outputs).map((share, i) => share - before[i]),
      1e-14,
    );
    session.dispose();
  });

  test('the rules of the logarithm hold for the numbers that are typed', () => {
    const { session, column, type } = taughtIn('softmax');
    for (const [x, y] of [
      [3, 2],
      [0.7, 4],
    ]) {
      type('R7', x);
      type('R8', y);
      const wanted = [Math.log(x * y), Math.log(x / y), y * Math.log(x), x, x, Math.exp(x + y)];
      expectClose(column('R10:R15'), wanted, 1e-14);
      expectClose(column('S10:S15'), wanted, 1e-14);
    }
    expectClose(
      column('R19:R23'),
      [0.99, 0.9, 0.5, 0.1, 0.01].map(share => -Math.log(share)),
      1e-14,
    );
    session.dispose();
  });

  test('a network without a softmax at its end is told so', () => {
    const network = chain({ kind: 'input', shape: [4, 4, 1] }, { kind: 'relu' });
    const values = valuesFor(network, createRandom(1));
    const session = createSession({ network, classes: [], source: { kind: 'typed' }, values });
    const made = taughtSheet('softmax', session.sheet, session.written.sheets);
    expect('refusal' in made && say(made.refusal)).toMatch(/doesn’t end in a softmax layer/);
    session.dispose();
  });
});

test('each row of the line is a step of SGD from the random numbers at its beginning', () => {
  const { session, number, column } = taughtIn('line');
  const other = taughtIn('line', undefined, 5);
  expect(number('E8')).not.toBe(other.number('E8'));
  for (const at of ['E8', 'E9']) expect(Math.abs(number(at))).toBeLessThanOrEqual(2);
  const [xs, ys] = [column('A7:A14'), column('B7:B14')];
  let [a, b] = [number('E8'), number('E9')];
  const wanted: number[][] = [];
  for (let step = 0; step <= 40; step++) {
    const [x, y] = [xs[step % 8], ys[step % 8]];
    const error = a * x + b - y;
    const all = xs.reduce((sum, each, i) => sum + (a * each + b - ys[i]) ** 2, 0) / 8;
    wanted.push([a, b, error ** 2, 2 * error * x, 2 * error, all]);
    [a, b] = [a - 0.1 * 2 * error * x, b - 0.1 * 2 * error];
  }
  for (const [i, letter] of ['J', 'K', 'N', 'O', 'P', 'R'].entries()) {
    expectClose(
      column(`${letter}7:${letter}47`),
      wanted.map(row => row[i]),
      1e-12,
    );
  }
  // The gradient by trying is the one by formula, and the line ends near y = 2x + 1.
  expectClose(column('Q7:Q47'), column('O7:O47'), 1e-8);
  expect(number('E13')).toBeLessThan(0.1);
  expect([number('E11'), number('E12')].map(Math.round)).toEqual([2, 1]);
  session.dispose();
  other.session.dispose();
});

test('ten rows of the optimizers are ten steps of the engine’s, from the network’s own weight', () => {
  const { session, number, column, set, type, taughtWeight } = taughtIn('optimizers');
  expect(taughtWeight()).toEqual(optimizedWeight(session.sheet));
  const { sgd, momentum, rmsprop, adam } = optimizerDefaults;
  const cases = [
    [sgd, 'E', 'F'],
    [momentum, 'G', 'I'],
    [rmsprop, 'J', 'L'],
    [adam, 'M', 'Q'],
  ] as const;
  for (const epsilon of [1e-7, 0.05]) {
    if (epsilon !== 1e-7) {
      // Another weight, another gradient, and an epsilon that counts.
      set('conv2d1/kernel', 0, -0.75);
      type('E11', 2);
      type('B13', epsilon);
    }
    expect(number('B7')).toBe(session.value('conv2d1/kernel')[0]);
    for (const [optimizer, given, letter] of cases) {
      const gradients = column(`${given}8:${given}17`);
      const tensor: TensorId = 'conv2d1/kernel';
      const settings = 'epsilon' in optimizer ? { ...optimizer, epsilon } : optimizer;
      const engine = createOptimizer({ optimizer: settings, weightDecay: 0, clipNorm: 0 }, [
        { id: tensor, name: 'kernel', size: 1 },
      ]);
      const parameters = new Map([[tensor, Float32Array.of(number('B7'))]]);
      const wanted = gradients.map(gradient => {
        engine.step(parameters, new Map([[tensor, Float32Array.of(gradient)]]), () => number('B8'));
        return parameters.get(tensor)![0];
      });
      expect(new Set(wanted).size).toBe(10);
      expectClose(column(`${letter}8:${letter}17`), wanted, 1e-5);
    }
  }
  session.dispose();
});

test('the optimizers’ real steps begin at the weight that the network had, with gradients of their own', () => {
  const gradients = [0, 1, 2, 3].map(own => Array.from({ length: 10 }, (_, step) => Math.sin(1 + own * 10 + step)));
  const selected = { tensor: 'conv2d3/kernel', index: 7 } as const;
  const about = { selected, steps: { weight: 0.375, gradients } };
  const { session, number, column, set, taughtWeight } = taughtIn('optimizers', undefined, 4, about);
  expect(['E', 'G', 'J', 'M'].map(letter => column(`${letter}8:${letter}17`))).toEqual(gradients);
  const end = number('Q17');
  // The network goes on, and the rows stay what they were.
  set(selected.tensor, selected.index, 5);
  expect([number('B7'), number('B14'), number('Q17')]).toEqual([0.375, 5, end]);
  expect(taughtWeight()).toEqual(selected);
  session.dispose();
});

describe('backpropagation', () => {
  test.each([
    ['of a convolution', digitNetwork(2, 2), 'conv2d3/kernel', [1, 1, 0, 0], [2, 2]],
    ['behind shortcuts and a batch normalisation', residualNetwork(), 'b/kernel', [1, 1, 0, 0], [2, 2]],
    ['of labels behind a sigmoid', labelNetwork(), 'conv2d1/kernel', [0, 1, 0, 1], [1, 2]],
  ] as const)('gives the engine’s gradient of a weight, live: %s', (_, network, tensor, at, place) => {
    const { shape } = buildSheet(network).tensors.get(tensor)!;
    const index = indexOf(shape, at)!;
    const about = { selected: { tensor, index } };
    const { session, number, set, type, contentOf, taughtWeight } = taughtIn('backprop', network, 4, about);
    const last = network.layers.at(-1)!.id;
    const gradients = () => cellGradients(session.sheet, id => session.value(id), new Map()).get(tensor)!;
    expect([number('D9'), number('D10'), number('D12')]).toEqual([...place, 0]);
    let steepest = 0;
    for (const unit of [1, 3]) {
      set(`${last}/actual`, unit, 1);
      if (unit === 3) set(tensor, index, -0.5);
      const wanted = gradients()[index];
      steepest = Math.max(steepest, Math.abs(wanted));
      expectClose([number('D11'), number('D12')], [session.value(tensor)[index], wanted], 1e-5);
      expect(number('D14')).toBeCloseTo(number('D11') - 0.1 * wanted, 6);
      expect(number('D7')).toBeCloseTo(
        session.value(`${last}/crossEntropy`).reduce((sum, each) => sum + each, 0),
        4,
      );
    }
    expect(steepest).toBeGreaterThan(1e-3);
    expect(taughtWeight()).toEqual({ tensor, index });
    // The reader chooses another weight of the same slice.
    const other = indexOf(shape, [2, 0, at[2], at[3]])!;
    type('D9', 3);
    type('D10', 1);
    expectClose([number('D11'), number('D12')], [session.value(tensor)[other], gradients()[other]], 1e-5);
    expect(taughtWeight()).toEqual({ tensor, index: other });
    type('D10', 4);
    expect(taughtWeight()).toBeUndefined();
    expect(contentOf('D12')).toHaveProperty('error');
    session.dispose();
  });

  test('begins with a weight by which the loss changes, if none is selected', () => {
    const network = residualNetwork();
    const { shape } = buildSheet(network).tensors.get('b/kernel')!;
    const steepest = [
      { tensor: 'dense/kernel', index: 1 },
      { tensor: 'b/kernel', index: indexOf(shape, [2, 0, 1, 2])! },
    ] as const;
    const { session, taughtWeight } = taughtIn('backprop', network, 4, { steepest });
    expect(taughtWeight()).toEqual(steepest[1]);
    session.dispose();
  });

  test('the smaller loss that the gradient promises comes about', () => {
    const { session, number, set } = taughtIn('backprop', residualNetwork());
    set('softmax/actual', 2, 1);
    const [before, promised, next] = [number('D7'), number('D15'), number('D14')];
    const { tensors } = session.sheet;
    set('b/kernel', indexOf(tensors.get('b/kernel')!.shape, [1, 1, 0, 0])!, next);
    expect(number('D7')).toBeLessThan(before);
    expect(Math.abs(number('D7') - promised)).toBeLessThan(0.2 * (before - promised) + 1e-6);
    session.dispose();
  });
});

/** input 6×6 → conv 2 → flatten → dense 4 → sigmoid. */
function labelNetwork(): NetworkSpec {
  const conv = { kind: 'conv2d', filters: 2, kernelSize: [3, 3], strides: [1, 1], padding: 'valid', useBias: true };
  return chain(
    { kind: 'input', shape: [6, 6, 1] },
    conv as never,
    { kind: 'flatten' },
    { kind: 'dense', units: 4, useBias: true },
    { kind: 'sigmoid' },
  );
}

describe('what a kernel does', () => {
  const kernels = [
    [-1, -1, -1, -1, 8, -1, -1, -1, -1],
    Array<number>(9).fill(1 / 9),
    [0, -1, 0, -1, 5, -1, 0, -1, 0],
    [-2, -1, 0, -1, 1, 1, 0, 1, 2],
    [-1, 0, 1, -2, 0, 2, -1, 0, 1],
    [0, 0, 0, 0, 1, 0, 0, 0, 0],
  ];

  test.each([
    { name: 'one channel', shape: [28, 28, 1], rows: 28, columns: 28, corner: [0, 0] },
    { name: 'several channels', shape: [8, 6, 3], rows: 8, columns: 6, corner: [0, 0] },
    { name: 'a large image', shape: [40, 35, 2], rows: 32, columns: 32, corner: [4, 1] },
  ] as const)('each result is the sum of a patch times the kernel: $name', ({ shape, rows, columns, corner }) => {
    const network = chain({ kind: 'input', shape }, { kind: 'relu' });
    const { session } = taughtIn('kernels', network);
    const image = session.value('input0/output');
    const [, width, channels] = shape;
    const pixel = (row: number, column: number) => {
      const from = ((row + corner[0]) * width + column + corner[1]) * channels;
      return image.subarray(from, from + channels).reduce((sum, value) => sum + value, 0) / channels;
    };
    const at = (row: number, column: number) => session.contentAt({ sheet: 'taught', row, column }) as number;
    const [found, wanted]: number[][] = [[], []];
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < columns; column++) {
        found.push(at(10 + row, column));
        wanted.push(pixel(row, column));
      }
    for (const [i, kernel] of kernels.entries()) {
      const left = columns + 1 + (i % 3) * (columns - 1);
      const top = 10 + Math.floor(i / 3) * (rows + 4);
      for (let row = 0; row < rows - 2; row++)
        for (let column = 0; column < columns - 2; column++) {
          found.push(at(top + row, left + column));
          wanted.push(kernel.reduce((sum, w, k) => sum + w * pixel(row + Math.floor(k / 3), column + (k % 3)), 0));
        }
    }
    expectClose(found, wanted, 1e-6);
    session.dispose();
  });

  test('the reader’s own kernel changes its result at once', () => {
    const network = chain({ kind: 'input', shape: [5, 5, 1] }, { kind: 'relu' });
    const { session, number, type } = taughtIn('kernels', network);
    const image = session.value('input0/output');
    // Of images of 5 × 5, the second three results begin in row 20, and the third of them in column O.
    expect(number('O20')).toBe(image[6]);
    type('P17', 0);
    type('O16', 3);
    expect(number('O20')).toBeCloseTo(3 * image[0], 6);
    session.dispose();
  });

  test('an image without room for a kernel is refused with a sentence', () => {
    const network = chain({ kind: 'input', shape: [2, 5, 1] }, { kind: 'relu' });
    const values = valuesFor(network, createRandom(1));
    const session = createSession({ network, classes: [], source: { kind: 'typed' }, values });
    const made = taughtSheet('kernels', session.sheet, session.written.sheets);
    expect('refusal' in made && say(made.refusal)).toBe(
      'The image has 2 × 5 pixels, and a kernel needs at least 3 × 3.',
    );
    session.dispose();
  });
});

const installed = spawnSync('soffice', ['--version']).status === 0;

test.skipIf(!installed)(
  'LibreOffice gives the value of every cell (skipped where soffice is not installed)',
  async () => {
    const counts = noCounts();
    const files = TAUGHT.map(name => {
      const { session, type } = taughtIn(name, residualNetwork());
      if (name === 'line') {
        // Random numbers would be others there.
        type('E8', -1.25);
        type('E9', 0.375);
        // The oracle, which stands between the two, has no arithmetic of ranges inside a sum (column R).
        for (let row = 7; row <= 47; row++) type(`R${row}`, 0);
      }
      const saved = writeWorkbook(session.workbook());
      session.dispose();
      return { name, saved };
    });
    expect(await faultsInLibreOffice(files, counts)).toEqual([]);
    expect(counts.numbers).toBeGreaterThan(3000);
  },
);
