import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Result, summarize } from './results.ts';

const ROUNDS = 3;

/** Milliseconds for a frame of the film of the whole network, 1080p at 30 frames a second, with everything from the
 *  start of the browser to the finished file. In real time it would take 33.3. */
export async function* benchFilm(template: string): AsyncIterable<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'convsheet-bench-film-'));
  const program = fileURLToPath(new URL('cli.mjs', import.meta.url));
  const times: number[] = [];
  try {
    for (let round = 0; round < ROUNDS; round++) {
      const words = ['export', template, '-o', join(folder, `${round}.mp4`), '--storyboard', 'whole-network', '--json'];
      // oxlint-disable-next-line no-await-in-loop -- one after the other, so that they don't disturb each other
      const { stdout } = await promisify(execFile)(process.execPath, [program, ...words]);
      const { frames, seconds } = JSON.parse(stdout) as { frames: number; seconds: number };
      times.push((seconds * 1000) / frames);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  yield summarize(`film/${template}`, times);
}
