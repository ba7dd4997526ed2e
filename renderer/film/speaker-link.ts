/** The presented window's end of the speaker's window: opens it, tells it what is shown, and does what it asks. */
import { pictureAt, WIDE } from '../../shared/film/film.ts';
import { lengthOf } from '../../shared/film/timeline.ts';
import { readFromSpeaker, speakerAddress, speakerChannel, type ToSpeaker } from '../../shared/film/speaker.ts';
import { coloursOf } from '../core/colours.ts';
import type { Store, View } from '../core/store.ts';
import { type Look, readLook } from './look.ts';
import { paintPicture } from './paint.ts';
import type { Presentation } from './presentation.ts';

export type SpeakerLink = View & {
  /** Opens the window, or shows the one that is open. Returns false if the browser didn't. */
  open(): boolean;
};

/** The width of the pictures for the speaker, in pixels. */
const WIDTH = 800;
/** Milliseconds between two pictures of a scene that moves. */
const EVERY = 250;
const FEATURES = 'popup,width=1180,height=780';

export function createSpeakerLink(
  store: Store,
  presentation: Presentation,
  asked: { begin: () => void; end: () => void },
): SpeakerLink {
  /** The id of this presentation, and its channel, once the window was opened. */
  let line: { id: string; channel: BroadcastChannel } | undefined;
  let opened: Window | null = null;
  /** Whether somebody listens. */
  let heard = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let toldAt = 0;
  /** What the speaker's window shows. */
  const told = { scenes: '', at: '' };
  /** What the pictures there follow from. */
  let pictured: { now: readonly unknown[]; next: readonly unknown[] } = { now: [], next: [] };

  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has only pages of one origin
  const post = (message: ToSpeaker) => line?.channel.postMessage(message);
  const tellScenes = () => {
    const { storyboard, document: file, dark } = store.get();
    const scenes = storyboard.scenes.map(scene => ({
      title: scene.title,
      notes: scene.notes,
      seconds: lengthOf(storyboard, scene),
    }));
    const message: ToSpeaker = { kind: 'scenes', name: file.name, theme: dark ? 'dark' : 'light', scenes };
    const wanted = JSON.stringify(message);
    if (wanted !== told.scenes) post(message);
    told.scenes = wanted;
  };
  let look: { name: string; look: Look } | undefined;
  const lookNow = () => {
    const { palette, inkOnPaper } = coloursOf(store.get());
    const { look: wanted } = store.get().storyboard;
    const name = JSON.stringify([wanted, palette, inkOnPaper]);
    if (look?.name !== name) look = { name, look: readLook(wanted, { palette, inkOnPaper }) };
    return look.look;
  };
  const tellPicture = (of: 'now' | 'next', place: number, seconds: 'at' | 'rest') => {
    const shown = presentation.scene(place);
    if (!shown?.film) return;
    const at = seconds === 'rest' ? shown.rest : presentation.at().seconds;
    const colours = lookNow();
    const wanted = [place, at, shown.film, shown.length, colours];
    if (wanted.every((each, nth) => each === pictured[of][nth])) return;
    pictured[of] = wanted;
    const canvas = new OffscreenCanvas(WIDTH, (WIDTH * WIDE.height) / WIDE.width);
    paintPicture(canvas.getContext('2d')!, pictureAt(shown.film, shown.length, at), colours);
    const picture = canvas.transferToImageBitmap();
    post({ kind: 'picture', of, place, picture });
    picture.close();
  };
  const tell = () => {
    clearTimeout(timer);
    timer = undefined;
    toldAt = performance.now();
    tellScenes();
    const { place, seconds, moves, cover } = presentation.at();
    const rest = presentation.scene()?.rest ?? 0;
    const at: ToSpeaker = {
      kind: 'at',
      what: presentation.what(),
      place,
      seconds,
      rest,
      moves,
      ...(cover && { cover }),
    };
    if (JSON.stringify(at) !== told.at) post(at);
    told.at = JSON.stringify(at);
    tellPicture('now', place, 'at');
    tellPicture('next', place + 1, 'rest');
  };
  let known: readonly unknown[] = [];
  const follow = () => {
    // Nobody listens in a window that was closed.
    if (opened?.closed) heard = false;
    if (!heard) return;
    const { place, moves, cover } = presentation.at();
    const now = [presentation.what(), place, moves, cover];
    const isSame = now.every((each, nth) => each === known[nth]);
    known = now;
    if (isSame && timer !== undefined) return;
    clearTimeout(timer);
    timer = setTimeout(tell, isSame ? Math.max(0, toldAt + EVERY - performance.now()) : 0);
  };
  const hear = ({ data }: MessageEvent) => {
    const message = readFromSpeaker(data);
    switch (message?.kind) {
      case 'hello':
        heard = true;
        Object.assign(told, { scenes: '', at: '' });
        pictured = { now: [], next: [] };
        tell();
        break;
      case 'step':
        presentation.step(message.step);
        break;
      case 'begin':
        asked.begin();
        break;
      case 'end':
        asked.end();
        break;
      default:
    }
  };
  const connect = () => {
    const id = crypto.randomUUID();
    const channel = new BroadcastChannel(speakerChannel(id));
    channel.addEventListener('message', hear);
    window.addEventListener('pagehide', close);
    return { id, channel };
  };
  const close = () => post({ kind: 'close' });
  const end = presentation.onChange(follow);
  return {
    open() {
      if (opened && !opened.closed) {
        opened.focus();
        return true;
      }
      line ??= connect();
      opened = window.open(speakerAddress(line.id), 'convsheet-speaker', FEATURES);
      return opened !== null;
    },
    destroy() {
      end();
      clearTimeout(timer);
      if (!line) return;
      window.removeEventListener('pagehide', close);
      close();
      line.channel.close();
    },
  };
}
