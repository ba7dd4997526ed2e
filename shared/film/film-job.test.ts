import { expect, test } from 'vitest';
import {
  type FilmJob,
  filmSizes,
  frameFile,
  gifSizes,
  isFilmSize,
  isFrameFile,
  isPictureSize,
  readFilmJob,
} from './film-job.ts';

test('pictures fill a screen or a telephone to the nearest pixel, and films have even sides', () => {
  const size = (width: number, height: number) => ({ width, height });
  for (const each of Object.values(filmSizes)) expect(isFilmSize(each)).toBe(true);
  for (const each of gifSizes) expect(isPictureSize(each)).toBe(true);
  expect([size(854, 480), size(480, 854)].map(isFilmSize)).toEqual([true, true]);
  expect([isPictureSize(size(400, 225)), isFilmSize(size(400, 225))]).toEqual([true, false]);
  const wrong = [size(1920, 1000), size(64, 36), size(4096, 2304), size(640.5, 360), size(Number.NaN, Number.NaN)];
  expect(wrong.map(isPictureSize)).toEqual(wrong.map(() => false));
});

test('a job comes as it was sent, and one that can’t be is refused', () => {
  const job: FilmJob = {
    path: '/film.gif',
    storyboard: 'own',
    scenes: { from: 1, to: 2 },
    making: { form: 'gif', size: { width: 400, height: 225, rate: 8 }, burnt: true },
  };
  const read = (more: object) => readFilmJob(JSON.stringify({ ...job, ...more }));
  expect(read({})).toEqual(job);
  const film = { width: 400, height: 225, rate: 30, codec: 'avc', burnt: true, narration: true };
  for (const making of [
    { form: 'gif', size: { width: 400, height: 226, rate: 8 }, burnt: true },
    { form: 'gif', size: { width: 400, height: 225, rate: 9 }, burnt: true },
    { form: 'film', options: film },
    { form: 'pdf', paper: 'A5' },
    { form: 'md' },
  ])
    expect(() => read({ making })).toThrow();
  expect(read({ making: { form: 'film', options: { ...film, height: 224, width: 398 } } }).making.form).toBe('film');
});

test('the names of frames sort as they follow each other', () => {
  expect([frameFile(0, 90), frameFile(9999, 12_000)]).toEqual(['frame-0001.png', 'frame-10000.png']);
  expect(frameFile(8, 12_000)).toBe('frame-00009.png');
  expect(['frame-0001.png', 'frame-10000.png', 'frame-1.png', 'frame-0001.jpg'].map(isFrameFile)).toEqual([
    true,
    true,
    false,
    false,
  ]);
});
