/** The lesson that is open: its step, what is done of it, and what its formulas give now. It looks at the workbook
 *  after every change, and changes nothing in it. */
import { messages } from '../../shared/messages.ts';
import type { Value } from '../../shared/formula/value.ts';
import { type Facts, formulaOf, holds } from '../../shared/lessons/checks.ts';
import { type Lesson, type LessonProblem, liveFormulas, readLesson } from '../../shared/lessons/lesson.ts';
import { lessonPlaces, type LessonPlaces } from '../../shared/lessons/lesson-places.ts';
import type { LessonFile, LessonProgress } from '../../shared/protocol.ts';
import type { Client } from '../core/client.ts';
import type { Store } from '../core/store.ts';

/** A lesson of the list. Without `lesson`, its text has problems. */
export type Listed = LessonFile & { lesson?: Lesson; problems: readonly LessonProblem[] };
type Opened = {
  lesson: Lesson;
  name: string;
  own: boolean;
  text: string;
  step: number;
  /** The steps whose tasks are done. */
  done: ReadonlySet<number>;
  /** How many hints of this step are shown. */
  hints: number;
  finished: boolean;
  /** Whether it goes on with the open workbook: its own, fresh at the beginning, or another that the user chose. */
  stays: boolean;
  /** A teacher writes it: nothing of it counts as done. */
  draft: boolean;
};
export type LessonsState = {
  /** undefined until they are read. */
  listed: readonly Listed[] | undefined;
  opened: Opened | undefined;
  /** Whether each check of the step's task holds now; undefined where that isn't known. */
  checks: readonly (boolean | undefined)[];
  /** What the formulas of the step give. */
  values: ReadonlyMap<string, Value | undefined>;
  /** The own lesson that is being written: its name, and its text at the beginning. */
  editing: { name: string; text: string } | undefined;
};

export type Lessons = {
  get(): LessonsState;
  onChange(callback: () => void): () => void;
  /** Where the open lesson's cells are. */
  places(): LessonPlaces;
  /** Reads the list again. */
  refresh(): Promise<void>;
  /** Opens a lesson of the list, where the user left it. */
  open(listed: Pick<Listed, 'name' | 'own' | 'text'> & { lesson: Lesson }, from?: 'begin'): void;
  /** Shows what a teacher is writing. `step`: the one with the caret. */
  preview(draft: { name: string; text: string; lesson: Lesson; step: number }): void;
  /** Begins or ends writing an own lesson. */
  edit(own: LessonsState['editing']): void;
  /** Opens the lesson that the user was last in, unless it is finished. */
  resume(): Promise<void>;
  close(): void;
  goTo(step: number): void;
  hint(): void;
  stay(): void;
  finish(): void;
  /** A command was chosen. */
  ran(command: string): void;
  progress(id: string): LessonProgress[number] | undefined;
  destroy(): void;
};

/** Milliseconds between two looks at the workbook, so that a run isn't slowed down. */
const LOOK_AFTER = 120;

