import { describe, expect, test } from 'vitest';
import { formatAddress } from '../../shared/address.ts';
import { buildSheet } from '../../shared/layout/sheet.ts';
import { speak } from '../../shared/messages.ts';
import type { Args } from '../../shared/protocol.ts';
import { lesson3 } from '../../shared/templates.ts';
import { foundWith } from './found.ts';

const NOTHING = { cells: [], texts: [], more: false };
const notes = { id: 'notes', name: 'Notes' };

/** The labels that are found, each with its text, where the engine finds nothing. */
function labels(text: string, more: Partial<Args<'findCells'>> = {}): string[] {
  const sheet = buildSheet(lesson3([10, 10, 1], 3), ['cat', 'dog', 'hen']);
  const search = {
    text,
    look: 'values',
    matchCase: false,
    whole: false,
    language: 'en',
    decimal: '.',
    ...more,
  } as const;
  const { cells, texts } = foundWith(NOTHING, search, { sheet, sheets: [{ id: sheet.id, name: 'Network' }, notes] });
  return cells.map((cell, i) => `${formatAddress(cell)} ${texts[i]}`);
}

describe('labels of the network’s sheet are found', () => {
  test('captions, headings, classes and names of kernels', () => {
    const softmax = labels('softmax', { matchCase: true });
    expect(softmax.map(label => label.split(' ').slice(1).join(' '))).toEqual(['softmax · 3', 'softmax']);
    expect(labels('softmax', { whole: true })).toEqual(softmax);
    expect(labels('softmax · 3', { whole: true })).toEqual([softmax[0]]);
    expect(labels('SOFTMAX', { matchCase: true })).toEqual([]);
    expect(labels('3×3').map(label => label.replace(/^\S+ /, ''))).toEqual([
      'conv1 · 2 × 8×8 · 2 kernels 3×3',
      'conv2 · 2 × 6×6 · 2 kernels 2×3×3',
      'pool · 2 × 3×3 · max 2×2',
    ]);
    expect(labels('kernel 2')).toHaveLength(2);
    expect(labels('dog')).toHaveLength(2);
  });

  test('in the reader’s language', () => {
    expect(labels('cross-entropy')).toHaveLength(1);
    speak('de');
    try {
      expect(labels('cross-entropy')).toEqual([]);
      expect(labels('kreuzentropie')).toHaveLength(1);
    } finally {
      speak('en');
    }
  });

  test('but not among formulas, nor where only another sheet is looked at', () => {
    expect(labels('softmax', { look: 'formulas' })).toEqual([]);
    expect(labels('softmax', { sheet: 'notes' })).toEqual([]);
  });
});

test('labels stand among the cells that the engine finds in the order of sheets, rows and columns', () => {
  const sheet = buildSheet(lesson3([10, 10, 1], 3));
  const search = {
    text: 'softmax',
    look: 'values',
    matchCase: false,
    whole: false,
    language: 'en',
    decimal: '.',
  } as const;
  const reply = {
    cells: [
      { sheet: 'notes', at: Uint32Array.of(2, 1) },
      { sheet: sheet.id, at: Uint32Array.of(40, 0) },
    ],
    texts: ['softmax here', 'softmax there'],
    more: false,
  };
  const sheets = [notes, { id: sheet.id, name: 'Network' }];
  const { cells, texts } = foundWith(reply, search, { sheet, sheets });
  expect(texts).toEqual(['softmax here', 'softmax · 3', 'softmax', 'softmax there']);
  expect(cells.map(({ sheet: id }) => id)).toEqual(['notes', sheet.id, sheet.id, sheet.id]);
  // Where the engine gives no more texts, the list of texts ends.
  expect(foundWith({ ...reply, texts: ['softmax here'] }, search, { sheet, sheets }).texts).toEqual([
    'softmax here',
    'softmax · 3',
    'softmax',
  ]);
});
