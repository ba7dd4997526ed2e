/** The part of the panel that tells why a class has a higher score than another. */
import { type CellRange, formatRange } from '../../shared/address.ts';
import type { Source } from '../../shared/explain/numbers.ts';
import {
  cellsOfWhy,
  className,
  classOfElement,
  explainWhy,
  lastLayerRead,
  layersBack,
  type Part,
  rivalOf,
  scoresIn,
  type Why,
  type WhyClaim,
  whyClaims,
  whyFurtherBack,
} from '../../shared/explain/why.ts';
import type { ElementIndex } from '../../shared/layout/layout.ts';
import { placeOf, type Sheet } from '../../shared/layout/sheet.ts';
import { messages } from '../../shared/messages.ts';
import type { LayerId } from '../../shared/network.ts';
import { only, type RangePlace } from '../../shared/places.ts';
import type { Args, Replies } from '../../shared/protocol.ts';
import { shortNumber } from '../../shared/explain/short-number.ts';
import type { Client } from '../core/client.ts';
import { element, iconButton } from '../core/element.ts';
import { sentenceOf } from '../core/sentence-of.ts';
import type { Store } from '../core/store.ts';
import { section } from '../parts/sides.ts';
import type { Theme } from '../parts/theme.ts';
import type { Canvases } from './canvases.ts';
import { cellsOfElements, LARGEST, paintNumbers, pictureButton } from './map-pictures.ts';
import { addressButton, type Pointing, signedHeat } from './number-grid.ts';
import { type Bar, barList } from './sum.ts';

/** So many parts are shown by themselves; the others are summed up. Biases are always shown. */
const MOST_PARTS = 6;

type WhyDrawing = { theme: Theme; pointing: Pointing; canvases: Canvases };

/** `changed` is called when other cells are needed, another class or layer is chosen, or the engine has answered. */
export function createWhy(store: Store, client: Client, changed: () => void) {
  const text = messages.explain.why;
  /** The other class, and the layer to go back to, that the user has chosen. */
  let chosen: number | undefined;
  let wanted: LayerId | undefined;
  /** The pair of classes whose cells were asked for. */
  let asked = '';
  /** What the engine was asked for last, and its last answer. `about`: the classes and the layer. */
  let question = '';
  let found: { about: string; answer: Replies['findShares'] | string } | undefined;

  const otherOf = (source: Source, unit: number): number | undefined =>
    chosen !== undefined && chosen !== unit && chosen < scoresIn(source.sheet) ? chosen : rivalOf(source, unit);
  /** The layers to choose from, the nearest first, and the one that is looked at. */
  const walkOf = (sheet: Sheet): { layers: LayerId[]; at: LayerId | undefined } => {
    const all = layersBack(sheet);
    const layers = all.slice(all.indexOf(lastLayerRead(sheet) ?? all[0]));
    return { layers, at: wanted !== undefined && layers.includes(wanted) ? wanted : layers[0] };
  };

  const ask = async (key: string, about: string, args: Args<'findShares'>) => {
    const answer = await client.send('findShares', args).catch((error: unknown) => sentenceOf(error));
    // Meanwhile something else was asked for.
    if (question !== key) return;
    found = { about, answer };
    changed();
  };
  /** What the engine says of a layer further back than the last sum. undefined until it has answered. */
  const answerTo = (unit: number, against: number, layer: LayerId): typeof found => {
    const { workbookId, structure, workbook } = store.get();
    const about = JSON.stringify([workbookId, structure, unit, against, layer]);
    const key = JSON.stringify([about, workbook.revision, workbook.parameterRevision]);
    if (question !== key) {
      question = key;
      void ask(key, about, { class: unit, against, layer });
    }
    return found?.about === about ? found : undefined;
  };

  return {
    /** The cells that the section needs. Empty for elements that are no class. */
    cells(source: Source, at: ElementIndex): RangePlace[] {
      const unit = classOfElement(source.sheet, at);
      if (unit === undefined) return [];
      const other = otherOf(source, unit) ?? unit;
      asked = `${unit} ${other}`;
      return cellsOfWhy(source.sheet, unit, other);
    },
    section(source: Source, at: ElementIndex, drawing: WhyDrawing): Node[] {
      const { sheet } = source;
      const unit = classOfElement(sheet, at);
      if (unit === undefined) return [];
      const other = otherOf(source, unit);
      // Only the scores say which class is the rival, and then its weights are needed.
      if (other !== undefined && asked !== `${unit} ${other}`) queueMicrotask(changed);
      const options = Array.from({ length: scoresIn(sheet) }, (_, each) => each).filter(each => each !== unit);
      const select = choice(
        text.against,
        options.map(each => ({ value: String(each), name: className(sheet, each), selected: each === other })),
      );
      select.addEventListener('change', () => {
        chosen = Number(select.value);
        changed();
      });
      const walk = walkOf(sheet);
      const made = section(
        text.title,
        [text.against, select],
        ...walkRow(sheet, walk),
        ...content(source, unit, other, walk.at, drawing),
      );
      made.classList.add('explain-why');
      return [made];
    },
  };

  function content(
    source: Source,
    unit: number,
    other: number | undefined,
    layer: LayerId | undefined,
    drawing: WhyDrawing,
  ): Node[] {
    const { sheet } = source;
    const remark = (words: string) => [element('p', { class: 'remark' }, words)];
    if (other === undefined || layer === undefined) return remark(text.waiting);
    if (layer === lastLayerRead(sheet)) {
      const why = explainWhy(source, unit, other);
      if (!why) return remark(text.waiting);
      return why.whole ? drawWhy(sheet, why, text.colours, drawing) : remark(text.written);
    }
    const known = answerTo(unit, other, layer);
    if (!known) return remark(text.waiting);
    if (typeof known.answer === 'string') return remark(known.answer);
    return drawWhy(sheet, whyFurtherBack(sheet, unit, other, known.answer), text.slopes, drawing);
  }

  /** Which layer's cells are told of, and buttons that go a layer on. */
  function walkRow(sheet: Sheet, { layers, at }: ReturnType<typeof walkOf>): Node[] {
    if (at === undefined) return [];
    const place = layers.indexOf(at);
    const turnTo = (layer: LayerId | undefined) => {
      if (layer === undefined) return;
      wanted = layer;
      changed();
    };
    const select = choice(
      text.seenIn,
      layers.map(id => ({ value: id, name: sheet.layers.get(id)!.name, selected: id === at })),
    );
    select.addEventListener('change', () => turnTo(select.value));
    const step = (name: 'previous' | 'next', label: string, to: number) => {
      const button = iconButton(name, label, () => turnTo(layers[to]));
      // It keeps the keyboard at the end of the way.
      button.setAttribute('aria-disabled', String(layers[to] === undefined));
      return button;
    };
    return [
      element(
        'div',
        { class: 'explain-walk' },
        text.seenIn,
        step('previous', text.back, place + 1),
        select,
        step('next', text.forth, place - 1),
      ),
    ];
  }
}

