/** The picture of a scene at a time. Screens, films, thumbnails and pages all draw this one. */
import { messages } from '../messages.ts';
import { type Moment, momentOf } from './moment.ts';
import type { SceneFilm } from './numbers.ts';
import { type Box, type Item, paint, type Picture, type Size } from './picture.ts';
import { eased, enteredAt, progressAt } from './timeline.ts';
import { drawCell } from './views/cell.ts';
import { drawKernels } from './views/kernels.ts';
import { drawMaps } from './views/maps.ts';
import { drawNetwork } from './views/network.ts';
import { drawScores } from './views/scores.ts';
import { drawSheet, type From } from './views/sheet.ts';

/** A picture of 16:9, and one for telephones. */
export const WIDE: Size = { width: 1920, height: 1080 };
export const HIGH: Size = { width: 1080, height: 1920 };
const MARGIN = 72;
const CAPTION = { size: 42, height: 58, room: 190 };

export type PictureOptions = {
  size?: Size;
  /** Whether the caption stands in the picture. */
  captions?: boolean;
  /** The scene before, and its length, for the transition. */
  before?: { film: SceneFilm; length: number };
};

/** `length`: how long the scene is, `seconds`: how long it has been shown. */
export function pictureAt(film: SceneFilm, length: number, seconds: number, options: PictureOptions = {}): Picture {
  const { size = WIDE, captions = true, before } = options;
  const { scene } = film;
  const progress = progressAt(scene, length, seconds);
  const spoken = spokenOf(film);
  const share = eased(enteredAt(scene, length, seconds));
  if (!before || share >= 1) return { size, items: contentOf(film, progress, size, captions), spoken };
  const from = before.film.scene.camera;
  // The camera moves over the sheet to its next part.
  if (scene.transition === 'glide' && from.kind === 'sheet' && scene.camera.kind === 'sheet')
    return { size, items: contentOf(film, progress, size, captions, { camera: from, share }), spoken };
  const own = contentOf(film, progress, size, captions);
  const last = contentOf(before.film, progressAt(before.film.scene, before.length, before.length), size, captions);
  return { size, items: between(last, own, share, scene.transition, size), spoken };
}

function spokenOf({ scene: { title, caption } }: SceneFilm): string {
  return caption === '' ? title : messages.film.spoken(title, caption);
}

/** The last picture of one scene on its way to the first of the next. */
function between(
  last: readonly Item[],
  next: readonly Item[],
  share: number,
  transition: 'cut' | 'fade' | 'glide',
  { width, height }: Size,
): Item[] {
  if (transition === 'glide')
    return [
      { kind: 'group', items: last, x: -share * width },
      { kind: 'group', items: next, x: (1 - share) * width },
    ];
  // The new picture comes over the old one with its ground, so that nothing gets darker on the way.
  const ground: Item = { kind: 'rectangle', box: { x: 0, y: 0, width, height }, fill: paint('ground') };
  return [...last, { kind: 'group', items: [ground, ...next], alpha: share, whole: true }];
}

function contentOf(film: SceneFilm, progress: number, size: Size, captions: boolean, from?: From): Item[] {
  const { caption } = film.scene;
  const hasCaption = captions && caption !== '';
  const area: Box = {
    x: MARGIN,
    y: MARGIN,
    width: size.width - 2 * MARGIN,
    height: size.height - 2 * MARGIN - (hasCaption ? CAPTION.room - MARGIN / 2 : 0),
  };
  const words: Item[] = hasCaption
    ? [
        {
          kind: 'lines',
          x: size.width / 2,
          y: size.height - 62,
          text: caption,
          size: CAPTION.size,
          height: CAPTION.height,
          weight: 600,
          align: 'center',
          wide: Math.min(size.width - 2 * MARGIN, 1400),
          up: true,
          paint: paint('ink'),
        },
      ]
    : [];
  const moment = momentOf(film, progress);
  return [...drawView(film, moment, area, from), ...drawState(film, moment, size), ...words];
}

/** In the corner: how far a run has come, or which image is shown. */
function drawState({ scene }: SceneFilm, { state }: Moment, { width, height }: Size): Item[] {
  const isHigh = height > width;
  const text = state.label ?? (state.step === undefined || scene.camera.kind === 'kernels' ? '' : stepText(state.step));
  if (text === '') return [];
  const at = isHigh ? { x: width - MARGIN, align: 'right' as const, y: MARGIN } : { x: MARGIN, y: height - 62 };
  return [{ kind: 'text', ...at, text, size: 28, paint: paint('ink2'), most: 200 }];
}

const stepText = (step: number) => messages.film.step(step);

function drawView(film: SceneFilm, moment: Moment, area: Box, from?: From): Item[] {
  const { camera } = film.scene;
  switch (camera.kind) {
    case 'maps':
      return drawMaps(film, moment, camera.maps, area);
    case 'cell':
      return drawCell(film, moment, area);
    case 'network':
      return drawNetwork(film, moment, area);
    case 'scores':
      return drawScores(film, moment, area);
    case 'kernels':
      return drawKernels(film, moment, camera.layer, area);
    default:
      return drawSheet(film, moment, camera, area, from);
  }
}
