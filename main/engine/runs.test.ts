import { expect, test } from 'vitest';
import type { Args, Events } from '../../shared/protocol.ts';
import { createCaller } from '../../shared/rpc.ts';
import { createEngineHost } from './host.ts';
import { smallConfig, smallDigits, smallWorkbook } from './small-digits.ts';

type Heard = { [E in keyof Events]: { event: E; data: Events[E] } }[keyof Events];

/** An engine with the small network open, and a shell around it that sends results back. */
async function open(options: { checkpoints?: Map<string, Uint8Array>; data?: ReturnType<typeof smallDigits> } = {}) {
  const heard: Heard[] = [];
  const logged: string[] = [];
  const { checkpoints, data = smallDigits(320, 64) } = options;
  const host = createEngineHost({
    post: frame => caller.receive(frame),
    readTemplate: async () => smallWorkbook(),
    readFile: async () => smallWorkbook(),
    readBytes: smallWorkbook,
    toBytes: () => new Uint8Array(),
    writeFile: async () => {},
    readData: async () => data,
    readImages: async () => ({ names: [], bytes: new Uint8Array(), problems: [] }),
    checkpoints: checkpoints && {
      read: id => checkpoints.get(id),
      write: async (id, bytes) => void checkpoints.set(id, bytes.slice()),
    },
    log: line => logged.push(line),
    fail: () => logged.push('failed'),
  });
  let finished = () => {};
  const ended = new Promise<void>(resolve => (finished = resolve));
  const caller = createCaller(
    frame => host.receive(frame),
    (event, received) => {
      heard.push({ event, data: received } as Heard);
      if (event === 'runEnded') void caller.send('finishRun', received as Events['runEnded']).then(finished);
    },
  );
  await caller.send('load', { from: 'template', template: 'small' });
  const client = 1;
  const events = <E extends keyof Events>(event: E) =>
    heard.filter(each => each.event === event).map(each => each.data as Events[E]);
  return {
    caller,
    events,
    logged,
    ended,
    client,
    train: (rest: Partial<Args<'train'>> = {}) =>
      caller.send('train', { id: 'run1', name: 'Run 1', config: smallConfig(), start: 'here', ...rest }, client),
  };
}

test('a run trains, tells of itself, and ends as one undo step', async () => {
  const engine = await open();
  await engine.train();
  await engine.ended;
  const last = engine.events('run').at(-1)!;
  expect(last.state).toMatchObject({ status: 'ended', end: 'finished', step: 20, steps: 20 });
  const { state, runs, canContinue } = await engine.caller.send('getWorkbook', {});
  expect(state.undo).toBe('Train: Run 1');
  expect(runs).toMatchObject([{ id: 'run1', end: 'finished', dataName: 'digits' }]);
  expect(canContinue).toBe(true);
  const run = await engine.caller.send('getRun', { id: 'run1' });
  expect(run.points).toHaveLength(20);
  expect(run.epochs).toHaveLength(2);
  expect(run.epochs[1].validationLoss).toBeLessThan(run.epochs[0].validationLoss!);
  expect(engine.logged).toEqual([]);
});
