/** The part of the panel that shows what the shown image's pixels do for a class: saliency and occlusion. */
import { type CellRange, formatAddress, formatRange } from '../../shared/address.ts';
import type { Source } from '../../shared/explain/numbers.ts';
import {
  type ImageClaim,
  occlusionClaims,
  overChannels,
  perPixel,
  saliencyClaims,
} from '../../shared/explain/on-image.ts';
import { className, classOfElement } from '../../shared/explain/why.ts';
import type { ElementIndex } from '../../shared/layout/layout.ts';
import type { Sheet } from '../../shared/layout/sheet.ts';
import { messages } from '../../shared/messages.ts';
import { indexOf, type Shape, sourceOf } from '../../shared/network.ts';
import type { RangePlace } from '../../shared/places.ts';
import type { Replies } from '../../shared/protocol.ts';
import { shortNumber } from '../../shared/explain/short-number.ts';
import type { Client } from '../core/client.ts';
import { coloursOf } from '../core/colours.ts';
import { element } from '../core/element.ts';
import type { Store } from '../core/store.ts';
import { overriddenBehind } from '../grid/over-counts.ts';
import { sequentialStep } from '../../shared/explain/steps.ts';
import { createWork, section } from '../parts/sides.ts';
import { readTheme, type Theme } from '../parts/theme.ts';
import { cellsOfElements, pictureButton } from './map-pictures.ts';
import { largestOf, type Pointing } from './number-grid.ts';

type Found = { key: string; unit: number } & (
  | { kind: 'saliency'; answer: Replies['findSaliency'] }
  | { kind: 'occlusion'; answer: Replies['findOcclusion']; patch: number }
);

/** A patch's side is about this part of the image's, and about so many patches stand side by side at first. */
const [PATCH_PART, PATCHES] = [6, 28];
/** How much of the image is left under the colours, and how strong the strongest colour is. */
const [IMAGE, COLOUR] = [0.5, 0.9];

