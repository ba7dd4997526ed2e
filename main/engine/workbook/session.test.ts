import { describe, expect, test } from 'vitest';
import { formatAddress } from '../../../shared/address.ts';
import { UserError } from '../../../shared/errors.ts';
import type { NetworkSpec, TensorId } from '../../../shared/network.ts';
import { createRandom } from '../../../shared/random.ts';
import { randomExample } from '../../../shared/testing/random-network.ts';
import type { Workbook } from '../../../shared/workbook.ts';
import { type Command, editCommand, type TensorEdit } from '../../../shared/change.ts';
import { DIGIT_NAMES } from '../../../shared/data.ts';
import { startBackend } from '../backend/backend.ts';
import { chain, digitNetwork, residualNetwork, valuesFor } from '../oracle/example-network.ts';
import { createSession, type Session } from './session.ts';

await startBackend();

const workbookOf = (network: NetworkSpec, values = valuesFor(network, createRandom(1))): Workbook => ({
  network,
  classes: [],
  source: { kind: 'typed' },
  values,
});
const edit = (tensor: TensorId, index: number, value: number): TensorEdit => ({
  tensor,
  indices: Uint32Array.of(index),
  values: Float32Array.of(value),
});
const command = (label: string, ...edits: TensorEdit[]): Command => editCommand(label, edits);
/** The values of all tensors, and the source, as they are now. */
const snapshot = (session: Session) => ({
  values: new Map([...session.sheet.tensors.keys()].map(id => [id, session.value(id).slice()])),
  source: session.state().source,
});

describe('undo and redo', () => {
  test('go back to the very bits after any random commands, and forward again', () => {
    for (let seed = 0; seed < 12; seed++) {
      const { sheet, stored, random } = randomExample(seed, 'plain');
      const session = createSession(workbookOf(sheet.network, stored));
      const steps = [snapshot(session)];
      const editable = [...stored.keys()];
      let lastKey: string | undefined;
      for (let step = 0; step < 15; step++) {
        const edits = Array.from({ length: 1 + random.integer(3) }, () => {
          const tensor = editable[random.integer(editable.length)];
          const size = stored.get(tensor)!.length;
          const count = 1 + random.integer(5);
          // The same element may be changed twice, in one edit or in several.
          return {
            tensor,
            indices: Uint32Array.from({ length: count }, () => random.integer(size)),
            values: Float32Array.from({ length: count }, () =>
              tensor.endsWith('/movingVariance') || tensor.endsWith('/rate') ? random.uniform() : random.normal(),
            ),
          };
        });
        const source = random.integer(3) === 0 ? ({ kind: 'digit', index: step } as const) : undefined;
        const mergeKey = random.integer(2) === 0 ? 'brush' : undefined;
        session.change(editCommand(`step ${step}`, edits, { source, mergeKey }));
        // A merged command replaces the step it was merged into.
        if (mergeKey !== undefined && mergeKey === lastKey) steps.pop();
        steps.push(snapshot(session));
        lastKey = mergeKey;
      }
      for (const expected of steps.slice(0, -1).reverse()) {
        session.undo();
        expect(snapshot(session)).toEqual(expected);
      }
      expect(session.state().undo).toBeUndefined();
      expect(session.undo().size).toBe(0);
      for (const expected of steps.slice(1)) {
        session.redo();
        expect(snapshot(session)).toEqual(expected);
      }
      expect(session.state().redo).toBeUndefined();
      session.dispose();
    }
  });

  test('take back commands with the same key together, unless something came between', () => {
    const network = chain({ kind: 'input', shape: [1, 4, 1] }, { kind: 'relu' });
    const session = createSession(workbookOf(network, new Map([['input0/output', new Float32Array(4)]])));
    const pixels = () => Array.from(session.value('input0/output'));
    const brush = (index: number, value: number, mergeKey?: string) =>
      session.change(editCommand(`stroke ${index}`, [edit('input0/output', index, value)], { mergeKey }));
    brush(0, 0.5, 'a');
    brush(1, 0.5, 'a');
    brush(0, 1, 'a');
    brush(2, 1, 'b');
    brush(3, 1);
    brush(3, 0.25);
    session.undo();
    expect(pixels()).toEqual([1, 0.5, 1, 1]);
    session.undo();
    session.undo();
    expect(pixels()).toEqual([1, 0.5, 0, 0]);
    expect(session.state()).toMatchObject({ undo: 'stroke 0', redo: 'stroke 2' });
    session.undo();
    expect(pixels()).toEqual([0, 0, 0, 0]);
    session.redo();
    expect(pixels()).toEqual([1, 0.5, 0, 0]);
    brush(3, 1, 'a');
    expect(session.state().redo).toBeUndefined();
    session.undo();
    expect(pixels()).toEqual([1, 0.5, 0, 0]);
  });
});

