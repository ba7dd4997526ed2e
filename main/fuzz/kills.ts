/** Kills engine and shell at random moments. Compares what comes back, and what was reported, with what had been
 *  answered to a client. */
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { initialValues } from '../../shared/initial-values.ts';
import { messages } from '../../shared/messages.ts';
import { createRandom, type Random } from '../../shared/random.ts';
import { lesson3 } from '../../shared/templates.ts';
import { writeWorkbook } from '../files/convsheet.ts';
import { openWorkbook } from '../files/open.ts';
import { type JournalledRequest, readJournal } from '../shells/journal.ts';
import type { Fuzz } from './fuzz.ts';
import { CELLS, createAccount, type Found, TENSOR } from './kills-account.ts';
import { connect, type Counted, counted, IMAGES, SIDE, type Life, live, type Story } from './kills-life.ts';
import { type App, createWorld } from './kills-world.ts';

const [UNKEPT] = messages.shell.notKeptUnsaved('\0').split('\0');
const [RESTORED] = messages.shell.recovered('\0').split('\0');
const DAY = 86_400;
/** How many of the last things done are printed with an alarm. */
const TRAIL = 14;
/** The size of the images, in pixels a side, of a workbook that takes long to save. */
const LARGE = 200;
const LARGE_CLASSES = 40;

function begin(random: Random, count: Story['count']): Story {
  const world = createWorld();
  const bytes = Uint8Array.from({ length: IMAGES * SIDE * SIDE }, () => random.integer(256));
  writeFileSync(join(world.folder, 'images'), idx([IMAGES, SIDE, SIDE], bytes));
  const labels = Uint8Array.from({ length: IMAGES }, (_, image) => image % 10);
  writeFileSync(join(world.folder, 'labels'), idx([IMAGES], labels));
  const large = join(world.folder, 'large.convsheet');
  const network = lesson3([LARGE, LARGE, 1], LARGE_CLASSES);
  const classes = Array.from({ length: LARGE_CLASSES }, (_, i) => `class ${i}`);
  const values = initialValues(network, random)
    .set('input/output', new Float32Array(LARGE * LARGE))
    .set('softmax/actual', new Float32Array(LARGE_CLASSES).fill(Number.NaN));
  writeFileSync(large, writeWorkbook({ network, classes, source: { kind: 'typed' }, values }));
  return { world, account: createAccount(), random, large, count, trail: [] };
}

/** The bytes of an IDX file. */
function idx(shape: readonly number[], bytes: Uint8Array): Uint8Array {
  const head = Buffer.alloc(4 + 4 * shape.length);
  head.writeUInt32BE(0x0800 + shape.length);
  shape.forEach((size, axis) => head.writeUInt32BE(size, 4 + 4 * axis));
  return Buffer.concat([head, bytes]);
}

/** The state in a file. Undefined if there is no file. Throws if it is damaged. */
async function foundIn(path: string): Promise<Found | undefined> {
  if (!existsSync(path)) return undefined;
  const { values, runs = [] } = await openWorkbook(path);
  return { cells: values.get(TENSOR)!.subarray(0, CELLS), runs: runs.map(({ id }) => id) };
}

/** Says why the state after a start contradicts the account, and goes on with that state. */
async function check(story: Story, life: Life, all: boolean): Promise<string | undefined> {
  const { account, world } = story;
  const found = await life.look();
  const files = new Map<string, Found>();
  for (const path of account.files()) {
    // oxlint-disable-next-line no-await-in-loop -- few
    const inFile = await foundIn(path).catch((error: Error) => `${path} is damaged: ${error.message}`);
    if (typeof inFile === 'string') return inFile;
    const wrong = account.wrongFile(path, inFile);
    if (wrong !== undefined) return wrong;
    if (inFile) files.set(path, inFile);
  }
  if (account.begun) {
    const saved = account.files(account.current()).flatMap(path => files.get(path) ?? []);
    const wasOpening = account.opening !== undefined;
    const { wrong, came } = account.restarted(found, saved, all);
    if (wrong !== undefined) return wrong;
    if (came) story.count('works that came back');
    if (life.sentences.some(sentence => sentence.startsWith(RESTORED))) {
      story.count('sentences checked');
      if (!came && !wasOpening) return 'unsaved work was said to be restored, and none was there';
    }
  } else account.opened(account.beginOpening());
  return readdirSync(world.works).some(name => name.endsWith('.unreadable')) ? 'a journal was unreadable' : undefined;
}

