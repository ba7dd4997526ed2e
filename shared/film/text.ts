/** Storyboards as Markdown that people can edit: one heading a scene. See assets/storyboards/README.md. */
import * as v from 'valibot';
import { keyed } from '../keyed-lines.ts';
import { FIRST_FAULT } from '../list-schema.ts';
import type { Sentence } from '../messages/sentence.ts';
import { sentences } from '../messages/sentences.ts';
import {
  EMPTY_STORYBOARD,
  FILM_LIMITS,
  type FilmScene,
  filmLooks,
  type Narration,
  type Storyboard,
  storyboardSchema,
  transitions,
} from './storyboard.ts';
import { keptCaption, strangeBraces, typedCaption } from './caption-cells.ts';
import { decoded, inLine, inLines, notesLines, notesOf } from './text-escapes.ts';
import type { Surroundings } from './text-places.ts';
import { readCamera, readMotion, writeCamera, writeMotion } from './text-words.ts';

/** What can't be understood, and where. The first line is 1. */
export type TextProblem = { line: number; problem: Sentence };

const say = sentences.filmFiles.text;

/** A storyboard as text. It has all of it but the narrations, which it names. */
export function writeStoryboard({ look, scenes }: Storyboard, around: Surroundings): string {
  const head = `---\nlook: ${look}\n---\n`;
  return [head, ...scenes.map(scene => writeScene(scene, around))].join('\n');
}

function writeScene(scene: FilmScene, around: Surroundings): string {
  const { id, title, camera, motion, duration, before, after, begins, transition, notes, marks } = scene;
  const caption = typedCaption(around, scene.caption);
  const pairs: [key: string, value: string][] = [
    ['id', id],
    ...writeCamera(around, camera),
    ['move', writeMotion(around, motion)],
    ['time', duration === 'narration' ? duration : `${duration} s`],
    ['rest', `${before} s before, ${after} s after`],
    ...(begins === undefined ? [] : [['begins', inLine(begins)] as [string, string]]),
    ['transition', transition],
    ...(scene.narration === undefined ? [] : [['narration', scene.narration] as [string, string]]),
    ...marks.map(({ at, name }): [string, string] => ['mark', `${at} s ${inLine(name)}`]),
  ];
  const lines = [
    `## ${inLine(title)}`.trimEnd(),
    '',
    '```scene',
    ...pairs.map(([key, value]) => `${key}: ${value}`.trimEnd()),
    '```',
  ];
  if (caption !== '')
    lines.push(
      '',
      ...inLines(caption)
        .split('\n')
        .map(line => (line === '' ? '>' : `> ${line}`)),
    );
  if (notes !== '') lines.push('', ...notesLines(notes));
  return `${lines.join('\n')}\n`;
}

