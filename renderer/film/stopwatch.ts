/** The speaker's timer. All times are in milliseconds. */
export type Stopwatch = {
  /** What it has counted before it was started last. */
  readonly counted: number;
  /** When it was started. undefined while it stands still. */
  readonly since?: number;
};

export const RESET: Stopwatch = { counted: 0 };

export const elapsed = ({ counted, since }: Stopwatch, now: number): number =>
  counted + (since === undefined ? 0 : Math.max(0, now - since));

/** Starts it, or lets it stand still. */
export const toggled = (watch: Stopwatch, now: number): Stopwatch =>
  watch.since === undefined ? { counted: watch.counted, since: now } : { counted: elapsed(watch, now) };

/** Back to 0. It goes on if it goes. */
export const restarted = ({ since }: Stopwatch, now: number): Stopwatch =>
  since === undefined ? RESET : { counted: 0, since: now };

/** 4:07, or 1:04:07. */
export function clockOf(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  const two = (part: number) => String(part).padStart(2, '0');
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const short = `${hours > 0 ? two(minutes) : minutes}:${two(seconds % 60)}`;
  return hours > 0 ? `${hours}:${short}` : short;
}