/** Ends the app by a signal or a kill. Returns whether everything that was answered has to come back. */
async function end(story: Story, app: App, life: Life, saving: number): Promise<boolean> {
  const { account, random, count, world } = story;
  const inGoodOrder = random.uniform() < 0.15;
  life.end();
  if (inGoodOrder) count('ends in good order');
  else {
    count('shells killed');
    if (saving > 0) count('kills during a save');
    if (account.opening) count('kills during an opening');
    const { begun, ended } = account.current().answered;
    if (begun.size > ended.size) count('kills during a run');
  }
  story.trail.push(inGoodOrder ? 'ended in good order' : 'shell killed');
  app.child.kill(inGoodOrder ? 'SIGTERM' : 'SIGKILL');
  await app.ended;
  life.close();
  account.appEnded();
  world.recover();
  const names = readdirSync(world.works);
  if (!inGoodOrder && names.some(name => name.endsWith('.new'))) count('kills during a rewrite');
  for (const name of names.filter(each => each.endsWith('.journal'))) {
    const { requests } = readJournal(join(world.works, name)) ?? { requests: [] };
    if (!inGoodOrder && isCompacted(requests)) count('kills behind a compaction');
    story.trail.push(`its journal: ${kindsOf(requests)}`);
  }
  if (random.uniform() < 0.3) {
    world.stepFiles(random.uniform() < 0.5 ? DAY : -DAY);
    count('clock steps');
  }
  if (!inGoodOrder) return false;
  count('sentences checked');
  // If it ends by a signal, it prints what will not come back.
  return !app.said().includes(UNKEPT);
}

/** Whether the journal was compacted: its first edits are in its checkpoint. */
function isCompacted(requests: readonly JournalledRequest[]): boolean {
  const first = requests.find(({ kind }) => kind === 'change');
  return first !== undefined && (first.args as { label: string }).label !== 'Edit 1';
}

/** The kinds of requests. A kind that comes several times in a row has its number before it. */
function kindsOf(requests: readonly JournalledRequest[]): string {
  const rows: { kind: string; count: number }[] = [];
  for (const { kind } of requests) {
    if (rows.at(-1)?.kind === kind) rows.at(-1)!.count++;
    else rows.push({ kind, count: 1 });
  }
  return rows.map(({ kind, count }) => (count > 1 ? `${count} ${kind}` : kind)).join(' ');
}

export const kills: Fuzz = {
  line: 'kills of engine and shell at random moments: nothing that was acknowledged is lost, no sentence is untrue',
  count: 200,
  async run({ seed, count, log }) {
    const counts = Object.fromEntries(counted.map(what => [what, 0])) as Record<Counted, number>;
    const failures: string[] = [];
    const killed = () => counts['engines killed'] + counts['shells killed'];
    let mounted = true;
    let told = 0;
    for (let number = 0; killed() < count; number++) {
      const story = begin(createRandom(seed * 100_000 + number), what => void counts[what]++);
      mounted &&= story.world.mounted;
      let wrong: string | undefined;
      let app: App | undefined;
      let all = false;
      try {
        while (wrong === undefined && killed() < count && !story.account.full) {
          app = await story.world.start();
          const life = await connect(story, app);
          const { document } = await life.caller.send('hello', {});
          wrong = await check(story, life, all);
          if (document.unkept !== undefined) story.account.setUnkept(true);
          if (wrong !== undefined) break;
          const lived = await live(story, app, life);
          all = await end(story, app, life, lived.saving);
          wrong = lived.wrong;
          if (killed() - told < 20) continue;
          told = killed();
          log(`${told} of ${count} kills, ${failures.length} alarms`);
        }
      } catch (error) {
        wrong = (error as Error).stack ?? String(error);
      } finally {
        app?.child.kill('SIGKILL');
        await app?.ended;
      }
      if (wrong !== undefined) {
        failures.push(
          `after ${killed()} kills, in folder ${number}: ${wrong} [${story.trail.slice(-TRAIL).join(', ')}]`,
        );
        log(failures.at(-1)!);
      }
      story.world.remove();
    }
    const list = counted.map(what => `${what} ${counts[what].toLocaleString('en')}`).join(', ');
    return { summary: mounted ? `${list}.` : `${list}. No disk could be mounted.`, failures };
  },
};
