/** Hostile frames and files for tests. They have the form of our schemas, but one place in them is extremely long. Each
 *  must be refused with a sentence, or accepted, quickly and with little memory. */
import { zipSync } from 'fflate';
import type { DataChoice } from '../../../shared/data.ts';
import { narrationOf, sceneOf } from '../../../shared/film/testing/small-storyboard.ts';
import { UserError } from '../../../shared/errors.ts';
import { clientRequests } from '../../../shared/protocol.ts';
import type { Random } from '../../../shared/random.ts';
import { decodeFrame, parseArgs, REQUEST_LIMITS } from '../../../shared/rpc.ts';
import { defaultConfig } from '../../../shared/training-defaults.ts';
import { readWorkbook } from '../convsheet.ts';

/** The result of a case: its name, the milliseconds of processor time, the refusal, and what was wrong with it, if
 *  anything. */
export type Hostile = { what: string; milliseconds: number; refused?: string; fault?: string };

const MOST_BYTES = 15_000_000;

const data = {
  source: { kind: 'folders', path: '/data' },
  shape: [28, 28, 1],
  fit: 'stretch',
  validation: 0.1,
  test: 0,
  seed: 1,
};
const window = {
  id: 1,
  tensor: 'c/kernel',
  offset: 0,
  height: 1,
  width: 1,
  rowStride: 1,
  columnStride: 1,
  plane: 'value',
};
const tensorEdit = { tensor: 'c/kernel', indices: { $array: ['u32', 0, 1] }, values: { $array: ['f32', 8, 1] } };
const element = { tensor: 'c/kernel', index: 0 };
const scene = {
  ...sceneOf('s', { narration: 'n', begins: 'now', marks: [{ at: 1, name: 'now' }] }),
  camera: { kind: 'sheet', region: { elements: [element], margin: 1 } },
  motion: { kind: 'images', images: [1] },
};
const storyboard = { look: 'dark', scenes: [scene], narrations: [narrationOf('n')] };
const config = defaultConfig(data as unknown as DataChoice);

/** Valid arguments for requests, with one item in each list. */
const ARGUMENTS: Partial<Record<keyof typeof clientRequests, object>> = {
  watch: { windows: [window] },
  change: {
    label: 'x',
    changes: [
      { kind: 'values', edits: [tensorEdit] },
      { kind: 'source', source: { kind: 'image', name: 'x' } },
      { kind: 'storyboard', storyboard, narrations: [{ id: 'n', bytes: { $array: ['u8', 0, 8] } }] },
    ],
  },
  listDigits: { filter: {}, from: 0, count: 1 },
  describeData: { data },
  showChanges: { data, from: 0, augmentation: config.augmentation, seed: 1 },
  listSamples: { data, split: 'test', from: 0, count: 1 },
  getImages: { data, indices: [1] },
  train: { id: 'run', name: 'x', config: { ...config, classWeights: [1], layerRates: { c: 1 } }, start: 'here' },
  findLearningRate: { config },
  getPredictedImages: { indices: [1] },
  readImage: { from: 'bytes', name: 'x', bytes: { $array: ['u8', 0, 8] }, fit: 'pad' },
  setMenu: {
    menu: [
      {
        kind: 'submenu',
        label: 'x',
        items: [
          { kind: 'command', id: 'x', label: 'x', enabled: true },
          { kind: 'submenu', label: 'x', items: [{ kind: 'separator' }] },
        ],
      },
    ],
  },
  setSettings: { data, widths: { left: 200 } },
  openBytes: { name: 'x', bytes: { $array: ['u8', 0, 8] } },
};

const layer = { id: 'i', name: 'i', inputs: ['i'], kind: 'input', shape: [2, 2, 1] };
const place = {
  step: 1,
  epoch: 0,
  position: 1,
  validating: false,
  samples: 1,
  firstEpoch: 0,
  epochTotals: { count: 1, loss: 1, metric: 1, seconds: 1 },
  best: { epoch: 0, loss: 1, parameters: [{ tensor: 'i/output', size: 4, file: 'memory/0.bin' }] },
  images: { training: 1, validation: 1 },
};
const HEADER = {
  format: 'convsheet',
  version: 3,
  network: { version: 1, layers: [{ ...layer, inputs: [] }] },
  classes: ['x'],
  source: { kind: 'typed' },
  tensors: [{ tensor: 'i/output', shape: [2, 2, 1], type: 'float32', file: 'tensors/0.bin' }],
  memory: { optimizer: 'adam', step: 1, epochs: 1, slots: [{ slot: 'c/kernel/m', size: 1, file: 'm' }], place },
};
const RUNS = [
  {
    id: 'r',
    name: 'r',
    started: '2026-01-01T00:00:00.000Z',
    config,
    start: 'here',
    dataName: 'd',
    classes: ['x'],
    loss: 'crossEntropy',
    stepsPerEpoch: 1,
    points: [{ step: 1, loss: 1, metric: 1, learningRate: 1 }],
    epochs: [{ epoch: 0, step: 1, loss: 1, metric: 1, seconds: 1 }],
    notes: [{ step: 1, sentence: 'x' }],
    seconds: 1,
  },
];