test('undo and redo say which cells they changed, but not for a brush stroke or a whole digit', () => {
  const session = createSession(workbookOf(digitNetwork()));
  const { id, layout } = session.sheet;
  const pixel = (index: number, value: number) => edit('input0/output', index, value);
  session.change(editCommand('stroke', [pixel(0, 0.5), pixel(99, 0.5)], { mergeKey: 'stroke 1' }));
  session.change(command('paste', pixel(28 * 3 + 5, 0.125), pixel(28 * 5 + 4, 0.125), pixel(28 * 4 + 7, 0.125)));
  session.change(command('bias', edit('dense7/bias', 3, 77)));
  const bias = { sheet: id, ...layout.cellOf('dense7/bias', 3), height: 1, width: 1 };
  const pasted = { sheet: id, ...layout.cellOf('input0/output', 28 * 3 + 4), height: 3, width: 4 };

  expect(session.revisited()).toBeUndefined();
  session.undo();
  expect(session.revisited()).toEqual(bias);
  session.undo();
  expect(session.revisited()).toEqual(pasted);
  session.undo();
  expect(session.revisited()).toBeUndefined();
  session.redo();
  expect(session.revisited()).toBeUndefined();
  session.redo();
  expect(session.revisited()).toEqual(pasted);
  session.redo();
  session.redo();
  expect(session.revisited(), 'nothing left to do again').toBeUndefined();
});

test('undoing a change of several layers, such as a run, names no cells to go to', () => {
  const session = createSession(workbookOf(digitNetwork()));
  session.change(command('reset', edit('dense7/bias', 3, 77), edit('conv2d1/bias', 0, 77)));
  session.undo();
  expect(session.revisited()).toBeUndefined();
  session.redo();
  expect(session.revisited()).toBeUndefined();
});

describe('a workbook counts as changed', () => {
  const session = () => createSession(workbookOf(digitNetwork()));
  const bias: TensorId = 'conv2d1/bias';

  test('after a command, not after undoing it, and not after saving it', () => {
    const work = session();
    const modified = () => work.state().modified;
    expect(modified()).toBe(false);
    work.change(command('one', edit(bias, 0, 1)));
    expect(modified()).toBe(true);
    work.undo();
    expect(modified()).toBe(false);
    work.redo();
    work.markSaved(work.position());
    work.change(command('two', edit(bias, 0, 2)));
    expect(modified()).toBe(true);
    work.undo();
    expect(modified()).toBe(false);
    work.undo();
    expect(modified()).toBe(true);
    work.redo();
    expect(modified()).toBe(false);
  });

  test('where undo can’t reach the saved state any more', () => {
    const work = session();
    work.change(command('one', edit(bias, 0, 1)));
    work.markSaved(work.position());
    work.undo();
    work.change(command('other', edit(bias, 0, 5)));
    expect(work.state().modified).toBe(true);
    work.undo();
    expect(work.state().modified).toBe(true);
  });

  test('where a brush stroke went on after it was saved', () => {
    const work = session();
    work.change({ ...command('stroke', edit(bias, 0, 1)), mergeKey: 'stroke' });
    work.markSaved(work.position());
    work.change({ ...command('stroke', edit(bias, 1, 1)), mergeKey: 'stroke' });
    expect(work.state().modified).toBe(true);
  });

  test('as long as no state of it counts as saved', () => {
    const work = session();
    work.markSaved(undefined);
    expect(work.state().modified).toBe(true);
  });

  test('not by a command that changes no value', () => {
    const work = session();
    const before = work.state();
    expect(work.change(command('same', edit(bias, 0, work.value(bias)[0]))).size).toBe(0);
    expect(work.state()).toEqual(before);
  });
});

