/** How much the score of a class drops when a patch of the image is covered. */
import { UserError } from '../../../shared/errors.ts';
import { sentences } from '../../../shared/messages/sentences.ts';
import type { LayerOf } from '../../../shared/network.ts';
import type { Between, Model } from './evaluate.ts';
import { createScores, type Scores } from './scores.ts';

/** `rows`, `columns`: where the patches begin. `drops` [rows,columns]: the score minus the one with that patch at 0. */
export type Occlusion = { score: number; rows: number[]; columns: number[]; drops: Float32Array };

/** Milliseconds of work without a pause. */
const TURN = 8;

/** Sets square patches of `image` [H,W,C] to 0, one at a time and `stride` pixels apart, and takes the score of class
 *  `unit`. The last patches end at the image's edge, so that every pixel is covered if the stride is no longer than the
 *  patch. Throws UserError as `createScores` does, and if a score isn't finite. */
export async function occlusion(
  { network, parameters }: Pick<Model, 'network' | 'parameters'>,
  image: Float32Array,
  { unit, patch, stride }: { unit: number; patch: number; stride: number },
  between: Between,
): Promise<Occlusion> {
  const [height, width, channels] = (network.layers[0] as LayerOf<'input'>).shape;
  const rows = beginnings(height, patch, stride);
  const columns = beginnings(width, patch, stride);
  const drops = new Float32Array(rows.length * columns.length);
  const scores = createScores({ network, parameters }, image, unit);
  let [done, paused] = [0, performance.now()];
  try {
    const score = await now(scores);
    for (const row of rows)
      for (const column of columns) {
        const right = Math.min(width, column + patch);
        for (let y = row; y < Math.min(height, row + patch); y++)
          scores.image.fill(0, (y * width + column) * channels, (y * width + right) * channels);
        // oxlint-disable-next-line no-await-in-loop -- one patch after the other
        drops[done] = score - (await now(scores));
        done++;
        scores.image.set(image);
      }
    if (![score, ...drops].every(Number.isFinite)) throw new UserError(sentences.explain.onImage.notFinite);
    return { score, rows, columns, drops };
  } finally {
    scores.dispose();
  }

  async function now(all: Scores): Promise<number> {
    for (const part of all.steps()) {
      if (performance.now() - paused < TURN) continue;
      // oxlint-disable-next-line no-await-in-loop -- so that other work gets its turn
      await between((done + part) / drops.length);
      paused = performance.now();
    }
    return all.of(unit);
  }
}

/** Where patches begin along a side of so many pixels. */
function beginnings(side: number, patch: number, stride: number): number[] {
  const last = Math.max(0, side - patch);
  const found: number[] = [];
  for (let at = 0; at < last; at += stride) found.push(at);
  return [...found, last];
}
