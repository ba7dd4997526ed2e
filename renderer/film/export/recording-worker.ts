/** The worker that makes a film of a recording: the same pictures, with a length that players know and with chapters.
 *  A recording that was cut off is read as far as it goes. */
import {
  type AudioSample,
  AudioSampleSink,
  CustomSource,
  type EncodedPacket,
  EncodedPacketSink,
  EncodedVideoPacketSource,
  Input,
  MATROSKA,
  MP4,
  WEBM,
} from 'mediabunny';
import { OUTPUT_LIMITS } from '../../../shared/protocol.ts';
import { beginOutput, soundSource } from './film-file.ts';
import type { FromRecordingWorker, ToRecordingWorker } from './recording-messages.ts';

/** A worker's global scope, as far as it is used here. */
const scope = self as unknown as {
  postMessage(message: FromRecordingWorker, transfer?: Transferable[]): void;
  addEventListener(type: 'message', listener: (event: MessageEvent<ToRecordingWorker>) => void): void;
};
const tell = (message: FromRecordingWorker, transfer: Transferable[] = []) => scope.postMessage(message, transfer);

const waiting = new Map<number, (bytes: Uint8Array) => void>();
let asked = 0;
const answered = () => new Promise<Uint8Array>(resolve => waiting.set(++asked, resolve));

async function read(from: number, to: number): Promise<Uint8Array> {
  const all = new Uint8Array(to - from);
  for (let at = from; at < to; ) {
    const bytes = answered();
    tell({ kind: 'read', id: asked, at, length: Math.min(to - at, OUTPUT_LIMITS.piece) });
    // oxlint-disable-next-line no-await-in-loop -- one piece after the other
    const piece = await bytes;
    if (piece.length === 0) throw new Error('The recording has become shorter.');
    all.set(piece, at - from);
    at += piece.length;
  }
  return all;
}

async function write(at: number, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  const done = answered();
  const own = bytes.slice();
  tell({ kind: 'write', id: asked, at, bytes: own }, [own.buffer]);
  await done;
}

scope.addEventListener('message', ({ data }) => {
  if (data.kind !== 'begin') {
    waiting.get(data.id)?.(data.kind === 'bytes' ? data.bytes : new Uint8Array());
    waiting.delete(data.id);
    return;
  }
  make(data).then(
    seconds => tell(seconds === undefined ? { kind: 'empty' } : { kind: 'end', seconds }),
    (error: unknown) => tell({ kind: 'failed', message: error instanceof Error ? error.message : String(error) }),
  );
});

/** Pictures begin at sixtieths of a second. Times that fit no rate would confuse players. */
const GRID = 60;

/** Resolves with the film's length, or undefined if there is no picture. */
async function make({
  size,
  isMp4,
  chapters,
}: Extract<ToRecordingWorker, { kind: 'begin' }>): Promise<number | undefined> {
  const input = new Input({
    formats: [MATROSKA, WEBM, MP4],
    source: new CustomSource({ getSize: () => size, read, prefetchProfile: 'fileSystem' }),
  });
  const video = await input.getPrimaryVideoTrack().catch(() => null);
  const first = video && (await new EncodedPacketSink(video).getFirstPacket().catch(() => null));
  const codec = await video?.getCodec();
  if (!video || !first || !codec) return undefined;
  const audio = await input.getPrimaryAudioTrack();
  const sounds = audio && (await audio.canDecode()) ? new AudioSampleSink(audio).samples() : undefined;
  let sound = await nextOf(sounds);
  const begins = Math.min(first.timestamp, sound?.timestamp ?? first.timestamp);

  const { output, finish } = beginOutput(isMp4, chapters, write);
  const pictures = new EncodedVideoPacketSource(codec);
  output.addVideoTrack(pictures, { frameRate: GRID });
  const heard = sounds && (await soundSource(isMp4)).source;
  if (heard) output.addAudioTrack(heard);
  await output.start();

  let ends = 0;
  const addSound = async (each: AudioSample) => {
    each.setTimestamp(each.timestamp - begins);
    ends = Math.max(ends, each.timestamp + each.duration);
    await heard!.add(each);
    each.close();
  };
  const meta = { decoderConfig: (await video.getDecoderConfig()) ?? undefined };
  /** A picture is added when it is known how long it is shown. `place`: when it begins. */
  let shown: EncodedPacket | undefined;
  let place = -1;
  const addPicture = async (until: number) => {
    await pictures.add(shown!.clone({ timestamp: place / GRID, duration: Math.max(0, until - place) / GRID }), meta);
  };
  for await (const packet of new EncodedPacketSink(video).packets()) {
    const next = Math.max(place + 1, Math.round((packet.timestamp - begins) * GRID));
    if (shown) await addPicture(next);
    shown = packet;
    place = next;
    while (sound && sound.timestamp <= packet.timestamp) {
      // oxlint-disable-next-line no-await-in-loop -- sound and pictures come in the order of time
      await addSound(sound);
      // oxlint-disable-next-line no-await-in-loop -- as above
      sound = await nextOf(sounds);
    }
  }
  for (; sound; sound = await nextOf(sounds)) await addSound(sound);
  await addPicture(Math.max(place + 1, Math.round(ends * GRID)));
  await finish();
  input.dispose();
  return Math.max(ends, (place + 1) / GRID);
}

/** The next sound, or undefined at the end, which may be in the middle of one. */
async function nextOf(
  sounds: AsyncGenerator<AudioSample, void, unknown> | undefined,
): Promise<AudioSample | undefined> {
  const next = await sounds?.next();
  return next?.value ?? undefined;
}
