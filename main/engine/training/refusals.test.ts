import { expect, test } from 'vitest';
import type { Source } from '../../../shared/workbook.ts';
import { editCommand } from '../../../shared/change.ts';
import { UserError } from '../../../shared/errors.ts';
import { type Args, type EngineKind, engineRequests } from '../../../shared/protocol.ts';
import { createRandom, type Random } from '../../../shared/random.ts';
import { createCaller } from '../../../shared/rpc.ts';
import type { TensorId } from '../../../shared/network.ts';
import { createEngineHost } from '../host/host.ts';
import { smallConfig, smallDigits, smallWorkbook } from '../data/testing/small-digits.ts';

/** An engine with a small workbook open. `failed` counts how often it said that its process has to end. */
async function connect() {
  let failed = 0;
  let saved: Uint8Array[] = [];
  const host = createEngineHost({
    post: frame => caller.receive(frame),
    readTemplate: async () => smallWorkbook(),
    readFile: () => Promise.reject(new UserError('There are no files here.')),
    readBytes: () => smallWorkbook(),
    toPieces: ({ values }) => [
      new Uint8Array(Float32Array.from([...values.values()].flatMap(each => [...each])).buffer),
    ],
    async writeFile(_path, pieces) {
      saved = [...(pieces as Iterable<Uint8Array>)];
      return { size: 0 };
    },
    readImages: () => Promise.reject(new UserError('There are no images here.')),
    correct: async () => undefined,
    readSample: async () => '',
    readImage: () => Promise.reject(new UserError('There are no images here.')),
    readData: async () => smallDigits(20, 5),
    log: () => {},
    fail() {
      failed++;
      caller.close('The engine has ended.');
    },
  });
  const caller = createCaller(
    frame => host.receive(frame),
    () => {},
  );
  await caller.send('load', { from: 'template', template: 'small' });
  const values = async () => {
    await caller.send('write', { path: '/x.convsheet' });
    return saved;
  };
  return { caller, values, failed: () => failed };
}

const edit = (tensor: string, indices: number[], values: number[], source?: Source): Args<'change'> =>
  editCommand(
    'x',
    [{ tensor: tensor as TensorId, indices: Uint32Array.from(indices), values: Float32Array.from(values) }],
    { source },
  );
const FRESH = { id: 'r', name: 'Run', config: smallConfig(), start: 'here' } as const;

/** A request, and the sentence it is refused with, or '' if it is done. */
const CASES: [name: string, kind: EngineKind, args: unknown, refusal: string][] = [
  ['no elements of a computed tensor', 'change', edit('conv/output', [], []), 'is computed'],
  ['an element of a computed tensor', 'change', edit('conv/output', [0], [1]), 'is computed'],
  ['no elements of the scores', 'change', edit('softmax/output', [], []), 'is computed'],
  ['no elements of a kernel', 'change', edit('conv/kernel', [], []), ''],
  ['no edits at all', 'change', editCommand('x', []), ''],
  ['a tensor that is not there', 'change', edit('conv9/kernel', [0], [1]), 'nothing called conv9/kernel'],
  ['no elements of a tensor that is not there', 'change', edit('conv9/kernel', [], []), 'nothing called'],
  ['more indices than values', 'change', edit('conv/kernel', [0, 1], [1]), '2 cells of conv/kernel'],
  ['values without indices', 'change', edit('conv/kernel', [], [1]), '0 cells of conv/kernel'],
  ['an index beyond', 'change', edit('conv/kernel', [100], [1]), 'there is no number 101'],
  ['the largest index', 'change', edit('conv/kernel', [2 ** 32 - 1], [1]), 'there is no number'],
  ['a number that is none', 'change', edit('conv/kernel', [0], [Number.NaN]), 'needs a number'],
  ['infinity', 'change', edit('conv/kernel', [0], [Number.POSITIVE_INFINITY]), 'needs a number'],
  ['a pixel that is none', 'change', edit('input/output', [0], [Number.NaN]), 'needs a number'],
  ['an expected class left blank', 'change', edit('softmax/actual', [0], [Number.NaN]), ''],
  [
    'a test digit far beyond, as a source',
    'change',
    edit('conv/bias', [0], [2], { kind: 'digit', index: 2 ** 50 }),
    '',
  ],
  ['one element twice', 'change', edit('conv/bias', [0, 0], [3, 4]), ''],
  ['a test digit beyond', 'showDigit', { index: 10_000 }, ''],
  ['a run that was never kept, deleted', 'deleteRun', { id: 'never' }, 'run'],
  ['a run that was never kept, renamed', 'renameRun', { id: 'never', name: 'x' }, 'run'],
  ['a rate without a run', 'setLearningRate', { learningRate: 0.1 }, 'run'],
  ['a run that goes on with nothing', 'train', { ...FRESH, start: 'continue' }, ''],
  ['undo of nothing', 'undo', {}, ''],
  ['redo of nothing', 'redo', {}, ''],
  ['the seed 2⁵³ − 1', 'resetParameters', { seed: 2 ** 53 - 1 }, ''],
];

