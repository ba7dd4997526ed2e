/** Runs of a workbook with formulas over its weights: what is typed during them, and how they go on after a kill. */
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { formatAddress } from '../../../shared/address.ts';
import type { Change } from '../../../shared/change.ts';
import { nothingWritten } from '../../../shared/changes/written.ts';
import { buildSheet } from '../../../shared/layout/sheet.ts';
import { sentences } from '../../../shared/messages/sentences.ts';
import { english } from '../../../shared/messages/render.ts';
import type { TensorId } from '../../../shared/network.ts';
import { typedInto } from '../../../shared/typed-entry.ts';
import { DIGITS, longConfig, smallConfig, smallDigits, smallNetwork } from '../data/testing/small-digits.ts';
import { type Engine, endRuns, kernelOf, openEngine as open } from '../host/testing/small-engine.ts';

afterEach(endRuns);

const sheet = buildSheet(smallNetwork, DIGITS);
const address = (index: number, tensor: TensorId = 'conv/kernel') => formatAddress(sheet.layout.cellOf(tensor, index));

function typed(index: number, text: string, tensor: TensorId = 'conv/kernel'): readonly Change[] {
  const workbook = { sheet, sheets: nothingWritten().sheets, names: new Map() };
  const found = typedInto(workbook, { sheet: sheet.id, ...sheet.layout.cellOf(tensor, index) }, text);
  if (found.refusal !== undefined) throw new Error(text);
  return found.changes;
}

const type = (engine: Engine, index: number, text: string, tensor?: TensorId) =>
  engine.caller.send('change', { label: `Type ${text}`, changes: typed(index, text, tensor) }, 1);

test('a tie typed during a run holds from the next batch on, and a number over it is a weight again', async () => {
  const engine = await open();
  await engine.train({ config: { ...longConfig, optimizer: { kind: 'momentum', momentum: 0.9, nesterov: false } } });
  await engine.steps(3);
  await engine.control('pause');
  await type(engine, 1, `=-${address(0)}`);
  expect((await kernelOf(engine))[1]).toBe(-(await kernelOf(engine))[0]);
  for (let n = 0; n < 3; n++) {
    const before = await kernelOf(engine);
    await engine.oneStep();
    const after = await kernelOf(engine);
    expect(after[1]).toBe(-after[0]);
    expect(after[0]).not.toBe(before[0]);
  }
  // The source by hand: the tied weight follows at once.
  await type(engine, 0, '0.75');
  expect((await kernelOf(engine)).slice(0, 2)).toEqual(Float32Array.of(0.75, -0.75));
  await type(engine, 1, '0.5');
  expect((await kernelOf(engine))[1]).toBe(0.5);
  await engine.oneStep();
  const [source, free] = await kernelOf(engine);
  expect(free).not.toBe(-source);
  expect(free).not.toBe(0.5);
  const { notes } = await engine.caller.send('getRun', { id: 'run1' });
  expect(notes.map(({ sentence }) => english(sentence))).toContain(`Changed while training: Type =-${address(0)}.`);
});

test('undo during a run takes a tie back, and redo brings it back', async () => {
  const engine = await open();
  await engine.train({ config: longConfig });
  await engine.steps(2);
  await engine.control('pause');
  const before = (await kernelOf(engine))[1];
  await type(engine, 1, `=-${address(0)}`);
  await engine.caller.send('undo', {});
  expect((await kernelOf(engine))[1]).toBe(before);
  await engine.oneStep();
  expect((await kernelOf(engine))[1]).not.toBe(-(await kernelOf(engine))[0]);
  await engine.caller.send('redo', {});
  await engine.oneStep();
  expect((await kernelOf(engine))[1]).toBe(-(await kernelOf(engine))[0]);
});

test('another engine goes on with tied weights from a checkpoint, to the same bits', async () => {
  const checkpoints = new Map<string, Uint8Array>();
  const first = await open({ checkpoints });
  const before = (engine: Engine) => type(engine, 5, `=AVERAGE(${address(0)}:${address(4)})`);
  const during = (engine: Engine) => type(engine, 1, `=-${address(0)}`);
  await before(first);
  await first.train({ config: longConfig });
  await first.steps(6);
  await first.control('pause');
  await during(first);
  await first.oneStep();
  await pause(20);
  const [value, { step }] = [await kernelOf(first), first.last()];

  const second = await open({ checkpoints });
  await before(second);
  await second.train({ config: longConfig });
  await during(second);
  expect(second.last()).toMatchObject({ status: 'paused', step });
  expect(await kernelOf(second)).toEqual(value);
  for (const engine of [first, second]) for (let n = 0; n < 3; n++) await engine.oneStep();
  const after = await kernelOf(first);
  expect(await kernelOf(second)).toEqual(after);
  expect(after[1]).toBe(-after[0]);
  expect(after).not.toEqual(value);
});

