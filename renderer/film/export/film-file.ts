/** A film's file: takes pictures and sound in the order of time, and writes MP4 or WebM piece by piece. */
import {
  AudioSample,
  AudioSampleSource,
  canEncodeAudio,
  Mp4OutputFormat,
  Output,
  Quality,
  StreamTarget,
  VideoSample,
  VideoSampleSource,
  WebMOutputFormat,
} from 'mediabunny';
import { type FilmOptions, frameTime } from '../../../shared/film/film-job.ts';
import { OUTPUT_LIMITS } from '../../../shared/protocol.ts';
import { type Chapter, chaptersBox, chaptersElement, chaptersForTags, lengthBytes } from './chapters.ts';
import { SOUND_RATE, type Sound } from './messages.ts';

/** Writes bytes at a place of the file. Resolves when there is room for more. */
export type Write = (at: number, bytes: Uint8Array<ArrayBuffer>) => Promise<void>;

export type FilmFile = {
  /** The canvas for the next frame. Resolves when it is free again. */
  canvas(): Promise<OffscreenCanvas>;
  /** Adds what that canvas shows as a frame. Resolves when there is room for more. */
  addFrame(frame: number): Promise<void>;
  /** Adds samples, from this one on. */
  addSound(sound: Sound, at: number): Promise<void>;
  finish(): Promise<void>;
};

/** How coarse colours may become: smaller is finer, and larger files. */
const QUANTIZER = { avc: 20, vp9: 24, av1: 28 } as const;
/** Bits of a pixel, for encoders that know no quantizer. */
const BITS_OF_PIXEL = 0.12;
const SOUND_BITS = 128_000;
const KEY_FRAME_EVERY = 2;

/** The encoder still reads a frame while the next one is drawn. If that is another canvas, the browser needs no copy of
 *  it, which would take longer than everything else. */
const CANVASES = 3;
/** Milliseconds after which a canvas is used again in any case, if an encoder keeps many frames. */
const KEEPS_FRAME = 500;

export async function beginFilmFile(
  { width, height, rate, codec, megabits }: FilmOptions,
  chapters: readonly Chapter[],
  hasSound: boolean,
  write: Write,
): Promise<FilmFile> {
  const isMp4 = codec === 'avc';
  const { output, finish } = beginOutput(isMp4, chapters, write);
  const enough = Math.round(width * height * rate * BITS_OF_PIXEL);
  const bitrate = megabits === undefined ? enough : Math.round(megabits * 1e6);
  const quantizer = megabits === undefined ? QUANTIZER[codec] : undefined;
  const canvases = Array.from({ length: CANVASES }, () => new OffscreenCanvas(width, height));
  let added = 0;
  let encoded = 0;
  let packetCame = () => {};
  const pictures = new VideoSampleSource({
    codec,
    quality: new Quality({ quantizer, bitrate }),
    keyFrameInterval: KEY_FRAME_EVERY,
    latencyMode: 'quality',
    onEncodedPacket() {
      encoded++;
      packetCame();
    },
  });
  output.addVideoTrack(pictures, { frameRate: rate });
  const sounds = hasSound ? await soundSource(isMp4) : undefined;
  if (sounds) output.addAudioTrack(sounds.source);
  await output.start();
  return {
    async canvas() {
      if (added - encoded >= CANVASES)
        await new Promise<void>(resolve => {
          packetCame = resolve;
          setTimeout(resolve, KEEPS_FRAME);
        });
      return canvases[added % CANVASES];
    },
    async addFrame(frame) {
      const sample = new VideoSample(canvases[added % CANVASES], {
        timestamp: frameTime(frame, rate),
        duration: 1 / rate,
      });
      added++;
      await pictures.add(sample);
      sample.close();
    },
    async addSound(sound, at) {
      if (!sounds) return;
      const { source, late } = sounds;
      const early = Math.max(0, late - at);
      const part = sound.map(channel => channel.subarray(early));
      const [{ length }] = part;
      if (length === 0) return;
      const data = new Float32Array(part.length * length);
      for (const [nth, channel] of part.entries()) data.set(channel, nth * length);
      const sample = new AudioSample({
        data,
        format: 'f32-planar',
        numberOfChannels: part.length,
        sampleRate: SOUND_RATE,
        timestamp: (at + early - late) / SOUND_RATE,
      });
      await source.add(sample);
      sample.close();
    },
    finish,
  };
}

/** A file to which tracks can be added. It gets its chapters at the end: an MP4 after its index, a WebM where tags have
 *  kept room for them. */
export function beginOutput(
  isMp4: boolean,
  chapters: readonly Chapter[],
  write: Write,
): { output: Output; finish: () => Promise<void> } {
  const pieces = new WritableStream<{ position: number; data: Uint8Array<ArrayBuffer> }>({
    write: ({ position, data }) => write(position, data),
  });
  /** The box with the index of an MP4, which stands at its end. */
  let index: { box: Uint8Array; at: number } | undefined;
  /** A WebM up to its pictures. */
  let head: { bytes: Uint8Array; at: number } | undefined;
  const output = new Output({
    format: isMp4
      ? new Mp4OutputFormat({ fastStart: false, onMoov: (box, at) => (index = { box, at }) })
      : new WebMOutputFormat({ onSegmentHeader: (bytes, at) => (head = { bytes, at }) }),
    target: new StreamTarget(pieces, { chunked: true, chunkSize: OUTPUT_LIMITS.piece }),
  });
  const element = isMp4 || chapters.length === 0 ? undefined : chaptersElement(chapters);
  if (element) output.setMetadataTags({ comment: ' '.repeat(element.length) });
  return {
    output,
    async finish() {
      await output.finalize();
      // oxlint-disable-next-line no-await-in-loop -- two at most
      if (head && element)
        for (const { at, bytes } of chaptersForTags(head.bytes, element)) await write(head.at + at, bytes);
      if (!index) return;
      const added = chaptersBox(chapters);
      await write(index.at + index.box.length, added);
      await write(index.at, lengthBytes(index.box.length + added.length));
    },
  };
}

/** AAC where the file is an MP4. Browsers without such an encoder get one; if that fails too, it is Opus. `late`: by so
 *  many samples a player hears the sound too late, so as many are left out at its beginning. */
export async function soundSource(isMp4: boolean): Promise<{ source: AudioSampleSource; late: number }> {
  const quality = new Quality({ bitrate: SOUND_BITS });
  const settings = { numberOfChannels: 2, sampleRate: SOUND_RATE, quality };
  const isOwn = isMp4 && !(await canEncodeAudio('aac', settings));
  if (isOwn) (await import('@mediabunny/aac-encoder')).registerAacEncoder();
  const isAac = isMp4 && (await canEncodeAudio('aac', settings));
  const source = new AudioSampleSource({ codec: isAac ? 'aac' : 'opus', quality });
  return { source, late: isOwn && isAac ? ENCODER_DELAY : 0 };
}

/** The first samples that the encoder gives are silence of its own, and its files don't say so. */
const ENCODER_DELAY = 1024;
