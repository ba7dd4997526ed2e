import { zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { clientRequests, type Kind } from '../../shared/protocol.ts';
import { createRandomFor } from '../../shared/random.ts';
import { decodeFrame, parseArgs, REQUEST_LIMITS } from '../../shared/rpc.ts';
import { readWorkbook } from './convsheet.ts';
import { frameOf, tryHostile } from './testing/hostile-input.ts';

/** Returns the sentence. Fails if it took 3 s of processor time, or a gigabyte of memory. */
function refusalOf(act: () => void): string {
  const before = process.memoryUsage().rss;
  const started = process.cpuUsage();
  let sentence = 'accepted';
  try {
    act();
  } catch (error) {
    sentence = (error as Error).message;
  }
  expect(process.cpuUsage(started).user / 1000).toBeLessThan(3000);
  expect(process.memoryUsage().rss - before).toBeLessThan(2 ** 30);
  return sentence;
}

const file = (entries: Record<string, string | Uint8Array>) =>
  zipSync(
    Object.fromEntries(
      Object.entries(entries).map(([name, content]) => [
        name,
        typeof content === 'string' ? new TextEncoder().encode(content) : content,
      ]),
    ),
    { level: 6 },
  );
const input = { id: 'i', name: 'i', inputs: [], kind: 'input', shape: [1, 1, 1] };
const header = (rest: object) =>
  JSON.stringify({
    format: 'convsheet',
    version: 1,
    network: { version: 1, layers: [input] },
    classes: [],
    source: { kind: 'typed' },
    tensors: [{ tensor: 'i/output', shape: [1, 1, 1], type: 'float32', file: 'a' }],
    ...rest,
  });
const many = (item: string, count = 1_000_000) => `[${Array(count).fill(item).join(',')}]`;
const manyKeys = `{${Array.from({ length: 650_000 }, (_, n) => `"k${n}":0`).join(',')}}`;
/** A header with text instead of a marked value. */
const withText = (rest: object, text: string) => header(rest).replace('"@"', () => text);
const open = (entries: Record<string, string | Uint8Array>) => {
  const bytes = file({ a: new Uint8Array(4), ...entries });
  return () => void readWorkbook(bytes, 'x.convsheet');
};

describe('small input with large contents is refused at once, in little memory:', () => {
  test.each([
    [
      'a million runs',
      { 'workbook.json': header({}), 'runs.json': many('{}') },
      /where a list of at most 1,000 runs belongs/,
    ],
    ['a million tensors', { 'workbook.json': withText({ tensors: '@' }, many('{}')) }, /tensors/],
    ['a million classes', { 'workbook.json': withText({ classes: '@' }, many('0')) }, /classes/],
    ['a million layers', { 'workbook.json': withText({ network: { version: 1, layers: '@' } }, many('{}')) }, /layers/],
    ['a million wrong points', { 'workbook.json': header({}), 'runs.json': `[{"points":${many('{}')}}]` }, /damaged/],
    ['a header a million levels deep', { 'workbook.json': '['.repeat(1_000_000) }, /damaged/],
    ['650,000 keys', { 'workbook.json': withText({ a: '@' }, manyKeys) }, /damaged/],
    ['runs a million levels deep', { 'workbook.json': header({}), 'runs.json': '[{"a":'.repeat(500_000) }, /damaged/],
    ['90 MB of zeros', { 'workbook.json': header({}), b: new Uint8Array(90_000_000) }, /unpack to 90,00\d,\d+ bytes/],
  ])('%s in a file (fault 35)', (_what, entries, sentence) => {
    expect(refusalOf(open(entries))).toMatch(sentence);
  });

  const cellsOf = (edits: string) => `{"label":"x","changes":[{"kind":"cells","sheet":"network","edits":${edits}}]}`;
  const formulaOf = (flat: string) =>
    `{"label":"x","changes":[{"kind":"names","edits":[{"name":"x","formula":{"$formula":${flat}}}]}]}`;
  const frame = (kind: Kind, args: string) => () => {
    const message = decodeFrame(frameOf(`{"type":"request","id":1,"kind":"${kind}","args":${args}}`), REQUEST_LIMITS);
    if (message.type === 'request') parseArgs(clientRequests[kind as 'watch'].args, kind as 'watch', message.args);
  };
  test.each([
    ['5 million windows', frame('watch', `{"windows":${many('{}', 5_000_000)}}`)],
    ['400,000 windows', frame('watch', `{"windows":${many('{}', 400_000)}}`)],
    ['400,000 edits', frame('change', `{"label":"x","changes":[{"kind":"values","edits":${many('{}', 400_000)}}]}`)],
    ['400,000 digits', frame('getImages', `{"data":{},"indices":${many('-1', 400_000)}}`)],
    ['400,000 unknown settings', frame('undo', `{"a":${many('{"b":0}', 100_000)}}`)],
    ['400,000 commands of a menu', frame('setMenu', `{"menu":${many('0', 400_000)}}`)],
    ['windows a million levels deep', frame('watch', `{"windows":${'['.repeat(1_000_000)}}`)],
    ['400,000 cells', frame('change', cellsOf(many('{"at":[0,0]}', 400_000)))],
    ['400,000 cells of one place', frame('change', cellsOf(many('{"at":{"$array":["u32",0,0]},"cell":{}}', 400_000)))],
    ['a formula of a million parts', frame('change', formulaOf(many('1', 1_000_000)))],
    ['a formula that adds nothing', frame('change', formulaOf('["2+"]'))],
    ['a formula a thousand levels deep', frame('change', formulaOf(`[1${',1'.repeat(1000)}${',"2+"'.repeat(1000)}]`))],
    ['a formula a million levels deep', frame('change', formulaOf('['.repeat(1_000_000)))],
    ['a function of 300 arguments', frame('change', formulaOf(`[1${',1'.repeat(299)},"f300 SUM"]`))],
    ['a reference beyond the sheet', frame('change', formulaOf('[[null,0,0,1048576,0,0]]'))],
    ['a number that is none', frame('change', formulaOf('[1e999]'))],
    ['a text of a million letters', frame('change', formulaOf(`["\\"${'a'.repeat(1_000_000)}"]`))],
    ['numbers that many edits share', frame('change', `{"label":"x","changes":${many('{"$array":["u8",0,64]}', 2)}}`)],
  ])('%s in a frame (fault 35)', (_what, act) => {
    expect(refusalOf(act)).toMatch(/refused|damaged|malformed/i);
  });

  test('as the largest sheet asks for it, a request is accepted', () => {
    const strides = '"rowStride":640,"columnStride":2,"plane":"value"';
    const window = `{"id":12345,"tensor":"conv1/output","offset":123456,"height":64,"width":64,${strides}}`;
    expect(refusalOf(frame('watch', `{"windows":${many(window, 20_000)}}`))).toBe('accepted');
  });
});

test('schema-shaped frames and files that are endless in one place take under 3 s and 1 GB (fault 35)', () => {
  // A few seconds of work; `npm run fuzz -- frames` tries thousands.
  for (let number = 0; number < 25; number++)
    expect(tryHostile(createRandomFor(35, number, 0)).fault, `case ${number}`).toBeUndefined();
});
