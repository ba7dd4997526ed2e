/** Asks how the window shall be recorded, and the browser whether it may be. */
import { messages } from '../../../shared/messages.ts';
import { element } from '../../core/element.ts';
import { sentenceOf } from '../../core/sentence-of.ts';
import type { SharedState } from '../../core/shared-state.ts';
import type { View } from '../../core/store.ts';
import { button, buttons, type Dialogs } from '../../parts/dialogs.ts';
import { row, selectField, switchField } from '../fields.ts';
import { createLevelMeter } from '../level-meter.ts';
import { endStream, openMicrophone } from '../microphone.ts';
import { captureWindow, type RecordingSize, recordingSizes } from './capture-window.ts';

/** What is chosen, for the next time too. `countdown`: in seconds. */
export type RecordingChoice = { microphone: boolean; size: RecordingSize; keys: boolean; countdown: number };
/** The streams are given to whoever gets them. */
export type Captured = { display: MediaStream; microphone: MediaStream | undefined };

const COUNTDOWNS = [0, 3, 5];

/** `asks`: whether the browser shows what may be recorded. undefined if the user cancels. */
export async function askRecording(
  dialogs: Pick<Dialogs, 'show'>,
  choice: SharedState<RecordingChoice>,
  asks: boolean,
): Promise<Captured | undefined> {
  const text = messages.live.sheet;
  let microphone: MediaStream | undefined;
  let meter: View | undefined;
  let captured: Captured | undefined;
  let isOpen = true;
  const place = element('div', { class: 'live-level' });
  const problem = element('p', { class: 'problem', role: 'alert' });
  const hush = () => {
    meter?.destroy();
    if (microphone) endStream(microphone);
    meter = microphone = undefined;
  };
  /** Opens or closes the microphone, as it was chosen last. */
  let opening = Promise.resolve();
  const followMicrophone = () => {
    opening = opening.then(async () => {
      if (!choice.get().microphone) return hush();
      if (microphone) return undefined;
      try {
        const stream = await openMicrophone();
        if (!isOpen || !choice.get().microphone) return endStream(stream);
        microphone = stream;
        meter = createLevelMeter(place, stream);
      } catch (error) {
        problem.textContent = sentenceOf(error);
        choice.set({ microphone: false });
        fields.microphone.update();
      }
      return undefined;
    });
  };
  const fields = {
    microphone: switchField({
      label: text.microphone,
      get: () => choice.get().microphone,
      set(on) {
        problem.textContent = '';
        choice.set({ microphone: on });
        followMicrophone();
      },
    }),
    size: selectField({
      label: text.size,
      choices: () => recordingSizes.map(value => ({ value, label: text.sizes[value] })),
      get: () => choice.get().size,
      set: size => choice.set({ size: size as RecordingSize }),
    }),
    countdown: selectField({
      label: text.countdown,
      choices: () => COUNTDOWNS.map(each => ({ value: String(each), label: each ? text.seconds(each) : text.none })),
      get: () => String(choice.get().countdown),
      set: countdown => choice.set({ countdown: Number(countdown) }),
    }),
    keys: switchField({
      label: text.keys,
      get: () => choice.get().keys,
      set: keys => choice.set({ keys }),
    }),
  };
  await dialogs.show<'record'>(text.title, close => {
    const record = button(text.record, 'primary', () => void ask());
    const ask = async () => {
      // A second press would ask a second time.
      record.disabled = true;
      record.textContent = text.asking;
      problem.textContent = '';
      try {
        const display = await captureWindow(choice.get().size);
        await opening;
        if (!isOpen) return endStream(display);
        captured = { display, microphone };
        meter?.destroy();
        meter = microphone = undefined;
        return close('record');
      } catch (error) {
        problem.textContent = sentenceOf(error);
      }
      record.disabled = false;
      record.textContent = text.record;
      return record.focus();
    };
    record.setAttribute('autofocus', '');
    followMicrophone();
    return [
      row(text.microphone, element('div', { class: 'live-microphone' }, fields.microphone.root, place)),
      row(text.size, fields.size.root),
      row(text.countdown, fields.countdown.root),
      row(text.keys, fields.keys.root),
      ...(asks ? [element('p', {}, text.picker)] : []),
      problem,
      buttons(
        button(messages.shell.cancel, 'plain', () => close(undefined)),
        record,
      ),
    ];
  });
  isOpen = false;
  hush();
  return captured;
}
