/** How the reader's language writes formulas. They are stored and exported in English. */
import { spoken } from '../messages.ts';
import { de } from '../messages/de.ts';
import { decimalSign } from '../messages/format.ts';
import type { Language } from '../messages/languages.ts';
import { ENGLISH, type FormulaLanguage, type Words } from './print.ts';
import germanNames from './tables/german-names.json' with { type: 'json' };

/** The English names of all functions in the order of the alphabet. HyperFormula knows them, and so does every other
 *  calculation here. */
export const functionNames: readonly string[] = Object.keys(germanNames);

const german = {
  functions: new Map(Object.entries(germanNames)),
  english: new Map(Object.entries(germanNames).map(([english, name]) => [name, english])),
};

/** The language of formulas for whoever reads `messages`: its words, and separators that fit its decimal sign. */
export function spokenFormulas(): FormulaLanguage {
  return formulasIn(spoken, decimalSign);
}

/** How formulas are written in a language, with this decimal sign. */
export function formulasIn(language: Language, decimal: '.' | ','): FormulaLanguage {
  const signs: FormulaLanguage = decimal === ',' ? { decimal: ',', list: ';', column: '.' } : ENGLISH;
  if (language === 'en') return signs;
  const { errors, truth } = de.cells;
  const words: Words = { ...german, errors, truth };
  return { ...signs, words };
}

/** The name of a function in a language, by its English name. */
export const localName = (english: string, { words }: FormulaLanguage): string =>
  words?.functions.get(english) ?? english;

/** The English name of the function that a typed name means; undefined if there is none. */
export function functionNamed(typed: string, { words }: FormulaLanguage): string | undefined {
  const name = typed.toUpperCase();
  const english = words?.english.get(name) ?? name;
  return known.has(english) ? english : undefined;
}

/** The truth value that a typed word means, in a language or in English; undefined for other texts. */
export function truthNamed(typed: string, { words }: FormulaLanguage): boolean | undefined {
  const name = typed.trim().toUpperCase();
  if (name === 'TRUE' || name === words?.truth.true) return true;
  return name === 'FALSE' || name === words?.truth.false ? false : undefined;
}

const known: ReadonlySet<string> = new Set(functionNames);

/** The functions whose names a wrong name may be meant for, as they are called in a language: at most three. */
export function functionsNear(typed: string, language: FormulaLanguage): string[] {
  const name = typed.toUpperCase();
  // Somebody who knows the function's name in another language finds it here.
  const elsewhere = german.english.get(name);
  if (elsewhere !== undefined && !language.words) return [elsewhere];
  const most = Math.max(1, Math.floor(name.length / 3));
  const near = functionNames.map(english => {
    const candidate = localName(english, language);
    return { candidate, changes: changesBetween(name, candidate, most) };
  });
  const least = Math.min(most, ...near.map(({ changes }) => changes));
  return near
    .filter(({ changes }) => changes === least)
    .slice(0, 3)
    .map(({ candidate }) => candidate);
}

/** How many letters must be put in, left out, replaced or swapped with the next to get from one word to the other.
 *  `most + 1` if there are more than `most`. */
function changesBetween(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return most + 1;
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      row[j] = Math.min(above[j] + 1, row[j - 1] + 1, above[j - 1] + same);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) row[j] = Math.min(row[j], before[j - 2] + 1);
    }
    [before, above] = [above, row];
  }
  return Math.min(above[b.length], most + 1);
}
