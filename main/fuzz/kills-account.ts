/** What a client of the app asked for and was told is done, and whether what is there after a kill goes with that. */

/** Cells that are edited, and the tensor they are the first of. */
export const CELLS = 9;
export const TENSOR = 'conv1/kernel';
/** Works have numbers below this, so that a cell's fraction tells whose edit it holds. */
const MOST_WORKS = 256;

export type Cells = ArrayLike<number>;
/** What is found after a kill, or in a file. `runs`: those that are kept; `run`: the one under way. */
export type Found = { cells: Cells; runs: readonly string[]; run?: string };

/** What has been answered: the last edit, and the runs that have begun and that have ended. */
type Answered = { done: number; begun: ReadonlySet<string>; ended: ReadonlySet<string> };
/** A workbook that is open in one life of the app. Its edits count from 1; edit `k` types `typed(work, k)` into the
 *  cell `k % CELLS`, so that the cells tell which edits came. */
export type Work = {
  number: number;
  /** It came back as unsaved work, so it has to come back again. */
  cameBack: boolean;
  /** The cells before its first edit, where they are known. */
  base?: Cells;
  sent: number;
  refused: Set<number>;
  answered: Answered;
  /** What had been answered when changes were kept safe last. */
  safe: Answered;
};
/** A save of a work, when so many of its edits had been answered. */
type Save = { work: Work; least: number; answered: boolean };

export const typed = (work: Work, edit: number) => edit + work.number / MOST_WORKS;

/** The last edit of this work in the cells; 0 where there is none. */
function lastOf(cells: Cells, { number }: Work): number {
  const own = Array.from(cells).filter(value => value >= 1 && value % 1 === number / MOST_WORKS);
  return Math.max(0, ...own.map(Math.floor));
}

/** Why these are not the cells after a work's edits up to its last one in them. */
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

/** Why what was found lacks something of a work that was answered, or has it half. */
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
  /** A work whose opening was asked for and not answered. */
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
    /** A fresh account is due before there are too many works. */
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
    /** What was not kept safe until now may be lost. */
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
    /** Its opening was answered. */
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
    /** The files that were saved to, those of one work where it is given. */
    files: (work?: Work) =>
      [...saves].filter(([, all]) => !work || all.some(save => save.work === work)).map(([path]) => path),
    /** Why a file is none of what was saved to it since the last save that was answered. */
    wrongFile(path: string, found: Found | undefined): string | undefined {
      const all = saves.get(path) ?? [];
      const since = all.findLastIndex(({ answered }) => answered);
      // Before the first save was answered, there may be none.
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
    /** The app was started again and this is there: why that is wrong, and whether the last work came back. `saved`:
     *  what the files of the last work have. `all`: what was answered while changes could not be kept safe has to be
     *  there too. */
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
      // What was saved and not changed since doesn't come back by itself.
      const reasons = saved.map(each => broken(each, last, due));
      return { came, wrong: reasons.includes(undefined) ? undefined : [wrong, ...reasons].join('; in a file: ') };
    },
  };
}
export type Account = ReturnType<typeof createAccount>;