function choice(label: string, options: readonly { value: string; name: string; selected: boolean }[]) {
  return element(
    'select',
    { class: 'field small', 'aria-label': label },
    ...options.map(({ name, ...each }) => element('option', each, name)),
  );
}

/** `meaning`: what the colours mean for one class against another. */
function drawWhy(
  sheet: Sheet,
  why: Why,
  meaning: (name: string, other: string) => string,
  drawing: WhyDrawing,
): Node[] {
  const text = messages.explain.why;
  const { theme, pointing } = drawing;
  const [name, other] = [why.unit, why.against].map(unit => className(sheet, unit));
  const shown = why.parts.filter(({ kind }, at) => at < MOST_PARTS || kind === 'bias' || kind === 'own');
  const rest = why.parts.filter(part => !shown.includes(part));
  const rows: Bar[] = shown.map(part => {
    const range = cellsOfPart(sheet, part);
    const button = addressButton({ address: part.label, range }, undefined, pointing);
    button.title = formatRange(range);
    return { label: button, sum: part.sum };
  });
  if (rest.length > 0)
    rows.push({ label: text.others(rest.length), sum: rest.reduce((total, { sum }) => total + sum, 0) });
  const pictures = picturesOf(sheet, shown, drawing);
  return [
    element('p', { class: 'explain-words' }, whySentences(whyClaims(why), name, other)),
    ...(pictures.length > 0
      ? [element('div', { class: 'sights' }, ...pictures), element('p', { class: 'remark' }, meaning(name, other))]
      : []),
    barList(theme, rows, { label: text.total(name, other), sum: why.difference }),
  ];
}

/** The sentences that say what the claims say. */
export function whySentences(claims: readonly WhyClaim[], name: string, other: string): string {
  const { claims: text } = messages.explain.why;
  return claims
    .map(claim => {
      switch (claim.kind) {
        case 'ahead':
          return text.ahead(name, other, claim.difference);
        case 'none':
          return text.none(claim.speaks === 'for' ? name : other);
        case 'silent':
          return text.silent(claim.silent, claim.of);
        default: {
          const whose = claim.kind === 'for' ? name : other;
          return claim.count === 1
            ? text.only(whose, claim.label, claim.sum)
            : text.most(whose, claim.label, claim.sum, claim.of);
        }
      }
    })
    .join(' ');
}

/** All cells of a map; the cell of a unit; of the biases the one of the class itself, or the first. */
function cellsOfPart(sheet: Sheet, { kind, tensor, inputs }: Part): RangePlace {
  return kind === 'map'
    ? cellsOfElements(sheet, tensor, inputs[0], inputs.at(-1)!)
    : only(placeOf(sheet, tensor, inputs[0]));
}

/** The contributions of maps as pictures. A press goes to the cell that weighs most, to walk back from there. */
function picturesOf(sheet: Sheet, parts: readonly Part[], { theme, pointing, canvases }: WhyDrawing): HTMLElement[] {
  const maps = parts.filter(({ kind }) => kind === 'map');
  const limit = maps.reduce((most, { contributions, strongest }) => {
    return Math.max(most, Math.abs(contributions[strongest]));
  }, 0);
  const heat = signedHeat(theme, limit);
  return maps.flatMap(part => {
    const { tensor, inputs, contributions, strongest, label, sum, factors } = part;
    const [height, width] = sheet.tensors.get(tensor)!.shape;
    if (height * width === 1 || Math.max(height, width) > LARGEST) return [];
    const canvas = canvases.take(width, height);
    paintNumbers(canvas, contributions, heat, theme);
    const frame: CellRange = { row: Math.floor(strongest / width), column: strongest % width, height: 1, width: 1 };
    const target = only(placeOf(sheet, tensor, inputs[strongest]));
    const { picture, product } = messages.explain.why;
    const name = picture(label, shortNumber(sum), product(...factors!, contributions[strongest]));
    return [pictureButton(canvas, name, { target, frame, pointing, caption: label, note: shortNumber(sum) })];
  });
}
