import type { Page } from '@playwright/test';
import { messages } from '../../shared/messages.ts';
import { type Result, summarize, worstOf } from './results.ts';
import { inWindow } from './browser.ts';
import { timeScrolling } from './page/measure.ts';
import { type LargeTarget, withTarget } from './train-target.ts';

/** How many frames are measured: of the sheet at rest, of the scrolled sheet, and after Stop was pressed. */
const REST = 540;
const SCROLLED = 240;
const STEP = 20;
const STOP = 60;
/** Shorter tasks of the main thread (ms of processor time) can't make a frame late. */
const SMALLEST_TASK = 1;

/** How smooth a window stays while it trains, with curves, histograms and large kernels in view. Measured from the
 *  start of a run over the end of an epoch until it is stopped: the time from frame to frame, also of the same window
 *  before the run, and the processor time of tasks on the main thread. */
export async function* benchTrainFrames(network: 'lesson3' | 'lenet' | LargeTarget): AsyncIterable<Result> {
  yield* withTarget(network, ({ open }) => framesOn(open, `train-frames/${network}`));
}

async function* framesOn(open: string, name: string): AsyncIterable<Result> {
  yield* await inWindow(open, async page => {
    await openPanels(page);
    const still = [...(await framesOf(page, REST)), ...(await framesOf(page, SCROLLED, STEP))];
    const browser = page.context().browser()!;
    await browser.startTracing(page, { categories: ['-*', 'toplevel'] });
    const beginning = framesOf(page, REST);
    await page.keyboard.press('ControlOrMeta+Enter');
    await page.locator('summary', { hasText: messages.trainingPanel.distributions }).click();
    const frames = [...(await beginning), ...(await framesOf(page, SCROLLED, STEP))];
    const end = framesOf(page, STOP);
    await page.keyboard.press('Shift+F8');
    frames.push(...(await end));
    const tasks = mainThreadTasks(await browser.stopTracing());
    return [
      {
        ...summarize(name, frames, 'ms', { name: 'the same window without a run', values: still }),
        ...worstOf(frames),
      },
      { ...summarize(`${name}/tasks`, tasks), ...worstOf(tasks) },
    ];
  });
}

/** Shows large kernels under the sheet, and the set-up beside it, where the run will be shown. */
async function openPanels(page: Page): Promise<void> {
  await page.keyboard.press('ControlOrMeta+Shift+K');
  await page.keyboard.press('ControlOrMeta+Shift+E');
  await page.getByRole('region', { name: messages.trainingPanel.kernels, exact: true }).waitFor();
  await page.getByRole('region', { name: messages.trainingPanel.title, exact: true }).waitFor();
}

const framesOf = (page: Page, frames: number, step = 0) => page.evaluate(timeScrolling, { step, frames });

/** Milliseconds of processor time of each larger task on the pages' main threads, from a trace in Chromium's format. */
export function mainThreadTasks(trace: Buffer): number[] {
  const { traceEvents } = JSON.parse(trace.toString()) as { traceEvents: TraceEvent[] };
  const threadOf = ({ pid, tid }: TraceEvent) => `${pid} ${tid}`;
  const named = traceEvents.filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain');
  const mainThreads = new Set(named.map(threadOf));
  return traceEvents
    .filter(event => event.name === 'ThreadControllerImpl::RunTask' && mainThreads.has(threadOf(event)))
    .map(({ tdur = 0 }) => tdur / 1000)
    .filter(milliseconds => milliseconds >= SMALLEST_TASK);
}

/** `tdur`: microseconds of processor time. */
type TraceEvent = { name: string; pid: number; tid: number; tdur?: number; args?: { name?: string } };
