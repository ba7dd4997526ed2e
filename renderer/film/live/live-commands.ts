/** Records the window live: asks how, counts down, shows the bar, and makes a film of it at the end. */
import { messages } from '../../../shared/messages.ts';
import { MOST_MARKERS } from '../../../shared/protocol.ts';
import { matches } from '../../core/accelerators.ts';
import type { Client } from '../../core/client.ts';
import type { Command } from '../../core/commands.ts';
import { sentenceOf } from '../../core/sentence-of.ts';
import { createSharedState } from '../../core/shared-state.ts';
import type { Store, View } from '../../core/store.ts';
import type { Dialogs } from '../../parts/dialogs.ts';
import { endStream } from '../microphone.ts';
import { createPressedKeys, type PressedKeys } from '../pressed-keys.ts';
import { countDown } from './countdown.ts';
import { findLeft, offerLeft } from './left-recordings.ts';
import { createRecordBar, RECORDING_KEYS, type RecordBar } from './record-bar.ts';
import { askRecording, type Captured, type RecordingChoice } from './record-sheet.ts';
import { type Recorder, startRecorder } from './recorder.ts';
import { saveRecording } from './save-recording.ts';
import './live.css';

type Needs = { store: Store; client: Client; dialogs: Dialogs; refuse: (sentence: string) => void };

/** The argument of the command that lists recordings, at the start of the app: only if there are some. */
export const AT_START = 'start';

