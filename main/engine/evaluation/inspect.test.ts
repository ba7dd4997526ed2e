import { afterEach, beforeAll, expect, test } from 'vitest';
import { emptyNetwork, workbookOf } from '../../../shared/new-workbook.ts';
import { keyOf, lint } from '../../../shared/lint.ts';
import { addLayer } from '../../../shared/layer-edits/edits.ts';
import type { LayerSettings } from '../../../shared/network.ts';
import { createRandom } from '../../../shared/random.ts';
import { readTemplate } from '../../files/templates.ts';
import { startBackend } from '../backend/backend.ts';
import { createSession, type Session } from '../workbook/session.ts';
import { inspect } from './inspect.ts';

beforeAll(startBackend);
const sessions: Session[] = [];
afterEach(() => sessions.splice(0).forEach(session => session.dispose()));

const look = (session: Session) => inspect(session, undefined, () => Promise.resolve());

/** A network for digits with a wrong kernel and a ReLU that is never above 0. */
function badSession(): Session {
  let network = emptyNetwork([28, 28, 1]);
  const steps: LayerSettings[] = [
    { kind: 'conv2d', filters: 4, kernelSize: [3, 3], strides: [1, 1], padding: 'valid', useBias: true },
    { kind: 'batchNorm', epsilon: 1e-3, momentum: 0.9 },
    { kind: 'relu' },
    { kind: 'flatten' },
    { kind: 'dense', units: 10, useBias: true },
    { kind: 'sigmoid' },
  ];
  for (const settings of steps) network = addLayer(network, network.layers.at(-1)!.id, settings).network;
  const workbook = workbookOf(network, { classes: Array.from({ length: 10 }, (_, digit) => `${digit}`) });
  const { values } = workbook;
  for (let tap = 0; tap < 9; tap++) values.get('conv2d/kernel')![4 * tap + 2] = 0;
  values.get('conv2d/bias')!.set([0.5, -0.25, 0.125, 1]);
  values.get('batchNorm/beta')!.set([-100, 0, 0, 0]);
  const random = createRandom(5);
  values.set(
    'input/output',
    Float32Array.from({ length: 784 }, () => random.integer(257) / 256),
  );
  const session = createSession(workbook);
  sessions.push(session);
  return session;
}

test('kernels of zeros, dead ReLUs and the classes of the digits are found', async () => {
  const session = badSession();
  const facts = await look(session);
  expect(facts).toEqual({
    dead: [{ layer: 'relu', count: 1, of: 4 }],
    zeros: [{ layer: 'conv2d', filters: [2] }],
    vectors: [
      { tensor: 'conv2d/bias', values: Float32Array.of(0.5, -0.25, 0.125, 1) },
      { tensor: 'batchNorm/movingMean', values: new Float32Array(4) },
    ],
    exclusive: true,
  });
});

test('a network that is too large for a sample of images says that its ReLUs were not looked at', async () => {
  let network = emptyNetwork([256, 256, 8]);
  const large = { filters: 64, kernelSize: [3, 3], strides: [1, 1], padding: 'valid', useBias: true } as const;
  const add = (settings: LayerSettings) => (network = addLayer(network, network.layers.at(-1)!.id, settings).network);
  add({ kind: 'conv2d', ...large });
  add({ kind: 'relu' });
  const session = createSession(workbookOf(network));
  sessions.push(session);
  expect(await look(session)).toMatchObject({ dead: [], unlooked: true });
  expect(await look(badSession())).not.toHaveProperty('unlooked');
});

test('each remedy is one step, which ends what was found and is taken back by undo', async () => {
  const session = badSession();
  const before = session.workbook();
  const first = lint(session.sheet.network, await look(session)).map(keyOf);
  expect(first).toEqual([
    'biasBeforeNorm conv2d',
    'zeroKernel conv2d',
    'dead relu',
    'heavyDense dense',
    'sigmoidForClasses sigmoid',
  ]);
  for (const key of first) {
    const found = lint(session.sheet.network, await look(session)).find(finding => keyOf(finding) === key)!;
    const shown = session.value('batchNorm/output').slice();
    session.change({ label: found.remedy!.label, changes: found.remedy!.changes });
    expect(lint(session.sheet.network, await look(session)).map(keyOf)).not.toContain(key);
    if (!key.startsWith('bias')) continue;
    // The result stays as it was.
    const differences = session
      .value('batchNorm/output')
      .map((value, i) => Math.abs(value - shown[i]) / (1 + Math.abs(value)));
    expect(Math.max(...differences)).toBeLessThan(1e-6);
  }
  expect(lint(session.sheet.network, await look(session))).toEqual([]);
  for (let step = 0; step < first.length; step++) session.undo();
  expect(session.workbook()).toEqual(before);
});

test('a finding that isn’t to be told stays so in the workbook, until undo', () => {
  const session = badSession();
  session.change({ label: 'Hush', changes: [{ kind: 'hush', keys: ['dead relu'] }] });
  expect(session.state().hushed).toEqual(['dead relu']);
  expect(session.workbook().hushed).toEqual(['dead relu']);
  expect(createSessionAgain(session).state().hushed).toEqual(['dead relu']);
  session.undo();
  expect(session.state().hushed).toBeUndefined();
  session.redo();
  expect(session.state().hushed).toEqual(['dead relu']);
});

function createSessionAgain(session: Session): Session {
  const again = createSession(session.workbook());
  sessions.push(again);
  return again;
}

test.each(['lesson3', 'lesson-excel', 'mlp', 'lenet', 'resnet-tiny'])(
  'nothing is said of the trained starter %s',
  async name => {
    const session = createSession(await readTemplate(name));
    sessions.push(session);
    expect(lint(session.sheet.network, await look(session))).toEqual([]);
  },
);
