/** What a presenter draws over a picture: strokes that stay or fade. Every function gives new ink. */

/** A stroke. `points`: x, y, x, y, … in the units of the picture. `ended`: when it was finished, in milliseconds. */
export type Stroke = {
  readonly colour: number;
  readonly fades: boolean;
  readonly points: readonly number[];
  readonly ended?: number;
};
/** The oldest stroke first. */
export type Ink = readonly Stroke[];

/** How many colours a pen has. */
export const PEN_COLOURS = 5;
/** A fading stroke is whole for so long, and gone after so long. In milliseconds. */
const FADE = { from: 1500, to: 2500 };
/** Points nearer to each other than this are one. */
const NEAR = 2;

export const begun = (ink: Ink, colour: number, fades: boolean, x: number, y: number): Ink => [
  ...ink,
  { colour, fades, points: [x, y] },
];

/** The last stroke goes on to a point. */
export function extended(ink: Ink, x: number, y: number): Ink {
  const last = ink.at(-1);
  if (!last || last.ended !== undefined) return ink;
  const [lastX, lastY] = last.points.slice(-2);
  if (Math.hypot(x - lastX, y - lastY) < NEAR) return ink;
  return [...ink.slice(0, -1), { ...last, points: [...last.points, x, y] }];
}

export function finished(ink: Ink, now: number): Ink {
  const last = ink.at(-1);
  return !last || last.ended !== undefined ? ink : [...ink.slice(0, -1), { ...last, ended: now }];
}

/** Without the last stroke that can still be seen. */
export const undone = (ink: Ink, now: number): Ink => shownInk(ink, now).slice(0, -1);

/** The strokes that can still be seen. The same ink if all can. */
export function shownInk(ink: Ink, now: number): Ink {
  const shown = ink.filter(stroke => strength(stroke, now) > 0);
  return shown.length === ink.length ? ink : shown;
}

/** How opaque a stroke is, from 0 to 1. */
export function strength({ fades, ended }: Stroke, now: number): number {
  if (!fades || ended === undefined) return 1;
  return Math.max(0, Math.min(1, (FADE.to - (now - ended)) / (FADE.to - FADE.from)));
}

/** Whether a stroke will look different soon, without anybody doing anything. */
export const isFading = (ink: Ink): boolean => ink.some(({ fades, ended }) => fades && ended !== undefined);
