/** Plays narrations in step with a picture whose time somebody else keeps. */
import type { Narration } from '../../../shared/film/storyboard.ts';
import type { View } from '../../core/store.ts';
import { SOUND_RATE } from '../export/messages.ts';
import type { Sounds } from './sounds.ts';

export type Heard = View & {
  /** The picture moves, and this narration is at this second of it now; before 0 it is still to come. */
  at(narration: Narration | undefined, seconds: number): void;
  /** The picture rests. */
  rest(): void;
};

/** Seconds by which sound and picture may differ before the sound jumps. */
const APART = 0.12;

export function createHeard(sounds: Pick<Sounds, 'heard'>): Heard {
  let context: AudioContext | undefined;
  let playing: { key: string; source: AudioBufferSourceNode; began: number } | undefined;
  /** The sound that was read last, or is being read. */
  let read: { key: string; sound?: AudioBuffer } | undefined;
  const rest = () => {
    playing?.source.stop();
    playing = undefined;
  };
  const load = async (key: string, narration: Narration) => {
    const mine: typeof read = { key };
    read = mine;
    const sound = await sounds.heard(narration);
    if (!context || (sound[0]?.length ?? 0) === 0) return;
    const buffer = new AudioBuffer({ length: sound[0].length, numberOfChannels: sound.length, sampleRate: SOUND_RATE });
    for (const [nth, channel] of sound.entries()) buffer.copyToChannel(channel, nth);
    mine.sound = buffer;
  };
  return {
    rest,
    at(narration, seconds) {
      if (!narration) return rest();
      context ??= new AudioContext();
      if (context.state === 'suspended') void context.resume();
      const { id, skip, gain, seconds: length } = narration;
      const key = JSON.stringify([id, skip, gain, length]);
      // A sound that can't be read is silence; the export says so.
      if (read?.key !== key) load(key, narration).catch(() => {});
      if (playing && (playing.key !== key || Math.abs(context.currentTime - playing.began - seconds) > APART)) rest();
      if (playing || !read?.sound || seconds < 0 || seconds >= length) return;
      const source = new AudioBufferSourceNode(context, { buffer: read.sound });
      source.connect(context.destination);
      source.start(0, seconds);
      playing = { key, source, began: context.currentTime - seconds };
    },
    destroy() {
      rest();
      void context?.close();
    },
  };
}
