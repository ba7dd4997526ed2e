/** Captions and chapters of a film as files that players and video pages read. */
import { messages } from '../messages.ts';
import type { Storyboard } from './storyboard.ts';
import { beginningOf, filmLength, lengthOf } from './timeline.ts';

/** A caption and when it is shown, in whole milliseconds. */
export type Cue = { from: number; to: number; text: string };

/** Each scene's caption, as long as the scene is shown. Lines are kept; blank ones, which would end a caption in a
 *  file, are left out. */
export function cuesOf(storyboard: Storyboard): Cue[] {
  return storyboard.scenes.flatMap((scene, place) => {
    const begins = beginningOf(storyboard, place);
    const [from, to] = [begins, begins + lengthOf(storyboard, scene)].map(seconds => Math.round(seconds * 1000));
    const text = linesOf(scene.caption).join('\n');
    return text === '' ? [] : [{ from, to, text }];
  });
}

const linesOf = (text: string): string[] =>
  text
    .replaceAll('\0', '\ufffd')
    .split(/\r\n?|[\n\v\f\x85\u2028\u2029]/u)
    .map(line => line.trim())
    .filter(line => line !== '');

/** SubRip. It has no way to escape signs, so an invisible sign parts what players would take for formats or times. */
export function writeSrt(cues: readonly Cue[]): string {
  const blocks = cues.map(({ from, to, text }, nth) => {
    const plain = text.replaceAll(/<(?=[a-z/])|\{(?=\\)|--(?=>)/gi, sign => `${sign}\u2060`);
    return `${nth + 1}\n${clock(from, ',')} --> ${clock(to, ',')}\n${plain}\n`;
  });
  return blocks.join('\n');
}

/** WebVTT, which the web's players read. */
export function writeVtt(cues: readonly Cue[]): string {
  const blocks = cues.map(({ from, to, text }, nth) => {
    const plain = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
    return `${nth + 1}\n${clock(from, '.')} --> ${clock(to, '.')}\n${plain}\n`;
  });
  return ['WEBVTT\n', ...blocks].join('\n');
}

/** 3,723,004 ms → 01:02:03,004. */
function clock(milliseconds: number, sign: ',' | '.'): string {
  const seconds = Math.floor(milliseconds / 1000);
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const whole = parts.map(part => String(part).padStart(2, '0')).join(':');
  return `${whole}${sign}${String(milliseconds % 1000).padStart(3, '0')}`;
}

/** A chapter begins so many seconds after the one before, at least. Video pages ask for this. */
export const SHORTEST_CHAPTER = 10;

/** The parts of a film that players can go to: where each begins, in seconds, and its title. The first one begins at 0.
 *  A scene that would make a part shorter than `shortest` belongs to the one before. */
export function chaptersOf(storyboard: Storyboard, shortest = 0): { at: number; title: string }[] {
  const end = filmLength(storyboard);
  const chapters: { at: number; title: string }[] = [];
  for (const [place, { title }] of storyboard.scenes.entries()) {
    const at = beginningOf(storyboard, place);
    const last = chapters.at(-1);
    if (last && (at - last.at < shortest || end - at < shortest)) continue;
    const line = linesOf(title).join(' ');
    chapters.push({ at, title: line === '' ? messages.filmFiles.sceneNumber(place + 1) : line });
  }
  return chapters;
}

/** The chapters for a video page, a line for each: its time and its title. */
export function writeChapters(storyboard: Storyboard): string {
  return chaptersOf(storyboard, SHORTEST_CHAPTER)
    .map(({ at, title }) => `${shortClock(at)} ${title}\n`)
    .join('');
}

/** 75 s → 1:15; 3,723 s → 1:02:03. */
export function shortClock(time: number): string {
  const seconds = Math.floor(time);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const padded = (part: number) => String(part).padStart(2, '0');
  return hours > 0 ? `${hours}:${padded(minutes)}:${padded(seconds % 60)}` : `${minutes}:${padded(seconds % 60)}`;
}