test.each(CASES)(
  '%s: refused with a sentence or done, and the engine goes on (fault 36)',
  async (_name, kind, args, refusal) => {
    const { caller, values, failed } = await connect();
    const before = await values();
    const answer = await caller.send(kind, args as never).then(
      () => '',
      (error: Error) => (error instanceof UserError ? error.message : `defect: ${error.message}`),
    );
    if (refusal) expect(answer).toContain(refusal);
    expect(answer).not.toContain('defect');
    expect(failed()).toBe(0);
    if (answer) expect(await values()).toEqual(before);
  },
);

/** A random request that its schema accepts. Most of them make no sense. */
function anyRequest(random: Random): [EngineKind, unknown] {
  const one = <T>(items: readonly T[]): T => items[random.integer(items.length)];
  const tensors = [
    'conv/kernel',
    'conv/bias',
    'input/output',
    'conv/output',
    'softmax/actual',
    'no/kernel',
    'relu/output',
  ];
  const number = () => one([0, 1, -1, 0.5, Number.NaN, 3e38, Number.NEGATIVE_INFINITY]);
  const kinds = Object.keys(engineRequests).filter(kind => engineRequests[kind as keyof typeof engineRequests].journal);
  const kind = one(kinds) as EngineKind;
  const list = (length: number) => Array.from({ length }, () => one([0, 1, 5, 24, 99, 100, 783, 784, 2 ** 32 - 1]));
  const edits = Array.from({ length: random.integer(3) }, () => {
    const count = random.integer(4);
    const indices = random.uniform() < 0.7 ? list(count).map(each => each % 4) : list(count);
    const values = Float32Array.from({ length: random.uniform() < 0.9 ? count : count + 1 }, number);
    const tensor = one(tensors);
    return random.integer(4) === 0 ? { tensor, values } : { tensor, indices: Uint32Array.from(indices), values };
  });
  const args: Partial<Record<EngineKind, unknown>> = {
    change: {
      structure: one([undefined, undefined, undefined, 'another one']),
      label: one(['', 'x', 'y'.repeat(200)]),
      changes: list(random.integer(3)).map(() =>
        one([
          { kind: 'values', edits },
          { kind: 'source', source: one([{ kind: 'digit', index: one([0, 9999, 2 ** 40]) }, { kind: 'drawing' }]) },
        ]),
      ),
      mergeKey: one([undefined, 'a', '']),
    },
    showDigit: { index: one([0, 9999, 10_000, 2 ** 53 - 1]) },
    train: { ...FRESH, id: one(['a', 'b']), start: one(['here', 'initial', 'continue']) },
    setLearningRate: { learningRate: one([1e-300, 0.1, 100]) },
    resetParameters: { seed: one([0, 2 ** 53 - 1]) },
    deleteRun: { id: one(['a', 'b', '']) },
    renameRun: { id: one(['a', 'b', '']), name: '' },
  };
  return [kind, args[kind] ?? {}];
}

test('2,000 random requests that change something are done or refused; none ends the engine (fault 36)', async () => {
  const random = createRandom(36);
  const { caller, failed } = await connect();
  const defects: string[] = [];
  for (let i = 0; i < 2000 && failed() === 0; i++) {
    const [kind, args] = anyRequest(random);
    await caller.send(kind, args as never).catch((error: Error) => {
      if (!(error instanceof UserError)) defects.push(`${kind}: ${error.message}`);
    });
    if (failed() > 0) defects.push(`${kind} ended the engine: ${JSON.stringify(args).slice(0, 300)}`);
    if (i % 10 === 0) await caller.send('controlRun', { action: 'stop' }).catch(() => {});
  }
  expect(defects).toEqual([]);
});