export function createLessons(store: Store, client: Client): Lessons {
  const listeners = new Set<() => void>();
  let state: LessonsState = { listed: undefined, opened: undefined, checks: [], values: new Map(), editing: undefined };
  const set = (patch: Partial<LessonsState>) => {
    state = { ...state, ...patch };
    for (const callback of listeners) callback();
  };
  /** What was so when the step began. */
  let begun = { values: new Map<string, Value | undefined>(), commands: new Set<string>(), runs: new Set<string>() };
  let placed: { key: readonly unknown[]; places: LessonPlaces } | undefined;
  const places = (): LessonPlaces => {
    const { sheet, sheets, written } = store.get();
    const network = state.opened?.lesson.network;
    const key = [network, sheet, sheets, written.names];
    if (!placed || key.some((each, at) => each !== placed!.key[at]))
      placed = { key, places: lessonPlaces(network, { sheet, sheets, names: written.names }) };
    return placed.places;
  };
  const stepNow = () => state.opened?.lesson.steps[state.opened.step];
  const endedRuns = () => store.get().runs.filter(({ end }) => end !== undefined);

  /** Begins a step: what changes is measured from here on. */
  const begin = () => {
    begun = { values: new Map(), commands: new Set(), runs: new Set(endedRuns().map(({ id }) => id)) };
    asked++;
    set({ checks: [], values: new Map() });
    void look();
  };

  let asked = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let again = false;
  let looking = false;
  const soon = () => {
    if (!state.opened || timer !== undefined) return;
    timer = setTimeout(() => {
      timer = undefined;
      void look();
    }, LOOK_AFTER);
  };
  /** Asks the engine what the step's formulas give. */
  async function look(): Promise<void> {
    if (looking) {
      again = true;
      return;
    }
    looking = true;
    again = false;
    const mine = asked;
    try {
      const step = stepNow();
      if (!step) return;
      const formulas = [
        ...new Set([...liveFormulas(step), ...(step.task?.checks ?? []).flatMap(check => formulaOf(check) ?? [])]),
      ];
      const found = await Promise.all(formulas.map(valueOf));
      if (mine !== asked) return;
      const values = new Map(formulas.map((formula, at) => [formula, found[at]]));
      for (const [formula, value] of values)
        if (!begun.values.has(formula) && value !== undefined) begun.values.set(formula, value);
      state = { ...state, values };
      judge();
    } finally {
      looking = false;
      if (again || mine !== asked) soon();
    }
  }
  async function valueOf(text: string): Promise<Value | undefined> {
    const read = places().formula(text);
    if (read.problem !== undefined || !places().isThere(read.expression)) return undefined;
    const place = { sheet: store.get().sheet.id, row: 0, column: 0 };
    const reply = await client.send('tryFormula', { ...place, formula: read.expression }).catch(() => undefined);
    return reply?.value;
  }
  /** Says whether the task is done. */
  function judge(): void {
    const { opened, values } = state;
    const task = stepNow()?.task;
    if (!opened) return;
    const { active, sheet } = store.get();
    const facts: Facts = {
      now: formula => values.get(formula),
      before: formula => begun.values.get(formula),
      active,
      cells: places().cells,
      commands: begun.commands,
      runs: endedRuns()
        .filter(({ id }) => !begun.runs.has(id))
        .map(({ epochs }) => epochs.at(-1)?.validationMetric ?? epochs.at(-1)?.metric),
      layers: sheet.network.layers,
    };
    const checks = (task?.checks ?? []).map(check => holds(check, facts));
    const solved = checks.length > 0 && checks.every(each => each === true);
    const isNew = solved && !opened.draft && !opened.done.has(opened.step);
    set({ checks, ...(isNew && { opened: { ...opened, done: new Set([...opened.done, opened.step]) } }) });
    if (isNew) keep();
  }

  const progress = (id: string) => store.get().settings.lessons?.find(each => each.id === id);
  /** Keeps how far the user has come, for the next start. */
  function keep(): void {
    const { opened } = state;
    if (!opened || opened.draft) return;
    const { lesson, step, done, finished } = opened;
    const { id } = lesson;
    const others = (store.get().settings.lessons ?? []).filter(each => each.id !== id);
    const own = { id, step, done: [...done].sort((a, b) => a - b), ...(finished && { finished }) };
    const lessons = [own, ...others].slice(0, 1000);
    store.set({ settings: { ...store.get().settings, lessons } });
    // The next step keeps it again.
    client.send('setSettings', { lessons }).catch(() => {});
  }
  const change = (patch: Partial<Opened>) => state.opened && set({ opened: { ...state.opened, ...patch } });

  const isFresh = (lesson: Lesson) => isLessonsOwn(store, lesson) && !store.get().workbook.modified;

  async function refresh(): Promise<void> {
    const { lessons } = await client.send('listLessons', {});
    const read = lessons.map((each): Listed => ({ ...each, ...readLesson(each.text) }));
    const owned = new Set(read.flatMap(({ own, lesson }) => (own && lesson ? [lesson.id] : [])));
    // An own lesson stands for the one of the same id that comes along.
    set({ listed: read.filter(({ own, lesson }) => own || !owned.has(lesson?.id ?? '')) });
  }
  function open(listed: Parameters<Lessons['open']>[0], from?: 'begin'): void {
    const { lesson, name, own, text } = listed;
    const known = progress(lesson.id);
    const anew = from === 'begin' || known === undefined || known.finished === true;
    const last = lesson.steps.length - 1;
    const step = anew ? 0 : Math.min(last, known.step);
    const done = new Set(from === 'begin' ? [] : known?.done.filter(each => each <= last));
    const common = { hints: 0, finished: false, stays: step > 0 || isFresh(lesson), draft: false };
    set({ opened: { lesson, name, own, text, step, done, ...common } });
    keep();
    begin();
  }

  const ends = [
    store.on(['workbookId'], begin),
    store.on(['document', 'workbook'], () => {
      if (state.opened && !state.opened.stays && isFresh(state.opened.lesson)) change({ stays: true });
    }),
    store.on(['workbook', 'sheet', 'written', 'runs'], soon),
    store.on(['active'], () => state.opened && judge()),
  ];
  client.on('lessons', () => void refresh().catch(() => {}));
  return {
    get: () => state,
    onChange(callback) {
      listeners.add(callback);
      return () => listeners.delete(callback);
    },
    places,
    refresh,
    open,
    preview({ name, text, lesson, step }) {
      const before = state.opened;
      const same = before?.draft === true && before.name === name && before.step === step;
      const opened = { lesson, name, own: true, text, step, done: new Set<number>(), finished: false, stays: true };
      set({ opened: { ...opened, hints: same ? before.hints : 0, draft: true } });
      if (same) void look();
      else begin();
    },
    edit: own => set({ editing: own, opened: undefined, checks: [], values: new Map() }),
    async resume() {
      if (!state.listed) await refresh();
      const [last] = store.get().settings.lessons ?? [];
      const listed = state.listed?.find(each => each.lesson?.id === last?.id);
      if (!state.opened && last && !last.finished && listed?.lesson) open({ ...listed, lesson: listed.lesson });
    },
    close: () => set({ opened: undefined, checks: [], values: new Map() }),
    goTo(step) {
      const { opened } = state;
      if (!opened || !opened.lesson.steps[step]) return;
      change({ step, hints: 0, finished: false });
      keep();
      begin();
    },
    hint: () => change({ hints: (state.opened?.hints ?? 0) + 1 }),
    stay: () => change({ stays: true }),
    finish() {
      change({ finished: true });
      keep();
    },
    ran(command) {
      if (!state.opened) return;
      begun.commands.add(command);
      judge();
    },
    progress,
    destroy() {
      clearTimeout(timer);
      for (const end of ends) end();
      state = { ...state, opened: undefined };
    },
  };
}

/** Whether the open workbook is the network that the lesson is about, fresh or edited since. */
export function isLessonsOwn(store: Store, { network }: Lesson): boolean {
  const { document } = store.get();
  return network === undefined || (document.path === undefined && document.name === network);
}

/** What a network is called in the menu. */
export const networkName = (network: NonNullable<Lesson['network']>): string => messages.menu.templates[network];
