/** Tests the supervisor and its journal with an engine of a few lines. Edits, runs, saves, new checkpoints, and deaths
 *  of the engine and of the shell come in any order. A client keeps account of what was answered. */
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { editCommand } from '../../shared/change.ts';
import type { Args, Events, WorkbookInfo } from '../../shared/protocol.ts';
import { createRandom } from '../../shared/random.ts';
import type { EngineLink } from '../shells/engine-link.ts';
import { unsavedWorks } from '../shells/journal.ts';
import { createSupervisor, type Supervisor } from '../shells/supervisor.ts';
import type { Fuzz } from './fuzz.ts';
import { startModelEngine } from './model-engine.ts';

const nextTurn = () => new Promise<void>(resolve => setImmediate(resolve));
/** How often the shell dies in a case. */
const SHELLS = 3;
const STEPS = 60;

type Account = {
  /** The values that were typed, in order, and what was answered to each. */
  typed: { value: number; outcome?: 'done' | 'refused' }[];
  /** The runs that were begun, and those that were kept, as far as the client was told. */
  begun: Set<string>;
  kept: Set<string>;
};

const edit = (value: number) =>
  editCommand(`Type ${value}`, [
    { tensor: 'conv1/kernel', indices: Uint32Array.of(0), values: Float32Array.of(value) },
  ]) as Args<'change'>;

/** Notes that the supervisor leaves something out: engines have died twice over it, which chance can cause here. The
 *  log tells it at once; the notice comes later, maybe after the shell's death. Until it is left out on the disk too,
 *  it may come back. */
function leaveOut({ typed, begun, kept }: Account, line: string): void {
  const name = /stopped twice over it: (.*)$/.exec(line)?.[1];
  if (name === undefined) return;
  for (const each of typed) if (name === `Type ${each.value}`) each.outcome = undefined;
  begun.delete(name);
  kept.delete(name);
}

/** Why a workbook contradicts the account. Undefined if it doesn't. */
function broken(account: Account, { classes, runs, run }: WorkbookInfo): string | undefined {
  const values = classes.map(Number);
  const { typed, begun, kept } = account;
  const may = typed.filter(({ outcome }) => outcome !== 'refused').map(({ value }) => value);
  const lost = typed.filter(({ value, outcome }) => outcome === 'done' && !values.includes(value));
  if (lost.length > 0) return `lost ${lost.map(({ value }) => value).join()}`;
  if (values.join() !== may.filter(value => values.includes(value)).join())
    return `values ${values.join()} of ${may.join()}`;
  const ids = new Set(runs.map(({ id }) => id));
  for (const id of kept) if (!ids.has(id)) return `${id}, which was kept, is gone`;
  for (const id of begun) if (!ids.has(id) && run?.id !== id) return `${id}, which was begun, is gone`;
  return undefined;
}

async function journalCase(seed: number): Promise<string | undefined> {
  const random = createRandom(seed);
  const scratch = mkdtempSync(join(tmpdir(), 'convsheet-journal-'));
  const file = join(scratch, 'saved.convsheet');
  const account: Account = { typed: [], begun: new Set(), kept: new Set() };
  let supervisor: Supervisor | undefined;
  try {
    for (let shell = 0; shell < SHELLS; shell++) {
      const folder = join(scratch, `works ${shell}`);
      if (!existsSync(folder)) mkdirSync(folder);
      let engine: EngineLink | undefined;
      let alive = true;
      const mine = createSupervisor({
        folder,
        start: works => (engine = startModelEngine(random, works)),
        onEvent(event, data) {
          if (!alive) return;
          if (event === 'runs') for (const { id } of (data as Events['runs']).runs) account.kept.add(id);
        },
        log: line => alive && leaveOut(account, line),
        compactAfter: 2000,
        calm: 0,
      });
      supervisor = mine;
      const [work] = unsavedWorks(folder);
      let info: WorkbookInfo;
      if (work) info = await mine.recover(work.path, work.content!);
      else if (existsSync(file)) info = await mine.open({ from: 'file', path: file }, { name: 'saved', path: file });
      else info = await mine.open({ from: 'template', template: 'any' }, { name: 'any' });
      // Runs that are reported from here on may have come after the workbook was looked up.
      const told = { ...account, begun: new Set(account.begun), kept: new Set(account.kept) };
      info = await mine.request('getWorkbook', {});
      const found = broken(told, info);
      if (found) return `after ${shell} deaths of the shell: ${found}`;
      // Edits that weren't answered when the shell died are done or gone now.
      const values = info.classes.map(Number);
      account.typed = account.typed.filter(({ value }) => values.includes(value));
      for (const each of account.typed) each.outcome = 'done';
      const steps = STEPS + random.integer(STEPS);
      for (let step = 0; step < steps; step++) {
        const what = random.uniform();
        if (what < 0.6) {
          const mineTyped: Account['typed'][number] = { value: shell * 1000 + step };
          account.typed.push(mineTyped);
          const sent = mine.request('change', edit(mineTyped.value)).then(
            () => alive && (mineTyped.outcome = 'done'),
            () => alive && (mineTyped.outcome = 'refused'),
          );
          if (random.uniform() < 0.4) await sent;
        } else if (what < 0.68) {
          const id = `run-${shell}-${step}`;
          mine.request('train', { id, name: id, config: {} as never, start: 'here' }).then(
            () => alive && account.begun.add(id),
            () => {},
          );
        } else if (what < 0.74) {
          mine.save(file, async () => ({ name: 'saved', path: file })).catch(() => {});
        } else if (what < 0.78) engine?.kill();
        else if (what < 0.8) mine.request('controlRun', { action: 'stop' }).catch(() => {});
        else for (let i = random.integer(6); i > 0; i--) await nextTurn();
        if (random.uniform() < 0.05) await new Promise(resolve => setTimeout(resolve, random.integer(8)));
      }
      // The shell dies: only what is on the disk counts. This shell can't be stopped at once, so the next one goes on
      // with a copy of the folder.
      alive = false;
      cpSync(folder, join(scratch, `works ${shell + 1}`), { recursive: true });
      if (existsSync(file)) cpSync(file, `${file}.at-death`);
      supervisor = undefined;
      await mine.close({ keep: true });
      if (existsSync(`${file}.at-death`)) cpSync(`${file}.at-death`, file);
    }
    return undefined;
  } catch (error) {
    return String((error as Error).stack);
  } finally {
    await supervisor?.close({ keep: true });
    rmSync(scratch, { recursive: true, force: true });
  }
}

export const journal: Fuzz = {
  line:
    'edits, runs, saves, new checkpoints and deaths in any order, with an engine of a few lines: what was ' +
    'answered stays',
  count: 1000,
  async run({ seed, count, log }) {
    const failures: string[] = [];
    for (let i = 0; i < count; i++) {
      const failure = await journalCase(seed * 1_000_000 + i);
      if (failure) failures.push(`case ${i}: ${failure}`);
      if ((i + 1) % 100 === 0) log(`${i + 1} of ${count}, ${failures.length} failed`);
    }
    return { summary: '', failures };
  },
};
