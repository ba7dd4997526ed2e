import * as v from 'valibot';
import { expect, test } from 'vitest';
import { english, sameSentence } from './render.ts';
import { type Sentence, sentenceSchema } from './sentence.ts';
import { sentences } from './sentences.ts';

const travelled = (sentence: Sentence) => v.parse(sentenceSchema, JSON.parse(JSON.stringify(sentence)));

test('a sentence travels as data, with sentences in its blanks, and is said where it is read', () => {
  const label = sentences.grid.editLabel('AH3');
  expect(travelled(sentences.shell.engineStoppedOver(label))).toEqual({
    id: 'shell.engineStoppedOver',
    args: [{ id: 'grid.editLabel', args: ['AH3'] }],
  });
  expect(english(travelled(sentences.runs.notes.edited(label)))).toBe('Changed while training: Edit AH3.');
});

test('of many names the first travel, and how many there are', () => {
  const names = Array.from({ length: 65_536 }, (_, i) => `class ${i}`);
  const told = travelled(sentences.meaning.stay('pets', names));
  expect(JSON.stringify(told).length).toBeLessThan(1000);
  expect(english(told)).toContain('“class 4” and 65,531 more: their scores stay');
});

test('lists within lists get their lengths back only as far as there is room for all of them', () => {
  const long = (...first: Sentence[]): Sentence => ({ id: 'shell.together', args: [{ first, length: 90_000 }] });
  const told = travelled(long(...Array.from({ length: 20 }, () => long('.'))));
  // One space for each empty item, and a few between the sentences.
  expect(english(told).length).toBeLessThan(101_000);
  expect(english(travelled(long('.'))).length).toBe(90_000);
});

test('a faulty list deep within lists is looked at once, not twice at each depth', () => {
  let reads = 0;
  const counted = new Proxy(['text'], {
    get(list, key, receiver) {
      if (key === '0') reads++;
      return Reflect.get(list, key, receiver) as unknown;
    },
  });
  let nested: unknown[] = [counted, () => 'no data'];
  for (let depth = 0; depth < 9; depth++) nested = [nested];
  expect(v.is(sentenceSchema, { id: 'grid.editLabel', args: nested })).toBe(false);
  expect(reads).toBeLessThan(5);
});

test('text of earlier versions is said as it is; what makes no sense does no harm', () => {
  expect(english('Paused.')).toBe('Paused.');
  const unknown = (id: string) => `This version has no words for what was said (${id}).`;
  for (const id of ['no.such', 'constructor.name', 'grid', 'meaning.stay']) expect(english({ id })).toBe(unknown(id));
  expect(v.is(sentenceSchema, { id: 'grid.editLabel', args: ['x'.repeat(20_000)] })).toBe(false);
  expect(v.is(sentenceSchema, { id: 'grid.editLabel', more: 1 })).toBe(false);
});

test('sentences are the same by what they tell, as data or as the English text of an earlier version', () => {
  const label = sentences.runs.label('Run 1');
  expect(sameSentence(sentences.runs.label('Run 1'), label)).toBe(true);
  expect(sameSentence(JSON.parse(JSON.stringify(label)), label)).toBe(true);
  expect(sameSentence('Train: Run 1', label)).toBe(true);
  expect(sameSentence(sentences.runs.label('Run 2'), label)).toBe(false);
  expect(sameSentence(sentences.runs.deleteLabel('Run 1'), label)).toBe(false);
  expect(sameSentence(undefined, label)).toBe(false);
});
