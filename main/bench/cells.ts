import { formatAddress } from '../../shared/address.ts';
import type { CellEdit, WorkbookSheet } from '../../shared/cells.ts';
import type { Change } from '../../shared/change.ts';
import { nothingWritten } from '../../shared/changes/written.ts';
import { buildSheet, placeOf, type Sheet } from '../../shared/layout/sheet.ts';
import type { CellPlace } from '../../shared/places.ts';
import { typedInto } from '../../shared/typed-entry.ts';
import type { Workbook } from '../../shared/workbook.ts';
import { readTemplate } from '../files/templates.ts';
import { conv8Conv16, openWindow } from './edit.ts';
import { type Result, summarize } from './results.ts';

const ROUNDS = 25;
const EDITS_PER_ROUND = 8;

/** What users write around a network before it is edited, and the edit that is measured. */
type Case = {
  workbook: () => Promise<Workbook>;
  before: (sheet: Sheet) => readonly Change[];
  /** The n-th edit. */
  edit: (sheet: Sheet, n: number) => readonly Change[];
};

const lesson = () => readTemplate('lesson3');

const cases = {
  /** A kernel is edited while 100 overrides are spread over the network. */
  'overrides-100': { workbook: lesson, before: spreadOverrides, edit: kernelEdit },
  /** One formula is filled over 10,000 computed cells, again and again. */
  'overrides-10000': {
    workbook: () => Promise.resolve(conv8Conv16()),
    before: () => [],
    edit: (sheet, n) => filledOverrides(sheet, `=A1+${n + 2}`, 10_000),
  },
  /** A kernel is edited whose maps 10,000 formulas of an own sheet read. */
  'own-sheet-10000': {
    workbook: lesson,
    before: sheet => ownSheet(sheet, 10_000, cell => `=Network!${cell}*2+1`),
    edit: kernelEdit,
  },
  /** The same with 1,000 formulas whose function comes from HyperFormula. */
  'library-1000': {
    workbook: lesson,
    before: sheet => ownSheet(sheet, 1000, cell => `=DELTA(Network!${cell},0.5)`),
    edit: kernelEdit,
  },
  /** One of 10,000 formulas is typed anew, and a kernel is edited with it, so that something is seen. */
  'retyped-10000': {
    workbook: lesson,
    before: sheet => ownSheet(sheet, 10_000, cell => `=Network!${cell}*2+1`),
    edit: (sheet, n) => [
      { kind: 'cells', sheet: NOTES.id, edits: [typedCell(sheet, 0, `=Network!${mapCell(sheet, n)}*3`)] },
      ...kernelEdit(sheet, n),
    ],
  },
} satisfies Record<string, Case>;

/** The time from the client's message of an edit until the client has decoded the last changed window of the network in
 *  view. The peer is the same network in which nothing is written, whose kernel is edited in turn. */
export async function* benchCells(name: keyof typeof cases): AsyncIterable<Result> {
  const { workbook: make, before, edit }: Case = cases[name];
  const workbook = await make();
  const sheet = buildSheet(workbook.network);
  const ours = await openWindow(workbook, sheet);
  const bare = await openWindow(workbook, sheet);
  try {
    const written = before(sheet);
    if (written.length > 0) await ours.change([...written, ...kernelEdit(sheet, 5)]);
    const first = await ours.change(edit(sheet, 0));
    await bare.change(kernelEdit(sheet, 0));
    const times: number[] = [];
    const bareTimes: number[] = [];
    for (let n = 1; n <= ROUNDS * EDITS_PER_ROUND; n++) {
      times.push(await ours.change(edit(sheet, n)));
      bareTimes.push(await bare.change(kernelEdit(sheet, n)));
    }
    yield summarize(`cells/${name}`, times, 'ms', { name: 'nothing written', values: bareTimes });
    yield summarize(`cells/${name}/first`, [first]);
  } finally {
    await ours.close();
    await bare.close();
  }
}

/** The n-th number in the first kernel's first cell, never the one before. */
function kernelEdit({ network }: Sheet, n: number): Change[] {
  const { id } = network.layers.find(({ kind }) => kind === 'conv2d')!;
  const edit = { tensor: `${id}/kernel` as const, indices: Uint32Array.of(0), values: Float32Array.of((n % 7) / 16) };
  return [{ kind: 'values', edits: [edit] }];
}

/** The outputs that are maps, in the order of the layers. */
const mapsOf = (sheet: Sheet) =>
  [...sheet.tensors.values()].filter(
    ({ id, role, shape }) => role === 'computed' && shape.length === 3 && id.endsWith('/output'),
  );

function spreadOverrides(sheet: Sheet): Change[] {
  const maps = mapsOf(sheet);
  const edits = maps.map(({ id, size }) => {
    const indices = Uint32Array.from({ length: 100 / maps.length }, (_, i) =>
      Math.floor((i * size * maps.length) / 100),
    );
    return { tensor: id, indices, content: 0.5 };
  });
  return [{ kind: 'formulas', edits }];
}

/** A formula filled over as many computed cells of the first maps. */
function filledOverrides(sheet: Sheet, text: string, count: number): Change[] {
  let left = count;
  const edits = mapsOf(sheet).flatMap(({ id, size }) => {
    const indices = Uint32Array.from({ length: Math.min(left, size) }, (_, index) => index);
    left -= indices.length;
    const [change] = typed(sheet, placeOf(sheet, id, 0), text);
    if (change.kind !== 'formulas') throw new Error('a formula over a computed cell is an override');
    return indices.length > 0 ? [{ ...change.edits[0], indices }] : [];
  });
  if (left > 0) throw new Error('the network has too few maps');
  return [{ kind: 'formulas', edits }];
}

const NOTES: WorkbookSheet = { id: 'notes', name: 'Notes', cells: new Map(), widths: new Map() };
const NOTES_COLUMNS = 20;

/** An own sheet with so many formulas, each of which reads one cell of the first maps. */
function ownSheet(sheet: Sheet, count: number, text: (cell: string) => string): Change[] {
  const cells = Array.from({ length: count }, (_, n) => typedCell(sheet, n, text(mapCell(sheet, n))));
  return [{ kind: 'addSheet', sheet: { id: NOTES.id, name: NOTES.name, cells, widths: [] }, at: 1 }];
}

/** The n-th cell of the own sheet gets a text. */
function typedCell(sheet: Sheet, n: number, text: string): CellEdit {
  const place = { sheet: NOTES.id, row: Math.floor(n / NOTES_COLUMNS), column: n % NOTES_COLUMNS };
  const [change] = typed(sheet, place, text);
  if (change.kind !== 'cells') throw new Error('an own sheet has cells');
  return change.edits[0];
}

function typed(sheet: Sheet, place: CellPlace, text: string): readonly Change[] {
  const { sheets, names } = nothingWritten();
  const made = typedInto({ sheet, sheets: [...sheets, NOTES], names }, place, text);
  if (made.refusal !== undefined) throw new Error(`${text} is refused: ${JSON.stringify(made.refusal)}`);
  return made.changes;
}

/** The address of the n-th cell of the first maps, which an edit of the kernel changes. */
function mapCell(sheet: Sheet, n: number): string {
  const [{ id, size }] = mapsOf(sheet);
  return formatAddress(placeOf(sheet, id, n % size));
}
