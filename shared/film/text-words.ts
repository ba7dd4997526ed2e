/** Cameras and motions in the words of a written storyboard. */
import type { LayerId } from '../network.ts';
import { planes } from '../places.ts';
import type { Sentence } from '../messages/sentence.ts';
import { sentences } from '../messages/sentences.ts';
import { elementOf, nthOf } from '../scene/scan.ts';
import type { Camera, Motion, Region } from './storyboard.ts';
import { decoded, inLine } from './text-escapes.ts';
import {
  readElement,
  readLayer,
  readRegion,
  readTensor,
  type Surroundings,
  writeElement,
  writeLayer,
  writeRegion,
  writeTensor,
} from './text-places.ts';

/** What was read, or why it can't be understood. */
type Read<T> = { found: T } | { problem: Sentence };

const say = sentences.filmFiles.text;

/** The lines about what is in the picture, as pairs of a key and a value. */
export function writeCamera(around: Surroundings, camera: Camera): [key: string, value: string][] {
  switch (camera.kind) {
    case 'sheet': {
      const { region, selection, plane, folded = [] } = camera;
      return [
        ['show', `sheet ${writeRegion(around, region)}`],
        ...(selection ? [['select', writeRegion(around, selection)] as [string, string]] : []),
        ...(plane ? [['plane', plane] as [string, string]] : []),
        ...folded.map((layer): [string, string] => ['fold', writeLayer(around, layer)]),
      ];
    }
    case 'maps': {
      const maps = camera.maps.map(({ tensor, map }) => {
        const name = writeTensor(around, tensor);
        return map === undefined ? name : `${name} map ${map + 1}`;
      });
      return [['show', `maps ${maps.join(', ')}`]];
    }
    case 'cell':
      return [['show', `cell ${writeElement(around, camera.element)}`]];
    case 'kernels':
      if (camera.layer === undefined) return [['show', 'kernels']];
      return [['show', `${whichKernel(camera.kernel)} of ${writeLayer(around, camera.layer)}`]];
    default:
      return [['show', camera.kind]];
  }
}

/** The values of the lines about the picture. `show` is always there. */
export function readCamera(
  around: Surroundings,
  show: string,
  { select, plane, folds = [] }: SheetLines = {},
): Read<Camera> {
  const [, word, rest] = /^(\S*)\s*(.*)$/s.exec(show)!;
  const inNetwork = rest === '';
  if (word !== 'sheet' && (select !== undefined || plane !== undefined || folds.length > 0))
    return { problem: say.onlySheet };
  switch (word) {
    case 'sheet':
      return readSheetCamera(around, rest, { select, plane, folds });
    case 'maps': {
      const maps: Extract<Camera, { kind: 'maps' }>['maps'] = [];
      for (const part of rest.split(',').map(text => text.trim())) {
        const [, name, map] = /^(.*?) map ([1-9]\d{0,15})$/.exec(part) ?? [];
        const whole = readTensor(around, part);
        const tensor = whole ?? (name === undefined ? undefined : readTensor(around, name));
        if (!tensor) return { problem: say.noTensor(part) };
        maps.push({ tensor, ...(!whole && { map: Number(map) - 1 }) });
      }
      return maps.length > 4 ? { problem: say.manyMaps } : { found: { kind: 'maps', maps } };
    }
    case 'cell': {
      const element = readElement(around, rest);
      return element ? { found: { kind: 'cell', element } } : { problem: say.noCell(rest) };
    }
    case 'kernels':
    case 'kernel': {
      const [, nth, name] = (word === 'kernel' ? /^([1-9]\d{0,15}) of (.*)$/s : /^()of (.*)$/s).exec(rest) ?? [];
      if (word === 'kernels' && inNetwork) return { found: { kind: 'kernels' } };
      const layer = name === undefined ? undefined : readLayer(around, name);
      if (layer === undefined) return { problem: say.noLayer(name ?? rest) };
      return { found: { kind: 'kernels', layer, ...(nth !== '' && { kernel: Number(nth) - 1 }) } };
    }
    default:
      return (word === 'network' || word === 'scores') && inNetwork
        ? { found: { kind: word } }
        : { problem: say.show(show.slice(0, 100)) };
  }
}

/** All kernels, or the one that stands out. */
const whichKernel = (kernel: number | undefined) => (kernel === undefined ? 'kernels' : `kernel ${kernel + 1}`);

/** The lines that stand only in scenes that show a sheet. There may be several folds. */
type SheetLines = { select?: string; plane?: string; folds?: readonly string[] };

