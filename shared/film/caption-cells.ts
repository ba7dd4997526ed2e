/** Captions name cells whose numbers they say: {AD11}, {Notes!B2}, {conv1/kernel[0,0,0,1]}; {AD11 %} is a share of 1 in
 *  percent. {answer} is the class with the highest score, {answer 2} the next one, {answer %} its probability. {{ is a
 *  brace.
 *  A storyboard keeps a cell as the element that it is, {#conv1/output@12}, or by its sheet's id, {#notes!B2}, so that
 *  it is found in another layout and under other names. What names no cell stays as it was typed. */
import { formatAddress, MAX_COLUMNS, MAX_ROWS, parseAddress } from '../address.ts';
import type { Written } from '../cells.ts';
import { sheetPrefix } from '../formula/notation.ts';
import type { ElementIndex } from '../layout/layout.ts';
import type { Sheet } from '../layout/sheet.ts';
import type { Sentence } from '../messages/sentence.ts';
import { sentences } from '../messages/sentences.ts';
import type { TensorId } from '../network.ts';
import type { CellPlace } from '../places.ts';
import { readCell, type Surroundings, writeElement } from './text-places.ts';
import { outcomeOf } from './views/answer.ts';

/** What braces name. `rank`: 1 for the class with the highest score. */
export type Named = { element: ElementIndex } | { place: CellPlace } | { rank: number };
/** What stands in braces, without its %. `names`: left out if it is no cell. `isShare`: said in percent. */
type Braces = { inner: string; isShare: boolean; names?: Named };

const BRACES = /(\{\{|\{[^{}\n]*\})/;

/** A caption as texts and cells. */
export function partsOf(caption: string): (string | Braces)[] {
  return caption.split(BRACES).map((part, at) => (at % 2 === 0 ? part : part === '{{' ? '{' : bracesOf(part)));
}

function bracesOf(part: string): Braces {
  const [, inner, percent] = /^\{\s*(.*?)\s*(%?)\s*\}$/.exec(part)!;
  const names = namedIn(inner);
  return { inner, isShare: percent !== '', ...(names && { names }) };
}

function namedIn(inner: string): Named | undefined {
  const [answer, rank = '1'] = /^answer(?: ([1-9]\d{0,4}))?$/.exec(inner) ?? [];
  if (answer !== undefined) return { rank: Number(rank) };
  const [, tensor, index] = /^#([^/@]+\/[a-zA-Z]+)@(\d{1,16})$/.exec(inner) ?? [];
  if (tensor !== undefined) return { element: { tensor: tensor as TensorId, index: Number(index) } };
  const [, sheet, address = ''] = /^#(.+)!([A-Z]+\d+)$/.exec(inner) ?? [];
  const cell = parseAddress(address);
  return cell && { place: { sheet, ...cell } };
}

/** Whether a caption may say what cells hold, so that its scene has to be read first. */
export const saysNumbers = (caption: string): boolean => caption.includes('{');

/** Braces as captions keep them. */
export const braces = (inner: string, isShare = false): string => `{${inner}${isShare ? ' %' : ''}}`;
export const elementInBraces = ({ tensor, index }: ElementIndex): string => braces(`#${tensor}@${index}`);

/** A caption as a storyboard keeps it, from what somebody has typed. */
export function keptCaption(around: Surroundings, typed: string): string {
  return withBraces(typed, ({ inner, names }) => {
    const found = names ? undefined : readCell(around, inner);
    if (!found) return inner;
    return 'tensor' in found ? `#${found.tensor}@${found.index}` : `#${found.sheet}!${formatAddress(found)}`;
  });
}

/** The opposite: with the addresses and names of now. */
export function typedCaption(around: Surroundings, kept: string): string {
  const { sheet, sheets } = around;
  return withBraces(kept, ({ inner, names }) => {
    if (!names || 'rank' in names) return inner;
    if ('element' in names) return writeElement(around, names.element);
    const { row, column } = names.place;
    const on = sheets.find(({ id }) => id === names.place.sheet);
    const isOwn = on?.id !== sheet.id;
    // The address of an element would mean the element.
    if (!on || (!isOwn && sheet.layout.elementAt(row, column))) return inner;
    return `${isOwn ? sheetPrefix(on.name) : ''}${formatAddress(names.place)}`;
  });
}

function withBraces(caption: string, innerOf: (braces: Braces) => string): string {
  const parts = caption.split(BRACES).map((part, at) => {
    if (at % 2 === 0 || part === '{{') return part;
    const all = bracesOf(part);
    const inner = innerOf(all);
    return inner === all.inner ? part : braces(inner, all.isShare);
  });
  return parts.join('');
}

/** The tensors and the cells around the network that a caption names. */
export function namedCells(caption: string): { tensors: TensorId[]; places: CellPlace[] } {
  const named = partsOf(caption).flatMap(part => (typeof part !== 'string' && part.names ? [part.names] : []));
  return {
    tensors: named.flatMap(each => ('element' in each ? [each.element.tensor] : [])),
    places: named.flatMap(each => ('place' in each ? [each.place] : [])),
  };
}

/** Why some braces of a caption are no cell, whatever the network is. */
export function strangeBraces(caption: string): Sentence | undefined {
  for (const part of partsOf(caption))
    if (typeof part !== 'string' && !part.names) return say.strangeBraces(part.inner.slice(0, 100));
  return undefined;
}

/** Why a caption can't be said of this network. undefined if it can. */
export function problemOfCaption(sheet: Sheet, caption: string, sheets: Written['sheets']): Sentence | undefined {
  const strange = strangeBraces(caption);
  if (strange !== undefined) return strange;
  for (const part of partsOf(caption)) {
    const problem = typeof part === 'string' ? undefined : problemOfCell(sheet, part, sheets);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

const { problems: say } = sentences.scenes;

function problemOfCell(sheet: Sheet, { names, isShare }: Braces, sheets: Written['sheets']): Sentence | undefined {
  if (!names) return undefined;
  if ('element' in names) {
    const { tensor, index } = names.element;
    return index < (sheet.tensors.get(tensor)?.size ?? 0) ? undefined : say.captionCell(`${tensor}[${index}]`);
  }
  if ('place' in names) {
    const { sheet: on, row, column } = names.place;
    const isThere = sheets.some(({ id }) => id === on) && row < MAX_ROWS && column < MAX_COLUMNS;
    return isThere ? undefined : say.captionCell(formatAddress(names.place));
  }
  const outcome = outcomeOf({ sheet }, { tensors: new Map() });
  if (!outcome || outcome.info.size < Math.max(2, names.rank)) return say.noAnswer(names.rank);
  return isShare && !outcome.share ? say.noProbability : undefined;
}
