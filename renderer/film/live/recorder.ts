/** Records pictures and sound. What comes goes to the disk at once, a second at a time. */
import { UserError } from '../../../shared/errors.ts';
import { messages } from '../../../shared/messages.ts';
import { MOST_MARKERS, outputPieces, type RecordingKind, recordingKinds } from '../../../shared/protocol.ts';
import type { Client } from '../../core/client.ts';
import { sentenceOf } from '../../core/sentence-of.ts';
import { endStream } from '../microphone.ts';

export type Recorder = {
  readonly state: 'recording' | 'paused' | 'ended';
  /** Seconds that are recorded so far, without pauses. */
  seconds(): number;
  readonly markers: readonly number[];
  pause(): void;
  resume(): void;
  /** Sets a marker here. Returns whether there was room for it. */
  mark(): boolean;
  stop(): void;
  onChange(callback: () => void): () => void;
  /** Resolves when all of it is on the disk. `problem`: why it ended, if the user hasn't ended it. */
  ended: Promise<{ recording: string; problem?: string }>;
};

/** What is asked for, the best first. H.264 goes into an MP4 as it is. Matroska and WebM are written all the time; an
 *  MP4 only with every key frame, of which there are few while nothing moves. */
const FORMATS: readonly { kind: RecordingKind; codecs: string }[] = [
  { kind: 'mkv', codecs: 'avc1.64003E,opus' },
  { kind: 'webm', codecs: 'vp9,opus' },
  { kind: 'webm', codecs: 'vp8,opus' },
  { kind: 'mp4', codecs: 'avc1.64003E,mp4a.40.2' },
];
/** Milliseconds between two pieces. */
const EVERY = 1000;
/** Bits for a pixel of a second: text stays sharp, and most of a sheet stands still. */
const BITS_OF_PIXEL = 5;
const LEAST_BITS = 2_500_000;
const MOST_BITS = 16_000_000;
const SOUND_BITS = 128_000;

/** `name`: the workbook's. The streams end with the recording. Throws UserError. */
export async function startRecorder(
  client: Client,
  { name, display, microphone }: { name: string; display: MediaStream; microphone: MediaStream | undefined },
): Promise<Recorder> {
  const text = messages.live.problems;
  const format = FORMATS.find(({ kind, codecs }) => MediaRecorder.isTypeSupported(typeOf(kind, codecs)));
  const [picture] = display.getVideoTracks();
  if (!format || !picture) throw new UserError(text.notHere);
  const { kind, codecs } = format;
  const mixed = mixSounds([display, microphone]);
  const { width = 1280, height = 720 } = picture.getSettings();
  const bits = Math.max(LEAST_BITS, Math.min(MOST_BITS, width * height * BITS_OF_PIXEL));
  const recorder = new MediaRecorder(new MediaStream([picture, mixed.track]), {
    mimeType: typeOf(kind, codecs),
    videoBitsPerSecond: bits,
    audioBitsPerSecond: SOUND_BITS,
  });
  const { recording } = await client.send('beginRecording', { kind, name });

  const listeners = new Set<() => void>();
  const tell = () => {
    for (const callback of listeners) callback();
  };
  let markers: readonly number[] = [];
  let before = 0;
  let since = 0;
  let problem: string | undefined;
  let written = Promise.resolve();
  const seconds = () => (before + (recorder.state === 'recording' ? performance.now() - since : 0)) / 1000;
  const add = async (piece: Blob) => {
    const bytes = new Uint8Array(await piece.arrayBuffer());
    // oxlint-disable-next-line no-await-in-loop -- pieces stand one after the other
    for (const part of outputPieces(bytes))
      await client.send('writeRecording', { recording, bytes: part.bytes, markers: [...markers] });
  };
  const stop = (why?: string) => {
    if (recorder.state === 'inactive') return;
    problem ??= why;
    before = seconds() * 1000;
    recorder.stop();
    tell();
  };
  let isLost = false;
  recorder.addEventListener('dataavailable', ({ data }) => {
    // After a piece that was lost, nothing can be read.
    written = written
      .then(() => (isLost ? undefined : add(data)))
      .catch((error: unknown) => {
        isLost = true;
        problem ??= text.disk(sentenceOf(error));
        stop();
      });
  });
  recorder.addEventListener('error', event =>
    stop(text.encoder((event as Event & { error?: DOMException }).error?.message ?? '')),
  );
  picture.addEventListener('ended', () => stop(text.stopped));
  const begun = new Promise<void>(resolve => recorder.addEventListener('start', () => resolve(), { once: true }));
  const stopped = new Promise<void>(resolve => recorder.addEventListener('stop', () => resolve(), { once: true }));
  const ended = (async () => {
    await stopped;
    endStream(display);
    if (microphone) endStream(microphone);
    mixed.end();
    await written;
    await client.send('endRecording', { recording }).catch(() => undefined);
    return { recording, ...(problem !== undefined && { problem }) };
  })();
  recorder.start(EVERY);
  since = performance.now();
  await begun;
  since = performance.now();

  return {
    get state() {
      return recorder.state === 'inactive' ? 'ended' : recorder.state;
    },
    seconds,
    get markers() {
      return markers;
    },
    pause() {
      if (recorder.state !== 'recording') return;
      before = seconds() * 1000;
      recorder.pause();
      tell();
    },
    resume() {
      if (recorder.state !== 'paused') return;
      recorder.resume();
      since = performance.now();
      tell();
    },
    mark() {
      if (recorder.state === 'inactive' || markers.length >= MOST_MARKERS) return false;
      markers = [...markers, seconds()];
      tell();
      return true;
    },
    stop: () => stop(),
    onChange(callback) {
      listeners.add(callback);
      return () => listeners.delete(callback);
    },
    ended,
  };
}

const typeOf = (kind: RecordingKind, codecs: string) => `${recordingKinds[kind]};codecs=${codecs}`;

/** One track of everything that is heard. It runs on in silence too, also where there is no microphone. */
function mixSounds(streams: readonly (MediaStream | undefined)[]): { track: MediaStreamTrack; end(): void } {
  const context = new AudioContext();
  const mixed = context.createMediaStreamDestination();
  const silence = new ConstantSourceNode(context, { offset: 0 });
  silence.connect(mixed);
  silence.start();
  for (const stream of streams)
    if (stream && stream.getAudioTracks().length > 0) context.createMediaStreamSource(stream).connect(mixed);
  return { track: mixed.stream.getAudioTracks()[0], end: () => void context.close() };
}
