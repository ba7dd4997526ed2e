import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { applyChange, type Content, inverseOf } from '../../shared/change.ts';
import { NOTHING_FILMED } from '../../shared/changes/storyboard.ts';
import { keptOf, nothingWritten } from '../../shared/changes/written.ts';
import { UserError } from '../../shared/errors.ts';
import { buildSheet } from '../../shared/layout/sheet.ts';
import { english } from '../../shared/messages/render.ts';
import { parseNetwork } from '../../shared/network.ts';
import { createRandom } from '../../shared/random.ts';
import type { Workbook } from '../../shared/workbook.ts';
import { randomExample } from '../../shared/testing/random-network.ts';
import { randomWritten } from '../../shared/testing/random-written.ts';
import { valuesFor } from '../engine/oracle/example-network.ts';
import { readWorkbook, writeWorkbook } from './convsheet.ts';

function contentOf(seed: number) {
  const { sheet, stored, random } = randomExample(seed, 'plain');
  const rest = { classes: [], source: { kind: 'typed' as const }, runs: [], memory: undefined, fit: undefined };
  const content: Content = { network: sheet.network, values: stored, ...rest, ...nothingWritten(), ...NOTHING_FILMED };
  return { content, random };
}
const workbookOf = ({ network, classes, source, values, ...content }: Content): Workbook => ({
  network,
  classes,
  source,
  values,
  ...keptOf(content),
});

test('what users wrote comes back as it was, and equal contents give equal bytes however they were made', () => {
  for (let seed = 0; seed < 30; seed++) {
    const { content, random } = contentOf(seed);
    const first = writeWorkbook(workbookOf(content));
    const inverses = Array.from({ length: 15 }, () => {
      const change = randomWritten(content, random);
      const inverse = inverseOf(content, change);
      applyChange(content, change);
      return inverse;
    });
    const workbook = workbookOf(content);
    const bytes = writeWorkbook(workbook);
    const { sheets, formulas, names, comments, drawn } = readWorkbook(bytes, 'a.convsheet');
    expect({ sheets, formulas, names, comments, drawn }).toEqual({
      sheets: workbook.sheets,
      formulas: workbook.formulas,
      names: workbook.names,
      comments: workbook.comments,
      drawn: workbook.drawn,
    });
    expect(writeWorkbook(readWorkbook(bytes, 'a.convsheet'))).toEqual(bytes);
    for (const inverse of inverses.reverse()) applyChange(content, inverse);
    expect(writeWorkbook(workbookOf(content)), `seed ${seed}`).toEqual(first);
  }
});

test('a workbook in which nothing is written gives the very bytes that it gave before there were cells', () => {
  const digests = {
    lesson3: '3291da98193644336c30b019682ee6797863ca810a31273d8ec8b287bc506537',
    lenet: '2f4a101ffca202e7b908a872b697c989f0a0f3a95b6699443e1cb17023ba05e9',
  };
  for (const [name, digest] of Object.entries(digests)) {
    const workbook = readWorkbook(new Uint8Array(readFileSync(`assets/networks/${name}.convsheet`)), name);
    expect(createHash('sha256').update(writeWorkbook(workbook)).digest('hex')).toBe(digest);
  }
});

test('a file of before labels stood beside a sigmoid opens, and what was written in their place is moved', () => {
  const network = parseNetwork({
    version: 1,
    layers: [
      { id: 'in', name: 'input', inputs: [], kind: 'input', shape: [2, 2, 1] },
      { id: 'f', name: 'flatten', inputs: ['in'], kind: 'flatten' },
      { id: 'd', name: 'dense', inputs: ['f'], kind: 'dense', units: 3, useBias: true },
      { id: 's', name: 'sigmoid', inputs: ['d'], kind: 'sigmoid' },
    ],
  });
  const rest = { classes: [], source: { kind: 'typed' as const }, runs: [], memory: undefined, fit: undefined };
  const values = valuesFor(network, createRandom(3));
  const content: Content = { network, values, ...rest, ...nothingWritten(), ...NOTHING_FILMED };
  const sheet = buildSheet(network);
  const { row, column } = sheet.layout.cellOf('s/actual', 1);
  const edit = { at: Uint32Array.of(row, column + 9), cell: { content: 'mine' } };
  applyChange(content, { kind: 'cells', sheet: sheet.id, edits: [edit] });
  const {
    ['workbook.json']: header,
    ['cells.json']: cells,
    ...entries
  } = unzipSync(writeWorkbook(workbookOf(content)));
  const told = JSON.parse(strFromU8(header)) as { tensors: { tensor: string; file: string }[] };
  const labels = told.tensors.find(({ tensor }) => tensor === 's/actual')!;
  delete entries[labels.file];
  const before = { ...told, tensors: told.tensors.filter(each => each !== labels) };
  const text = strFromU8(cells);
  const there = text.replace(`[${row},${column + 9}]`, `[${row},${column}]`);
  expect(there).not.toBe(text);
  const opened = readWorkbook(
    zipSync({ ...entries, 'workbook.json': strToU8(JSON.stringify(before)), 'cells.json': strToU8(there) }),
    'before.convsheet',
  );
  expect(opened.values.get('s/actual')).toEqual(new Float32Array(3).fill(Number.NaN));
  expect(opened.values.get('d/kernel')).toEqual(values.get('d/kernel'));
  const found = [...opened.sheets![0].cells].flatMap(([y, own]) => [...own].map(([x, cell]) => ({ y, x, cell })));
  expect(found).toEqual([{ y: expect.any(Number), x: expect.any(Number), cell: edit.cell }]);
  expect(sheet.layout.isFree(found[0].y, found[0].x)).toBe(true);
});

