import { expect, test } from 'vitest';
import { countHandles, download, release, startBackend, upload } from './backend.ts';

test('starting leaves the listeners of the process as they were, and happens once', async () => {
  const mine = () => {};
  process.on('uncaughtException', mine);
  const before = [process.rawListeners('uncaughtException'), process.rawListeners('unhandledRejection')];
  expect(startBackend()).toBe(startBackend());
  await startBackend();
  expect([process.rawListeners('uncaughtException'), process.rawListeners('unhandledRejection')]).toEqual(before);
  process.off('uncaughtException', mine);
});

test('what is downloaded is a copy that outlives the tensor', async () => {
  await startBackend();
  const before = countHandles();
  const handle = upload(Float32Array.of(1, 2, Number.NaN), [3]);
  const copy = download(handle);
  expect(countHandles()).toBe(before + 1);
  release(handle);
  release(upload(Float32Array.of(7, 8, 9), [3]));
  expect(Array.from(copy)).toEqual([1, 2, Number.NaN]);
  expect(countHandles()).toBe(before);
});
