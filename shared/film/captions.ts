/** What captions say, and captions and chapters of a film as files that players and video pages read. */
import { contentText } from '../cell-content.ts';
import { className } from '../explain/why.ts';
import type { Value } from '../formula/value.ts';
import type { ElementIndex } from '../layout/layout.ts';
import { messages } from '../messages.ts';
import { braces, type Named, partsOf, typedCaption } from './caption-cells.ts';
import { type NumberForm, numberText } from './number-form.ts';
import { cellKey, elementIn, type FilmState, type SceneFilm, statesInTime } from './numbers.ts';
import type { WrittenNumber } from './picture.ts';
import type { Storyboard } from './storyboard.ts';
import type { Surroundings } from './text-places.ts';
import { beginningOf, filmLength, lengthOf, motionSpan } from './timeline.ts';
import { outcomeOf } from './views/answer.ts';

/** What a scene's caption says in a state, and the network's numbers in it. */
export function captionIn(film: SceneFilm, state: FilmState): { text: string; numbers: WrittenNumber[] } {
  const numbers: WrittenNumber[] = [];
  const texts = partsOf(film.scene.caption).map(part => {
    if (typeof part === 'string') return part;
    const { names, isShare, inner } = part;
    if (!names) return braces(inner, isShare);
    const { value, element } = contentOf(film, state, names, isShare);
    if (typeof value === 'boolean') return String(value).toUpperCase();
    const form: NumberForm = isShare ? 'percent' : 'plain';
    const text = contentText(value, each => numberText(each, form));
    if (typeof value === 'number' && element) numbers.push({ value, terms: [[element]], form, text });
    return text;
  });
  return { text: texts.join(''), numbers };
}

/** What stands where nothing is known. */
const NOTHING = '–';

function contentOf(
  { sheet }: SceneFilm,
  state: FilmState,
  names: Named,
  isShare: boolean,
): { value: Value; element?: ElementIndex } {
  if ('place' in names) {
    const { sheet: on, row, column } = names.place;
    return { value: state.cells?.get(cellKey(on, row, column)) ?? null };
  }
  if ('element' in names) return { value: elementIn(sheet, state, names.element) ?? NOTHING, element: names.element };
  const outcome = outcomeOf({ sheet }, state);
  const unit = outcome?.ranked[names.rank - 1];
  // Where scores are no numbers, no class has the highest one.
  if (!outcome || unit === undefined || !Number.isFinite(outcome.values[unit])) return { value: NOTHING };
  if (!isShare) return { value: className(sheet, unit) };
  return { value: outcome.values[unit], element: { tensor: outcome.info.id, index: unit } };
}

/** A caption and when it is shown, in whole milliseconds. */
export type Cue = { from: number; to: number; text: string };

/** Each scene's caption, as long as the scene is shown; with other numbers another one. Lines are kept; blank ones,
 *  which would end a caption in a file, are left out. `films`: the scenes with their numbers, at the same places. Where
 *  one is missing, its cells stay in braces. */
export function cuesOf(
  storyboard: Storyboard,
  around: Surroundings,
  films: readonly (SceneFilm | undefined)[] = [],
): Cue[] {
  return storyboard.scenes.flatMap((scene, place) => {
    const begins = beginningOf(storyboard, place);
    const length = lengthOf(storyboard, scene);
    const film = films[place];
    const cues: Cue[] = [];
    const all = film ? captionsOf(film, length) : [{ at: 0, caption: typedCaption(around, scene.caption) }];
    for (const { at, caption } of all) {
      const [from, to] = [begins + at, begins + length].map(seconds => Math.round(seconds * 1000));
      const text = linesOf(caption).join('\n');
      const last = cues.at(-1);
      if (last?.text === text) continue;
      if (last) last.to = from;
      cues.push({ from, to, text });
    }
    return cues.filter(cue => cue.text !== '' && cue.to > cue.from);
  });
}

/** What a scene's caption says from which of its seconds on. */
function captionsOf(film: SceneFilm, length: number): { at: number; caption: string }[] {
  const { from, to } = motionSpan(film.scene, length);
  return statesInTime(film).map((shown, nth) => ({
    at: nth === 0 ? 0 : from + shown.from * (to - from),
    caption: captionIn(film, shown.state).text,
  }));
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