describe('a damaged or hostile cells.json is refused with a sentence:', () => {
  const { content } = contentOf(3);
  const tensor = [...content.values.keys()][0];
  applyChange(content, {
    kind: 'addSheet',
    sheet: {
      id: 'n',
      name: 'Notes',
      cells: [{ at: Uint32Array.of(0, 1), cell: { content: { formula: 'a', from: { row: 0, column: 1 } } } }],
      widths: [],
    },
    at: 1,
  });
  applyChange(content, {
    kind: 'formulas',
    edits: [{ tensor, indices: Uint32Array.of(0), content: { formula: 2, from: 0 } }],
  });
  const entries = unzipSync(writeWorkbook(workbookOf(content)));
  const json = strFromU8(entries['cells.json']);
  const deep = `"formula":[${'1,'.repeat(9000)}1]`;

  test.each<[string, (json: string) => string | undefined, RegExp]>([
    ['it is missing', () => undefined, /cells\.json is missing/],
    ['no JSON', () => '{', /cells\.json is not what/],
    ['no list', () => '{}', /cells\.json has something else/],
    ['a million levels', () => '['.repeat(1_000_000), /cells\.json is not what/],
    ['13 million values', () => `[${'0,'.repeat(13_000_000)}0]`, /cells\.json is not what/],
    ['a formula that is none', text => text.replace('["\\"a"]', '["2+"]'), /cells\.json is not what/],
    ['a formula that is too long', text => text.replace('"formula":["\\"a"]', deep), /cells\.json is not what/],
    [
      'a place beyond the sheet',
      text => text.replace('"at":[0,1]', '"at":[0,16384]'),
      /where 0\.sheet\.cells\.0\.at belongs/,
    ],
    ['half a place', text => text.replace('"at":[0,1]', '"at":[0]'), /where 0\.sheet\.cells\.0\.at belongs/],
    ['a place that is no number', text => text.replace('"at":[0,1]', '"at":[0,"1"]'), /cells\.json is not what/],
    ['an unknown kind', text => text.replace('"addSheet"', '"restore"'), /where 0\.kind belongs/],
    ['a second network sheet', text => text.replace('"id":"n"', '"id":"network"'), /can't be: .*Notes/],
    ['a name that is taken', text => text.replace('"Notes"', '"NETWORK"'), /NETWORK already/],
    ['a tensor that is not there', text => text.replaceAll(tensor, 'x/kernel'), /nothing called x\/kernel/],
    [
      'an element that is not there',
      text => text.replace('"indices":[0]', '"indices":[99999999]'),
      /there is no number/,
    ],
    [
      'a text of a million letters',
      text => text.replace('\\"a', `\\"${'a'.repeat(1_000_000)}`),
      /cells\.json is not what/,
    ],
  ])('%s', (_what, change, sentence) => {
    const { 'cells.json': _cells, ...rest } = entries;
    const text = change(json);
    expect(text).not.toBe(json);
    const bytes = zipSync({ ...rest, ...(text !== undefined && { 'cells.json': strToU8(text) }) });
    let refusal: unknown;
    try {
      readWorkbook(bytes, 'a.convsheet');
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toBeInstanceOf(UserError);
    expect(english((refusal as UserError).sentence)).toMatch(sentence);
  });
});
