import { beforeAll, expect, test } from 'vitest';
import { createRandom } from '../../../shared/random.ts';
import { startBackend } from '../backend/backend.ts';
import { type Checkpoint, checkpointBytes, readCheckpoint, readResult } from './run-bytes.ts';
import { headOf } from './run-record.ts';
import { smallConfig, smallDigits, smallNetwork, smallWorkbook } from '../data/testing/small-digits.ts';
import { createSession } from '../workbook/session.ts';
import { createRunSession } from './run-session.ts';
import { createTrainer } from './trainer.ts';

beforeAll(startBackend);

/** The checkpoint of a run of the small network after this many steps. */
function checkpointAfter(steps: number): Checkpoint {
  const session = createSession(smallWorkbook());
  const open = createRunSession(session);
  open.begin();
  const data = smallDigits(64, 0);
  const config = smallConfig({ epochs: 100 });
  const trainer = createTrainer({ network: smallNetwork, parameters: session.parameters(), data, config });
  const args = { id: 'run1', name: 'Run 1', config, start: 'here' as const };
  const { loss, stepsPerEpoch } = trainer;
  for (let step = 0; step < steps; step++) trainer.advance();
  return {
    head: headOf(args, {
      dataName: data.name,
      classes: data.classes,
      stepsPerEpoch,
      loss,
      layers: smallNetwork.layers,
    }),
    paused: false,
    section: open.section(),
    trainer: trainer.snapshot(),
  };
}

test('a checkpoint is read as it was written, each point of its curve bit for bit', () => {
  const checkpoint = checkpointAfter(30);
  expect(checkpoint.trainer.recorder.points).toHaveLength(30);
  const bytes = checkpointBytes(checkpoint);
  expect(readCheckpoint(bytes)).toEqual(checkpoint);
  expect(readResult(bytes)).toBeUndefined();
  expect(readCheckpoint(bytes.subarray(0, 100))).toBeUndefined();
});

test('a checkpoint made in another one’s memory has the same bytes; a longer one gets room to spare', () => {
  // At both steps the run has kept its weights equally often.
  const [first, second] = [checkpointAfter(16), checkpointAfter(17)];
  const made = checkpointBytes(first, new Uint8Array());
  const room = new Uint8Array(made.buffer);
  const random = createRandom(1);
  for (let i = 0; i < room.length; i++) room[i] = 256 * random.uniform();
  const again = checkpointBytes(second, room);
  expect(again.length).toBeGreaterThan(made.length);
  expect(again.buffer).toBe(room.buffer);
  expect(readCheckpoint(again)).toEqual(readCheckpoint(checkpointBytes(second)));
});
