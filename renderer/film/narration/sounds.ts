/** The sounds of narrations as they are needed: whole as they were recorded, and as they are heard in the film. */
import type { Narration, Storyboard } from '../../../shared/film/storyboard.ts';
import { partOf } from '../../../shared/film/sound/silence.ts';
import type { Client } from '../../core/client.ts';
import { SOUND_RATE, type Sound } from '../export/messages.ts';
import { decodeSound } from './decode.ts';
import { createSoundDesk, type SoundDesk } from './sound-desk.ts';

export type Sounds = {
  desk: SoundDesk;
  /** All of a narration's file. Rejects with UserError if the browser can't read it. */
  whole(narration: Narration): Promise<Sound>;
  /** What is heard of it, in the common loudness. */
  heard(narration: Narration): Promise<Sound>;
};

/** Bytes of sounds that are kept: about three minutes. */
const KEPT = 72 * 2 ** 20;

export function createSounds(client: Client, desk: SoundDesk): Sounds {
  /** The sound that was used last stands at the end. */
  const kept = new Map<string, { sound: Promise<Sound>; bytes: number }>();
  const keep = (name: string, make: () => Promise<Sound>): Promise<Sound> => {
    const known = kept.get(name);
    kept.delete(name);
    const entry = known ?? { sound: make(), bytes: 0 };
    kept.set(name, entry);
    if (known) return known.sound;
    void count(name, entry);
    return entry.sound;
  };
  /** Forgets the oldest ones where they have become too many. */
  const count = async (name: string, entry: { sound: Promise<Sound>; bytes: number }) => {
    try {
      entry.bytes = (await entry.sound).reduce((sum, { byteLength }) => sum + byteLength, 0);
    } catch {
      // It may be read the next time.
      kept.delete(name);
    }
    let all = [...kept.values()].reduce((sum, { bytes }) => sum + bytes, 0);
    for (const [oldest, { bytes }] of kept) {
      if (all <= KEPT || oldest === name) break;
      all -= bytes;
      kept.delete(oldest);
    }
  };
  const whole = (narration: Narration) => keep(narration.id, () => wholeSound(client, narration));
  return {
    desk,
    whole,
    heard(narration) {
      const { id, skip = 0, seconds, gain } = narration;
      return keep(JSON.stringify([id, skip, seconds, gain]), async () =>
        evened(desk, await whole(narration), narration),
      );
    },
  };
}

async function wholeSound(client: Client, { id }: Narration): Promise<Sound> {
  const { bytes } = await client.send('getNarration', { id });
  return decodeSound(bytes);
}

const evened = (desk: SoundDesk, sound: Sound, { skip = 0, seconds, gain }: Narration): Promise<Sound> =>
  desk.do('even', { sound: partOf(sound, SOUND_RATE, { from: skip, to: skip + seconds }), gain });

/** What a film has of a narration. Nothing of it is kept. */
export const filmSound = async (client: Client, desk: SoundDesk, narration: Narration): Promise<Sound> =>
  evened(desk, await wholeSound(client, narration), narration);

/** What a storyboard's scenes have of narrations, as small files, by the narrations' ids. Empty where the browser can't
 *  make such files. Rejects with UserError if it can't read a narration. */
export async function soundFiles(
  client: Client,
  { scenes, narrations }: Storyboard,
): Promise<Map<string, Uint8Array<ArrayBuffer>>> {
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  const heard = new Set(scenes.map(({ narration }) => narration));
  const desk = createSoundDesk();
  try {
    for (const narration of narrations.filter(({ id }) => heard.has(id))) {
      // oxlint-disable-next-line no-await-in-loop -- samples take much memory
      const bytes = await desk.do('encode', { sound: await filmSound(client, desk, narration) });
      if (bytes) files.set(narration.id, bytes);
    }
  } finally {
    desk.destroy();
  }
  return files;
}
