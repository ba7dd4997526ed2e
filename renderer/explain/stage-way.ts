/** The pictures on the stage from the image to the maps that are compared, as far as a scan has come. */
import { contains } from '../../shared/address.ts';
import type { CellContent } from '../../shared/cell-content.ts';
import type { Last } from '../../shared/explain/why.ts';
import { mapsOnTheWay } from '../../shared/explain/comparison.ts';
import type { Sheet } from '../../shared/layout/sheet.ts';
import { messages } from '../../shared/messages.ts';
import { formatShape, type TensorInfo } from '../../shared/network.ts';
import type { RangePlace } from '../../shared/places.ts';
import type { Frames } from '../../shared/scene/scan.ts';
import { element } from '../core/element.ts';
import type { State, Values } from '../core/store.ts';
import type { Theme } from '../parts/theme.ts';
import { cellsOfElements, contentsIn, frameOver, LARGEST, paintNumbers, sightButton, within } from './map-pictures.ts';
import { heatOf, type Pointing } from './number-grid.ts';

/** So many layers are shown, the last ones, and so many maps of each. */
const [MOST_LAYERS, MOST_MAPS] = [9, 8];

/** `drawn`: what the canvas shows, so that it is painted only when that changes. */
type Picture = {
  info: TensorInfo;
  channel: number;
  cells: RangePlace;
  canvas: HTMLCanvasElement;
  button: HTMLElement;
  drawn: string;
};

/** The layers that are shown: the image, and the last ones before the comparison. */
export function shownOnTheWay(sheet: Sheet, last: Last): TensorInfo[] {
  const all = mapsOnTheWay(sheet, last).filter(({ shape: [height, width] }) => Math.max(height, width) <= LARGEST);
  return all.filter((_, at) => at === 0 || at > all.length - MOST_LAYERS);
}

/** The cells of the maps that are shown. */
export function mapsShown(sheet: Sheet, { id, size, shape }: TensorInfo): RangePlace[] {
  const channels = shape[2];
  return Array.from({ length: Math.min(channels, MOST_MAPS) }, (_, channel) =>
    cellsOfElements(sheet, id, channel, size - channels + channel),
  );
}

export function createStageWay(values: Values, pointing: Pointing) {
  const text = messages.explain.stage;
  const list = element('div', { class: 'stage-layers' });
  const root = element('section', { class: 'stage-way' }, element('h3', {}, text.way), list);
  let built: Sheet | undefined;
  let pictures: Picture[] = [];

  const build = (sheet: Sheet, last: Last) => {
    built = sheet;
    pictures = [];
    const layers = shownOnTheWay(sheet, last).map((info, at) => {
      const { name } = sheet.layers.get(info.layer)!;
      const [height, width, channels] = info.shape;
      const own = mapsShown(sheet, info).map((cells, channel): Picture => {
        const canvas = element('canvas', { width, height, 'aria-hidden': true });
        const spoken = channels === 1 ? name : `${name} · ${messages.cells.map(channel + 1)}`;
        const button = sightButton(canvas, spoken, { target: cells, pointing });
        return { info, channel, cells, canvas, button, drawn: '' };
      });
      pictures.push(...own);
      return element(
        'div',
        { class: at === 0 ? 'stage-layer image' : 'stage-layer' },
        element('p', {}, element('b', {}, name), ` ${formatShape(info.shape)}`),
        element('div', { class: 'stage-maps sights' }, ...own.map(({ button }) => button)),
        channels > own.length && element('p', { class: 'remark' }, text.more(channels - own.length)),
      );
    });
    list.replaceChildren(...layers);
    // Two rows, of smaller pictures where there are many.
    for (const maps of list.querySelectorAll<HTMLElement>('.stage-maps')) {
      const columns = Math.ceil(maps.childElementCount / 2);
      maps.style.setProperty('--columns', String(columns));
      maps.classList.toggle('many', columns > 2);
    }
  };

  return {
    root,
    /** `version`: another number when values have changed. `filled`: how many cells of a tensor have come about. */
    update(
      state: Readonly<State>,
      last: Last,
      {
        theme,
        version,
        filled,
        frames,
      }: { theme: Theme; version: string; filled: (info: TensorInfo) => number; frames: Frames | undefined },
    ): void {
      const { sheet } = state;
      if (built !== sheet) build(sheet, last);
      for (const picture of pictures) {
        const { info, channel, cells, canvas, button } = picture;
        const size = cells.height * cells.width;
        const there = Math.max(0, Math.min(size, filled(info) - channel * size));
        const drawn = `${version} ${there}`;
        if (drawn !== picture.drawn) {
          const contents: (CellContent | undefined)[] = contentsIn(sheet, values, cells);
          paintNumbers(canvas, contents.fill(undefined, there), heatOf(state, theme, cells), theme);
          button.classList.toggle('unfinished', there < size);
          picture.drawn = drawn;
        }
        for (const old of button.querySelectorAll('.sight-frame')) old.remove();
        if (!frames) continue;
        const framed = frames.reads.filter(range => range.sheet === sheet.id && isIn(cells, range));
        if (isIn(cells, frames.target)) framed.push(frames.target);
        for (const range of framed) {
          const frame = frameOver(within(range, cells), cells.width, cells.height);
          if (range === frames.target) frame.classList.add('made');
          button.append(frame);
        }
      }
    },
  };
}

const isIn = (whole: RangePlace, part: RangePlace): boolean =>
  contains(whole, part) &&
  part.row + part.height <= whole.row + whole.height &&
  part.column + part.width <= whole.column + whole.width;
