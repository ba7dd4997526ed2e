/** Files with sound: what they are, and their samples. */
import { UserError } from '../../../shared/errors.ts';
import { FILM_LIMITS, type Narration } from '../../../shared/film/storyboard.ts';
import { sentences } from '../../../shared/messages/sentences.ts';
import { SOUND_RATE, type Sound } from '../export/messages.ts';

/** The samples of one or two channels. Throws UserError if the browser can't read them. */
export async function decodeSound(bytes: Uint8Array): Promise<Sound> {
  const context = new OfflineAudioContext(2, 1, SOUND_RATE);
  let buffer: AudioBuffer;
  try {
    // A copy, because the browser takes the bytes away.
    buffer = await context.decodeAudioData(bytes.slice().buffer);
  } catch {
    throw new UserError(sentences.narration.problems.unreadable);
  }
  return Array.from({ length: Math.min(2, buffer.numberOfChannels) }, (_, nth) => buffer.getChannelData(nth));
}

export const secondsOf = (sound: Sound): number => (sound[0]?.length ?? 0) / SOUND_RATE;

const SIGNS: readonly (readonly [at: number, bytes: string, Narration['type']])[] = [
  [0, 'RIFF', 'audio/wav'],
  [0, 'fLaC', 'audio/flac'],
  [0, 'OggS', 'audio/ogg'],
  [0, '\x1a\x45\xdf\xa3', 'audio/webm'],
  [4, 'ftyp', 'audio/mp4'],
  [0, 'ID3', 'audio/mpeg'],
];

/** What a file is, by its first bytes: names and what browsers say of them differ. */
export function typeOf(bytes: Uint8Array): Narration['type'] | undefined {
  const start = String.fromCharCode(...bytes.subarray(0, 12));
  const found = SIGNS.find(([at, sign]) => start.startsWith(sign, at))?.[2];
  // An MP3 without tags begins with the header of a frame.
  return found ?? (bytes[0] === 0xff && (bytes[1] & 0xe6) === 0xe2 ? 'audio/mpeg' : undefined);
}

/** Bytes of a file that is read. Decoded, speech takes ten times as much. */
export const MOST_SOUND_FILE = 256 * 2 ** 20;
/** A file that doesn't tell how long it is may have so many bytes. */
const MOST_UNTOLD = 24 * 2 ** 20;

/** Reads a file of the user's. Throws UserError if it is no sound, too large or too long. */
export async function readSoundFile(file: File): Promise<{ bytes: Uint8Array<ArrayBuffer>; sound: Sound }> {
  const { problems } = sentences.narration;
  const { recording } = FILM_LIMITS;
  if (file.size > MOST_SOUND_FILE) throw new UserError(problems.fileTooLarge(file.name, MOST_SOUND_FILE / 2 ** 20));
  const told = await toldSeconds(file);
  if (told > recording || (told === 0 && file.size > MOST_UNTOLD))
    throw new UserError(problems.fileTooLong(file.name, recording / 60));
  const bytes = new Uint8Array(await file.arrayBuffer());
  let sound: Sound;
  try {
    sound = await decodeSound(bytes);
  } catch {
    throw new UserError(problems.noSound(file.name));
  }
  if (secondsOf(sound) > recording) throw new UserError(problems.fileTooLong(file.name, recording / 60));
  if (secondsOf(sound) < LEAST_SECONDS) throw new UserError(problems.noSound(file.name));
  return { bytes, sound };
}
/** What is shorter was nothing. */
export const LEAST_SECONDS = 0.1;

/** How long a file says that it is, before it is decoded, which takes much memory. 0 if it doesn't say. */
function toldSeconds(file: File): Promise<number> {
  const url = URL.createObjectURL(file);
  const audio = new Audio();
  audio.preload = 'metadata';
  return new Promise<number>(resolve => {
    audio.addEventListener('loadedmetadata', () => resolve(Number.isFinite(audio.duration) ? audio.duration : 0));
    audio.addEventListener('error', () => resolve(0));
    audio.src = url;
  }).finally(() => URL.revokeObjectURL(url));
}
