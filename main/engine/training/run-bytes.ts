/** The two parts of a run that leave the engine as bytes. From the checkpoint another engine goes on. The result
 *  becomes one step of the workbook. */
import type { Message } from '../../../shared/protocol.ts';
import { decodeFrame, encodeFrame, framePieces } from '../../../shared/rpc.ts';
import { configOfToday } from '../../../shared/training-check.ts';
import type { RunRecord, StepPoint, TrainingConfig } from '../../../shared/training.ts';
import type { TrainingMemory } from '../../../shared/workbook.ts';
import { checkpointOfVersion3 } from './earlier-checkpoint.ts';
import type { RunHead } from './run-record.ts';
import type { RunResult, RunSection } from './run-session.ts';
import type { TrainerSnapshot } from './learner.ts';

export type Checkpoint = { head: RunHead; paused: boolean; section: RunSection; trainer: TrainerSnapshot };

export type Result = RunResult & { record: RunRecord; memory?: TrainingMemory };

/** Written into `room` if it fits; see `encodeFrame`. */
export const checkpointBytes = (checkpoint: Checkpoint, room?: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> =>
  encodeFrame(frameOf('checkpoint', checkpoint), room);
/** Undefined if the bytes are damaged or of another version. */
export const readCheckpoint = (bytes: Uint8Array): Checkpoint | undefined =>
  decode('checkpoint', bytes, (checkpoint: Checkpoint) => ({ ...checkpoint, head: ofToday(checkpoint.head) }));
/** The bytes in pieces, which refer to the result's arrays instead of copying them. */
export const resultPieces = (result: Result): Uint8Array[] => framePieces(frameOf('result', result));
export const resultBytes = (result: Result): Uint8Array<ArrayBuffer> => encodeFrame(frameOf('result', result));
export const readResult = (bytes: Uint8Array): Result | undefined =>
  decode('result', bytes, (result: Result) => ({ ...result, record: ofToday(result.record) }));

const ofToday = <Of extends { config: TrainingConfig }>(of: Of): Of => ({ ...of, config: configOfToday(of.config) });

/** To be raised whenever the contents change. Bytes of an unknown version aren't read. */
const VERSIONS = { checkpoint: 4, result: 3 };
type Kind = keyof typeof VERSIONS;

const frameOf = (kind: Kind, value: object): Message => ({
  type: 'reply',
  id: VERSIONS[kind],
  result: { kind, value: pack(value) },
});

function decode<Of>(kind: Kind, bytes: Uint8Array, read: (value: Of) => Of): Of | undefined {
  try {
    const message = decodeFrame(bytes);
    if (message.type !== 'reply') return undefined;
    const result = message.result as { kind: string; value: unknown };
    if (result.kind !== kind) return undefined;
    const value = unpack(result.value);
    if (kind === 'checkpoint' && message.id === 3) return read(checkpointOfVersion3(value) as Of);
    return message.id === VERSIONS[kind] ? read(value as Of) : undefined;
  } catch {
    return undefined;
  }
}

/** Frames have no maps, so a map becomes {"$map": [[key, value], …]}. The points of a curve become a table of doubles,
 *  {"$points": bytes}: as JSON, a long run's points would take longer than millions of weights. */
function pack(value: unknown, key?: string): unknown {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  if (value instanceof Map) return { $map: [...value].map(([name, item]) => [name, pack(item)]) };
  // Frames have a form of their own for the tree of a formula.
  if (key === 'formula') return value;
  if (key === 'points') return { $points: tableOf(value as StepPoint[]) };
  if (Array.isArray(value)) return value.map(item => pack(item));
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, pack(item, name)]));
}

function unpack(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  if (Array.isArray(value)) return value.map(unpack);
  if ('$map' in value) return new Map((value.$map as [string, unknown][]).map(([key, item]) => [key, unpack(item)]));
  if ('$points' in value) return pointsOf(value.$points as Uint8Array);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, unpack(item)]));
}

const COLUMNS = 4;

function tableOf(points: readonly StepPoint[]): Uint8Array {
  const table = new Float64Array(COLUMNS * points.length);
  for (const [row, { step, loss, metric, learningRate }] of points.entries()) {
    const at = COLUMNS * row;
    table[at] = step;
    table[at + 1] = loss;
    table[at + 2] = metric;
    table[at + 3] = learningRate;
  }
  return new Uint8Array(table.buffer);
}

function pointsOf({ buffer, byteOffset, byteLength }: Uint8Array): StepPoint[] {
  const table = new Float64Array(buffer, byteOffset, byteLength / Float64Array.BYTES_PER_ELEMENT);
  return Array.from({ length: table.length / COLUMNS }, (_, row) => {
    const [step, loss, metric, learningRate] = table.subarray(COLUMNS * row, COLUMNS * (row + 1));
    return { step, loss, metric, learningRate };
  });
}
