/** A cell of an own sheet that learns as a weight of a formula layer: in training, by undo, in a file and a journal. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { formatAddress } from '../../../shared/address.ts';
import { cellAt, isFormula, sheetOf } from '../../../shared/cells.ts';
import type { Change } from '../../../shared/change.ts';
import { filledOver } from '../../../shared/formula/fill.ts';
import { readFormula } from '../../../shared/formula/typed.ts';
import { buildSheet } from '../../../shared/layout/sheet.ts';
import type { Workbook } from '../../../shared/workbook.ts';
import { readWorkbook, writeWorkbook } from '../../files/convsheet.ts';
import { documentRecord, type JournalledRequest, readJournal, requestRecord } from '../../shells/journal.ts';
import { DIGITS, longConfig, smallConfig, smallNetwork } from '../data/testing/small-digits.ts';
import { type Engine, endRuns, openEngine } from '../host/testing/small-engine.ts';
import { createSession } from '../workbook/session.ts';

afterEach(endRuns);

/** A sheet Notes whose first cell learns, and a leaky ReLU with its number as the slope, filled over the relu layer. */
function leakyWithCell(): [sheet: Change, fill: Change] {
  const cell = { content: 0.25, learns: true as const };
  const notes = { id: 'notes', name: 'Notes', cells: [{ at: Uint32Array.of(0, 0), cell }], widths: [] };
  const sheet = buildSheet(smallNetwork, DIGITS);
  const sheets = [
    { id: sheet.id, name: 'Network', cells: new Map(), widths: new Map() },
    { ...notes, cells: new Map(), widths: new Map() },
  ];
  const x = formatAddress(sheet.layout.cellOf('conv/output', 0));
  const read = readFormula(`=MAX(Notes!$A$1*${x},${x})`, { sheet, sheets, names: new Map(), on: sheet.id });
  if (read.problem !== undefined) throw new Error(JSON.stringify(read.problem));
  const all = [...Array(sheet.tensors.get('relu/output')!.size).keys()];
  return [
    { kind: 'addSheet', sheet: notes, at: 1 },
    { kind: 'formulas', edits: filledOver(sheet, 'relu/output', 0, read.expression, all) },
  ];
}

/** What the workbook holds: the kind of the layer, its weight, and what the cell shows. */
function stateOf(work: Workbook) {
  const session = createSession(work);
  const cell = cellAt(sheetOf(session.written.sheets, 'notes')!.cells, { row: 0, column: 0 })!;
  const weight = session.sheet.tensors.has('relu/weights') ? session.value('relu/weights')[0] : undefined;
  const shown = session.contentAt({ sheet: 'notes', row: 0, column: 0 });
  return {
    kind: session.sheet.layers.get('relu')!.kind,
    weight,
    shown,
    learns: cell.learns,
    isFormula: isFormula(cell.content),
  };
}
/** The workbook as a file brings it back. */
async function savedBy(engine: Engine): Promise<Workbook> {
  await engine.caller.send('write', { path: 'small.convsheet' });
  return readWorkbook(writeWorkbook(engine.saved.at(-1)!), 'small');
}

test('a cell that learns is trained, comes back by undo and redo, and is in the file and in the journal', async () => {
  const first = await openEngine();
  const requests: JournalledRequest[] = [{ kind: 'load', args: { from: 'template', template: 'small' } }];
  const [sheet, fill] = leakyWithCell();
  for (const args of [
    { label: 'Add Notes', changes: [sheet] },
    { label: 'Fill', changes: [fill], lifts: true as const },
  ]) {
    requests.push({ kind: 'change', args });
    await first.caller.send('change', args, 1);
  }
  const filled = { kind: 'formula', weight: 0.25, shown: 0.25, learns: true, isFormula: true };
  expect(stateOf(await savedBy(first))).toEqual(filled);
  await first.train({ config: smallConfig() });
  await first.ended();
  const [result] = first.results;
  requests.push({ kind: 'beginRun', args: { id: result.id, made: result.made } }, { kind: 'finishRun', args: result });
  const trained = await savedBy(first);
  const { weight, shown } = stateOf(trained);
  expect(weight).not.toBe(0.25);
  expect(stateOf(trained)).toEqual({ ...filled, weight, shown: weight });
  expect(shown).toBe(weight);

  // After a kill, another engine does what the journal says.
  const folder = mkdtempSync(join(tmpdir(), 'convsheet-formula-'));
  const path = join(folder, 'work.journal');
  writeFileSync(path, Buffer.concat([documentRecord({ name: 'small' }), ...requests.map(requestRecord)]));
  const { requests: read } = readJournal(path)!;
  rmSync(folder, { recursive: true });
  const second = await openEngine();
  for (const { kind, args } of read) await second.caller.send(kind, args as never, 1);

  for (const engine of [first, second]) {
    const work = await savedBy(engine);
    expect(work.network).toEqual(trained.network);
    expect(work.values).toEqual(trained.values);
    await engine.caller.send('undo', {});
    expect(stateOf(await savedBy(engine))).toEqual(filled);
    await engine.caller.send('undo', {});
    const builtIn = { kind: 'relu', weight: undefined, shown: 0.25, learns: true, isFormula: false };
    expect(stateOf(await savedBy(engine))).toEqual(builtIn);
    await engine.caller.send('redo', {});
    await engine.caller.send('redo', {});
    expect((await savedBy(engine)).values).toEqual(trained.values);
  }
});

test('another engine goes on with such a run from a checkpoint, to the same bits', async () => {
  const checkpoints = new Map<string, Uint8Array>();
  const [sheet, fill] = leakyWithCell();
  const opened = async () => {
    const engine = await openEngine({ checkpoints });
    await engine.caller.send('change', { label: 'Add Notes', changes: [sheet] }, 1);
    await engine.caller.send('change', { label: 'Fill', changes: [fill], lifts: true }, 1);
    await engine.train({ config: longConfig });
    return engine;
  };
  const weightOf = async (engine: Engine) => stateOf(await savedBy(engine)).weight!;
  const first = await opened();
  await first.steps(6);
  await first.control('pause');
  await first.oneStep();
  await pause(20);
  const before = await weightOf(first);
  const second = await opened();
  expect(second.last()).toMatchObject({ status: 'paused', step: first.last().step });
  expect(await weightOf(second)).toBe(before);
  for (const engine of [first, second]) await engine.oneStep();
  expect(await weightOf(second)).toBe(await weightOf(first));
  expect(await weightOf(first)).not.toBe(before);
});
