/** Lessons: pages of Markdown that a teacher writes, with tasks that the app checks. See assets/lessons/README.md. */
import { keyed } from '../keyed-lines.ts';
import type { Sentence } from '../messages/sentence.ts';
import { sentences } from '../messages/sentences.ts';
import { type Language, languages } from '../messages/languages.ts';
import { type TemplateName, templateNames } from '../templates.ts';
import { type Check, formulaOf, readCheck } from './checks.ts';
import { MOST_LESSON } from './limits.ts';
import type { LessonPlaces } from './lesson-places.ts';
import { allInlines, type Block, type Inline, inlineOf, inlinesIn, type Piece, piecesOf, plainText } from './prose.ts';

export type Lesson = {
  /** Names the lesson for good: progress is kept by it. */
  id: string;
  title: string;
  language?: Language;
  /** Its place in the list. */
  order?: number;
  /** About how many minutes it takes. */
  minutes?: number;
  /** The starter network that it is about. Left out if it is about any. */
  network?: TemplateName;
  steps: readonly Step[];
};
export type Step = { title: string; line: number; blocks: readonly Block[]; task?: Task };
export type Task = {
  line: number;
  words: readonly Inline[];
  /** All of them must hold. */
  checks: readonly (Check & { line: number })[];
  /** The first says where to look, the second nearly everything. */
  hints: readonly (readonly Inline[])[];
  /** The cells to look at, if there are some. */
  show?: string;
};
/** What is wrong with a lesson, and where. The first line is 1. */
export type LessonProblem = { line: number; sentence: Sentence };

const MOST_STEPS = 40;
const MOST_HINTS = 2;

const say = sentences.lessons.file;

/** Reads a lesson. It is left out if there are problems. */
export function readLesson(text: string): { lesson?: Lesson; problems: readonly LessonProblem[] } {
  if (text.length > MOST_LESSON) return { problems: [{ line: 1, sentence: say.tooLong(MOST_LESSON) }] };
  const lines = text
    .replace(/^\uFEFF/, '')
    .replaceAll(/\r\n?/g, '\n')
    .split('\n');
  const end = lines[0].trim() === '---' ? lines.findIndex((line, at) => at > 0 && line.trim() === '---') : -1;
  if (end < 0) return { problems: [{ line: 1, sentence: say.noHead }] };
  const problems: LessonProblem[] = [];
  const head = readHead(lines.slice(1, end), problems);
  let pieces: Piece[];
  try {
    pieces = piecesOf(lines.slice(end + 1).join('\n'), end + 2);
  } catch {
    // Thousands of brackets or quotes in each other are more than the library can follow.
    return { problems: [{ line: end + 2, sentence: say.tooDeep }] };
  }
  const steps = readSteps(pieces, problems);
  if (steps.length === 0) problems.push({ line: end + 2, sentence: say.noSteps });
  if (steps.length > MOST_STEPS) problems.push({ line: steps[MOST_STEPS].line, sentence: say.manySteps(MOST_STEPS) });
  if (problems.length > 0 || !head) return { problems };
  return { lesson: { ...head, steps }, problems };
}

/** What is wrong with the formulas and cells of a lesson. `isCommand`: whether the menu has a command. */
export function faultsIn(
  { steps }: Lesson,
  places: Pick<LessonPlaces, 'formula' | 'cells'>,
  isCommand: (id: string) => boolean = () => true,
): LessonProblem[] {
  const faults: LessonProblem[] = [];
  const tryFormula = (line: number, text: string) => {
    const read = places.formula(text);
    if (read.problem !== undefined) faults.push({ line, sentence: say.formula(text, read.problem) });
  };
  const tryPlace = (line: number, place: string) => {
    if (!places.cells(place)) faults.push({ line, sentence: say.noCells(place) });
  };
  for (const step of steps) {
    for (const text of liveFormulas(step)) tryFormula(step.line, text);
    for (const address of addressesIn(step)) tryPlace(step.line, address);
    for (const { line, ...check } of step.task?.checks ?? []) {
      const formula = formulaOf(check);
      if (formula !== undefined) tryFormula(line, formula);
      if (check.kind === 'selected') tryPlace(line, check.place);
      if (check.kind === 'command' && !isCommand(check.command))
        faults.push({ line, sentence: say.noCommand(check.command) });
    }
    if (step.task?.show !== undefined) tryPlace(step.task.line, step.task.show);
  }
  return faults;
}

/** Everything that is written in a step. */
const inlinesOfStep = ({ blocks, task }: Step): Inline[] => [
  ...blocks.flatMap(inlinesIn),
  ...(task ? [task.words, ...task.hints].flatMap(allInlines) : []),
];

/** The formulas whose results stand in a step's text. */
export const liveFormulas = (step: Step): string[] =>
  inlinesOfStep(step).flatMap(each => (each.kind === 'live' ? [each.formula] : []));

