/** The command `train` with a workbook that has formulas over its weights. */
import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseAddress } from '../../shared/address.ts';
import { applyWritten, keptOf, nothingWritten } from '../../shared/changes/written.ts';
import type { WrittenChange } from '../../shared/changes/kinds.ts';
import { buildSheet } from '../../shared/layout/sheet.ts';
import { messages } from '../../shared/messages.ts';
import { typedInto } from '../../shared/typed-entry.ts';
import { writeWorkbook } from '../files/convsheet.ts';
import { openWorkbook } from '../files/open.ts';
import { readTemplate } from '../files/templates.ts';
import { createTrainingFolder } from './testing/training-folder.ts';

const photos = createTrainingFolder();
const { inFolder, run, train } = photos;

beforeAll(async () => {
  await photos.addPhotos();
  const workbook = await readTemplate('lesson3');
  const sheet = buildSheet(workbook.network, workbook.classes);
  const written = nothingWritten();
  const write = (change: WrittenChange) => applyWritten(written, change, () => sheet);
  write({ kind: 'addSheet', sheet: { id: 'notes', name: 'Notes', cells: [], widths: [] }, at: 1 });
  const type = (id: string, address: string, text: string) => {
    const place = { sheet: id, ...parseAddress(address)! };
    const typed = typedInto({ sheet, sheets: written.sheets, names: written.names }, place, text);
    if (typed.refusal !== undefined) throw new Error(text);
    for (const change of typed.changes) write(change as WrittenChange);
  };
  type('notes', 'A1', '=Network!AD11*Network!AE11');
  type('notes', 'B1', 'a note');
  type(sheet.id, 'AD13', '=-AD11');
  type(sheet.id, 'AE13', '=2*Notes!A1');
  type(sheet.id, 'AF13', '=N14+0.25');
  writeFileSync(inFolder('tied.convsheet'), writeWorkbook({ ...workbook, ...keptOf(written) }));
});
afterAll(photos.remove);

const ARGS = '--data photos --test 0.2 --validation 0.2 --epochs 2 --batch-size 16 --learning-rate 0.01 --seed 5'.split(
  ' ',
);
/** The elements of the cells AD11, AE11, AD13, AE13 and AF13 in conv1_kernel [3,3,1,2]. */
const kernelIn = async (name: string) => {
  const { values } = await openWorkbook(inFolder(name));
  const kernel = values.get('conv1/kernel')!;
  return [0, 2, 12, 14, 16].map(index => kernel[index]);
};

test('weights with formulas train as on the sheet, and the file keeps what users wrote', async () => {
  const before = await kernelIn('tied.convsheet');
  const events = await train('tied.convsheet', ...ARGS, '-o', 'trained.convsheet');
  const stays = messages.runs.stays.values(['AF13'], 1);
  expect(events.filter(({ event }) => event === 'note').map(({ sentence }) => sentence)).toEqual([stays]);
  const [a, b, tied, product, held] = await kernelIn('trained.convsheet');
  expect(a).not.toBe(before[0]);
  expect([tied, product, held]).toEqual([-a, Math.fround(2 * (a * b)), 0.25]);
  const { formulas, sheets, runs } = await openWorkbook(inFolder('trained.convsheet'));
  expect(formulas!.get('conv1/kernel')!.size).toBe(3);
  expect(
    sheets!
      .find(({ name }) => name === 'Notes')!
      .cells.get(0)!
      .get(1)!.content,
  ).toBe('a note');
  expect(runs).toHaveLength(1);
  // Text says it, too, and fresh weights leave what a formula holds.
  const { stderr, status } = await run(
    'train',
    'tied.convsheet',
    ...ARGS,
    '--start',
    'initial',
    '-o',
    'fresh.convsheet',
  );
  expect({ status, told: stderr.includes(stays) }).toEqual({ status: 0, told: true });
  const fresh = await kernelIn('fresh.convsheet');
  expect(fresh[2]).toBe(-fresh[0]);
  expect(fresh[4]).toBe(0.25);
});

test('the same seed gives the same tied weights, and the learning-rate finder takes them too', async () => {
  await train('tied.convsheet', ...ARGS, '-o', 'once.convsheet');
  await train('tied.convsheet', ...ARGS, '-o', 'twice.convsheet');
  expect(await kernelIn('once.convsheet')).toEqual(await kernelIn('twice.convsheet'));
  const { status, stdout } = await run('train', 'tied.convsheet', ...ARGS, '--find-rate', '--json');
  expect(status).toBe(0);
  expect((JSON.parse(stdout) as { points: unknown[] }).points.length).toBeGreaterThan(10);
});
