import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { applyChange, type Content, inverseOf } from '../../shared/change.ts';
import { keptOf, nothingWritten } from '../../shared/changes/written.ts';
import { UserError } from '../../shared/errors.ts';
import { english } from '../../shared/messages/render.ts';
import type { Workbook } from '../../shared/workbook.ts';
import { randomExample } from '../../shared/testing/random-network.ts';
import { randomWritten } from '../../shared/testing/random-written.ts';
import { readWorkbook, writeWorkbook } from './convsheet.ts';

function contentOf(seed: number) {
  const { sheet, stored, random } = randomExample(seed, 'plain');
  const rest = { classes: [], source: { kind: 'typed' as const }, runs: [], memory: undefined, fit: undefined };
  const content: Content = { network: sheet.network, values: stored, ...rest, ...nothingWritten() };
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
