/** Checkpoints of training runs as files of a folder, named after the runs. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomically, writeFileAtOnce } from './atomic.ts';

/** What a run's checkpoint is called in its folder. */
const nameOf = (id: string) => `${id}.run`;

/** Undefined without a folder: then there are no checkpoints. */
export function fileCheckpoints(folder: string | undefined) {
  if (!folder) return undefined;
  return {
    /** Undefined where there is none. */
    read(id: string): Uint8Array | undefined {
      try {
        return readFileSync(join(folder, nameOf(id)));
      } catch {
        return undefined;
      }
    },
    /** Replaces the one before, whole or not at all. */
    write: (id: string, bytes: Uint8Array) => writeFileAtomically(join(folder, nameOf(id)), bytes),
    writeAtOnce: (id: string, bytes: Uint8Array) => writeFileAtOnce(join(folder, nameOf(id)), bytes),
  };
}