/** What a step names as cells: code that is an address, or names elements of a tensor. */
const addressesIn = (step: Step): string[] =>
  inlinesOfStep(step).flatMap(each => (each.kind === 'code' && isAddress(each.text) ? [each.text] : []));

/** Whether a text can only mean cells: AH3, A2:C4, conv1/kernel, conv1/kernel[0,0,0,1]. */
const isAddress = (text: string): boolean =>
  /^\$?[A-Z]{1,3}\$?[1-9]\d{0,6}(:\$?[A-Z]{1,3}\$?[1-9]\d{0,6})?$|^\w+\/\w+(\[[\d, ]+\])?$/.test(text);

type Head = Omit<Lesson, 'steps'>;
const HEAD_KEYS = ['id', 'title', 'language', 'order', 'minutes', 'network'] as const;

function readHead(lines: readonly string[], problems: LessonProblem[]): Head | undefined {
  const found = new Map<string, { value: string; line: number }>();
  for (const { key, value, line } of keyed(lines, 2)) {
    if (key === undefined) problems.push({ line, sentence: say.noKey(value.slice(0, 100)) });
    else if (!HEAD_KEYS.includes(key as never)) problems.push({ line, sentence: say.unknownKey(key, HEAD_KEYS) });
    else if (found.has(key)) problems.push({ line, sentence: say.twice(key) });
    else found.set(key, { value, line });
  }
  const before = problems.length;
  /** The value of a key, if it is written and right. */
  const take = <T>(key: string, read: (value: string) => T | undefined, wrong: Sentence): T | undefined => {
    const entry = found.get(key);
    const value = entry && read(entry.value);
    if (entry && value === undefined) problems.push({ line: entry.line, sentence: wrong });
    return value;
  };
  const oneOf =
    <T extends string>(all: readonly T[]) =>
    (value: string) =>
      all.find(each => each === value);
  const number = (value: string) => (/^\d{1,4}$/.test(value) ? Number(value) : undefined);
  const id = take('id', value => (isLessonId(value) ? value : undefined), say.id);
  const title = take('title', value => (value !== '' && value.length <= 100 ? value : undefined), say.title);
  const language = take('language', oneOf(languages), say.oneOf('language', languages));
  const network = take('network', oneOf(templateNames), say.oneOf('network', templateNames));
  const order = take('order', number, say.number('order'));
  const minutes = take('minutes', number, say.number('minutes'));
  for (const key of ['id', 'title']) if (!found.has(key)) problems.push({ line: 1, sentence: say.missing(key) });
  if (problems.length > before || id === undefined || title === undefined) return undefined;
  return { id, title, language, order, minutes, network };
}

/** Whether a text can name a lesson: small letters, digits and hyphens. */
export const isLessonId = (text: string): boolean => /^[a-z0-9][a-z0-9-]{0,59}$/.test(text);

function readSteps(pieces: readonly Piece[], problems: LessonProblem[]): Step[] {
  const steps: { title: string; line: number; blocks: Block[]; task?: Task }[] = [];
  for (const piece of pieces) {
    const step = steps.at(-1);
    if (piece.kind === 'title') steps.push({ title: plainText(piece.children), line: piece.line, blocks: [] });
    else if (!step) problems.push({ line: piece.line, sentence: say.beforeSteps });
    else if (piece.kind === 'block') step.blocks.push(piece.block);
    else if (step.task) problems.push({ line: piece.line, sentence: say.manyTasks });
    else step.task = readTask(piece, problems);
  }
  return steps;
}

const TASK_KEYS = ['do', 'check', 'hint', 'show'] as const;

function readTask({ line: first, text }: { line: number; text: string }, problems: LessonProblem[]): Task {
  const lines = text.split('\n');
  const task = { line: first, words: [] as Inline[], checks: [] as Task['checks'][number][], hints: [] as Inline[][] };
  let show: string | undefined;
  for (const { key, value, line } of keyed(lines, first)) {
    if (key === undefined) problems.push({ line, sentence: say.noKey(value.slice(0, 100)) });
    else if (key === 'do') task.words = inlineOf(value);
    else if (key === 'show') show = value;
    else if (key === 'hint') task.hints.push(inlineOf(value));
    else if (key !== 'check') problems.push({ line, sentence: say.unknownKey(key, TASK_KEYS) });
    else {
      const check = readCheck(value);
      if ('problem' in check) problems.push({ line, sentence: check.problem });
      else task.checks.push({ ...check, line });
    }
  }
  if (task.words.length === 0) problems.push({ line: first, sentence: say.missing('do') });
  if (task.checks.length === 0) problems.push({ line: first, sentence: say.missing('check') });
  if (task.hints.length > MOST_HINTS) problems.push({ line: first, sentence: say.manyHints });
  return { ...task, ...(show !== undefined && { show }) };
}
