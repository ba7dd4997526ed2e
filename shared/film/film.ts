/** The picture of a scene at a time. Screens, films, thumbnails and pages all draw this one. */
import { messages } from '../messages.ts';
import { momentOf } from './moment.ts';
import type { SceneFilm } from './numbers.ts';
import { type Box, type Item, paint, type Picture, type Size } from './picture.ts';
import { eased, enteredAt, progressAt } from './timeline.ts';
import { drawCell } from './views/cell.ts';
import { drawMaps } from './views/maps.ts';
import { drawNetwork } from './views/network.ts';
import { drawScores } from './views/scores.ts';

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
  const own = contentOf(film, progress, size, captions);
  const entered = enteredAt(scene, length, seconds);
  if (!before || entered >= 1) return { size, items: own, spoken: spokenOf(film) };
  const last = contentOf(before.film, progressAt(before.film.scene, before.length, before.length), size, captions);
  return { size, items: between(last, own, eased(entered), scene.transition, size), spoken: spokenOf(film) };
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

function contentOf(film: SceneFilm, progress: number, size: Size, captions: boolean): Item[] {
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
  return [...drawView(film, progress, area), ...words];
}

function drawView(film: SceneFilm, progress: number, area: Box): Item[] {
  const moment = momentOf(film, progress);
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
    default:
      return [];
  }
}