describe('a command is refused with a sentence and changes nothing,', () => {
  const network = digitNetwork();
  const session = createSession(workbookOf(network));
  const cell = (tensor: TensorId, index: number) => formatAddress(session.sheet.layout.cellOf(tensor, index));
  const good = edit('conv2d1/kernel', 3, 42);
  const refusals: [string, TensorEdit, string][] = [
    ['where it types over a computed cell', edit('conv2d1/output', 30, 1), `${cell('conv2d1/output', 30)} is computed`],
    [
      'where a number is beyond float32',
      edit('conv2d1/kernel', 2, 1e39),
      `${cell('conv2d1/kernel', 2)} needs a number`,
    ],
    [
      'where a pixel would be blank',
      edit('input0/output', 5, Number.NaN),
      `${cell('input0/output', 5)} needs a number`,
    ],
    [
      'where the expected class would be infinite',
      edit('softmax8/actual', 0, -Infinity),
      `${cell('softmax8/actual', 0)} needs`,
    ],
    ['where there is no such tensor', edit('conv9/kernel', 0, 1), 'nothing called conv9/kernel'],
    ['where a flatten layer has none', edit('flatten6/output', 0, 1), 'nothing called flatten6/output'],
    [
      'where there is no such element',
      edit('conv2d1/kernel', 18, 1),
      'conv2d1/kernel has 18 numbers; there is no number 19',
    ],
    [
      'where values are missing',
      { tensor: 'conv2d1/kernel', indices: Uint32Array.of(0, 1), values: Float32Array.of(1) },
      '2 cells of conv2d1/kernel were to be changed, but 1 values came',
    ],
  ];
  for (const [when, bad, sentence] of refusals) {
    test(when, () => {
      const before = snapshot(session);
      const state = session.state();
      expect(() => session.change(command('mixed', good, bad, good))).toThrow(UserError);
      expect(() => session.change(command('mixed', good, bad, good))).toThrow(sentence);
      expect(snapshot(session)).toEqual(before);
      expect(session.state()).toEqual(state);
    });
  }

  test('where a variance would be below 0, or a dropout rate below 0 or at 1', () => {
    const open = createSession(workbookOf(residualNetwork()));
    const place = (tensor: TensorId, index: number) => formatAddress(open.sheet.layout.cellOf(tensor, index));
    const refused: [TensorEdit, string][] = [
      [edit('normA/movingVariance', 1, -1e-9), `${place('normA/movingVariance', 1)} holds a variance`],
      [edit('drop/rate', 0, 1), `${place('drop/rate', 0)} holds the probability of dropping`],
      [edit('drop/rate', 0, -0.1), `${place('drop/rate', 0)} holds the probability of dropping`],
    ];
    const before = snapshot(open);
    for (const [bad, sentence] of refused) expect(() => open.change(command('limits', bad))).toThrow(sentence);
    expect(snapshot(open)).toEqual(before);
    open.change(command('limits', edit('normA/movingVariance', 1, 0), edit('drop/rate', 0, 0.999)));
    expect(open.value('drop/rate')[0]).toBe(Math.fround(0.999));
    open.dispose();
  });

  test('but the expected class may be blank', () => {
    session.change(command('expect', edit('softmax8/actual', 4, 1)));
    expect(session.state().actual).toBe(4);
    session.change(command('blank', edit('softmax8/actual', 4, Number.NaN)));
    expect(session.state().actual).toBeUndefined();
  });
});

test('if a command names a cell several times, the last value counts', () => {
  const network = chain({ kind: 'input', shape: [1, 2, 1] }, { kind: 'relu' });
  const session = createSession(workbookOf(network, new Map([['input0/output', Float32Array.of(1, 2)]])));
  const pixel = (index: number, value: number) => edit('input0/output', index, value);
  session.change(command('there and back', pixel(0, 5), pixel(1, 6), pixel(0, 1)));
  expect(Array.from(session.value('relu1/output'))).toEqual([1, 6]);
  session.undo();
  expect(Array.from(session.value('relu1/output'))).toEqual([1, 2]);
});

test('a command returns the tensors it changed: its own, and later ones in which a number differs', () => {
  const session = createSession(workbookOf(digitNetwork()));
  const changed = session.change(command('weight', edit('dense7/kernel', 0, 9)));
  expect([...changed].sort()).toEqual([
    'dense7/kernel',
    'dense7/output',
    'softmax8/exp',
    'softmax8/output',
    'softmax8/shifted',
  ]);
});

test('the state names the most probable class and its probability, or none if a score is not finite', () => {
  const network = chain({ kind: 'input', shape: [1, 1, 3] }, { kind: 'flatten' }, { kind: 'softmax' });
  const values = new Map<TensorId, Float32Array>([
    ['input0/output', Float32Array.of(0, Math.log(6), Math.log(3))],
    ['softmax2/actual', Float32Array.of(0, 0, 1)],
  ]);
  const session = createSession(workbookOf(network, values));
  expect(session.state().predicted).toEqual({ class: 1, probability: Math.fround(0.6) });
  expect(session.state().actual).toBe(2);
  session.change(command('far apart', edit('input0/output', 0, 3e38), edit('input0/output', 1, -3e38)));
  expect(session.state().predicted).toBeUndefined();
  expect(createSession(workbookOf(chain({ kind: 'input', shape: [1, 1, 1] }))).state()).toMatchObject({
    predicted: undefined,
    actual: undefined,
  });
});

