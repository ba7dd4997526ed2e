import { patienceFor, type Pending } from './pending.ts';

/** Notices an engine that gives no sign of life while a request is on its way to it. */
export type Watchdog = {
  /** The engine has given a sign of life, or has something to do again. */
  alive(): void;
  stop(): void;
};

/** `first` is the oldest request on its way; `onHang` is told of it after so many milliseconds. */
export function createWatchdog(
  patience: number,
  first: () => Pending | undefined,
  onHang: (pending: Pending) => void,
): Watchdog {
  let silentTicks = 0;
  const tick = Math.max(10, Math.min(1000, patience / 10));
  // Ticks are counted rather than clocks compared: a computer that slept has not waited.
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
