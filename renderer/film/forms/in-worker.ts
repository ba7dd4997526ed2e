/** Has a worker make something of a film, so that the window stays usable meanwhile. */
import { UserError } from '../../../shared/errors.ts';
import { english } from '../../../shared/messages/render.ts';
import { plainSheet } from '../plain-sheet.ts';
import { settingHere } from '../setting.ts';
import type { Loaded } from './loaded.ts';
import type { FromForms, ToForms } from './messages.ts';
import type { Sinks, Work, Works } from './works.ts';

/** Resolves with the result. Rejects with UserError, or with what one of `sinks` throws; the work ends then. */
export async function inWorker<W extends Work>(
  loaded: Loaded,
  work: W,
  how: Parameters<Works[W]>[1],
  { write, put, report }: Partial<Sinks> = {},
): Promise<Awaited<ReturnType<Works[W]>>> {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
  const post = (message: ToForms, transfer: Transferable[] = []) => worker.postMessage(message, transfer);
  const take = async (data: FromForms): Promise<void> => {
    if (data.kind === 'progress') report?.(data.share);
    else if (data.kind === 'failed')
      throw data.isDefect ? new Error(english(data.sentence)) : new UserError(data.sentence);
    else if (data.kind === 'write') {
      await (data.name === undefined ? write?.(data.bytes) : put?.(data.name, data.bytes));
      post({ kind: 'written' });
    }
  };
  const result = new Promise<unknown>((resolve, reject) => {
    worker.addEventListener('error', event => reject(new Error(event.message)));
    worker.addEventListener('message', ({ data }: MessageEvent<FromForms>) => {
      if (data.kind === 'done') resolve(data.result);
      else take(data).catch(reject);
    });
  });
  // It may fail while scenes are still given away.
  result.catch(() => {});
  try {
    const { films, ...rest } = loaded;
    post({ kind: 'begin', beginning: { ...rest, setting: settingHere(), sheet: plainSheet(films[0].sheet) } });
    for (const { sheet: _sheet, ...film } of films) {
      post({ kind: 'scene', film });
      // Numbers are copied when they are given away. Frames come between two scenes.
      // oxlint-disable-next-line no-await-in-loop -- as just said
      await new Promise(resolve => setTimeout(resolve));
    }
    post({ kind: 'work', work, how });
    return (await result) as Awaited<ReturnType<Works[W]>>;
  } finally {
    worker.terminate();
  }
}
