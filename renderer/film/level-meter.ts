/** A meter of how loud a microphone is: a bar, the peak of the last seconds, and a word for what is wrong with it. */
import { rounded } from '../../shared/messages/format.ts';
import { messages } from '../../shared/messages.ts';
import { destroyAll, element, setAttributes } from '../core/element.ts';
import type { View } from '../core/store.ts';
import { createLevels, LEAST_LEVEL, type Level } from './levels.ts';
import './level-meter.css';

/** Samples looked at for a frame: 170 ms, so that none is missed where frames come late. */
const LOOKED_AT = 8192;
/** Milliseconds after which a word is said, so that it doesn't flicker and no screen reader chatters. */
const STEADY = 800;

/** Listens to the stream until it is destroyed. The stream goes on then. */
export function createLevelMeter(parent: Element, stream: MediaStream): View {
  const text = messages.narration.levels;
  const context = new AudioContext();
  const analyser = new AnalyserNode(context, { fftSize: LOOKED_AT });
  context.createMediaStreamSource(stream).connect(analyser);
  const samples = new Float32Array(LOOKED_AT);
  const levels = createLevels();
  const bar = element('i', { class: 'level-now' });
  const mark = element('i', { class: 'level-peak' });
  const meter = element(
    'div',
    { class: 'level-bar', role: 'meter', 'aria-label': text.name, 'aria-valuemin': LEAST_LEVEL, 'aria-valuemax': 0 },
    bar,
    mark,
  );
  const word = element('span', { class: 'level-word', role: 'status' });
  const root = element('div', { class: 'level' }, meter, word);
  let level: Level | undefined;
  let since = 0;
  let frame = 0;
  const look = (time: number) => {
    frame = requestAnimationFrame(look);
    analyser.getFloatTimeDomainData(samples);
    const { now, peak, level: seen } = levels.add(samples, time);
    bar.style.width = percent(now);
    mark.style.left = percent(peak);
    if (seen !== level) [level, since] = [seen, time];
    if (root.dataset.level === level || time - since < STEADY) return;
    root.dataset.level = level;
    word.textContent = text.words[level];
    setAttributes(meter, { 'aria-valuenow': Math.round(peak), 'aria-valuetext': text.decibels(rounded(peak, 0)) });
  };
  frame = requestAnimationFrame(look);
  parent.append(root);
  return destroyAll(root, [() => cancelAnimationFrame(frame), () => void context.close()]);
}

const percent = (level: number) => `${100 - (100 * level) / LEAST_LEVEL}%`;
