/** What functions do and which arguments they take. The table is large, so it is loaded when somebody types a
 *  formula. */
import type { Language } from '../messages/languages.ts';
import type { FormulaLanguage } from './print.ts';

export type FunctionHelp = {
  /** One line about the function. */
  line: string;
  arguments: readonly { name: string; line: string; optional: boolean }[];
  /** How many of the last arguments may be repeated. */
  repeats: number;
};

/** The help with a function by its English name. undefined if there is none. */
export type Help = (english: string) => FunctionHelp | undefined;

/** A function's line in another language, and the name and line of each of its arguments. */
type TranslatedHelp = Record<string, { line: string; arguments: readonly (readonly [name: string, line: string])[] }>;

/** Loads the help in a language. What isn't translated is in English. */
export async function loadHelp(language: Language): Promise<Help> {
  const { default: english } = await import('./tables/function-help.json');
  const translated: TranslatedHelp =
    language === 'de' ? ((await import('./tables/german-help.json')).default as unknown as TranslatedHelp) : {};
  const all = english as Record<string, FunctionHelp>;
  return name => {
    const help = Object.hasOwn(all, name) ? all[name] : undefined;
    const own = Object.hasOwn(translated, name) ? translated[name] : undefined;
    if (!help || !own) return help;
    const named = help.arguments.map((each, i) => {
      const [argument, line] = own.arguments[i] ?? [each.name, each.line];
      return { ...each, name: argument, line };
    });
    return { ...help, line: own.line, arguments: named };
  };
}

/** The argument that the help describes for the one at the caret, counted from 0. Repeated arguments are described like
 *  the last ones. undefined if the function takes fewer. */
export function describedArgument({ arguments: all, repeats }: FunctionHelp, at: number): number | undefined {
  if (at < all.length) return at;
  return repeats > 0 ? all.length - repeats + ((at - all.length) % repeats) : undefined;
}

/** SUM(number1, …) in pieces. `current` marks the argument at the caret. */
export function signature(
  name: string,
  { arguments: all, repeats }: FunctionHelp,
  at: number,
  { list }: FormulaLanguage,
): { text: string; current: boolean }[] {
  const pieces = [{ text: `${name}(`, current: false }];
  for (const [i, argument] of all.entries()) {
    if (i > 0) pieces.push({ text: `${list} `, current: false });
    pieces.push({ text: argument.optional ? `[${argument.name}]` : argument.name, current: i === at });
  }
  if (repeats > 0) pieces.push({ text: `${list} `, current: false }, { text: '…', current: at >= all.length });
  return [...pieces, { text: ')', current: false }];
}
