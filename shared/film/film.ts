/** The picture of a scene at a time. Screens, films, thumbnails and pages all draw this one. */
import { isSame } from '../changes/edits.ts';
import { messages } from '../messages.ts';
import { captionIn } from './captions.ts';
import { type Moment, momentOf } from './moment.ts';
import { type SceneFilm, stateAt } from './numbers.ts';
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
  const spoken = spokenOf(film, progress);
  const share = eased(enteredAt(scene, length, seconds));
  if (!before || share >= 1) return { size, items: contentOf(film, progress, size, captions), spoken };
  const from = before.film.scene.camera;
  // The camera moves over the sheet to its next part.
  if (scene.transition === 'glide' && from.kind === 'sheet' && scene.camera.kind === 'sheet')
    return { size, items: contentOf(film, progress, size, captions, { camera: from, share }), spoken };
  const last = progressAt(before.film.scene, before.length, before.length);
  if (scene.transition === 'fade' && isSame(from, scene.camera)) {
    const views = [viewOf(before.film, last, size, captions), viewOf(film, progress, size, captions)] as const;
    const words = [wordsOf(before.film, last, size, captions), wordsOf(film, progress, size, captions)] as const;
    return { size, items: [...over(...views, share, size), ...through(...words, share)], spoken };
  }
  const own = contentOf(film, progress, size, captions);
  const earlier = contentOf(before.film, last, size, captions);
  const items = scene.transition === 'glide' ? pushed(earlier, own, share, size) : through(earlier, own, share);
  return { size, items, spoken };
}

function spokenOf(film: SceneFilm, progress: number): string {
  const { title, caption } = film.scene;
  return caption === '' ? title : messages.film.spoken(title, captionAt(film, progress).text);
}

/** What a scene's caption says when what moves has come so far. */
export const captionAt = (film: SceneFilm, progress: number): ReturnType<typeof captionIn> =>
  captionIn(film, stateAt(film, progress));

/** The new picture pushes the old one aside. */
const pushed = (last: readonly Item[], next: readonly Item[], share: number, { width }: Size): Item[] => [
  { kind: 'group', items: last, x: -share * width },
  { kind: 'group', items: next, x: (1 - share) * width },
];

/** The new picture comes over the old one, which shows the same parts at the same places. It has its ground with it, so
 *  that nothing gets darker on the way. */
function over(last: readonly Item[], next: readonly Item[], share: number, { width, height }: Size): Item[] {
  const ground: Item = { kind: 'rectangle', box: { x: 0, y: 0, width, height }, fill: paint('ground') };
  return [...last, { kind: 'group', items: [ground, ...next], alpha: share, whole: true }];
}

/** The old picture goes, and then the new one comes: two words at one place can't be read together. */
const through = (last: readonly Item[], next: readonly Item[], share: number): Item[] =>
  share < 0.5
    ? [{ kind: 'group', items: last, alpha: 1 - 2 * share, whole: true }]
    : [{ kind: 'group', items: next, alpha: 2 * share - 1, whole: true }];

const contentOf = (film: SceneFilm, progress: number, size: Size, captions: boolean, from?: From): Item[] => [
  ...viewOf(film, progress, size, captions, from),
  ...wordsOf(film, progress, size, captions),
];

const hasCaption = ({ scene: { caption } }: SceneFilm, captions: boolean) => captions && caption !== '';

/** The caption at the bottom. */
function wordsOf(film: SceneFilm, progress: number, { width, height }: Size, captions: boolean): Item[] {
  if (!hasCaption(film, captions)) return [];
  const { text, numbers } = captionAt(film, progress);
  return [
    {
      kind: 'lines',
      x: width / 2,
      y: height - 62,
      text,
      numbers,
      size: CAPTION.size,
      height: CAPTION.height,
      weight: 600,
      align: 'center',
      wide: Math.min(width - 2 * MARGIN, 1400),
      up: true,
      paint: paint('ink'),
    },
  ];
}

/** All but the caption, and not where it stands. */
function viewOf(film: SceneFilm, progress: number, size: Size, captions: boolean, from?: From): Item[] {
  const area: Box = {
    x: MARGIN,
    y: MARGIN,
    width: size.width - 2 * MARGIN,
    height: size.height - 2 * MARGIN - (hasCaption(film, captions) ? CAPTION.room - MARGIN / 2 : 0),
  };
  const moment = momentOf(film, progress);
  return [...drawView(film, moment, area, from), ...drawState(film, moment, size)];
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
      return drawKernels(film, moment, camera, area);
    default:
      return drawSheet(film, moment, camera, area, from);
  }
}
