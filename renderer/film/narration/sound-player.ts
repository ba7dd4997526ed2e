/** Plays a sound by itself, from any point. */
import type { View } from '../../core/store.ts';
import { SOUND_RATE, type Sound } from '../export/messages.ts';
import { secondsOf } from './decode.ts';

export type SoundPlayer = View & {
  seconds(): number;
  isPlaying(): boolean;
  toggle(): void;
  seek(seconds: number): void;
};

/** `moved` is called with every frame while it plays, and when it begins or ends. */
export function createSoundPlayer(sound: Sound, moved: () => void): SoundPlayer {
  const context = new AudioContext();
  const buffer = new AudioBuffer({ length: sound[0].length, numberOfChannels: sound.length, sampleRate: SOUND_RATE });
  for (const [nth, channel] of sound.entries()) buffer.copyToChannel(channel, nth);
  let playing: { source: AudioBufferSourceNode; began: number } | undefined;
  let at = 0;
  let frame = 0;
  const seconds = () => (playing ? Math.min(secondsOf(sound), context.currentTime - playing.began) : at);
  const pause = () => {
    if (!playing) return;
    at = seconds();
    playing.source.stop();
    playing = undefined;
    moved();
  };
  const play = () => {
    if (at >= secondsOf(sound) - 0.01) at = 0;
    if (context.state === 'suspended') void context.resume();
    const source = new AudioBufferSourceNode(context, { buffer });
    source.connect(context.destination);
    source.start(0, at);
    playing = { source, began: context.currentTime - at };
    tick();
  };
  const tick = () => {
    if (!playing) return;
    if (seconds() >= secondsOf(sound)) return pause();
    moved();
    frame = requestAnimationFrame(tick);
    return undefined;
  };
  return {
    seconds,
    isPlaying: () => playing !== undefined,
    toggle: () => (playing ? pause() : play()),
    seek(wanted) {
      const wasPlaying = playing !== undefined;
      pause();
      at = wanted;
      if (wasPlaying) play();
      else moved();
    },
    destroy() {
      cancelAnimationFrame(frame);
      playing?.source.stop();
      playing = undefined;
      void context.close();
    },
  };
}
