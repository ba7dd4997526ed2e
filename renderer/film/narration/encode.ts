/** Sounds as small files: Opus in WebM. */
import {
  AudioSample,
  AudioSampleSource,
  BufferTarget,
  canEncodeAudio,
  Output,
  Quality,
  WebMOutputFormat,
} from 'mediabunny';
import { SOUND_RATE, type Sound } from '../export/messages.ts';

/** Bits a second of speech, for each channel. */
const BITS = 64_000;
/** Samples that are handed to the encoder at once. */
const PIECE = SOUND_RATE;

/** The file's bytes. undefined where the browser has no such encoder. */
export async function encodeSound(sound: Sound): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const [{ length }] = sound;
  const quality = new Quality({ bitrate: BITS * sound.length });
  const settings = { numberOfChannels: sound.length, sampleRate: SOUND_RATE, quality };
  if (!(await canEncodeAudio('opus', settings))) return undefined;
  const target = new BufferTarget();
  const output = new Output({ format: new WebMOutputFormat(), target });
  const source = new AudioSampleSource({ codec: 'opus', quality });
  output.addAudioTrack(source);
  await output.start();
  for (let at = 0; at < length; at += PIECE) {
    const count = Math.min(PIECE, length - at);
    const data = new Float32Array(sound.length * count);
    for (const [nth, channel] of sound.entries()) data.set(channel.subarray(at, at + count), nth * count);
    const sample = new AudioSample({
      data,
      format: 'f32-planar',
      numberOfChannels: sound.length,
      sampleRate: SOUND_RATE,
      timestamp: at / SOUND_RATE,
    });
    // oxlint-disable-next-line no-await-in-loop -- one piece after the other
    await source.add(sample);
    sample.close();
  }
  await output.finalize();
  return new Uint8Array(target.buffer!);
}