export function createOnImage(store: Store, client: Client, changed: () => void) {
  const text = messages.explain.onImage;
  const work = createWork(store, client, text.finding);
  const field = () => element('input', { type: 'number', class: 'field number small', min: 1, step: 1 });
  const [patch, stride] = [field(), field()];
  /** The image's size that the fields were filled in for. */
  let sized = '';
  let found: Found | undefined;

  const keyOf = (unit: number) => {
    const { workbookId, structure, workbook } = store.get();
    return JSON.stringify([workbookId, structure, workbook.revision, workbook.parameterRevision, unit]);
  };
  const findSaliency = async (unit: number): Promise<Found> => {
    const key = keyOf(unit);
    return { key, unit, kind: 'saliency', answer: await client.send('findSaliency', { class: unit }) };
  };
  const findOcclusion = async (unit: number): Promise<Found> => {
    const key = keyOf(unit);
    const size = { patch: Number(patch.value), stride: Number(stride.value) };
    const answer = await client.send('findOcclusion', { class: unit, ...size });
    return { key, unit, kind: 'occlusion', answer, patch: size.patch };
  };
  const run = async (find: Promise<Found>) => {
    const done = await work.run(() => find);
    if (done) found = done;
    layOver();
    changed();
  };
  /** The answer, as long as the image and the weights are as they were. */
  const known = () => (found && found.key === keyOf(found.unit) ? found : undefined);

  const isOver = ({ network, layers }: Sheet) =>
    overriddenBehind(store.get(), sourceOf(layers, network.layers.at(-1)!).id);

  const over = element('input', { type: 'checkbox' });
  /** What lies over the sheet, in which colours. */
  let laid: { answer: Found; colours: string } | undefined;
  /** Lays the pictures over the image's cells, or takes them away. */
  const layOver = () => {
    const state = store.get();
    const answer = over.checked && state.side === 'explain' ? known() : undefined;
    const colours = JSON.stringify(coloursOf(state));
    if (laid?.answer === answer && (!answer || laid?.colours === colours)) return;
    laid = answer && { answer, colours };
    const theme = readTheme(document.documentElement, coloursOf(state));
    store.set({ overlays: answer && overlaysOf(state.sheet, answer, theme) });
  };
  over.addEventListener('change', layOver);
  const end = store.on(['side', 'workbook', 'workbookId', 'structure', 'dark', 'settings'], layOver);

  return {
    /** The section for a class's score or probability. Empty for other elements. */
    section(source: Source, at: ElementIndex, drawing: { theme: Theme; pointing: Pointing }): Node[] {
      const { sheet } = source;
      const unit = classOfElement(sheet, at);
      const input = sheet.network.layers[0];
      if (unit === undefined || input.kind !== 'input') return [];
      const side = Math.min(input.shape[0], input.shape[1]);
      if (sized !== input.shape.join()) {
        sized = input.shape.join();
        patch.value = String(Math.max(1, Math.round(side / PATCH_PART)));
        stride.value = String(Math.max(1, Math.ceil((side - Number(patch.value)) / PATCHES)));
      }
      const name = className(sheet, unit);
      const button = (label: string, help: string, press: () => void) => {
        const made = element('button', { type: 'button', class: 'button outlined small', title: help }, label);
        made.addEventListener('click', press);
        return made;
      };
      const isSize = ({ value }: HTMLInputElement) =>
        /^\d+$/.test(value) && Number(value) >= 1 && Number(value) <= side;
      const cover = () => {
        if (isSize(patch) && isSize(stride)) void run(findOcclusion(unit));
        else work.refuse(text.badNumber(side));
      };
      const answer = known()?.unit === unit ? known() : undefined;
      const made = section(
        text.title,
        [],
        element(
          'div',
          { class: 'explain-on-image' },
          button(text.saliency, text.saliencyHelp(name), () => void run(findSaliency(unit))),
          button(text.occlusion, text.occlusionHelp(name), cover),
          element('label', {}, text.patch, patch),
          element('label', {}, text.stride, stride),
          element('label', {}, over, text.over),
        ),
        ...work.elements,
        ...(answer ? draw(answer, { sheet, name, shape: input.shape, isOverridden: isOver(sheet), ...drawing }) : []),
      );
      made.classList.add('explain-why');
      return [made];
    },
    destroy: () => {
      work.end();
      end();
      if (store.get().overlays) store.set({ overlays: undefined });
    },
  };
}

type Drawn = {
  sheet: Sheet;
  name: string;
  shape: Shape;
  theme: Theme;
  pointing: Pointing;
  /** Whether the user has typed something over cells that the score follows from. It isn't counted here. */
  isOverridden: boolean;
};

function draw(found: Found, { sheet, name, shape, theme, pointing, isOverridden }: Drawn): Node[] {
  const text = messages.explain.onImage;
  const { image, score } = found.answer;
  const patches = found.kind === 'occlusion' ? { ...found.answer, patch: found.patch } : undefined;
  const values = found.kind === 'occlusion' ? perPixel(patches!, shape) : overChannels(found.answer.values, shape);
  const claims = patches ? occlusionClaims(patches, shape, score) : saliencyClaims(values, shape, score);
  const { place } = claims[0];
  const means = patches ? text.occlusionMeans(name, patches.patch) : text.saliencyMeans(name);
  const sentences = [means, ...claims.map(claim => sentenceOf(claim, name, cells => cellsOf(sheet, shape, cells)))];
  const limit = largestOf(values);
  const canvas = paintOver(image, values, limit, shape, theme);
  return [
    element(
      'div',
      { class: 'sights large' },
      pictureButton(canvas, text[found.kind], {
        target: cellsOf(sheet, shape, place),
        frame: place,
        pointing,
        caption: text.framed,
        note: `±${shortNumber(limit)}`,
      }),
    ),
    element('p', { class: 'explain-words' }, sentences.join(' ')),
    ...(isOverridden ? [element('p', { class: 'remark' }, text.derived)] : []),
  ];
}

