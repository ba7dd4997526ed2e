import { expect, test } from 'vitest';
import { readFromSpeaker, readToSpeaker, speakerAddress, speakerId } from '../../shared/film/speaker.ts';
import { cameraBetween, cameraBy, cameraOn, inside, WHOLE } from './camera.ts';
import { begun, extended, finished, type Ink, isFading, shownInk, strength, undone } from './ink.ts';
import { writtenKey } from './pressed-keys.ts';
import { clockOf, elapsed, RESET, restarted, toggled } from './stopwatch.ts';

const stroke = (ink: Ink, fades: boolean, ...points: [number, number][]) =>
  points.slice(1).reduce((now, [x, y]) => extended(now, x, y), begun(ink, 0, fades, ...points[0]));

test('a stroke goes through its points, without those that are too near, until it is finished', () => {
  const ink = stroke([], false, [0, 0], [1, 0], [10, 0], [10, 20]);
  expect(ink[0].points).toEqual([0, 0, 10, 0, 10, 20]);
  const done = finished(ink, 100);
  expect(extended(done, 50, 50)).toBe(done);
  expect(finished(done, 200)).toBe(done);
});

test('a fading stroke is whole for a while, then pales and is gone; others stay', () => {
  const ink = finished(stroke(finished(stroke([], false, [0, 0]), 0), true, [5, 5]), 1000);
  expect([1000, 2500, 3000, 3500].map(now => strength(ink[1], now))).toEqual([1, 1, 0.5, 0]);
  expect(strength(ink[0], 1e9)).toBe(1);
  expect(shownInk(ink, 2000)).toBe(ink);
  expect(shownInk(ink, 4000)).toEqual([ink[0]]);
  expect([isFading(ink), isFading([ink[0]])]).toEqual([true, false]);
  // What is gone needs no undo.
  expect(undone(ink, 2000)).toEqual([ink[0]]);
  expect(undone(ink, 4000)).toEqual([]);
});

test('the timer starts, pauses, goes on and begins again', () => {
  const started = toggled(RESET, 1000);
  expect(elapsed(started, 4000)).toBe(3000);
  const paused = toggled(started, 5000);
  expect(elapsed(paused, 99_000)).toBe(4000);
  expect(elapsed(toggled(paused, 10_000), 11_000)).toBe(5000);
  expect(elapsed(restarted(started, 7000), 9000)).toBe(2000);
  expect(restarted(paused, 7000)).toBe(RESET);
  expect([0, 59_999, 247_000, 3_847_000].map(clockOf)).toEqual(['0:00', '0:59', '4:07', '1:04:07']);
});

test('the camera enlarges a part and never shows what is outside the picture', () => {
  const size = { width: 1920, height: 1080 };
  const corner = cameraOn(size, { x: 0, y: 0, width: 480, height: 270 });
  expect(corner).toEqual({ x: 0, y: 0, scale: 4 });
  // A high part is in the middle of what is shown.
  expect(cameraOn(size, { x: 910, y: 270, width: 100, height: 540 })).toEqual({ x: -960, y: -540, scale: 2 });
  expect(cameraOn(size, { x: 5, y: 5, width: 1, height: 1 }).scale).toBe(12);
  expect(cameraBy(size, WHOLE, 2, { x: 1920, y: 0 })).toEqual({ x: -1920, y: 0, scale: 2 });
  expect(cameraBy(size, corner, 0.1, { x: 0, y: 0 })).toEqual(WHOLE);
  expect(inside(size, { x: 50, y: -5000, scale: 2 })).toEqual({ x: 0, y: -1080, scale: 2 });
  expect(cameraBetween(WHOLE, corner, 0.5).scale).toBe(2.5);
  expect(cameraBetween(WHOLE, corner, 2)).toEqual(corner);
});

test('a pressed key is written as the reader knows it', () => {
  const press = (key: string, ...held: ('ctrlKey' | 'shiftKey' | 'altKey' | 'metaKey')[]) =>
    writtenKey(
      {
        key,
        ctrlKey: false,
        metaKey: false,
        altKey: false,
        shiftKey: false,
        ...Object.fromEntries(held.map(h => [h, true])),
      },
      'linux',
      'Space',
    );
  expect(press('a')).toBe('a');
  expect(press('A', 'shiftKey')).toBe('A');
  expect(press('z', 'ctrlKey')).toBe('Ctrl+Z');
  expect(press('ArrowRight', 'shiftKey')).toBe('Shift+→');
  expect(press(' ')).toBe('Space');
  expect(press('+')).toBe('＋');
  expect(press('Shift', 'shiftKey')).toBeUndefined();
});

test('the two windows take only messages that they know', () => {
  expect(readFromSpeaker({ kind: 'step', step: 'next' })).toEqual({ kind: 'step', step: 'next' });
  expect(readFromSpeaker({ kind: 'step', step: { go: 3 } })).toEqual({ kind: 'step', step: { go: 3 } });
  for (const wrong of [
    undefined,
    'next',
    { kind: 'step', step: 'run' },
    { kind: 'step', step: { go: -1 } },
    { kind: 'step', step: 'next', more: 1 },
    { kind: 'change' },
  ])
    expect(readFromSpeaker(wrong)).toBeUndefined();
  const at = { kind: 'at', what: 'scenes', place: 1, seconds: 0.5, rest: 4, moves: true };
  expect(readToSpeaker(at)).toEqual(at);
  expect(readToSpeaker({ ...at, seconds: Number.NaN })).toBeUndefined();
  expect(readToSpeaker({ kind: 'step', step: 'next' })).toBeUndefined();
  const id = crypto.randomUUID();
  expect(speakerId(speakerAddress(id).slice('speaker.html'.length))).toBe(id);
  expect(speakerId('#<script>')).toBeUndefined();
});