export function createLive({ store, client, dialogs, refuse }: Needs): View & { commands: readonly Command[] } {
  const text = () => messages.live;
  const choice = createSharedState<RecordingChoice>({ microphone: true, size: '720', keys: false, countdown: 3 });
  /** Asking and counting down count as well. */
  let isBusy = false;
  let recorder: Recorder | undefined;
  const needs = { store, client, dialogs };
  const inform = (sentence: string) => store.set({ notice: { tone: 'info', sentence } });

  async function record() {
    if (recorder) return recorder.stop();
    if (isBusy) return undefined;
    isBusy = true;
    try {
      const captured = await askRecording(dialogs, choice, store.get().capabilities.shell !== 'electron');
      if (captured) await recordCaptured(captured);
    } finally {
      isBusy = false;
    }
    return undefined;
  }

  async function recordCaptured(captured: Captured) {
    const [picture] = captured.display.getVideoTracks();
    const isOver = () => picture.readyState === 'ended';
    const begun =
      (await countDown(hostOf(), choice.get().countdown, isOver)) &&
      (await startRecorder(client, { ...captured, name: store.get().document.name }).catch((error: unknown) => {
        refuse(sentenceOf(error));
      }));
    if (!begun) {
      endStream(captured.display);
      if (captured.microphone) endStream(captured.microphone);
      return;
    }
    recorder = begun;
    const shown = show(begun, captured.microphone);
    const { recording, problem } = await begun.ended;
    recorder = undefined;
    const hidden = shown.end();
    // What ended it is said before it is asked where the film shall be.
    if (problem !== undefined) await dialogs.tell(text().bar, problem);
    await keep(recording, hidden > 0 ? text().hidden(hidden) : undefined);
  }

  /** Makes a film of what was just recorded. */
  async function keep(recording: string, more?: string) {
    try {
      const left = (await findLeft(needs)).find(each => each.recording === recording);
      if (!left) return refuse(text().problems.nothing);
      if ((await saveRecording(needs, left, more)) === 'kept') inform(text().kept);
    } catch (error) {
      store.set({ notice: { tone: 'error', sentence: sentenceOf(error) } });
    }
    return undefined;
  }

  /** Shows that it is recorded, until `end`, which returns for how many seconds the window was hidden. */
  function show(now: Recorder, microphone: MediaStream | undefined): { end(): number } {
    const { capabilities } = store.get();
    let keys: PressedKeys | undefined;
    const place = () => {
      const host = hostOf();
      if (bar.root.parentNode === host) return;
      host.append(bar.root);
      showKeys(host);
    };
    const showKeys = (host: HTMLElement) => {
      keys?.destroy();
      keys = undefined;
      if (!choice.get().keys) return;
      keys = createPressedKeys(host, capabilities.platform, messages.present.keyNames.space);
      keys.toggle();
    };
    const bar: RecordBar = createRecordBar(
      hostOf(),
      now,
      { microphone, capabilities },
      {
        record: () => now.stop(),
        pause: togglePause,
        mark,
      },
    );
    showKeys(hostOf());
    const onKey = (event: KeyboardEvent) => {
      keys?.press(event);
      // Questions keep their keys.
      if (document.querySelector('dialog[open]:not(.presenter)')) return;
      const pressed = (Object.keys(RECORDING_KEYS) as (keyof typeof RECORDING_KEYS)[]).find(each =>
        matches(event, RECORDING_KEYS[each], capabilities.platform),
      );
      if (!pressed) return;
      // Others see the key all the same: the menu bar must not take Alt for a key of its own.
      event.preventDefault();
      if (pressed === 'record') now.stop();
      else if (pressed === 'pause') togglePause();
      else mark();
    };
    let hidden = 0;
    let since = 0;
    const onVisibility = () => {
      if (document.hidden) since = performance.now();
      else if (since > 0) [hidden, since] = [hidden + performance.now() - since, 0];
    };
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    const gone = () => refuse(text().problems.microphone);
    const [voice] = microphone?.getAudioTracks() ?? [];
    const moved = new MutationObserver(place);
    moved.observe(document.body, { childList: true });
    window.addEventListener('keydown', onKey, true);
    document.addEventListener('visibilitychange', onVisibility);
    window.addEventListener('beforeunload', warn);
    voice?.addEventListener('ended', gone);
    return {
      end() {
        onVisibility();
        moved.disconnect();
        window.removeEventListener('keydown', onKey, true);
        document.removeEventListener('visibilitychange', onVisibility);
        window.removeEventListener('beforeunload', warn);
        voice?.removeEventListener('ended', gone);
        keys?.destroy();
        bar.destroy();
        return Math.round(hidden / 1000);
      },
    };
  }

  const togglePause = () => {
    if (recorder?.state === 'paused') recorder.resume();
    else recorder?.pause();
  };
  const mark = () => {
    if (!recorder) return;
    if (recorder.mark()) inform(text().marked(recorder.markers.length, recorder.markers.at(-1)!));
    else refuse(text().manyMarkers(MOST_MARKERS));
  };
  const isOn = () => recorder !== undefined;

  return {
    commands: [
      {
        id: 'film.record',
        label: () => (isOn() ? text().menu.stop : text().menu.start),
        plainLabel: () => text().menu.start,
        key: RECORDING_KEYS.record,
        keyInPage: true,
        enabled: () => isOn() || !isBusy,
        run: record,
      },
      {
        id: 'film.pauseRecording',
        label: () => (recorder?.state === 'paused' ? text().menu.resume : text().menu.pause),
        plainLabel: () => text().menu.pause,
        key: RECORDING_KEYS.pause,
        keyInPage: true,
        enabled: isOn,
        run: togglePause,
      },
      {
        id: 'film.marker',
        label: () => text().menu.mark,
        key: RECORDING_KEYS.mark,
        keyInPage: true,
        enabled: isOn,
        run: mark,
      },
      {
        id: 'film.recordings',
        label: () => text().menu.left,
        enabled: () => !isBusy,
        async run(when) {
          if ((await findLeft(needs)).length > 0) return offerLeft(needs);
          return when === AT_START ? undefined : inform(text().left.none);
        },
      },
    ],
    destroy: () => recorder?.stop(),
  };
}

/** What the bar stands in: a presentation of scenes lies over everything else. */
const hostOf = (): HTMLElement => document.querySelector<HTMLElement>('dialog.presenter[open]') ?? document.body;
