/** The program of a thread that takes part in the work of pool.ts. It has no event loop. */
import { workerData } from 'node:worker_threads';
import { createHand, DONE, END, NEXT, type Place, SLEEPING, WAITING, WORK } from './work.ts';

/** How often a thread looks for more work before it sleeps: about 20 µs. Within a training step the next job comes
 *  soon, and to be woken takes longer. */
const LOOKS = 2000;

const hand = createHand(workerData as Place);
const { words } = hand;

for (;;) {
  // A job that begins from here on changes it, so the thread doesn't sleep through it.
  const seen = Atomics.load(words, WORK);
  if (hand.work() > 0 && Atomics.load(words, WAITING) === 1) {
    Atomics.add(words, DONE, 1);
    Atomics.notify(words, DONE);
  }
  let left = LOOKS;
  while (left > 0 && Atomics.load(words, NEXT) === Atomics.load(words, END)) left--;
  if (left > 0) continue;
  Atomics.add(words, SLEEPING, 1);
  Atomics.wait(words, WORK, seen);
  Atomics.sub(words, SLEEPING, 1);
}