/** The sentence that says what a claim says. */
function sentenceOf(claim: ImageClaim, name: string, cells: (place: CellRange) => CellRange): string {
  const text = messages.explain.onImage;
  switch (claim.kind) {
    case 'pixel':
      return text.pixel(name, claim.value, formatAddress(cells(claim.place)));
    case 'sum':
      return text.sum(name, claim.sum, claim.score);
    case 'drop':
      return text.drop(name, claim.drop, claim.score, formatRange(cells(claim.place)));
    default:
      return text.rise(claim.rise, formatRange(cells(claim.place)));
  }
}

/** The cells of a part of the image, in its first channel if no other is given. */
function cellsOf(sheet: Sheet, shape: Shape, { row, column, height, width }: CellRange, channel = 0): RangePlace {
  const [first, last] = [
    [row, column, channel],
    [row + height - 1, column + width - 1, channel],
  ].map(at => indexOf(shape, at)!);
  return cellsOfElements(sheet, `${sheet.network.layers[0].id}/output`, first, last);
}

/** The image, faint, under the colours of the values. */
function paintOver(
  image: Float32Array,
  values: Float64Array,
  limit: number,
  shape: Shape,
  theme: Theme,
): HTMLCanvasElement {
  const [height, width, channels] = shape;
  const canvas = element('canvas', { width, height, 'aria-hidden': true });
  const context = canvas.getContext('2d')!;
  const painted = context.createImageData(width, height);
  const surface = bytesOf(theme.surfacePixel);
  for (let i = 0; i < values.length; i++) {
    const own = image.subarray(i * channels, (i + 1) * channels);
    const mean = own.reduce((sum, each) => sum + each, 0) / channels;
    const colour =
      channels >= 3
        ? Array.from(own, each => 255 * Math.min(1, Math.max(0, each)))
        : bytesOf(theme.colours.pixels.pixels[sequentialStep(mean)]);
    for (let part = 0; part < 3; part++)
      painted.data[4 * i + part] = IMAGE * colour[part] + (1 - IMAGE) * surface[part];
    painted.data[4 * i + 3] = 255;
  }
  context.putImageData(painted, 0, 0);
  context.drawImage(paintColours(values, limit, shape, theme), 0, 0);
  return canvas;
}

/** Signed colours that are as opaque as the values are near the limit. */
function paintColours(
  values: Float64Array,
  limit: number,
  [height, width]: Shape,
  { colours }: Theme,
): HTMLCanvasElement {
  const canvas = element('canvas', { width, height, 'aria-hidden': true });
  const context = canvas.getContext('2d')!;
  const painted = context.createImageData(width, height);
  const ends = [0, 256].map(step => bytesOf(colours.diverging.pixels[step]));
  for (let i = 0; i < values.length; i++) {
    painted.data.set(ends[values[i] < 0 ? 0 : 1], 4 * i);
    painted.data[4 * i + 3] = limit > 0 ? (255 * COLOUR * Math.abs(values[i])) / limit : 0;
  }
  context.putImageData(painted, 0, 0);
  return canvas;
}

/** For each channel of the image its saliency, or what occlusion says of the pixel, over its cells. */
function overlaysOf(sheet: Sheet, found: Found, theme: Theme) {
  const input = sheet.network.layers[0];
  const shape = input.kind === 'input' ? input.shape : [0, 0, 0];
  const [height, width, channels] = shape;
  const all = Array.from({ length: channels }, (_, channel) =>
    found.kind === 'saliency'
      ? Float64Array.from(found.answer.values.filter((__, i) => i % channels === channel))
      : perPixel({ ...found.answer, patch: found.patch }, shape),
  );
  const limit = all.reduce((most, values) => largestOf(values, most), 0);
  return all.map((values, channel) => ({
    range: cellsOf(sheet, shape, { row: 0, column: 0, height, width }, channel),
    picture: paintColours(values, limit, shape, theme),
  }));
}

/** Red, green, blue and opacity of a colour as in ImageData. */
const bytesOf = (colour: number): Uint8Array => new Uint8Array(Uint32Array.of(colour).buffer);
