import { expect, test } from 'vitest';
import { mainThreadTasks } from './train-frames.ts';

test('a trace gives the processor time of the larger tasks on the pages’ main threads', () => {
  const thread = (tid: number, name: string) => ({ ph: 'M', pid: 7, tid, name: 'thread_name', args: { name } });
  const task = (tid: number, tdur?: number, name = 'ThreadControllerImpl::RunTask') => ({
    ph: 'X',
    pid: 7,
    tid,
    name,
    dur: 90_000,
    tdur,
  });
  const traceEvents = [
    task(1, 24_500),
    thread(1, 'CrRendererMain'),
    thread(2, 'Compositor'),
    task(1, 1000),
    task(1, 999),
    task(1),
    task(1, 20_000, 'Commit'),
    task(2, 50_000),
  ];
  expect(mainThreadTasks(Buffer.from(JSON.stringify({ traceEvents })))).toEqual([24.5, 1]);
});
