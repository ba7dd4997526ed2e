/** Makes the film of a storyboard, in a worker of its own, so that the sheet stays usable meanwhile. The film is of the
 *  workbook as it was when its numbers were read, which is at the beginning. */
import { UserError } from '../../shared/errors.ts';
import type { FilmOptions } from '../../shared/film/film-job.ts';
import type { Storyboard } from '../../shared/film/storyboard.ts';
import { framesIn } from '../../shared/film/timeline.ts';
import { messages } from '../../shared/messages.ts';
import { outputPieces } from '../../shared/protocol.ts';
import type { Client } from '../core/client.ts';
import { inkOnPaper } from '../core/colours.ts';
import type { Store } from '../core/store.ts';
import type { FromWorker, OutputName, ToWorker } from './export/messages.ts';
import { readLook } from './look.ts';
import { createSoundDesk } from './narration/sound-desk.ts';
import { filmSound } from './narration/sounds.ts';
import { createPace } from './pace.ts';
import { plainSheet } from './plain-sheet.ts';
import { loadSceneFilm } from './scene-films.ts';
import { settingHere } from './setting.ts';

/** `overwrite`: replaces files that exist. `frames`: where to write the numbers of every frame, as lines of JSON.
 *  `beside`: another file that gets its name with the film. */
export type ExportOptions = FilmOptions & {
  storyboard: Storyboard;
  path: string;
  overwrite?: boolean;
  frames?: string;
  beside?: { path: string; overwrite?: boolean; text: () => Promise<string> };
};

export type FilmExport = {
  /** Calls back several times a second. `secondsLeft`: not known at first. */
  onProgress(callback: (done: number, of: number, secondsLeft: number | undefined) => void): void;
  /** Ends it. Nothing of it stays, unless all of it is drawn already. */
  stop(): void;
  /** Resolves with the path of the film, or undefined if it was stopped. Rejects with UserError. */
  done: Promise<string | undefined>;
};

/** Bytes of scenes that are read before they are drawn. Most films have fewer in all. */
const READ_AHEAD = 128 * 2 ** 20;

