import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Change, editCommand } from '../../shared/change.ts';
import type { Block } from '../../shared/layout/layout.ts';
import type { TensorId } from '../../shared/network.ts';
import type { WindowValues } from '../../shared/protocol.ts';
import { createRandom } from '../../shared/random.ts';
import { buildSheet, type Sheet } from '../../shared/layout/sheet.ts';
import type { Workbook } from '../../shared/workbook.ts';
import { digitNetwork, valuesFor } from '../engine/oracle/example-network.ts';
import { writeWorkbook } from '../files/convsheet.ts';
import { readTemplate } from '../files/templates.ts';
import { connectClient, startApp } from './app.ts';
import { type Result, summarize } from './results.ts';
import { openInHyperFormula, type Spreadsheet } from './hyperformula.ts';

/** Rounds in which our engine and the peer take turns, so that a busy moment of the machine affects both. */
const ROUNDS = 25;
const EDITS_PER_ROUND = 12;
/** The cells that a window of 1600×1000 pixels shows at 16 pixels a cell, from the top left: pixels, kernels, maps. */
const VISIBLE = { row: 0, column: 0, height: 62, width: 100 };

const networks = {
  lesson3: { workbook: () => readTemplate('lesson3'), peerEditsPerRound: 4 },
  // One edit takes the peer a large part of a second.
  'conv8-conv16': { workbook: () => Promise.resolve(conv8Conv16()), peerEditsPerRound: 1 },
};

/** Changes one cell of the first convolution's kernel again and again. Ours: the time from the client's message until
 *  the client has decoded the last changed window in view. Client, server and engine are three processes. The peer: the
 *  same edits in a HyperFormula sheet that holds every cell. */
export async function* benchEdit(name: keyof typeof networks): AsyncIterable<Result> {
  const workbook = await networks[name].workbook();
  const sheet = buildSheet(workbook.network);
  const edited = workbook.network.layers.find(({ kind }) => kind === 'conv2d')!.id;
  const tensor: TensorId = `${edited}/kernel`;
  const value = workbook.values.get(tensor)![0];

  const peer = await openInHyperFormula(sheet, workbook.values);
  const ours = await openWindow(workbook, sheet);
  try {
    const times: number[] = [];
    const peerTimes: number[] = [];
    // Never the present value: both engines must have something to calculate.
    const next = (n: number) => Math.fround(value + ((n % 7) + 1) / 16);
    const measure = async (into: number[], count: number, edit: (value: number) => Promise<number> | number) => {
      for (let n = 0; n < count; n++) into.push(await edit(next(into.length)));
    };
    await measure([], EDITS_PER_ROUND * 2, value => ours.edit(tensor, value));
    await measure([], 2, value => peer.edit(tensor, value));
    for (let round = 0; round < ROUNDS; round++) {
      await measure(times, EDITS_PER_ROUND, value => ours.edit(tensor, value));
      await measure(peerTimes, networks[name].peerEditsPerRound, value => peer.edit(tensor, value));
    }
    await ours.edit(tensor, 0.5);
    peer.edit(tensor, 0.5);
    checkEqual(ours.values(), peer);

    yield summarize(`edit-to-values/${name}`, times, 'ms', { name: 'hyperformula', values: peerTimes });
  } finally {
    peer.close();
    await ours.close();
  }
}

export type AppWindow = {
  /** Changes the first element of a tensor. Milliseconds until everything in view was decoded. */
  edit(tensor: TensorId, value: number): Promise<number>;
  /** Makes these changes as one command. Milliseconds until everything in view was decoded. */
  change(changes: readonly Change[]): Promise<number>;
  values(): Generator<{ row: number; column: number; value: number }>;
  close(): Promise<void>;
};

/** Starts the app with the workbook and watches the cells that a window would show. */
export async function openWindow(workbook: Workbook, sheet: Sheet): Promise<AppWindow> {
  const folder = await mkdtemp(join(tmpdir(), 'convsheet-bench-'));
  const path = join(folder, 'bench.convsheet');
  await writeFile(path, writeWorkbook(workbook));
  const app = await startApp(path);
  const blocks = sheet.layout.blocksIn(VISIBLE);
  const shown = new Map<number, Float32Array>();
  let decoded = 0;
  const client = await connectClient(app, (event, data) => {
    if (event !== 'changes') return;
    for (const { id, values } of (data as { windows: WindowValues[] }).windows) shown.set(id, values);
    decoded = performance.now();
  });
  const { caller } = client;
  const { structure } = (await caller.send('hello', {})).workbook;
  await caller.send('watch', { windows: blocks.map(({ view }, id) => ({ id, ...view, plane: 'value' as const })) });
  const change = async (changes: readonly Change[]): Promise<number> => {
    const sent = performance.now();
    decoded = Number.NaN;
    await caller.send('change', { structure, label: 'bench', changes });
    if (Number.isNaN(decoded)) throw new Error('an edit changed nothing that can be seen');
    return decoded - sent;
  };
  return {
    edit(tensor, value) {
      const edit = { tensor, indices: Uint32Array.of(0), values: Float32Array.of(value) };
      return change(editCommand('bench', [edit]).changes);
    },
    change,
    *values() {
      for (const [id, block] of blocks.entries()) yield* cellsOf(block, shown.get(id)!);
    },
    async close() {
      client.close();
      await app.stop();
      await rm(folder, { recursive: true });
    },
  };
}

function* cellsOf({ row, column, view }: Block, values: Float32Array) {
  for (let n = 0; n < values.length; n++) {
    yield { row: row + Math.floor(n / view.width), column: column + (n % view.width), value: values[n] };
  }
}

/** Throws if a cell in view differs from the result of the peer's formulas, because a benchmark of wrong results is
 *  worthless. */
function checkEqual(cells: Iterable<{ row: number; column: number; value: number }>, peer: Spreadsheet): void {
  let compared = 0;
  for (const { row, column, value } of cells) {
    const expected = peer.value(row, column);
    compared++;
    if (Math.abs(expected - value) <= 1e-4 * Math.max(1, Math.abs(expected))) continue;
    throw new Error(`row ${row + 1}, column ${column + 1} is ${value} here and ${expected} in HyperFormula`);
  }
  if (compared < 1000) throw new Error(`only ${compared} cells were visible`);
}

/** 28×28 → 8 kernels 3×3 → ReLU → 16 kernels 3×3×8 → ReLU → max pool 2×2 → dense 10 → softmax. All values are N(0,1),
 *  so that no bias is large enough to silence the edited kernel's map. An edit whose effect ends at a ReLU would take
 *  the peer only a fifth of the time. */
export function conv8Conv16(): Workbook {
  const network = digitNetwork(8, 16);
  return { network, classes: [], source: { kind: 'typed' }, values: valuesFor(network, createRandom(1)) };
}