/** Makes one case and tries it. */
export function tryHostile(random: Random): Hostile {
  const pick = <T>(items: readonly T[]) => items[random.integer(items.length)];
  const target = pick(['frame', 'frame', 'frame', 'header', 'header', 'runs', 'runs', 'film', 'film', 'bomb'] as const);
  if (target === 'frame') {
    const kind = pick(Object.keys(ARGUMENTS) as (keyof typeof ARGUMENTS)[]);
    const { json, what } = inflate(ARGUMENTS[kind]!, random);
    const frame = frameOf(`{"type":"request","id":1,"kind":"${kind}","args":${json}}`);
    return timed(`${kind}: ${what}`, () => {
      const message = decodeFrame(frame, REQUEST_LIMITS);
      if (message.type === 'request') parseArgs(clientRequests[kind].args as never, kind as never, message.args);
    });
  }
  const header = target === 'header' ? inflate(HEADER, random) : { json: JSON.stringify(HEADER), what: '' };
  const runs = target === 'runs' ? inflate(RUNS, random) : { json: JSON.stringify(RUNS), what: '' };
  const film = target === 'film' ? inflate(storyboard, random) : { json: JSON.stringify(storyboard), what: '' };
  const zeros = target === 'bomb' ? 10 ** (6 + 2 * random.uniform()) : 16;
  const packed = zipSync(
    {
      'workbook.json': new TextEncoder().encode(header.json),
      'runs.json': new TextEncoder().encode(runs.json),
      'film/storyboard.json': new TextEncoder().encode(film.json),
      'film/narrations/n.wav': new Uint8Array(8),
      'tensors/0.bin': new Uint8Array(zeros),
    },
    { level: 1 },
  );
  return timed(
    `${target}: ${header.what}${runs.what}${film.what}`,
    () => void readWorkbook(packed, 'hostile.convsheet'),
  );
}

/** JSON of a value in which one list, or one other value, is extremely long. */
function inflate(value: object, random: Random): { json: string; what: string } {
  const pick = <T>(items: readonly T[]) => items[random.integer(items.length)];
  const places: { holder: Record<string, unknown>; key: string }[] = [];
  const visit = (holder: object) => {
    for (const [key, item] of Object.entries(holder)) {
      places.push({ holder: holder as Record<string, unknown>, key });
      if (typeof item === 'object' && item !== null) visit(item);
    }
  };
  const root = structuredClone({ value });
  visit(root);
  // Lists are used whenever there are some, because long input is mostly made of lists.
  const lists = places.filter(({ holder, key }) => Array.isArray(holder[key]));
  const { holder, key } = lists.length > 0 && random.integer(3) > 0 ? pick(lists) : pick(places);
  const before = holder[key];
  const own = Array.isArray(before) && before.length > 0 ? JSON.stringify(before[0]) : JSON.stringify(before);
  const item = pick([own, own, '{}', '[]', '0', 'null', '1e999', '"x"', '[[[[]]]]', '{"a":{"b":[1,2]}}', '"\\u0000"']);
  const most = Math.max(2, Math.floor(MOST_BYTES / (item.length + 1)));
  const count = Math.round(2 * (most / 2) ** random.uniform());
  const how = pick(['list', 'list', 'list', 'keys', 'deep', 'text', 'number'] as const);
  const endless = {
    list: () => `[${Array(count).fill(item).join(',')}]`,
    keys: () => `{${Array.from({ length: Math.min(count, 700_000) }, (_, n) => `"k${n}":${item}`).join(',')}}`,
    deep: () => (random.integer(2) === 0 ? '[' : '{"a":').repeat(count),
    text: () => `"${'x'.repeat(count)}"`,
    number: () => '9'.repeat(Math.min(count, 1_000_000)),
  }[how]();
  holder[key] = '@here@';
  const json = JSON.stringify(root.value);
  const what = `${key} as ${how} of ${count} ${item.slice(0, 20)}`;
  return { json: json === '"@here@"' ? endless : json.replace('"@here@"', () => endless), what };
}

/** A frame with this header and 64 bytes of numbers. */
export function frameOf(json: string): Uint8Array {
  const header = new TextEncoder().encode(json);
  const start = (4 + header.length + 7) & ~7;
  const frame = new Uint8Array(start + 64).fill(0x20, 4, start);
  new DataView(frame.buffer).setUint32(0, start - 4, true);
  frame.set(header, 4);
  return frame;
}

function timed(what: string, act: () => void): Hostile {
  const started = process.cpuUsage();
  let refused: string | undefined;
  let fault: string | undefined;
  try {
    act();
  } catch (error) {
    refused = (error as Error).message;
    if (!(error instanceof UserError)) fault = `${what}: ${(error as Error).stack}`;
    else if (refused.length > 600) fault = `${what}: a sentence of ${refused.length} characters`;
  }
  const milliseconds = process.cpuUsage(started).user / 1000;
  if (milliseconds > 3000) fault = `${what}: ${Math.round(milliseconds)} ms`;
  return { what, milliseconds, refused, fault };
}