export function startExport(store: Store, client: Client, options: ExportOptions): FilmExport {
  const { storyboard } = options;
  const frames = framesIn(storyboard, options.rate);
  const files = createFiles(client);
  const callbacks: Parameters<FilmExport['onProgress']>[0][] = [];
  const worker = new Worker(new URL('./export/worker.ts', import.meta.url), { type: 'module' });
  const desk = createSoundDesk();
  const post = (message: ToWorker, transfer: Transferable[] = []) => worker.postMessage(message, transfer);
  const leftAfter = createPace();
  let isStopped = false;
  let stop = () => {};
  /** The scene that is being drawn. */
  let drawing = 0;
  let moved = () => {};

  const drawn = new Promise<void>((resolve, reject) => {
    stop = () => {
      isStopped = true;
      resolve();
    };
    worker.addEventListener('error', event => reject(new Error(event.message)));
    worker.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => {
      switch (data.kind) {
        case 'write':
          files.write(data.output, data.at, data.bytes).then(() => post({ kind: 'written' }), reject);
          return;
        case 'progress': {
          drawing = data.scene;
          moved();
          for (const callback of callbacks) callback(data.done, frames, leftAfter(data.done / frames));
          return;
        }
        case 'end':
          return resolve();
        default:
          reject(new UserError(messages.filmExport.failed(data.message)));
      }
    });
  });

  /** Reads the scenes and gives them to the worker, as far ahead as memory allows. */
  async function read(): Promise<void> {
    const first = store.get();
    const sizes: number[] = [];
    for (const scene of storyboard.scenes) {
      // oxlint-disable-next-line no-await-in-loop -- the engine works on one scene at a time
      const film = await loadSceneFilm(store, client, scene);
      const spoken = options.narration ? storyboard.narrations.find(({ id }) => id === scene.narration) : undefined;
      // oxlint-disable-next-line no-await-in-loop -- as above
      const sound = spoken && (await filmSound(client, desk, spoken));
      const now = store.get();
      if (now.workbookId !== first.workbookId || now.workbook.contentRevision !== first.workbook.contentRevision)
        throw new UserError(messages.filmExport.changed);
      const arrays = new Set([...film.states.flatMap(({ tensors }) => [...tensors.values()]), ...(sound ?? [])]);
      sizes.push([...arrays].reduce((sum, { byteLength }) => sum + byteLength, 0));
      const { sheet: _sheet, ...own } = film;
      post(
        { kind: 'scene', film: own, sound },
        (sound ?? []).map(({ buffer }) => buffer),
      );
      // The one that is drawn doesn't count: the next one is needed, however large they are.
      const ahead = () => sizes.slice(drawing + 1).reduce((sum, size) => sum + size, 0);
      const waiting = () => !isStopped && ahead() > READ_AHEAD;
      // oxlint-disable-next-line no-await-in-loop -- as above
      while (waiting()) await new Promise<void>(resolve => (moved = resolve));
      if (isStopped) return;
    }
  }

  async function make(): Promise<string | undefined> {
    try {
      if (storyboard.scenes.length === 0) throw new UserError(messages.filmExport.noScenes);
      await files.begin('film', options.path, options.overwrite);
      if (options.frames !== undefined) await files.begin('frames', options.frames, options.overwrite);
      if (options.beside) {
        await files.begin('beside', options.beside.path, options.beside.overwrite);
        await files.write('beside', 0, new TextEncoder().encode(await options.beside.text()));
      }
      const { settings, sheet, dataChoice } = store.get();
      const colours = { palette: settings.palette, inkOnPaper: inkOnPaper(sheet.network, dataChoice) };
      post({
        kind: 'begin',
        beginning: {
          storyboard,
          options: optionsOf(options),
          sound: options.narration && storyboard.scenes.some(({ narration }) => narration !== undefined),
          frames: options.frames !== undefined,
          look: readLook(storyboard.look, colours),
          sheet: plainSheet(sheet),
          setting: settingHere(),
        },
      });
      const reading = read();
      await Promise.race([drawn, reading.then(() => drawn)]);
      if (isStopped) return undefined;
      if (options.frames !== undefined) await files.end('frames');
      if (options.beside) await files.end('beside');
      return await files.end('film');
    } finally {
      worker.terminate();
      desk.destroy();
      isStopped = true;
      moved();
      await files.drop();
    }
  }

  return {
    onProgress: callback => void callbacks.push(callback),
    stop: () => stop(),
    done: make(),
  };
}

/** The options alone, without what else a caller gave along. */
function optionsOf(options: FilmOptions): FilmOptions {
  const { width, height, rate, codec, burnt, narration, megabits } = options;
  return { width, height, rate, codec, burnt, narration, megabits };
}

type FileName = OutputName | 'beside';

/** The files of an export. `drop` removes those that haven't got their names. */
function createFiles(client: Client) {
  const outputs = new Map<FileName, number>();
  return {
    async begin(name: FileName, path: string, overwrite?: boolean) {
      outputs.set(name, (await client.send('beginOutput', { path, overwrite })).output);
    },
    async write(name: FileName, at: number, bytes: Uint8Array) {
      const output = outputs.get(name)!;
      // oxlint-disable-next-line no-await-in-loop -- frames come between two pieces
      for (const piece of outputPieces(bytes))
        await client.send('writeOutput', { output, at: at + piece.at, bytes: piece.bytes });
    },
    async end(name: FileName) {
      const { path } = await client.send('endOutput', { output: outputs.get(name)! });
      outputs.delete(name);
      return path;
    },
    async drop() {
      // Without a connection, the shell drops them itself.
      for (const output of outputs.values()) await client.send('dropOutput', { output }).catch(() => undefined);
    },
  };
}