/** Reads a storyboard. `narrations`: those of the workbook, which scenes name. */
export function readStoryboard(
  text: string,
  { narrations = [], ...around }: Surroundings & { narrations?: readonly Narration[] },
): Storyboard | TextProblem[] {
  if (text.length > FILM_LIMITS.json) return [{ line: 1, problem: say.tooLong(FILM_LIMITS.json) }];
  const lines = text
    .replace(/^\uFEFF/, '')
    .replaceAll(/\r\n?/g, '\n')
    .split('\n');
  const problems: TextProblem[] = [];
  const begins = lines.flatMap((line, at) => (/^##(\s|$)/.test(line) ? [at] : []));
  const look = readHead(lines.slice(0, begins[0] ?? lines.length), problems);
  if (begins.length > FILM_LIMITS.scenes)
    return [{ line: begins[FILM_LIMITS.scenes] + 1, problem: say.manyScenes(FILM_LIMITS.scenes) }];
  const ids = new Set<string>();
  const scenes = begins.flatMap((from, nth) => {
    const scene = readScene(lines.slice(from, begins[nth + 1]), from + 1, around, problems);
    if (!scene) return [];
    // A copied scene gets an id of its own.
    const id = scene.id !== '' && !ids.has(scene.id) ? scene.id : freeId(ids, nth + 1);
    ids.add(id);
    const { narration } = scene;
    if (narration !== undefined && !narrations.some(each => each.id === narration))
      problems.push({ line: from + 1, problem: say.noNarration(narration) });
    return [{ ...scene, id }];
  });
  return problems.length > 0
    ? problems.sort((one, other) => one.line - other.line)
    : { ...EMPTY_STORYBOARD, look, scenes, narrations: [...narrations] };
}

function freeId(ids: ReadonlySet<string>, from: number): string {
  let number = from;
  while (ids.has(`scene-${number}`)) number++;
  return `scene-${number}`;
}

/** What stands before the first scene: settings of the whole film between two lines ---, and perhaps a heading. */
function readHead(lines: readonly string[], problems: TextProblem[]): Storyboard['look'] {
  const opens = lines.findIndex(line => line.trim() !== '');
  const hasHead = lines[opens]?.trim() === '---';
  const end = hasHead ? lines.findIndex((line, at) => at > opens && line.trim() === '---') : -1;
  let look = EMPTY_STORYBOARD.look;
  for (const { key, value, line } of keyed(lines.slice(opens + 1, Math.max(opens + 1, end)), opens + 2)) {
    const found = filmLooks.find(each => each === value);
    if (key !== 'look') problems.push({ line, problem: say.unknownKey(key ?? value.slice(0, 100), ['look']) });
    else if (!found) problems.push({ line, problem: say.oneOf('look', filmLooks) });
    else look = found;
  }
  const stray = lines.findIndex((line, at) => at > end && line.trim() !== '' && !line.startsWith('# '));
  if (stray >= 0) problems.push({ line: stray + 1, problem: say.beforeScenes });
  return look;
}

const KEYS = [
  'id',
  'show',
  'select',
  'plane',
  'fold',
  'move',
  'time',
  'rest',
  'begins',
  'transition',
  'narration',
  'mark',
] as const;
type Key = (typeof KEYS)[number];
/** What a scene has that doesn't say it. */
const USUAL = { move: 'nothing', time: '5 s', rest: '1 s before, 1 s after', transition: 'cut' } as const;

/** A scene whose heading is on line `first`. `id` is empty if there is none. undefined after problems. */
function readScene(
  lines: readonly string[],
  first: number,
  around: Surroundings,
  problems: TextProblem[],
): FilmScene | undefined {
  const opens = lines.findIndex((line, at) => at > 0 && line.trim() !== '');
  const closes = lines.findIndex((line, at) => at > opens && line.trim() === '```');
  if (opens < 0 || lines[opens].trim() !== '```scene' || closes < 0) {
    problems.push({ line: first, problem: say.noBlock });
    return undefined;
  }
  const before = problems.length;
  const refuse = (line: number, problem: Sentence) => void problems.push({ line, problem });
  const found = new Map<Key, { value: string; line: number }>();
  const marks: FilmScene['marks'] = [];
  const folds: string[] = [];
  for (const { key, value, line } of keyed(lines.slice(opens + 1, closes), first + opens + 1)) {
    const known = KEYS.find(each => each === key);
    if (key === undefined) refuse(line, say.noKey(value.slice(0, 100)));
    else if (!known) refuse(line, say.unknownKey(key, KEYS));
    else if (known === 'mark') {
      const [, at, name = ''] = /^(\S+) s(?:\s+(.*))?$/.exec(value) ?? [];
      if (secondsIn(at) === undefined) refuse(line, say.mark);
      else marks.push({ at: secondsIn(at)!, name: decoded(name) });
    } else if (known === 'fold') folds.push(value);
    else if (found.has(known)) refuse(line, say.twice(key));
    else found.set(known, { value, line });
  }
  const take = (key: Key) => found.get(key)?.value;
  const lineOf = (key: Key) => found.get(key)?.line ?? first;
  const show = take('show');
  if (show === undefined) refuse(first, say.missing('show'));
  const camera =
    show === undefined ? undefined : readCamera(around, show, { select: take('select'), plane: take('plane'), folds });
  if (camera && 'problem' in camera) refuse(lineOf('show'), camera.problem);
  const motion = readMotion(around, take('move') ?? USUAL.move);
  if ('problem' in motion) refuse(lineOf('move'), motion.problem);
  const time = take('time') ?? USUAL.time;
  const duration = time === 'narration' ? ('narration' as const) : secondsIn(/^(\S+) s$/.exec(time)?.[1]);
  if (duration === undefined) refuse(lineOf('time'), say.time);
  const rest = /^(\S+) s before, (\S+) s after$/.exec(take('rest') ?? USUAL.rest) ?? [];
  const [restBefore, restAfter] = [secondsIn(rest[1]), secondsIn(rest[2])];
  if (restBefore === undefined || restAfter === undefined) refuse(lineOf('rest'), say.rest);
  const transition = transitions.find(each => each === (take('transition') ?? USUAL.transition));
  if (!transition) refuse(lineOf('transition'), say.oneOf('transition', transitions));
  if (problems.length > before) return undefined;
  const { caption, notes } = wordsOf(lines.slice(closes + 1));
  const kept = keptCaption(around, caption);
  const strange = strangeBraces(kept);
  if (strange !== undefined) {
    const inCaption = (line: string) =>
      line.startsWith('>') && strangeBraces(keptCaption(around, decoded(line))) !== undefined;
    refuse(first + lines.findIndex(inCaption), strange);
    return undefined;
  }
  const begins = take('begins');
  const narration = take('narration');
  const scene: FilmScene = {
    id: take('id') ?? '',
    title: decoded(lines[0].slice(2).trim()),
    camera: (camera as { found: FilmScene['camera'] }).found,
    motion: (motion as { found: FilmScene['motion'] }).found,
    duration: duration!,
    before: restBefore!,
    after: restAfter!,
    ...(begins !== undefined && { begins: decoded(begins) }),
    transition: transition!,
    caption: kept,
    notes,
    marks,
    ...(narration !== undefined && { narration }),
  };
  const fault = faultOf(scene);
  if (!fault) return scene;
  const key = KEY_OF[fault];
  refuse(
    key ? lineOf(key) : first,
    say.limits(key ?? fault, FILM_LIMITS.title, FILM_LIMITS.caption, FILM_LIMITS.notes),
  );
  return undefined;
}

/** The line that a part of a scene is written in. Titles, captions and notes have none. */
const KEY_OF: Partial<Record<string, Key>> = {
  id: 'id',
  camera: 'show',
  motion: 'move',
  duration: 'time',
  before: 'rest',
  after: 'rest',
  begins: 'begins',
  narration: 'narration',
  marks: 'mark',
} satisfies Partial<Record<keyof FilmScene, Key>>;

/** Seconds of a text. undefined if it isn't a number. */
function secondsIn(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+(\.\d+)?(e[-+]?\d+)?$/.test(text) ? Number(text) : undefined;
}

/** The caption, which is a quote right after the block, and the notes. */
function wordsOf(lines: readonly string[]): { caption: string; notes: string } {
  const start = lines.findIndex(line => line.trim() !== '');
  if (start < 0 || !lines[start].startsWith('>')) return { caption: '', notes: notesOf(lines) };
  const ends = lines.findIndex((line, at) => at > start && !line.startsWith('>'));
  const quote = lines.slice(start, ends < 0 ? undefined : ends);
  const caption = decoded(quote.map(line => line.replace(/^> ?/, '')).join('\n'));
  return { caption, notes: ends < 0 ? '' : notesOf(lines.slice(ends)) };
}

/** The first part of a scene that is beyond its limits. */
function faultOf(scene: FilmScene): string | undefined {
  const checked = { ...scene, id: scene.id === '' ? 'new' : scene.id };
  const parsed = v.safeParse(storyboardSchema, { ...EMPTY_STORYBOARD, scenes: [checked] }, FIRST_FAULT);
  return parsed.success ? undefined : String(parsed.issues[0].path?.[2]?.key);
}
