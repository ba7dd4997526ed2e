import { startBackend } from '../engine/backend/backend.ts';
import { createPool, type Pool, sharedPool } from '../engine/kernels/pool.ts';
import { quantile, type Result, summarize } from './results.ts';
import { type BenchNetworkName, benchNetworks, createBenchTrainer } from './train-networks.ts';

const STEPS = 30;
const WARM_UP = 5;
const THREADS = [2, 4, 8];
/** Milliseconds from when work is given out until sleeping threads have begun it and the first one knows of the end. */
const HANDING_OUT = 0.01;

/** How much faster a step on wasm would be with more cores than this computer has: from the measured time of each piece
 *  of work on one thread. Threads take the pieces in their order, each when it is free; what is between two jobs stays
 *  on one thread. `waiting`: the share of a step in which the threads have nothing to do within a job, or are woken.
 *  Caches and memory that cores share are left out. */
export async function* benchTrainScaling(name: BenchNetworkName): AsyncIterable<Result> {
  await startBackend();
  const step = usual(await measuredSteps(name));
  const alone = simulated(step, 1).total;
  for (const threads of THREADS) {
    const { total, waiting } = simulated(step, threads);
    const row = `train-scaling/${name}/${threads}-threads`;
    yield summarize(row, [alone / total], 'times');
    yield summarize(`${row}/waiting`, [(100 * waiting) / total], '%');
  }
}

/** The milliseconds of the pieces of each job of a step, and of what is between them. */
type StepTimes = { jobs: number[][]; between: number };

async function measuredSteps(name: BenchNetworkName): Promise<StepTimes[]> {
  let jobs: number[][] = [];
  const pool = createPool({ threads: 1 });
  const timed = <Piece>(pieces: readonly Piece[], run: (piece: Piece) => void) => {
    jobs.push(
      pieces.map(piece => {
        const start = performance.now();
        run(piece);
        return performance.now() - start;
      }),
    );
  };
  const watched: Pool = {
    ...pool,
    run: (what, pieces, scratch) => timed(pieces, piece => pool.run(what, [piece], scratch)),
    change: (what, pieces, scratch, putBack) => timed(pieces, piece => pool.change(what, [piece], scratch, putBack)),
    // Nothing is put off.
    // oxlint-disable-next-line require-yield -- its parts are one
    *inParts(use) {
      return use();
    },
  };
  const before = { ...sharedPool };
  Object.assign(sharedPool, { join: () => watched, leave: () => {} });
  try {
    const trainer = createBenchTrainer('wasm', STEPS + WARM_UP, benchNetworks[name]);
    const steps: StepTimes[] = [];
    for (let step = 0; step < STEPS + WARM_UP; step++) {
      jobs = [];
      const start = performance.now();
      trainer.advance();
      const whole = performance.now() - start;
      if (step >= WARM_UP) steps.push({ jobs, between: whole - sum(jobs.flat()) });
    }
    trainer.dispose();
    return steps;
  } finally {
    Object.assign(sharedPool, before);
    pool.end();
  }
}

/** The medians of steps: all have the same pieces. */
function usual(steps: readonly StepTimes[]): StepTimes {
  const median = (values: readonly number[]) => quantile(values, 0.5);
  const jobs = steps[0].jobs.map((pieces, job) =>
    pieces.map((_, piece) => median(steps.map(step => step.jobs[job][piece]))),
  );
  return { jobs, between: median(steps.map(({ between }) => between)) };
}

function simulated({ jobs, between }: StepTimes, threads: number): { total: number; waiting: number } {
  let total = between;
  let waiting = 0;
  for (const pieces of jobs) {
    const ends = Array.from({ length: threads }, () => 0);
    for (const piece of pieces) ends[ends.indexOf(Math.min(...ends))] += piece;
    const took = Math.max(...ends) + (threads > 1 && pieces.length > 1 ? HANDING_OUT : 0);
    total += took;
    waiting += took - sum(pieces) / threads;
  }
  return { total, waiting };
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
