import { expect, test } from 'vitest';
import { takeLanguage } from './language.ts';

test.each([
  [['calc', 'lesson3'], { args: ['calc', 'lesson3'], language: 'en' }],
  [['calc', '--lang', 'de', 'lesson3'], { args: ['calc', 'lesson3'], language: 'de' }],
  [['--lang=de', 'help', 'calc'], { args: ['help', 'calc'], language: 'de' }],
  [['calc', '--lang=fr'], { args: ['calc'], language: 'en', unknown: 'fr' }],
  [['calc', '--lang'], { args: ['calc'], language: 'en', unknown: '' }],
])('--lang may stand anywhere, and is taken out: %j', (given, taken) => {
  expect(takeLanguage(given)).toEqual(taken);
});
