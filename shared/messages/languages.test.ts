import { afterEach, expect, test } from 'vitest';
import { contentText, NUMBER_ERROR } from '../cell-content.ts';
import { messages, say, speak } from '../messages.ts';
import { date, decimal, fixed, rounded, whole } from './format.ts';
import { sentences } from './sentences.ts';

afterEach(() => void speak('en'));

test('What is said follows the language that is spoken, sentences from elsewhere too', () => {
  const sentence = sentences.grid.editLabel('AH3');
  expect(say(sentence)).toBe('Edit AH3');
  expect(speak('de')).toBe('de');
  expect(say(sentence)).toBe('AH3 bearbeiten');
  expect(messages.menu.save).toBe('Speichern');
  expect(speak('en')).toBe('en');
  expect(say(sentence)).toBe('Edit AH3');
});

test('“As the system” is the first language the system asks for that there is, or English', () => {
  expect(speak('system', ['fr-FR', 'de-AT', 'en-GB'])).toBe('de');
  expect(speak('system', ['fr-FR', 'en-GB', 'de-DE'])).toBe('en');
  expect(speak('system', ['fr-FR'])).toBe('en');
  expect(speak('system')).toBe('en');
});

test('Numbers are written as the language writes them, whatever the system asks for', () => {
  speak('de', ['en-US']);
  expect([whole(60_000), fixed(0.5, 2), decimal('1e-7'), rounded(1234.5, 1)]).toEqual([
    '60.000',
    '0,50',
    '1e-7',
    '1.234,5',
  ]);
  expect(date('2026-03-07T12:00:00Z')).toBe('07.03.2026');
  speak('en', ['de-DE']);
  expect([whole(60_000), fixed(0.5, 2), rounded(1234.5, 1)]).toEqual(['60,000', '0.50', '1,234.5']);
});

test('Where no language is chosen, words are English and numbers are as the system asks', () => {
  expect(speak(undefined, ['de-DE'])).toBe('en');
  expect(messages.menu.save).toBe('Save');
  expect(fixed(0.5, 1)).toBe('0,5');
  expect(speak(undefined, ['ar-EG'])).toBe('en');
  expect(whole(12)).toBe('12');
});

test('Errors have the names of the reader’s spreadsheet, and their own names without a language', () => {
  speak('de');
  expect(contentText(NUMBER_ERROR, String, messages.cells.errors)).toBe('#ZAHL!');
  expect(contentText({ error: '#N/A' }, String, messages.cells.errors)).toBe('#NV');
  expect(contentText(NUMBER_ERROR, String)).toBe('#NUM!');
});
