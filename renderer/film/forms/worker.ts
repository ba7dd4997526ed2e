/** The worker that makes what isn't a film: it gets the scenes with their numbers, draws, and hands out pieces. */
import { sentenceOfError, UserError } from '../../../shared/errors.ts';
import type { SceneFilm } from '../../../shared/film/numbers.ts';
import { sheetOf } from '../plain-sheet.ts';
import { settleIn } from '../setting.ts';
import type { FormsBeginning, FromForms, ToForms } from './messages.ts';
import { type Sinks, type Work, works } from './works.ts';

/** A worker's global scope, as far as it is used here. */
const scope = self as unknown as {
  postMessage(message: FromForms, transfer?: Transferable[]): void;
  addEventListener(type: 'message', listener: (event: MessageEvent<ToForms>) => void): void;
};
const tell = (message: FromForms, transfer: Transferable[] = []) => scope.postMessage(message, transfer);

let beginning: FormsBeginning;
const films: Omit<SceneFilm, 'sheet'>[] = [];
/** Called when a piece is on the disk. Pieces wait for each other. */
let written = () => {};

scope.addEventListener('message', ({ data }) => {
  switch (data.kind) {
    case 'begin':
      beginning = data.beginning;
      return;
    case 'scene':
      films.push(data.film);
      return;
    case 'work':
      make(data.work, data.how).then(
        result => tell({ kind: 'done', result }),
        (error: Error) =>
          tell({ kind: 'failed', sentence: sentenceOfError(error), isDefect: !(error instanceof UserError) }),
      );
      return;
    default:
      written();
  }
});

async function hand(bytes: Uint8Array, name?: string): Promise<void> {
  // What a library still holds isn't given away.
  const own = bytes.slice();
  const isWritten = new Promise<void>(resolve => (written = resolve));
  tell({ kind: 'write', bytes: own, name }, [own.buffer]);
  await isWritten;
}

async function make(work: Work, how: unknown): Promise<unknown> {
  const { setting, sheet: plain, ...rest } = beginning;
  await settleIn(setting);
  const sheet = sheetOf(plain);
  const loaded = { ...rest, films: films.map(film => ({ ...film, sheet })) };
  const sinks: Sinks = {
    write: bytes => hand(bytes),
    put: (name, bytes) => hand(bytes, name),
    report: share => tell({ kind: 'progress', share }),
  };
  return works[work](loaded, how as never, sinks);
}
