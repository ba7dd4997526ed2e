/** One life of the app with a client: it edits, saves, opens and trains, and keeps account of the answers, until the
 *  app is killed. */
import { existsSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { join } from 'node:path';
import { editCommand } from '../../shared/change.ts';
import type { DataChoice } from '../../shared/data.ts';
import { messages } from '../../shared/messages.ts';
import { english } from '../../shared/messages/render.ts';
import type { Events, Replies } from '../../shared/protocol.ts';
import type { Random } from '../../shared/random.ts';
import { defaultConfig } from '../../shared/training-defaults.ts';
import { type AppClient, connectClient } from '../bench/app.ts';
import { type Account, broken, type Cells, CELLS, type Found, TENSOR, typed } from './kills-account.ts';
import { type App, engineOf, type World } from './kills-world.ts';

/** Lives of the app in one folder, one after the other. `large` is a workbook that takes long to save. */
export type Story = {
  world: World;
  account: Account;
  random: Random;
  large: string;
  count: (what: Counted) => void;
  /** The last things done and reported, which are printed with an alarm. */
  trail: string[];
};
export const counted = [
  'engines killed',
  'shells killed',
  'ends in good order',
  'works that came back',
  'edits answered',
  'saves answered',
  'kills during a save',
  'kills behind a compaction',
  'kills during a rewrite',
  'kills during an opening',
  'files opened',
  'runs begun',
  'runs ended',
  'kills during a run',
  'full disks',
  'read-only disks',
  'disks that recovered',
  'clock steps',
  'sentences checked',
] as const;
export type Counted = (typeof counted)[number];

/** Once nothing is killed any more, every open request has to be answered within this many milliseconds. */
const ANSWERED_WITHIN = 30_000;
export const SIDE = 28;
export const IMAGES = 64;
/** Numbers of epochs. The longest run is always killed while it is under way. */
const EPOCHS = [1, 3, 400];
const MOST_ENGINES = 2;

const NOTHING_LOST = messages.shell.restarted({ without: [], historyCut: false });
const VALUES_KEPT = messages.shell.restarted({ without: [], historyCut: true });
const [BEFORE, BEHIND] = messages.runs.resumedFrom(0).split('0');
const RESUMED = new RegExp(`${BEFORE}([\\d,]+)${BEHIND.replace('.', String.raw`\.`)}`);

export type Life = Awaited<ReturnType<typeof connect>>;

/** A client of the app, and what it sees of the app. */
export async function connect(story: Story, app: App) {
  const { account, count } = story;
  let cells: Cells = [];
  let undo: string | undefined;
  let windows = 0;
  const sentences: string[] = [];
  const wrongs: string[] = [];
  let alive = true;
  /** Checks of reported sentences that are still running. */
  const checks: Promise<void>[] = [];
  const client: AppClient = await connectClient(app, (event, data) => {
    if (event === 'changes') {
      const { windows: shown, state } = data as Events['changes'];
      for (const { id, values } of shown) if (id === windows) cells = values;
      undo = state.undo && english(state.undo);
    }
    if (!alive || !account.begun) return;
    if (event === 'document') {
      const now = (data as Events['document']).unkept !== undefined;
      if (account.unkept && !now) count('disks that recovered');
      if (account.unkept !== now) story.trail.push(now ? 'unkept' : 'kept again');
      if (account.unkept !== now) account.setUnkept(now);
    }
    if (event === 'runs') {
      for (const { id } of (data as Events['runs']).runs) {
        const work = account.current();
        if (!work.answered.begun.has(id) || work.answered.ended.has(id)) continue;
        account.ran(work, 'ended', id);
        count('runs ended');
        story.trail.push(`${id} ended at edit ${work.answered.done}`);
      }
    }
    if (event === 'notice') {
      const sentence = english((data as Events['notice']).sentence);
      sentences.push(sentence);
      if (sentence.startsWith(NOTHING_LOST) || sentence.startsWith(VALUES_KEPT)) checks.push(checkRestart(sentence));
    }
  });
  const { caller } = client;

  /** The present state of the app. */
  async function look(): Promise<Found & { info: Replies['getWorkbook'] }> {
    const id = ++windows;
    const window = {
      id,
      tensor: TENSOR,
      offset: 0,
      height: 1,
      width: CELLS,
      rowStride: CELLS,
      columnStride: 1,
      plane: 'value',
    } as const;
    await caller.send('watch', { windows: [window] });
    const info = await caller.send('getWorkbook', {});
    const runs = info.runs.map(each => each.id);
    const run = info.run && !runs.includes(info.run.id) ? info.run.id : undefined;
    return { cells, runs, run, info };
  }

  /** An engine was restarted, and this sentence was shown about it. Checks that the sentence is true. */
  async function checkRestart(sentence: string): Promise<void> {
    const work = account.current();
    const { answered } = work;
    const had = undo;
    const known = caller.workbook;
    try {
      const found = await look();
      if (!alive || caller.workbook !== known || account.current() !== work) return;
      count('sentences checked');
      const wrong = broken(found, work, answered);
      if (wrong !== undefined) wrongs.push(`"${sentence}", but ${wrong}`);
      const undone = had !== undefined && found.info.state.undo === undefined;
      if (undone && sentence.startsWith(NOTHING_LOST)) wrongs.push(`"${sentence}", but nothing can be undone`);
      const step = Number(RESUMED.exec(sentence)?.[1].replaceAll(',', '') ?? -1);
      const { run } = found.info;
      if (step >= 0 && (!run || run.step < step)) wrongs.push(`"${sentence}", but the run is at ${run?.step}`);
    } catch {
      // The next engine has died too.
    }
  }

  return {
    caller,
    sentences,
    wrongs,
    look,
    get alive() {
      return alive;
    },
    /** From now on nothing that arrives counts. */
    end() {
      alive = false;
    },
    async checked() {
      await Promise.all(checks);
    },
    close: () => client.close(),
  };
}

/** Uses the app until it is time to kill it. Returns what was wrong until then, and how many saves were not answered
 *  yet. */
export async function live(story: Story, app: App, life: Life): Promise<{ wrong?: string; saving: number }> {
  const { world, account, random, count, large, trail } = story;
  const { caller } = life;
  const open: Promise<unknown>[] = [];
  let saving = 0;
  const told = (asked: Promise<unknown>, onDone: () => void, onRefused: () => void = () => {}) => {
    const settled = asked.then(
      () => life.alive && onDone(),
      () => life.alive && onRefused(),
    );
    open.push(settled);
    return settled;
  };

  function edit() {
    const work = account.current();
    const value = ++work.sent;
    const place = { indices: Uint32Array.of(value % CELLS), values: Float32Array.of(typed(work, value)) };
    return told(
      caller.send('change', {
        structure: caller.structure,
        ...editCommand(`Edit ${value}`, [{ tensor: TENSOR, ...place }]),
      }),
      () => {
        account.edited(work, value);
        count('edits answered');
      },
      () => work.refused.add(value),
    );
  }
  function save() {
    const path = join(world.files, `saved${random.integer(3)}.convsheet`);
    trail.push(`save of edit ${account.current().sent}`);
    const asked = account.saving(path);
    saving++;
    void told(
      caller.send('save', { path, overwrite: true }),
      () => {
        saving--;
        asked.answered = true;
        trail.push('saved');
        count('saves answered');
      },
      () => saving--,
    );
  }
  async function openAnother() {
    const paths = random.uniform() < 0.5 ? account.files().filter(path => existsSync(path)) : [];
    if (random.uniform() < 0.3) paths.push(large);
    // Nothing is saved to this file meanwhile, so that its contents are known when it is opened.
    const path = saving === 0 ? paths[random.integer(Math.max(1, paths.length))] : undefined;
    const work = account.beginOpening();
    trail.push(`opening ${path ?? 'a template'}`);
    const asked =
      path === undefined
        ? caller.send('newWorkbook', { template: random.uniform() < 0.7 ? 'lesson3' : 'lenet' })
        : caller.send('openFile', { path });
    // An edit before the opening is answered goes into the workbook before, or is refused.
    if (random.uniform() < 0.3) void edit();
    const opened = told(
      asked,
      () => {
        account.opened(work);
        trail.push(`opened ${work.number}`);
        if (path !== undefined) count('files opened');
      },
      () => account.notOpened(),
    );
    await Promise.race([opened, until]);
    if (account.opening) return;
    const found = await Promise.race([life.look(), until]);
    if (found && work === account.current() && work.sent === 0) work.base = found.cells;
  }
  function train() {
    const work = account.current();
    const id = `run-${work.number}-${Date.now() % 1e9}-${random.integer(1e6)}`;
    const data: DataChoice = {
      source: { kind: 'idx', images: join(world.folder, 'images'), labels: join(world.folder, 'labels') },
      shape: [SIDE, SIDE, 1],
      fit: 'stretch',
      validation: 0.1,
      test: 0,
      seed: 1,
    };
    // The layer whose cells are edited is frozen.
    const epochs = EPOCHS[random.integer(EPOCHS.length)];
    const config = { ...defaultConfig(data), batchSize: 8, epochs, layerRates: { conv1: 0 } };
    void told(caller.send('train', { id, name: 'Run', config, start: 'here' }), () => {
      account.ran(work, 'begun', id);
      trail.push(`${id} begun`);
      count('runs begun');
    });
  }

  const lasts = 100 + random.integer(1500);
  const until = pause(lasts);
  const began = performance.now();
  let deaths = random.integer(MOST_ENGINES + 1);
  let trained = false;
  let recoverAt = Number.POSITIVE_INFINITY;
  const recoverLater = () => (recoverAt = performance.now() + 100 + random.integer(500));
  while (performance.now() - began < lasts) {
    const what = random.uniform();
    if (deaths > 0 && random.uniform() < (deaths * 12) / lasts) {
      deaths--;
      const pid = engineOf(app);
      if (pid !== undefined) {
        process.kill(pid, 'SIGKILL');
        count('engines killed');
        trail.push(`engine killed at edit ${account.current().sent}`);
      }
    }
    if (what < 0.04) save();
    else if (what < 0.07) {
      // oxlint-disable-next-line no-await-in-loop -- one thing after the other
      await openAnother();
      // The journal isn't there before the first edit, and only then can the disk become read-only.
      if (random.uniform() < 0.6 && world.makeReadOnly()) {
        count('read-only disks');
        trail.push(`read-only disk at edit ${account.current().sent}`);
        recoverLater();
      }
    } else if (what < 0.11 && !trained) {
      trained = true;
      train();
    } else if (what < 0.12) {
      if (world.fill()) count('full disks');
      trail.push(`full disk at edit ${account.current().sent}`);
      recoverLater();
    } else if (what < 0.13) {
      app.child.kill('SIGUSR2');
      count('clock steps');
    }
    if (performance.now() > recoverAt) {
      world.recover();
      trail.push(`disk recovers at edit ${account.current().sent}`);
      recoverAt = Number.POSITIVE_INFINITY;
    }
    const answered = edit();
    // oxlint-disable-next-line no-await-in-loop -- as fast as somebody types, or faster
    await (random.uniform() < 0.6 ? Promise.race([answered, pause(15)]) : pause(1));
  }
  if (random.uniform() < 0.25) {
    // Nothing is killed now, so everything that was asked is answered.
    world.recover();
    const late = Symbol('late');
    const first = await Promise.race([Promise.all([...open, life.checked()]), pause(ANSWERED_WITHIN, late)]);
    if (first === late) return { wrong: 'something asked was never answered', saving };
  }
  return { wrong: life.wrongs[0], saving };
}