test('typed pixels make the source "typed", parameters don’t, and undo brings the source back', () => {
  const session = createSession({ ...workbookOf(digitNetwork()), source: { kind: 'digit', index: 3 } });
  const source = () => session.state().source;
  session.change(command('weight', edit('conv2d1/kernel', 0, 1)));
  expect(source()).toEqual({ kind: 'digit', index: 3 });
  session.change(command('pixel', edit('input0/output', 0, 1)));
  expect(source()).toEqual({ kind: 'typed' });
  session.change(editCommand('drawn', [edit('input0/output', 1, 1)], { source: { kind: 'drawing' } }));
  expect(source()).toEqual({ kind: 'drawing' });
  session.undo();
  session.undo();
  expect(source()).toEqual({ kind: 'digit', index: 3 });
});

test('a session copies the workbook it is given, and gives out copies', () => {
  const given = workbookOf(digitNetwork());
  const bias = given.values.get('conv2d1/bias')!;
  const original = bias.slice();
  const session = createSession(given);
  session.change(command('bias', edit('conv2d1/bias', 0, 77)));
  expect(bias).toEqual(original);
  const taken = session.workbook();
  expect(taken.values.get('conv2d1/bias')![0]).toBe(77);
  expect([...taken.values.keys()].sort()).toEqual([...given.values.keys()].sort());
  taken.values.get('conv2d1/bias')![0] = 5;
  expect(session.value('conv2d1/bias')[0]).toBe(77);
});

test('predictions are known to be stale after a parameter changed, and only then', () => {
  const session = createSession(workbookOf(digitNetwork()));
  const revision = session.parameterRevision();
  session.change(command('pixel', edit('input0/output', 0, 1)));
  session.change(command('expected', edit('softmax8/actual', 0, 1)));
  expect(session.parameterRevision()).toBe(revision);
  session.change(command('bias', edit('dense7/bias', 0, 1)));
  expect(session.parameterRevision()).not.toBe(revision);
});

test('looking at images doesn’t count as a change, but a change made before it does (fault 47)', () => {
  const session = createSession(workbookOf(digitNetwork()));
  const look = (index: number): Command =>
    editCommand(`Show ${index}`, [edit('input0/output', 0, index / 256)], {
      source: { kind: 'digit', index },
      mergeKey: 'showDigit',
    });
  const modified = () => session.state().modified;
  session.change(look(1));
  session.change(look(2));
  expect(modified()).toBe(false);
  session.undo();
  session.redo();
  expect(modified()).toBe(false);
  session.change(command('Type', edit('conv2d1/kernel', 0, 2)));
  session.change(look(3));
  expect(modified()).toBe(true);
  session.markSaved(session.position());
  session.change(look(4));
  expect(modified()).toBe(false);
  session.undo();
  session.undo();
  expect(modified()).toBe(true);
  session.redo();
  session.redo();
  expect(modified()).toBe(false);
  session.change(editCommand('Draw', [edit('input0/output', 5, 1)], { source: { kind: 'drawing' } }));
  expect(modified()).toBe(true);
});