test('a formula that reads a pixel stays at its value while a run trains, and follows after it', async () => {
  const engine = await open();
  await type(engine, 0, '0.25', 'input/output');
  await type(engine, 3, `=2*${address(0, 'input/output')}`);
  await type(engine, 7, `=${address(3)}`);
  await engine.train({ config: longConfig });
  await engine.steps(2);
  const sentence = `${address(3)} stays as it is while this run trains: its formula reads pixels or activations.`;
  expect(engine.last().stays?.map(english)).toEqual([sentence]);
  await type(engine, 0, '0.75', 'input/output');
  await engine.control('pause');
  const kernel = await kernelOf(engine);
  expect([kernel[3], kernel[7]]).toEqual([0.5, 0.5]);
  const { notes } = await engine.caller.send('getRun', { id: 'run1' });
  expect(notes.map(note => english(note.sentence))).toContain(sentence);
  await engine.control('stop');
  await engine.ended();
  expect((await kernelOf(engine))[3]).toBe(1.5);
  expect(engine.last().stays).toBeUndefined();
  // Undoing the run and the pixel brings the first value back.
  await engine.caller.send('undo', {});
  await engine.caller.send('undo', {});
  expect((await kernelOf(engine))[3]).toBe(0.5);
});

test('fresh weights leave what a formula holds, and tied weights have gradients beside their sources’', async () => {
  const engine = await open();
  await type(engine, 0, '0.25', 'input/output');
  await type(engine, 3, `=2*${address(0, 'input/output')}`);
  await type(engine, 1, `=3*${address(0)}`);
  // Such small steps leave the weights where they began, however many steps there are before the pause.
  const config = { ...longConfig, optimizer: { kind: 'sgd' } as const, learningRate: 1e-6 };
  await engine.train({ config, start: 'initial' });
  await engine.steps(2);
  await engine.control('pause');
  await engine.oneStep();
  const kernel = await kernelOf(engine);
  expect(kernel[3]).toBe(0.5);
  expect(kernel[1]).toBe(Math.fround(3 * kernel[0]));
  const gradient = await engine.value('conv/kernel', 100, 'gradient');
  expect([0, 1, 2, 3].every(index => gradient[index] !== 0 && Number.isFinite(gradient[index]))).toBe(true);
});

test('one undo takes a run with tied weights back, bit for bit, and redo brings it again', async () => {
  const engine = await open();
  await type(engine, 1, `=-${address(0)}`);
  const before = await kernelOf(engine);
  await engine.train({ config: smallConfig({ epochs: 1 }) });
  await engine.ended();
  const after = await kernelOf(engine);
  expect(after[1]).toBe(-after[0]);
  await engine.caller.send('undo', {});
  expect(await kernelOf(engine)).toEqual(before);
  await engine.caller.send('redo', {});
  expect(await kernelOf(engine)).toEqual(after);
  // A journal replays it from its result.
  const replayed = await open();
  await type(replayed, 1, `=-${address(0)}`);
  await replayed.replayRun(engine.results[0]);
  expect(await kernelOf(replayed)).toEqual(after);
});

test('a run that gives the network other classes goes on with the formulas over its other weights', async () => {
  const classes = Array.from({ length: 12 }, (_, i) => String.fromCharCode(65 + i));
  const engine = await open({ data: Promise.resolve({ ...smallDigits(64, 0), name: 'letters', classes }) });
  await type(engine, 1, `=-${address(0)}`);
  await type(engine, 2, `=${address(3, 'scores/bias')}+1`);
  await engine.train({ config: smallConfig({ epochs: 1 }) });
  await engine.ended();
  const kernel = await kernelOf(engine);
  expect(kernel[1]).toBe(-kernel[0]);
  expect(engine.last()).toMatchObject({ status: 'ended', end: 'finished' });
  expect((await engine.info()).classes).toEqual(classes);
  expect((await engine.info()).written?.length).toBeGreaterThan(0);
});

test('random numbers are drawn again by a command, but not while a run trains; undo brings them back', async () => {
  const engine = await open();
  const draw = (seed: number) =>
    engine.caller.send(
      'change',
      { label: 'Recalculate', changes: [{ kind: 'draw', drawn: { seed, now: 45_000 } }] },
      1,
    );
  await type(engine, 1, '=RAND()');
  const drawn = async () => (await kernelOf(engine))[1];
  await draw(1);
  const first = await drawn();
  await draw(2);
  expect(await drawn()).not.toBe(first);
  await engine.caller.send('undo', {});
  expect(await drawn()).toBe(first);
  await engine.train({ config: longConfig });
  await engine.steps(1);
  await expect(draw(3)).rejects.toThrow(english(sentences.runs.recalculateWhileRunning));
  // A formula that is entered draws for itself; the weight stays.
  const entered = [...typed(2, '=RAND()'), { kind: 'draw' as const, drawn: { seed: 4, now: 45_000 } }];
  await engine.caller.send('change', { label: 'Type =RAND()', changes: entered }, 1);
  const second = (await kernelOf(engine))[2];
  await engine.steps(engine.last().step + 2);
  await engine.control('pause');
  expect([await drawn(), (await kernelOf(engine))[2]]).toEqual([first, second]);
  expect(second).toBeGreaterThan(0);
});

test('a weight whose formula depends on itself keeps its number in training, and nothing else is lost', async () => {
  const engine = await open();
  const number = (await kernelOf(engine))[1];
  await type(engine, 1, `=${address(2)}+1`);
  const other = (await kernelOf(engine))[1];
  expect(other).not.toBe(number);
  await type(engine, 2, `=${address(1)}`);
  expect((await kernelOf(engine))[1]).toBeNaN();
  await engine.train({ config: smallConfig({ epochs: 1 }) });
  await engine.ended();
  expect(engine.last()).toMatchObject({ status: 'ended', end: 'finished' });
  await type(engine, 2, '0.125');
  const healed = await kernelOf(engine);
  expect([healed[1], healed[2]]).toEqual([1.125, 0.125]);
  expect(healed.every(Number.isFinite)).toBe(true);
});
