/** An engine for tests of runs. The small network is open, and a small shell sends the results of runs back to it. */
import { setTimeout as pause } from 'node:timers/promises';
import type { DataSet } from '../../../../shared/data.ts';
import { UserError } from '../../../../shared/errors.ts';
import type { Args, Events } from '../../../../shared/protocol.ts';
import type { Plane } from '../../../../shared/places.ts';
import { createCaller } from '../../../../shared/rpc.ts';
import type { Workbook } from '../../../../shared/workbook.ts';
import { createEngineHost } from '../host.ts';
import { smallConfig, smallDigits, smallWorkbook } from '../../data/testing/small-digits.ts';

type Heard = { [E in keyof Events]: { event: E; data: Events[E] } }[keyof Events];

/** For each engine a function that opens its workbook anew. */
const opened: (() => Promise<unknown>)[] = [];

/** Ends the runs of all engines, which would take their time from the next tests. */
export async function endRuns(): Promise<void> {
  await Promise.all(opened.splice(0).map(load => load()));
}

export async function openEngine(
  options: {
    checkpoints?: Map<string, Uint8Array>;
    /** Milliseconds that writing a file takes, or 'full' if the disk has no room. */
    disk?: number | 'full';
    data?: Promise<DataSet>;
    workbook?: Workbook;
    /** Milliseconds of a step after which other requests get their turn. */
    turnEvery?: number;
  } = {},
) {
  const heard: Heard[] = [];
  const logged: string[] = [];
  /** The workbooks that files were made of. */
  const saved: Workbook[] = [];
  const { checkpoints, data = Promise.resolve(smallDigits(320, 64)), workbook = smallWorkbook() } = options;
  const host = createEngineHost({
    post: frame => caller.receive(frame),
    readTemplate: async () => workbook,
    readFile: async () => smallWorkbook(),
    readBytes: smallWorkbook,
    toPieces(work) {
      saved.push(structuredClone(work));
      return [];
    },
    writeFile: async () => ({ size: 0 }),
    readData: () => data,
    readImages: async () => ({ names: [], bytes: new Uint8Array(), problems: [], byRow: false }),
    correct: async () => undefined,
    readSample: async () => '',
    readImage: async () => ({ name: '', width: 0, height: 0 }),
    checkpoints: checkpoints && {
      read: id => checkpoints.get(id),
      async write(id, bytes) {
        if (options.disk === 'full') throw new UserError('The disk is full.');
        if (options.disk !== undefined) await pause(options.disk);
        checkpoints.set(id, bytes.slice());
      },
      writeAtOnce(id, bytes) {
        if (options.disk === 'full') throw new UserError('The disk is full.');
        checkpoints.set(id, bytes.slice());
      },
    },
    turnEvery: options.turnEvery,
    log: line => logged.push(line),
    fail: () => logged.push('failed'),
  });
  const results: Events['runEnded'][] = [];
  let finished = () => {};
  let ended = new Promise<void>(resolve => (finished = resolve));
  const caller = createCaller(
    frame => host.receive(frame),
    (event, received) => {
      heard.push({ event, data: received } as Heard);
      if (event !== 'runEnded') return;
      results.push(received as Events['runEnded']);
      void caller.send('finishRun', received as Events['runEnded']).then(() => finished());
    },
  );
  const load = () => caller.send('load', { from: 'template', template: 'small' });
  await load();
  opened.push(load);
  const events = <E extends keyof Events>(event: E) =>
    heard.filter(each => each.event === event).map(each => each.data as Events[E]);
  const client = 1;
  return {
    caller,
    events,
    logged,
    saved,
    results,
    ended: () => ended,
    train(rest: Partial<Args<'train'>> = {}) {
      ended = new Promise<void>(resolve => (finished = resolve));
      return caller.send('train', { id: 'run1', name: 'Run 1', config: smallConfig(), start: 'here', ...rest }, client);
    },
    async steps(count: number) {
      while ((events('run').at(-1)?.state.step ?? 0) < count) await pause(1);
    },
    last: () => events('run').at(-1)!.state,
    info: () => caller.send('getWorkbook', {}),
    /** Brings in a run that has ended, as a journal replays it. `meanwhile` does what was done during the run. */
    async replayRun(result: Events['runEnded'], meanwhile = async () => {}) {
      await caller.send('beginRun', { id: result.id, made: result.made });
      await meanwhile();
      await caller.send('finishRun', result);
    },
    control: (action: Args<'controlRun'>['action']) => caller.send('controlRun', { action }),
    /** Makes one step of a paused run. After the last step of an epoch the run pauses only when the validation is
     *  done. */
    async oneStep() {
      const last = () => events('run').at(-1)!.state;
      const { step } = last();
      await caller.send('controlRun', { action: 'step' });
      while (last().step === step || last().status !== 'paused') await pause(1);
    },
    /** All values of a tensor in a plane. */
    async value(
      tensor: `${string}/${'kernel' | 'bias' | 'output' | 'actual' | 'crossEntropy'}`,
      size: number,
      plane: Plane = 'value',
    ) {
      const window = { id: 1, tensor, offset: 0, height: 1, width: size, rowStride: size, columnStride: 1, plane };
      await caller.send('watch', { windows: [window] }, 99);
      const { windows } = events('changes').findLast(each => each.windows.length > 0)!;
      await caller.send('watch', { windows: [] }, 99);
      await caller.send('dropClient', {}, 99);
      return windows[0].values;
    },
    edit: (index: number, value: number, tensor: `${string}/${'kernel' | 'output' | 'actual'}` = 'conv/kernel') =>
      caller.send(
        'change',
        {
          label: `Type ${value}`,
          changes: [
            { kind: 'values', edits: [{ tensor, indices: Uint32Array.of(index), values: Float32Array.of(value) }] },
          ],
        },
        1,
      ),
  };
}
export type Engine = Awaited<ReturnType<typeof openEngine>>;

/** The first weights of the small network's convolution. */
export const kernelOf = (engine: Engine) => engine.value('conv/kernel', 100);
