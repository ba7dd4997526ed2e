/** Has sounds calculated in a worker, which is started when it is needed. */
import type { View } from '../../core/store.ts';
import type { SoundJob, SoundJobs } from './sound-jobs.ts';
import type { FromSoundWorker } from './worker.ts';

export type SoundDesk = View & {
  do<K extends SoundJob>(job: K, args: SoundJobs[K]['args']): Promise<SoundJobs[K]['gives']>;
};

export function createSoundDesk(): SoundDesk {
  let worker: Worker | undefined;
  let last = 0;
  const waiting = new Map<number, { resolve: (gives: never) => void; reject: (error: Error) => void }>();
  const failAll = (error: Error) => {
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
    worker?.terminate();
    worker = undefined;
  };
  const start = () => {
    const made = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
    made.addEventListener('error', event => failAll(new Error(event.message)));
    made.addEventListener('message', ({ data }: MessageEvent<FromSoundWorker>) => {
      const asked = waiting.get(data.id);
      waiting.delete(data.id);
      if (data.failed === undefined) asked?.resolve(data.gives as never);
      else asked?.reject(new Error(data.failed));
    });
    return made;
  };
  return {
    do(job, args) {
      worker ??= start();
      const id = ++last;
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        worker!.postMessage({ id, job, args }, []);
      });
    },
    destroy: () => failAll(new Error('The window is closed.')),
  };
}
