import { execFileSync, spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { eveningOf, LARGEST_PEAK, LOUDNESS, withGain } from '../../shared/film/sound/evened.ts';
import { loudnessOf, type Samples } from '../../shared/film/sound/loudness.ts';
import { createRandom } from '../../shared/random.ts';

const RATE = 48_000;

/** Samples of a function of the time in seconds. */
const sound = (seconds: number, at: (time: number) => number) =>
  Float32Array.from({ length: Math.round(seconds * RATE) }, (_, nth) => Math.fround(at(nth / RATE)));

/** Noise that swells like syllables, in words with pauses between, and some loud ones among them. */
function words(seconds: number, loud: number): Float32Array {
  const random = createRandom(7);
  let smooth = 0;
  return sound(seconds, time => {
    const isWord = time % 2.1 < 1.4 && time > 0.8 && time < seconds - 1;
    const syllable = Math.max(0, Math.sin(2 * Math.PI * 3.7 * time));
    smooth += 0.3 * (random.uniform() - 0.5 - smooth);
    const accent = time % 4.2 < 0.1 ? 3 : 1;
    return isWord ? loud * accent * syllable * smooth : 0.0004 * (random.uniform() - 0.5);
  });
}

/** What FFmpeg's own measurement says. */
function measured(samples: Samples): { loudness: number; peak: number } {
  const channels = samples.length === 1 ? [samples[0], samples[0]] : samples;
  const interleaved = new Float32Array(channels[0].length * 2);
  for (const [nth, channel] of channels.entries())
    for (let at = 0; at < channel.length; at++) interleaved[2 * at + nth] = channel[at];
  const format = ['-f', 'f32le', '-ar', String(RATE), '-ac', '2', '-i', '-'];
  const { stderr } = spawnSync('ffmpeg', [...format, '-af', 'ebur128=peak=true', '-f', 'null', '-'], {
    input: Buffer.from(interleaved.buffer),
    encoding: 'utf8',
  });
  const summary = stderr.slice(stderr.lastIndexOf('Summary:'));
  const figure = (name: string) => Number(new RegExp(`${name}:\\s+(\\S+)`).exec(summary)![1]);
  return { loudness: figure('I'), peak: figure('Peak') };
}

const tone = (decibels: number) => (time: number) => 10 ** (decibels / 20) * Math.sin(2 * Math.PI * 997 * time);
const sounds: Readonly<Record<string, Samples>> = {
  'a tone of −20 dBFS': [sound(4, tone(-20))],
  'a tone on one side': [sound(4, tone(-20)), sound(4, () => 0)],
  'a deep tone': [sound(4, time => 0.2 * Math.sin(2 * Math.PI * 60 * time))],
  'a hiss': [words(3, 0), sound(3, time => 0.1 * Math.sin((Math.PI * time) / 3) * Math.sin(2 * Math.PI * 9000 * time))],
  'words with pauses': [words(9, 0.5)],
  'quiet words': [words(9, 0.02)],
  'clipped words': [words(9, 6).map(sample => Math.max(-1, Math.min(1, sample)))],
  'peaks between the samples': [
    sound(
      3,
      time => 0.9 * Math.min(1, 9 * time, 27 - 9 * time) * Math.sin(2 * Math.PI * (RATE / 4) * time + Math.PI / 4),
    ),
  ],
};

const hasFfmpeg = () => {
  try {
    return execFileSync('ffmpeg', ['-version']).length > 0;
  } catch {
    console.warn('ffmpeg is not installed, so no loudness was compared.');
    return false;
  }
};

test('Loudness and true peak are what FFmpeg measures, and what is evened is −16 LUFS for it', () => {
  if (!hasFfmpeg()) return;
  for (const [name, samples] of Object.entries(sounds)) {
    const there = measured(samples);
    const loudness = loudnessOf(samples, RATE)!;
    const evening = eveningOf(samples, RATE);
    expect(Math.abs(loudness - there.loudness), name).toBeLessThanOrEqual(0.1);
    expect(Math.abs(evening.truePeak - there.peak), name).toBeLessThanOrEqual(0.25);
    // In a film, there is a rest before it and after it.
    const rest = new Float32Array(RATE);
    const heard = withGain(samples, evening.gain, RATE);
    const evened = measured(heard.map(channel => Float32Array.from([...rest, ...channel, ...rest])));
    expect(Math.abs(evened.loudness - LOUDNESS), name).toBeLessThanOrEqual(0.2);
    expect(evened.peak, name).toBeLessThanOrEqual(LARGEST_PEAK + 0.1);
  }
});

test('What is too short or silent has no loudness and stays as it is', () => {
  expect(loudnessOf([sound(0.3, tone(-20))], RATE)).toBeUndefined();
  for (const samples of [[sound(3, () => 0)], [sound(3, tone(-90))], []]) {
    expect(loudnessOf(samples, RATE)).toBeUndefined();
    expect(eveningOf(samples, RATE)).toMatchObject({ loudness: undefined, gain: 0, reached: undefined });
  }
});

test('What cannot be made as loud without being spoiled says how loud it is', () => {
  // A click each second, and nothing else.
  const clicks = [sound(6, time => (time % 1 < 0.0005 ? 0.9 : 0))];
  const { gain, reached } = eveningOf(clicks, RATE);
  expect(reached!).toBeLessThan(LOUDNESS - 1);
  expect(Number.isFinite(gain)).toBe(true);
});
