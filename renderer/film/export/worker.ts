/** The worker that makes a film: it gets scenes with their numbers, draws them, and hands out the file in pieces. */
import { chaptersOf } from '../../../shared/film/captions.ts';
import { sheetOf } from '../plain-sheet.ts';
import { settleIn } from '../setting.ts';
import { drawFilm, type LoadedScene } from './draw-film.ts';
import { beginFilmFile } from './film-file.ts';
import type { Beginning, FromWorker, OutputName, ToWorker } from './messages.ts';

/** A worker's global scope, as far as it is used here. */
const scope = self as unknown as {
  postMessage(message: FromWorker, transfer?: Transferable[]): void;
  addEventListener(type: 'message', listener: (event: MessageEvent<ToWorker>) => void): void;
};

/** Pieces that may be under way to the disk at once. */
const MOST_PIECES = 4;
/** Characters of lines that are joined before they are written. */
const LINES = 2 ** 20;
/** Milliseconds between two reports. */
const REPORT_EVERY = 100;

const tell = (message: FromWorker, transfer: Transferable[] = []) => scope.postMessage(message, transfer);

const scenes: Extract<ToWorker, { kind: 'scene' }>[] = [];
let sceneCame = () => {};
/** How many pieces were handed out, and how many of them are on the disk. */
const disk = { pieces: 0, written: 0, came: () => {} };

scope.addEventListener('message', ({ data }) => {
  switch (data.kind) {
    case 'begin':
      make(data.beginning).then(
        () => tell({ kind: 'end' }),
        (error: unknown) => tell({ kind: 'failed', message: error instanceof Error ? error.message : String(error) }),
      );
      return;
    case 'scene':
      scenes.push(data);
      return sceneCame();
    default:
      disk.written++;
      disk.came();
  }
});

/** Hands out a piece. Waits while too many are under way. */
async function hand(output: OutputName, at: number, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  disk.pieces++;
  // The encoder's own memory isn't given away.
  const own = bytes.slice();
  tell({ kind: 'write', output, at, bytes: own }, [own.buffer]);
  await until(MOST_PIECES);
}

/** Waits until fewer than so many pieces are under way. */
async function until(fewer: number): Promise<void> {
  while (disk.pieces - disk.written >= fewer) {
    // oxlint-disable-next-line no-await-in-loop -- one piece after the other
    await new Promise<void>(resolve => (disk.came = resolve));
  }
}

async function make(beginning: Beginning): Promise<void> {
  const { storyboard, options, look, sound, sheet: plain } = beginning;
  await settleIn(beginning.setting);
  const sheet = sheetOf(plain);
  const file = await beginFilmFile(options, chaptersOf(storyboard), sound, (at, bytes) => hand('film', at, bytes));
  const lines = collectLines();
  let told = 0;
  let toldOf = -1;
  await drawFilm(file, {
    storyboard,
    options,
    look,
    sound,
    async sceneAt(): Promise<LoadedScene> {
      while (scenes.length === 0) await new Promise<void>(resolve => (sceneCame = resolve));
      const { film, sound: heard } = scenes.shift()!;
      return { film: { ...film, sheet }, sound: heard };
    },
    frames: beginning.frames ? line => lines.add(line) : undefined,
    progress(done, scene) {
      // The next scenes are read only when it is known which one is drawn.
      if (scene === toldOf && performance.now() - told < REPORT_EVERY) return;
      [told, toldOf] = [performance.now(), scene];
      tell({ kind: 'progress', done, scene });
    },
  });
  await file.finish();
  await lines.finish();
  await until(1);
}

/** Collects lines to larger pieces. */
function collectLines() {
  let text = '';
  let at = 0;
  const flush = async () => {
    const bytes = new TextEncoder().encode(text);
    text = '';
    if (bytes.length > 0) await hand('frames', at, bytes);
    at += bytes.length;
  };
  return {
    async add(line: string) {
      text += line;
      if (text.length > LINES) await flush();
    },
    finish: flush,
  };
}
