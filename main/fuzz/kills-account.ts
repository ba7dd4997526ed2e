/** Keeps account of what a client asked the app for and what was answered, and checks that the state after a kill
 *  agrees. */

/** How many cells are edited, and the tensor whose first cells they are. */
export const CELLS = 9;
export const TENSOR = 'conv1/kernel';
/** The numbers of works are smaller than this, so that the fraction of a cell's value says whose edit it holds. */
const MOST_WORKS = 256;

export type Cells = ArrayLike<number>;
/** What is found after a kill, or in a file: the cells, the kept runs (`runs`) and the run under way (`run`). */
export type Found = { cells: Cells; runs: readonly string[]; run?: string };

/** What has been answered: the last edit, the runs that have begun, and those that have ended. */
type Answered = { done: number; begun: ReadonlySet<string>; ended: ReadonlySet<string> };
/** A workbook that is open in one life of the app. Its edits count from 1. Edit `k` types `typed(work, k)` into the
 *  cell `k % CELLS`, so the cells say which edits came. */
export type Work = {
  number: number;
  /** Whether it came back as unsaved work. Then it has to come back again. */
  cameBack: boolean;
  /** The cells before its first edit, if they are known. */
  base?: Cells;
  sent: number;
  refused: Set<number>;
  answered: Answered;
  /** What had been answered when changes were last kept safe. */
  safe: Answered;
};
/** A save of a work. `least`: how many of its edits had been answered when it was asked for. */
type Save = { work: Work; least: number; answered: boolean };

export const typed = (work: Work, edit: number) => edit + work.number / MOST_WORKS;

/** The number of this work's last edit in the cells; 0 if there is none. */
function lastOf(cells: Cells, { number }: Work): number {
  const own = Array.from(cells).filter(value => value >= 1 && value % 1 === number / MOST_WORKS);
  return Math.max(0, ...own.map(Math.floor));
}

/** Says why the cells aren't those after the work's edits up to the last one found. Undefined if they are. */
function wrongCells(cells: Cells, work: Work): string | undefined {
  const last = lastOf(cells, work);
  if (last > work.sent) return `edit ${last} came of ${work.sent}`;
  const { base } = work;
  const expected = Array.from({ length: CELLS }, (_, cell) => base?.[cell]);
  for (let edit = 1; edit <= last; edit++) if (!work.refused.has(edit)) expected[edit % CELLS] = typed(work, edit);
  const wrong = expected.findIndex((value, cell) => value !== undefined && cells[cell] !== value);
  if (wrong === -1) return undefined;
  return `the cells are ${Array.from(cells).join(' ')}, not ${expected.join(' ')}`;
}

/** Says which answered part of a work is missing in what was found. Undefined if none is. */
export function broken(found: Found, work: Work, answered: Answered): string | undefined {
  const { cells, runs, run } = found;
  const last = lastOf(cells, work);
  const { done, begun, ended } = answered;
  if (last < done) return `${done} of ${work.sent} edits of work ${work.number} were answered, ${last} came back`;
  const lost = [...begun].find(id => id !== run && !runs.includes(id));
  if (lost !== undefined) return `${lost} was begun and is gone`;
  const again = [...ended].find(id => !runs.includes(id));
  if (again !== undefined) return `${again} had ended and is not kept`;
  return wrongCells(cells, work);
}

export function createAccount() {
  const works: Work[] = [];
  const saves = new Map<string, Save[]>();
  /** A work whose opening was asked for and not answered yet. */
  let opening: Work | undefined;
  let unkept = false;

  const current = () => works.at(-1)!;
  const add = (work: Work) => void works.push(work);

  function newWork(came?: Found): Work {
    const ended = new Set(came?.runs);
    const begun = new Set(came?.run === undefined ? ended : [...ended, came.run]);
    const answered = { done: 0, begun, ended };
    return {
      number: works.length + 1,
      cameBack: came !== undefined,
      base: came?.cells,
      sent: 0,
      refused: new Set(),
      answered,
      safe: answered,
    };
  }

  function note(work: Work, changes: Partial<Answered>) {
    work.answered = { ...work.answered, ...changes };
    if (!unkept) work.safe = work.answered;
  }

  return {
    /** Whether there are so many works that a new account is needed. */
    get full() {
      return works.length > MOST_WORKS - 10;
    },
    /** Whether there is a work yet. */
    get begun() {
      return works.length > 0;
    },
    current,
    get opening() {
      return opening;
    },
    get unkept() {
      return unkept;
    },
    setUnkept(now: boolean) {
      unkept = now;
      if (!now) note(current(), {});
    },
    /** The app has ended. Changes that were not kept safe may be lost. */
    appEnded() {
      unkept = false;
    },
    edited(work: Work, edit: number) {
      note(work, { done: Math.max(work.answered.done, edit) });
    },
    ran(work: Work, what: 'begun' | 'ended', id: string) {
      note(work, { [what]: new Set([...work.answered[what], id]) });
    },
    beginOpening(): Work {
      opening = newWork();
      return opening;
    },
    /** The opening of a work was answered. */
    opened(work: Work) {
      opening = undefined;
      add(work);
    },
    notOpened() {
      opening = undefined;
    },
    saving(path: string): Save {
      const save: Save = { work: current(), least: current().answered.done, answered: false };
      saves.set(path, [...(saves.get(path) ?? []), save]);
      return save;
    },
    /** The files that were saved to, or only those of one work. */
    files: (work?: Work) =>
      [...saves].filter(([, all]) => !work || all.some(save => save.work === work)).map(([path]) => path),
    /** Says why a file isn't one of the saves since the last answered one. Undefined if it is. */
    wrongFile(path: string, found: Found | undefined): string | undefined {
      const all = saves.get(path) ?? [];
      const since = all.findLastIndex(({ answered }) => answered);
      // Before the first answered save there may be no file.
      if (since === -1) return undefined;
      if (!found) return `${path} was saved, and is gone`;
      const reasons = all.slice(since).map(({ work, least }) => {
        const last = lastOf(found.cells, work);
        return last < least
          ? `it has edit ${last} of work ${work.number}, saved after ${least}`
          : wrongCells(found.cells, work);
      });
      return reasons.includes(undefined) ? undefined : `${path} is wrong: ${reasons[0]}`;
    },
    /** Compares what is found after a new start with the last work. `saved` is what the files of that work hold. With
     *  `all`, changes that were answered but not kept safe have to be there too. Returns what is wrong, and whether the
     *  last work came back. */
    restarted(found: Found, saved: readonly Found[], all: boolean): { wrong?: string; came: boolean } {
      const last = current();
      const wasOpening = opening !== undefined;
      opening = undefined;
      const due = all ? last.answered : last.safe;
      const isDue = last.cameBack || due.done > 0 || due.begun.size > 0;
      const wrong = broken(found, last, due);
      const came = wrong === undefined && (isDue || lastOf(found.cells, last) > 0);
      const { base } = last;
      const older = base && works.find(work => work !== last && lastOf(found.cells, work) > lastOf(base, work));
      add(newWork(came ? found : undefined));
      current().base = found.cells;
      if (came || wasOpening) return { came };
      if (older) return { came, wrong: `work ${last.number} was opened, and work ${older.number} came back` };
      if (!isDue) return { came };
      // A work that was saved and not changed since doesn't come back by itself.
      const reasons = saved.map(each => broken(each, last, due));
      return { came, wrong: reasons.includes(undefined) ? undefined : [wrong, ...reasons].join('; in a file: ') };
    },
  };
}
export type Account = ReturnType<typeof createAccount>;
