import { patienceFor, type Pending } from './pending.ts';

/** Notices if the engine gives no sign of life while a request waits for it. */
export type Watchdog = {
  /** The engine has given a sign of life, or has got work again. */
  alive(): void;
  stop(): void;
};

/** Makes the watchdog. `first` returns the oldest waiting request. `onHang` is called with it after so many
 *  milliseconds. */
export function createWatchdog(
  patience: number,
  first: () => Pending | undefined,
  onHang: (pending: Pending) => void,
): Watchdog {
  let silentTicks = 0;
  const tick = Math.max(10, Math.min(1000, patience / 10));
  // It counts ticks instead of comparing clocks, because a computer that slept hasn't waited.
  const timer = setInterval(() => {
    const pending = first();
    if (!pending) return;
    silentTicks++;
    if (silentTicks * tick <= patienceFor(pending, patience)) return;
    silentTicks = 0;
    onHang(pending);
  }, tick);
  timer.unref();
  return {
    alive() {
      silentTicks = 0;
    },
    stop: () => clearInterval(timer),
  };
}
