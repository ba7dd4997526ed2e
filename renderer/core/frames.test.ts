import { beforeEach, expect, test, vi } from 'vitest';
import { inOwnFrame } from './frames.ts';

let callbacks: (() => void)[] = [];
let done: string[] = [];
/** Runs the browser's next frame. Returns what was done in it. */
function frame(): string[] {
  const due = callbacks;
  callbacks = [];
  done = [];
  for (const callback of due) callback();
  return done;
}

beforeEach(() => {
  callbacks = [];
  vi.stubGlobal('requestAnimationFrame', (callback: () => void) => callbacks.push(callback));
  return () => vi.unstubAllGlobals();
});

test('each view redraws in a frame of its own, in the order of asking, after the frame of the sheet', () => {
  const [kernels, panel] = ['kernels', 'panel'].map(name => inOwnFrame(() => done.push(name)));
  panel.request();
  kernels.request();
  panel.request();
  expect([frame(), frame(), frame(), frame()]).toEqual([[], ['panel'], ['kernels'], []]);
});

test('a view that is asked while it redraws does so once more, after the others', () => {
  let again = true;
  const panel = inOwnFrame(() => {
    done.push('panel');
    if (again) panel.request();
    again = false;
  });
  const kernels = inOwnFrame(() => done.push('kernels'));
  panel.request();
  kernels.request();
  expect([frame(), frame(), frame(), frame(), frame()]).toEqual([[], ['panel'], ['kernels'], ['panel'], []]);
});

test('what was cancelled is not done, and asks for no further frames', () => {
  const panel = inOwnFrame(() => done.push('panel'));
  panel.request();
  panel.cancel();
  expect([frame(), frame(), frame()]).toEqual([[], [], []]);
  expect(callbacks).toEqual([]);
  panel.request();
  expect([frame(), frame()]).toEqual([[], ['panel']]);
});
