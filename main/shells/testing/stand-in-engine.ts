/** A small engine process for the tests of the supervisor. Its workbook is a list of numbers; an edit appends its
 *  values.
 *
 *  It fails on request, as no real engine does:
 *  - An edit labelled "poison" ends the process. An edit labelled "hang" makes it stop answering.
 *  - An edit labelled "run" tells of a run; its value says how many of the run's 10 steps are made.
 *  - A run ends the process in its third step. After it was given up, a run named "kept" ends well, others are refused.
 *  - The template "huge" has no checkpoint.
 *  - The variable FAULTS names a file. It says how many more loads, edits or writes end the process. */
import { firstSheets } from '../../../shared/places.ts';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { editsOf } from '../../../shared/change.ts';
import { join } from 'node:path';
import type { NetworkSpec } from '../../../shared/network.ts';
import type { Args, EngineKind, Events, Message, WorkbookInfo } from '../../../shared/protocol.ts';
import { decodeFrame, encodeFrame } from '../../../shared/rpc.ts';
import type { RunState } from '../../../shared/training.ts';

/** The stand-in's network. It takes edits of `conv1/kernel`. */
const network: NetworkSpec = {
  version: 1,
  layers: [
    { id: 'input', name: 'input', kind: 'input', inputs: [], shape: [3, 3, 1] },
    {
      id: 'conv1',
      name: 'conv1',
      kind: 'conv2d',
      inputs: ['input'],
      filters: 1,
      kernelSize: [2, 2],
      strides: [1, 1],
      padding: 'valid',
      useBias: true,
    },
  ],
};
let numbers: number[] = [];
let undone: number[] = [];
let saved = 0;
let revision = 0;
let id = '';
const watching = new Set<number>();
let givenUp = false;
let huge = false;

/** The path of a checkpoint. */
const inFolder = (file: string) => join(process.env.CONVSHEET_RUNS!, file);
const post = (message: Message) => process.send!(encodeFrame(message));

function info(): WorkbookInfo {
  const state = {
    revision,
    contentRevision: 0,
    parameterRevision: revision,
    modified: saved !== numbers.length,
    source: { kind: 'typed' as const },
    milliseconds: 0,
  };
  return {
    id,
    sheets: firstSheets,
    network,
    classes: numbers.map(String),
    structure: 'stand-in',
    state,
    backend: 'stand-in',
    runs: [],
    canContinue: false,
    nativeBackend: false,
  };
}

/** Reads a file like the real engine: it refuses a file that was written since it had this stamp. */
function textOf({ path, stamp }: Extract<Args<'load'>, { from: 'file' }>): string {
  if (stamp && statSync(path).mtimeMs !== stamp.modified) throw new Error(`${path} was written since.`);
  return readFileSync(path, 'utf8');
}

/** Counts down the number in the file that FAULTS names. Returns true if it was above zero. */
function faulty(): boolean {
  if (!process.env.FAULTS) return false;
  const left = Number(readFileSync(process.env.FAULTS, 'utf8'));
  if (!(left > 0)) return false;
  writeFileSync(process.env.FAULTS, String(left - 1));
  return true;
}

function announce() {
  const changes: Events['changes'] = {
    workbook: id,
    state: info().state,
    windows: [{ id: 1, values: Float32Array.from(numbers) }],
    scales: [],
  };
  for (const client of watching) post({ type: 'event', event: 'changes', data: changes, client });
}

function tellRun(step: number) {
  const state: RunState = {
    id: 'run-1',
    name: 'Run 1',
    status: step < 10 ? 'running' : 'ended',
    step,
    steps: 10,
    stepsPerEpoch: 10,
    epochs: 1,
    seconds: 0,
    learningRate: 1,
    backend: 'wasm',
  };
  post({ type: 'event', event: 'run', data: { state, points: [], epochs: [], notes: [] } });
}

function answer(kind: EngineKind, args: unknown, client: number): unknown {
  if (kind === 'load') {
    if (faulty()) process.exit(3);
    const load = args as Args<'load'>;
    if (load.from === 'template' && load.template === 'missing') throw new Error('There is no template "missing".');
    if (load.from === 'template' && load.template === 'poison') process.exit(3);
    huge = load.from === 'template' && load.template === 'huge';
    const text =
      load.from === 'bytes'
        ? Buffer.from(load.bytes).toString()
        : load.from === 'file'
          ? textOf(load)
          : load.from === 'checkpoint'
            ? readFileSync(inFolder(load.file), 'utf8')
            : '[]';
    numbers = JSON.parse(text) as number[];
    undone = [];
    saved = numbers.length;
    id = load.id ?? String(Math.random());
    watching.clear();
    return info();
  }
  if (kind === 'giveUpRun') givenUp = true;
  if (kind === 'train') {
    const { id: run, name } = args as Args<'train'>;
    if (givenUp && name !== 'kept') throw new Error('The run was given up.');
    if (givenUp) {
      const made = { changes: [{ kind: 'classes' as const, classes: ['cat', 'dog'] }], commands: 0 };
      post({ type: 'event', event: 'runEnded', data: { id: run, state: Uint8Array.of(1), made } });
    } else {
      tellRun(3);
      setTimeout(() => process.exit(3), 10);
    }
    return { id: run, step: 0 };
  }
  if (kind === 'change') {
    const { label, changes } = args as Args<'change'>;
    const edits = editsOf(changes);
    if (label === 'poison' || faulty()) process.exit(3);
    if (label === 'hang') for (;;);
    if (label === 'refused') throw new Error('Refused.');
    if (label === 'run') tellRun(edits[0].values[0]);
    for (const { values } of edits) numbers.push(...values);
    undone = [];
  } else if (kind === 'undo') undone.push(numbers.pop()!);
  else if (kind === 'redo') numbers.push(undone.pop()!);
  else if (kind === 'watch') watching.add(client);
  else if (kind === 'dropClient') watching.delete(client);
  else if (kind === 'setModified') saved = (args as Args<'setModified'>).modified ? -1 : numbers.length;
  else if (kind === 'checkpoint' && huge) throw new Error('It is too large for a file.');
  else if (kind === 'checkpoint') {
    const { file } = args as Args<'checkpoint'>;
    writeFileSync(inFolder(file), JSON.stringify(numbers));
    return { file, size: 1, checksum: 0, modified: info().state.modified };
  } else if (kind === 'write') {
    if (faulty()) process.exit(3);
    writeFileSync((args as Args<'write'>).path, JSON.stringify(numbers));
    saved = numbers.length;
    announce();
    return { size: 1 };
  } else return info();
  if (kind === 'change' || kind === 'undo' || kind === 'redo') revision++;
  announce();
  return { revision };
}

process.on('disconnect', () => process.exit());
process.on('message', frame => {
  const message = decodeFrame(frame as Uint8Array);
  if (message.type !== 'request') return;
  try {
    post({
      type: 'reply',
      id: message.id,
      result: answer(message.kind as EngineKind, message.args, message.client ?? 0),
    });
  } catch (error) {
    post({ type: 'error', id: message.id, sentence: (error as Error).message, expected: true });
  }
});