describe('a change of the network', () => {
  const withKernel = (kernelSize: readonly [number, number]): NetworkSpec =>
    chain(
      { kind: 'input', shape: [4, 4, 1] },
      { kind: 'conv2d', filters: 2, kernelSize, strides: [1, 1], padding: 'same', useBias: true },
      { kind: 'flatten' },
      { kind: 'dense', units: 2, useBias: true },
      { kind: 'softmax' },
    );
  const kernel: TensorId = 'conv2d1/kernel';

  test('gives no kernel the numbers of another shape, and undo brings every bit back', () => {
    const session = createSession(workbookOf(withKernel([2, 3])));
    const before = snapshot(session);
    const structure = session.structure;
    session.change({ label: 'turn', changes: [{ kind: 'network', network: withKernel([3, 2]), values: [] }] });
    expect(session.sheet.tensors.get(kernel)!.shape).toEqual([3, 2, 1, 2]);
    expect(session.value(kernel)).toEqual(new Float32Array(12));
    expect(session.value('dense3/kernel')).toEqual(before.values.get('dense3/kernel'));
    expect(session.structure).not.toBe(structure);
    const turned = snapshot(session);
    session.undo();
    expect(snapshot(session)).toEqual(before);
    expect(session.structure).toBe(structure);
    session.redo();
    expect(snapshot(session)).toEqual(turned);
    session.dispose();
  });

  test('brings its own values, and is calculated at once with the later changes of the same step', () => {
    const session = createSession(workbookOf(withKernel([2, 3])));
    const own = new Float32Array(12).fill(0.5);
    session.change({
      label: 'turn',
      changes: [
        { kind: 'network', network: withKernel([3, 2]), values: [{ tensor: kernel, values: own }] },
        { kind: 'classes', classes: ['cat', 'dog'] },
        { kind: 'values', edits: [edit(kernel, 0, 7)] },
      ],
    });
    const anew = createSession(session.workbook());
    expect(session.value(kernel)[0]).toBe(7);
    expect(session.value('softmax4/output')).toEqual(anew.value('softmax4/output'));
    expect(session.sheet.classes).toEqual(['cat', 'dog']);
    expect(session.undo().size).toBeGreaterThan(0);
    expect(session.state().undo).toBeUndefined();
    session.dispose();
    anew.dispose();
  });

  test('with a window larger than its maps, or with too few values, changes nothing', () => {
    const session = createSession(workbookOf(withKernel([2, 3])));
    const before = snapshot(session);
    const state = session.state();
    const { layers } = withKernel([2, 3]);
    const large = { kernelSize: [9, 9], padding: 'valid' };
    const impossible = layers.map(layer => (layer.kind === 'conv2d' ? { ...layer, ...large } : layer));
    const network = { version: 1, layers: impossible } as NetworkSpec;
    const bad: Command['changes'][] = [
      [{ kind: 'network', network, values: [] }],
      [{ kind: 'network', network: withKernel([3, 2]), values: [{ tensor: kernel, values: new Float32Array(11) }] }],
      [{ kind: 'classes', classes: ['a', 'b'], values: new Float32Array(3) }],
    ];
    for (const changes of bad) {
      const pixel = { kind: 'values' as const, edits: [edit('input0/output', 0, 0.5)] };
      expect(() => session.change({ label: 'bad', changes: [pixel, ...changes] })).toThrow(UserError);
      expect(snapshot(session)).toEqual(before);
      expect(session.state()).toEqual(state);
    }
    session.dispose();
  });
});

test('A network that no sheet holds changes nothing, and later edits are calculated', () => {
  const session = createSession(workbookOf(digitNetwork()));
  const { network } = session.sheet;
  const before = snapshot(session);
  // Other pixels, so that the tensors that come back are other arrays than the ones calculated before.
  const wide = chain({ kind: 'input', shape: [2, 8192, 1] }, { kind: 'relu' });
  const asChecked = { structure: session.structure, checked: true };
  const kernel = edit('conv2d1/kernel', 0, 3);
  const changes: Command['changes'] = [
    { kind: 'values', edits: [kernel] },
    { kind: 'network', network: wide, values: [] },
  ];
  expect(() => session.change({ label: 'widen', changes }, asChecked)).toThrow(UserError);
  expect(session.sheet.network).toEqual(network);
  expect(session.state().undo).toBeUndefined();
  expect(snapshot(session)).toEqual(before);
  session.change(command('edit', kernel, edit('input0/output', 100, 0.75)));
  const anew = createSession(session.workbook());
  expect(snapshot(session).values).toEqual(snapshot(anew).values);
  expect(session.value('conv2d1/kernel')[0]).toBe(3);
  session.dispose();
  anew.dispose();
});

test('new class names make the expected class blank, and undo brings it back', () => {
  const session = createSession({ ...workbookOf(digitNetwork()), classes: DIGIT_NAMES });
  session.change(command('expect', edit('softmax8/actual', 4, 1)));
  const before = snapshot(session);
  session.change({ label: 'name', changes: [{ kind: 'classes', classes: Array.from('abcdefghij') }] });
  expect(session.state().actual).toBeUndefined();
  expect(session.sheet.classes[4]).toBe('e');
  session.undo();
  expect(snapshot(session)).toEqual(before);
  expect(session.sheet.classes[4]).toBe('4');
  session.dispose();
});

test('the list of sheets is the workbook’s own; without one it has the network’s sheet alone', () => {
  const workbook = workbookOf(digitNetwork());
  expect(createSession(workbook).sheets).toMatchObject([{ id: 'network', name: 'Network' }]);
  const sheets = [
    { id: 'network', name: 'LeNet', cells: new Map(), widths: new Map() },
    { id: 'notes', name: 'Notes', cells: new Map([[0, new Map([[1, { content: 'a' }]])]]), widths: new Map() },
  ];
  const session = createSession({ ...workbook, sheets });
  expect(session.sheets).toEqual(sheets);
  expect(session.workbook().sheets).toEqual(sheets);
});