function readSheetCamera(around: Surroundings, text: string, { select, plane, folds = [] }: SheetLines): Read<Camera> {
  const region = readRegion(around, text);
  if (!region) return { problem: say.noPart(text) };
  let selection: Region | undefined;
  if (select !== undefined) {
    selection = readRegion(around, select);
    if (!selection) return { problem: say.noPart(select) };
  }
  const found = planes.find(each => each === plane);
  if (plane !== undefined && !found) return { problem: say.oneOf('plane', planes) };
  const folded: LayerId[] = [];
  for (const name of folds) {
    const layer = readLayer(around, name);
    if (layer === undefined) return { problem: say.noLayer(name) };
    folded.push(layer);
  }
  return {
    found: {
      kind: 'sheet',
      region,
      ...(selection && { selection }),
      ...(found && { plane: found }),
      ...(folded.length > 0 && { folded }),
    },
  };
}

export function writeMotion(around: Surroundings, motion: Motion): string {
  switch (motion.kind) {
    case 'still':
      return 'nothing';
    case 'scan': {
      const { tensor, from, to } = motion;
      const info = around.sheet.tensors.get(tensor);
      const cell = (nth: number) =>
        info && nth < info.size ? writeElement(around, { tensor, index: elementOf(info, nth) }) : String(nth + 1);
      return `scan ${writeTensor(around, tensor)} from ${cell(from)} to ${cell(to)}`;
    }
    case 'walk':
      return `walk back from ${writeElement(around, motion.element)}`;
    case 'edit':
      return `type into ${writeElement(around, motion.element)}: ${inLine(motion.text)}`;
    case 'train':
      return `train ${motion.steps} steps from ${motion.start === 'initial' ? 'fresh weights' : 'here'}`;
    case 'run':
      return `run ${inLine(motion.run)}`;
    default:
      return `images ${motion.images.join(', ')}`;
  }
}

export function readMotion(around: Surroundings, text: string): Read<Motion> {
  const [, word, rest] = /^(\S*)\s*(.*)$/s.exec(text)!;
  const unknown = { problem: say.move(text.slice(0, 100)) };
  switch (word) {
    case 'nothing':
      return rest === '' ? { found: { kind: 'still' } } : unknown;
    case 'scan':
      return readScan(around, rest) ?? unknown;
    case 'walk': {
      const cell = /^back from (.+)$/.exec(rest)?.[1];
      if (cell === undefined) return unknown;
      const element = readElement(around, cell);
      return element ? { found: { kind: 'walk', element } } : { problem: say.noCell(cell) };
    }
    case 'type': {
      const [, cell, typed] = /^into ([^:]+):(?: (.*))?$/s.exec(rest) ?? [];
      if (cell === undefined) return unknown;
      const element = readElement(around, cell);
      return element ? { found: { kind: 'edit', element, text: decoded(typed ?? '') } } : { problem: say.noCell(cell) };
    }
    case 'train': {
      const [, steps, from] = /^(\d{1,16}) steps? from (fresh weights|here)$/.exec(rest) ?? [];
      if (steps === undefined) return unknown;
      const start = from === 'here' ? 'here' : 'initial';
      return { found: { kind: 'train', start, steps: Number(steps) } };
    }
    case 'run':
      return { found: { kind: 'run', run: decoded(rest) } };
    case 'images':
      return /^\d{1,16}(\s*,\s*\d{1,16})*$/.test(rest)
        ? { found: { kind: 'images', images: rest.split(',').map(Number) } }
        : unknown;
    default:
      return unknown;
  }
}

function readScan(around: Surroundings, text: string): Read<Motion> | undefined {
  const [, name, ...ends] = /^(.+?)(?: from (\S+) to (\S+))?$/.exec(text) ?? [];
  if (name === undefined) return undefined;
  const tensor = readTensor(around, name);
  if (!tensor) return { problem: say.noTensor(name) };
  const info = around.sheet.tensors.get(tensor);
  const [from, to] = ends.map((end, at) => {
    if (end === undefined) return at === 0 ? 0 : (info?.size ?? 1) - 1;
    if (/^[1-9]\d{0,15}$/.test(end)) return Number(end) - 1;
    const element = readElement(around, end);
    return info && element?.tensor === tensor ? nthOf(info, element.index) : undefined;
  });
  if (from === undefined || to === undefined) return { problem: say.notOf(ends[from === undefined ? 0 : 1], name) };
  return { found: { kind: 'scan', tensor, from, to } };
}
