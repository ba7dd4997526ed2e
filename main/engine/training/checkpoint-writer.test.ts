import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createCheckpointWriter } from './checkpoint-writer.ts';

test('a checkpoint is made in the memory of the last one, after that one is on the disk', async () => {
  const [seen, rooms]: [number[][], number[]] = [[], []];
  const store = {
    read: () => undefined,
    async write(_id: string, bytes: Uint8Array) {
      await pause(20);
      seen.push([...bytes]);
    },
    writeAtOnce() {},
  };
  const writer = createCheckpointWriter(store, error => {
    throw error;
  });
  const write = (value: number) =>
    writer.write('run1', room => {
      rooms.push(room.length);
      return (room.length > 0 ? room : new Uint8Array(8)).subarray(0, 4).fill(value);
    });
  for (const value of [1, 2, 3]) write(value);
  while (seen.length < 2) await pause(1);
  write(4);
  await pause(40);
  await writer.stop();
  // The second one was asked for, but the third replaced it.
  expect(seen.map(([first]) => first)).toEqual([1, 3, 4]);
  expect(rooms).toEqual([0, 8, 8]);
  write(5);
  await writer.stop();
  expect(rooms.at(-1)).toBe(0);
});
