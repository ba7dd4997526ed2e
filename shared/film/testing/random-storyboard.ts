/** Storyboards at random, for tests: every kind of scene, with texts that are easily misread. */
import type { ElementIndex } from '../../layout/layout.ts';
import type { Sheet } from '../../layout/sheet.ts';
import type { TensorId } from '../../network.ts';
import { planes } from '../../places.ts';
import type { Random } from '../../random.ts';
import { elementInBraces } from '../caption-cells.ts';
import { type Camera, type FilmScene, filmLooks, type Motion, type Region, type Storyboard } from '../storyboard.ts';
import { transitions } from '../storyboard.ts';
import { narrationOf } from './small-storyboard.ts';

/** Pieces of texts, between lines. */
const PIECES =
  '## |# |#|>|> |```|```scene|---|\\|\\\\|\n|\n\n|\r\n|\r|\t| |  |key: value|mark: 2 s x|- |1. |*|_|`|&|&#|&#13;|' +
  '&amp;|<b>|\u2028|\0|\u00a0|\ufeff|\ud83d|\udc4b|👋|图像|שלום|नमस्ते|é|ß|−|×|=IF(A1="x",1;2)|AH3|1|from here|' +
  "with 2 around| s|:|, |!|'|@|ordinary words|a|Z|";

export function randomStoryboard(random: Random, sheet: Sheet): Storyboard {
  const one = <T>(items: readonly T[]): T => items[random.integer(items.length)];
  const pieces = PIECES.split('|');
  const text = () => Array.from({ length: random.integer(7) }, () => one(pieces)).join('');
  const often = <T>(value: () => T, share = 0.5): T | undefined => (random.uniform() < share ? value() : undefined);
  const number = () => one([0, 1, 2.5, 0.1 + 0.2, random.uniform() * 100, random.uniform() * 1e-7, 3600]);
  const infos = [...sheet.tensors.values()];
  const foreign = (): TensorId => one(['conv9/output', 'a b,c/kernel', '#x@1:!/output', '图\n/bias'] as const);
  const tensor = (): TensorId => (random.uniform() < 0.8 ? one(infos).id : foreign());
  const indexIn = (id: TensorId) => random.integer(Math.ceil((sheet.tensors.get(id)?.size ?? 50) * 1.05));
  const element = (): ElementIndex => {
    const id = tensor();
    return { tensor: id, index: indexIn(id) };
  };
  const listed = <T>(most: number, item: () => T): T[] => Array.from({ length: 1 + random.integer(most) }, item);
  const region = (): Region => {
    if (random.uniform() < 0.4) {
      const [row, column] = [random.integer(30), random.integer(30)];
      const [height, width] = [random.integer(5), random.integer(5)];
      return { sheet: one(['notes', 'odd', 'other #id!', sheet.id, '']), row, column, height, width };
    }
    const margin = often(() => random.integer(9));
    return { elements: listed(one([1, 2, 16]), element), ...(margin !== undefined && { margin }) };
  };
  const inBraces = () =>
    one([
      elementInBraces({ ...element(), tensor: one(infos).id }),
      '{answer 2 %}',
      '{{',
      '{#notes!B2 %}',
      '{#gone!A1}',
    ]);
  const layer = () => one([...sheet.layers.keys(), '', 'gone, layer\n']);
  const camera = (): Camera => {
    const kind = one(['sheet', 'maps', 'cell', 'network', 'scores', 'kernels'] as const);
    if (kind === 'sheet') {
      const [selection, plane, folded] = [often(region), often(() => one(planes)), often(() => listed(3, layer))];
      return {
        kind,
        region: region(),
        ...(selection && { selection }),
        ...(plane && { plane }),
        ...(folded && { folded }),
      };
    }
    if (kind === 'maps') {
      const map = () => often(() => random.integer(12));
      const maps = listed(4, () => ({ tensor: tensor(), map: map() }));
      return {
        kind,
        maps: maps.map(({ tensor: of, map: nth }) => ({ tensor: of, ...(nth !== undefined && { map: nth }) })),
      };
    }
    if (kind === 'cell') return { kind, element: element() };
    const of = often(layer);
    if (kind !== 'kernels') return { kind };
    const kernel = of === undefined ? undefined : often(() => random.integer(12));
    return { kind, ...(of !== undefined && { layer: of }), ...(kernel !== undefined && { kernel }) };
  };
  const motion = (): Motion => {
    const kind = one(['still', 'scan', 'walk', 'edit', 'train', 'run', 'images'] as const);
    const id = tensor();
    switch (kind) {
      case 'still':
        return { kind };
      case 'scan':
        return { kind, tensor: id, from: indexIn(id), to: indexIn(id) };
      case 'walk':
        return { kind, element: element() };
      case 'edit':
        return { kind, element: element(), text: text() };
      case 'train':
        return { kind, start: one(['initial', 'here']), steps: 1 + random.integer(10_000) };
      case 'run':
        return { kind, run: text() };
      default:
        return { kind, images: listed(9, () => random.integer(10_000)) };
    }
  };
  const narrations = Array.from({ length: random.integer(3) }, (_, nth) =>
    narrationOf(
      `n${nth}`,
      often(() => ({ skip: number() })),
    ),
  );
  const scene = (_: unknown, nth: number): FilmScene => {
    const [begins, narration] = [often(text, 0.3), often(() => narrations.at(random.integer(3))?.id)];
    return {
      id: `${one(['scene-', 's', '-_-'])}${nth}`,
      title: text(),
      camera: camera(),
      motion: motion(),
      duration: random.uniform() < 0.2 ? 'narration' : 0.1 + number() * 0.9,
      before: number(),
      after: number(),
      ...(begins !== undefined && { begins }),
      transition: one(transitions),
      caption: text() + (often(inBraces) ?? '') + text(),
      notes: text() + text() + text(),
      marks: Array.from({ length: random.integer(3) }, () => ({ at: number(), name: text() })),
      ...(narration !== undefined && { narration }),
    };
  };
  return { look: one(filmLooks), scenes: Array.from({ length: random.integer(6) }, scene), narrations };
}
