import { firstSheets } from '../../shared/places.ts';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { editsOf } from '../../shared/change.ts';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Args, EngineKind, Message, WorkbookInfo } from '../../shared/protocol.ts';
import type { Random } from '../../shared/random.ts';
import { decodeFrame, encodeFrame } from '../../shared/rpc.ts';
import type { RunState } from '../../shared/training.ts';
import type { EngineLink } from '../shells/engine-link.ts';

/** The workbook of the model engine: the values that were typed, in order, and the kept runs. */
type Content = { values: number[]; runs: string[] };

/** Reads a file like the real engine: it refuses a file that was written since it had this stamp. */
function textOf({ path, stamp }: Extract<Args<'load'>, { from: 'file' }>): string {
  if (stamp && statSync(path).mtimeMs !== stamp.modified) throw new Error(`${path} was written since.`);
  return readFileSync(path, 'utf8');
}

/** An engine of a few lines in this process, which can be killed. A run ends by itself after a while. Until its result
 *  is brought back, the workbook is within the run, as in the real engine: another run can't begin, and a result
 *  without a run is refused. It answers in order, after one or more turns of the event loop. While `isFull`, it makes
 *  no checkpoints. */
export function startModelEngine(
  random: Random,
  folder: string,
  { isFull = () => false }: { isFull?: () => boolean } = {},
): EngineLink {
  let content: Content = { values: [], runs: [] };
  let id = '';
  let revision = 0;
  let results = 0;
  let saved = 0;
  let run: string | undefined;
  /** Whether a run of a replay was begun, and is not trained yet. */
  let opened = false;
  let onFrame: (frame: Uint8Array) => void = () => {};
  const onExit: ((reason: string) => void)[] = [];
  let alive = true;
  let turn: Promise<unknown> = Promise.resolve();

  const post = (message: Message) => {
    if (alive) onFrame(encodeFrame(message));
  };
  const info = (): WorkbookInfo => ({
    id,
    sheets: firstSheets,
    network: { version: 1, layers: [] },
    classes: content.values.map(String),
    structure: 'model',
    state: {
      revision,
      contentRevision: revision,
      parameterRevision: revision,
      modified: run !== undefined || saved !== content.values.length + content.runs.length,
      source: { kind: 'typed' },
      milliseconds: 0,
    },
    backend: 'model',
    runs: content.runs.map(each => ({ id: each }) as WorkbookInfo['runs'][number]),
    run: run === undefined ? undefined : ({ id: run, status: 'running' } as RunState),
    canContinue: false,
    nativeBackend: false,
  });
  /** The result as a file, or as bytes if there is no room for a file. */
  const resultOf = () => {
    if (++results % 3 === 0 || !existsSync(folder)) return { state: Uint8Array.of(1) };
    const file = `${randomUUID()}.result`;
    writeFileSync(join(folder, file), '{}');
    return { result: { file, size: 2, checksum: 0 } };
  };
  const end = (result: string) => post({ type: 'event', event: 'runEnded', data: { id: result, ...resultOf() } });

  function answer(kind: EngineKind, args: unknown): unknown {
    if (kind === 'load') {
      const load = args as Args<'load'>;
      const text =
        load.from === 'bytes'
          ? Buffer.from(load.bytes).toString()
          : load.from === 'file'
            ? textOf(load)
            : load.from === 'checkpoint'
              ? readFileSync(join(folder, load.file), 'utf8')
              : '{"values":[],"runs":[]}';
      content = JSON.parse(text) as Content;
      saved = content.values.length + content.runs.length;
      id = load.id ?? `work ${random.integer(1e9)}`;
      run = undefined;
    } else if (kind === 'change') content.values.push(editsOf((args as Args<'change'>).changes)[0].values[0]);
    else if (kind === 'train' || kind === 'openRun' || kind === 'beginRun') {
      const mine = (args as { id: string }).id;
      if (run !== undefined && (run !== mine || !opened)) throw new Error('A run is under way.');
      run = mine;
      opened = kind === 'openRun';
      if (kind === 'train') setTimeout(() => run === mine && end(mine), random.integer(15));
      if (kind === 'train') return { id: mine, step: 0 };
    } else if (kind === 'finishRun') {
      const { id: ended, result } = args as Args<'finishRun'>;
      if (result) readFileSync(join(folder, result.file));
      if (run === undefined) throw new Error('No run is under way.');
      run = undefined;
      content.runs.push(ended);
      post({ type: 'event', event: 'runs', data: { runs: info().runs, canContinue: false } });
    } else if (kind === 'controlRun') {
      if (run === undefined) throw new Error('No run is under way.');
      end(run);
      return {};
    } else if (kind === 'setModified')
      saved = (args as Args<'setModified'>).modified ? -1 : content.values.length + content.runs.length;
    else if (kind === 'checkpoint') {
      const { file } = args as Args<'checkpoint'>;
      if (isFull()) throw new Error('ENOSPC');
      writeFileSync(join(folder, file), JSON.stringify(content));
      return { file, size: 1, checksum: 0, modified: info().state.modified };
    } else if (kind === 'write') {
      // As in the real engine, a run under way is not among the kept runs of the file.
      writeFileSync((args as Args<'write'>).path, JSON.stringify(content));
      saved = content.values.length + content.runs.length;
      return { size: 1 };
    }
    if (kind === 'change') revision++;
    return kind === 'change' ? { revision } : info();
  }

  async function answerAfter(waits: number, request: number, kind: EngineKind, args: unknown): Promise<void> {
    for (let i = 0; i < waits; i++) await new Promise(resolve => setImmediate(resolve));
    if (!alive) return;
    try {
      post({ type: 'reply', id: request, result: answer(kind, args) });
    } catch (error) {
      post({ type: 'error', id: request, sentence: (error as Error).message, expected: true });
    }
  }

  return {
    pid: undefined,
    post(frame) {
      const message = decodeFrame(frame);
      if (message.type !== 'request') return;
      const { id: request, kind, args } = message;
      const waits = random.integer(3);
      turn = turn.then(() => answerAfter(waits, request, kind as EngineKind, args));
    },
    onFrame(callback) {
      onFrame = callback;
    },
    onExit(callback) {
      if (alive) onExit.push(callback);
      else callback('killed');
    },
    kill() {
      if (!alive) return;
      alive = false;
      setImmediate(() => {
        for (const callback of onExit) callback('killed');
      });
    },
  };
}
