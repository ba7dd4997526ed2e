import { fixed } from '../../shared/messages/format.ts';

/** A time of a film: 0:18.7, 1:02:00.0. */
export function clock(seconds: number, decimals = 1): string {
  // Rounded first, so that 59.96 becomes 1:00.0 and not 0:60.0.
  const all = Number(seconds.toFixed(decimals));
  const [hours, minutes] = [Math.floor(all / 3600), Math.floor(all / 60) % 60];
  const rest = fixed(all - 3600 * hours - 60 * minutes, decimals).padStart(decimals > 0 ? decimals + 3 : 2, '0');
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${rest}` : `${minutes}:${rest}`;
}
