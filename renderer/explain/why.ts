/** The part of the panel that tells why a class has a higher score than another. */
import { type CellRange, formatRange } from '../../shared/address.ts';
import type { Source } from '../../shared/explain/numbers.ts';
import {
  cellsOfWhy,
  className,
  classOfElement,
  explainWhy,
  type Part,
  rivalOf,
  scoresIn,
  type Why,
  type WhyClaim,
  whyClaims,
} from '../../shared/explain/why.ts';
import type { ElementIndex } from '../../shared/layout/layout.ts';
import { placeOf, type Sheet } from '../../shared/layout/sheet.ts';
import { messages } from '../../shared/messages.ts';
import { only, type RangePlace } from '../../shared/places.ts';
import { element } from '../core/element.ts';
import { section } from '../parts/sides.ts';
import type { Theme } from '../parts/theme.ts';
import { cellsOfElements, LARGEST, paintNumbers, pictureButton } from './map-pictures.ts';
import { addressButton, type Pointing, shortNumber, signedHeat } from './number-grid.ts';
import { type Bar, barList } from './sum.ts';

/** So many parts are shown by themselves; the others are summed up. The bias is always shown. */
const MOST_PARTS = 6;

/** `changed` is called when other cells are needed, or another class is chosen. */
export function createWhy(changed: () => void) {
  const text = messages.explain.why;
  /** The other class that the user has chosen. */
  let chosen: number | undefined;
  /** The pair of classes whose cells were asked for. */
  let asked = '';

  const otherOf = (source: Source, unit: number): number | undefined =>
    chosen !== undefined && chosen !== unit && chosen < scoresIn(source.sheet) ? chosen : rivalOf(source, unit);

  return {
    /** The cells that the section needs. Empty for elements that are no class. */
    cells(source: Source, found: ElementIndex): RangePlace[] {
      const unit = classOfElement(source.sheet, found);
      if (unit === undefined) return [];
      const other = otherOf(source, unit) ?? unit;
      asked = `${unit} ${other}`;
      return cellsOfWhy(source.sheet, unit, other);
    },
    section(source: Source, found: ElementIndex, drawing: { theme: Theme; pointing: Pointing }): Node[] {
      const { sheet } = source;
      const unit = classOfElement(sheet, found);
      if (unit === undefined) return [];
      const other = otherOf(source, unit);
      // Only the scores say which class is the rival, and then its weights are needed.
      if (other !== undefined && asked !== `${unit} ${other}`) queueMicrotask(changed);
      const options = Array.from({ length: scoresIn(sheet) }, (_, each) => each).filter(each => each !== unit);
      const select = element(
        'select',
        { class: 'field small', 'aria-label': text.against },
        ...options.map(each => element('option', { value: each, selected: each === other }, className(sheet, each))),
      );
      select.addEventListener('change', () => {
        chosen = Number(select.value);
        changed();
      });
      const why = other === undefined ? undefined : explainWhy(source, unit, other);
      const content = !why
        ? [element('p', { class: 'remark' }, text.waiting)]
        : why.whole
          ? drawWhy(sheet, why, drawing)
          : [element('p', { class: 'remark' }, text.written)];
      const made = section(text.title, [text.against, select], ...content);
      made.classList.add('explain-why');
      return [made];
    },
  };
}

function drawWhy(sheet: Sheet, why: Why, { theme, pointing }: { theme: Theme; pointing: Pointing }): Node[] {
  const text = messages.explain.why;
  const [name, other] = [why.unit, why.against].map(unit => className(sheet, unit));
  const shown = why.parts.filter(({ kind }, at) => at < MOST_PARTS || kind === 'bias');
  const rest = why.parts.filter(part => !shown.includes(part));
  const rows: Bar[] = shown.map(part => {
    const range = cellsOfPart(sheet, part);
    const button = addressButton({ address: part.label, range }, undefined, pointing);
    button.title = formatRange(range);
    return { label: button, sum: part.sum };
  });
  if (rest.length > 0)
    rows.push({ label: text.others(rest.length), sum: rest.reduce((total, { sum }) => total + sum, 0) });
  const pictures = picturesOf(sheet, shown, theme, pointing);
  return [
    element('p', { class: 'explain-words' }, whySentences(whyClaims(why), name, other)),
    ...(pictures.length > 0
      ? [element('div', { class: 'sights' }, ...pictures), element('p', { class: 'remark' }, text.colours(name, other))]
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

/** All cells of a map; the cell of a unit; of the biases the one of the class itself. */
function cellsOfPart(sheet: Sheet, { kind, tensor, inputs }: Part): RangePlace {
  return kind === 'map'
    ? cellsOfElements(sheet, tensor, inputs[0], inputs.at(-1)!)
    : only(placeOf(sheet, tensor, inputs[0]));
}

/** The contributions of maps as pictures. A press goes to the cell that weighs most, to walk back from there. */
function picturesOf(sheet: Sheet, parts: readonly Part[], theme: Theme, pointing: Pointing): HTMLElement[] {
  const maps = parts.filter(({ kind }) => kind === 'map');
  const limit = maps.reduce((most, { contributions, strongest }) => {
    return Math.max(most, Math.abs(contributions[strongest]));
  }, 0);
  const heat = signedHeat(theme, limit);
  return maps.flatMap(part => {
    const { tensor, inputs, contributions, strongest, label, sum } = part;
    const [height, width] = sheet.tensors.get(tensor)!.shape;
    if (height * width === 1 || Math.max(height, width) > LARGEST) return [];
    const canvas = element('canvas', { width, height, 'aria-hidden': true });
    paintNumbers(canvas, contributions, heat, theme);
    const frame: CellRange = { row: Math.floor(strongest / width), column: strongest % width, height: 1, width: 1 };
    const target = only(placeOf(sheet, tensor, inputs[strongest]));
    const name = messages.explain.why.picture(label, shortNumber(sum));
    return [pictureButton(canvas, name, { target, frame, pointing, caption: label, note: shortNumber(sum) })];
  });
}
