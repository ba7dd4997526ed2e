/** Compares the walk of a typed number in README with the call stack where the number leaves window, shell and
 *  engine. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { editCommand } from '../../shared/change.ts';
import { createCaller } from '../../shared/rpc.ts';
import { createEngineHost } from '../engine/host/host.ts';
import { readTemplate } from '../files/templates.ts';
import { createDocuments } from '../shells/documents.ts';
import { makeStateFolder, openMemory } from '../shells/state.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const start = readme.indexOf('| process | functions |');
const rows = readme.slice(start, readme.indexOf('\n\n', start)).split('\n').slice(2);

/** The functions in a row of the table, each with its file. Helpers in brackets are left out. A file is named after the
 *  last of its functions. */
function walkOf(row: string): { name: string; file: string }[] {
  const parts = [...row.replaceAll(/\[[^\]]*\]/g, '').matchAll(/\(`([^`]+)`\)|`([^`]+)`/g)];
  let waiting: string[] = [];
  const found: { name: string; file: string }[] = [];
  for (const [, file, name] of parts) {
    if (name !== undefined) waiting.push(name);
    else {
      found.push(...waiting.map(each => ({ name: each, file })));
      waiting = [];
    }
  }
  // A function without a file was already named above.
  return [...found, ...waiting.map(name => ({ name, file: '' }))];
}

test('names at most 25 functions between key and repaint, each of which is where it says', () => {
  const all = rows.flatMap(walkOf).filter(({ file }) => file !== '');
  const distinct = new Set(all.map(({ name, file }) => `${name} ${file}`));
  expect(rows).toHaveLength(5);
  expect(distinct.size).toBeGreaterThan(20);
  expect(distinct.size).toBeLessThanOrEqual(25);
  for (const { name, file } of all) {
    const source = readFileSync(join(root, file), 'utf8');
    // A function, a method, or a callback under this name.
    const form = new RegExp(`(function |const |'|\\.|^ +(async )?)${name}('|\\(| = \\(|: )`, 'm');
    expect(form.test(source), `${name} in ${file}`).toBe(true);
  }
});

/** The names of our functions on the stack, outermost first, for each process. */
const legs = new Map<string, string[]>();
let armed = false;
/** The file in a line of a stack trace, relative to the project's folder. */
const placeIn = (line: string) => line.split(root).at(-1)!;
function note(leg: string): void {
  if (!armed || legs.has(leg)) return;
  const before = Error.stackTraceLimit;
  Error.stackTraceLimit = 100;
  const lines = new Error('walk').stack!.split('\n').slice(2);
  Error.stackTraceLimit = before;
  const ours = lines.filter(line => /^(shared|main\/(?!tools))/.test(placeIn(line)));
  // A function without a name is an arrow function: a single expression, or one that README names by its place.
  legs.set(leg, ours.flatMap(line => /at (?:async )?(?:\w+\.)*(\w+) \(/.exec(line)?.[1] ?? []).reverse());
}

const folder = mkdtempSync(join(tmpdir(), 'convsheet-walk-'));
afterAll(() => rmSync(folder, { recursive: true }));
beforeAll(async () => {
  makeStateFolder(folder);
  const none = async (): Promise<never> => {
    throw new Error('There is none.');
  };
  let toShell: (frame: Uint8Array) => void = () => {};
  const host = createEngineHost({
    post(frame) {
      note('engine');
      setImmediate(() => toShell(frame));
    },
    readTemplate,
    readFile: none,
    readBytes: () => none() as never,
    toPieces: () => [],
    writeFile: none,
    readData: none,
    readImages: none,
    correct: async () => undefined,
    readSample: async () => '',
    readImage: none,
    log: () => {},
    fail: () => {},
  });
  const documents = createDocuments({
    folder,
    memory: openMemory(folder),
    host: {
      capabilities: { shell: 'server', nativeMenu: false, nativeDialogs: false, platform: 'linux' },
      quit: () => {},
    },
    startEngine: () => ({
      pid: undefined,
      post(frame) {
        note('shell');
        setImmediate(() => host.receive(frame));
      },
      onFrame: callback => (toShell = callback),
      onExit: () => {},
      kill: () => {},
    }),
  });
  await documents.begin({ template: 'lesson3' });
  const caller = createCaller(
    frame => {
      note('window');
      setImmediate(() => connection.receive(frame));
    },
    () => {},
  );
  const connection = documents.connect(
    frame => {
      note('shell back');
      setImmediate(() => caller.receive(frame));
    },
    () => {},
  );
  const { structure, network } = (await caller.send('hello', {})).workbook;
  const tensor = `${network.layers[1].id}/kernel` as const;
  const place = { tensor, offset: 0, height: 1, width: 4, rowStride: 4, columnStride: 1, plane: 'value' as const };
  await caller.send('watch', { windows: [{ id: 1, ...place }] });
  armed = true;
  const edit = { tensor, indices: Uint32Array.of(0), values: Float32Array.of(7) };
  await caller.send('change', { structure, ...editCommand('Type 7', [edit]) });
});

test.each([
  ['window', 0],
  ['shell', 1],
  ['engine', 2],
  ['shell back', 3],
])('is told as it is: in the %s nothing else is on the stack where the number leaves', (leg, row) => {
  const told = [...rows[row].matchAll(/`(\w+)`/g)].map(([, name]) => name);
  const seen = legs.get(leg)!;
  expect(seen.length).toBeGreaterThan(0);
  expect(seen.filter(name => !told.includes(name))).toEqual([]);
});
