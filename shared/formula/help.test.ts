import { expect, test } from 'vitest';
import { describedArgument, loadHelp, signature } from './help.ts';
import { functionNames, localName } from './language.ts';
import { ENGLISH } from './print.ts';
import functionHelp from './tables/function-help.json' with { type: 'json' };
import germanHelp from './tables/german-help.json' with { type: 'json' };

const written = (...of: Parameters<typeof signature>) =>
  signature(...of)
    .map(({ text, current }) => (current ? `*${text}*` : text))
    .join('');

test('a signature marks the argument at the caret; those that are repeated end with an ellipsis', async () => {
  const help = await loadHelp('en');
  expect(written('IF', help('IF')!, 1, ENGLISH)).toBe('IF(test, *then_value*, [otherwise_value])');
  expect(written('SUMPRODUCT', help('SUMPRODUCT')!, 0, ENGLISH)).toBe('SUMPRODUCT(*array1*, …)');
  expect(written('SUMPRODUCT', help('SUMPRODUCT')!, 4, ENGLISH)).toBe('SUMPRODUCT(array1, *…*)');
  expect(written('PI', help('PI')!, 0, ENGLISH)).toBe('PI()');
  const german = { ...ENGLISH, list: ';' } as const;
  expect(written('WENN', (await loadHelp('de'))('IF')!, 2, german)).toBe('WENN(Bedingung; dann; *[sonst]*)');
});

test('repeated arguments are described like the last ones', async () => {
  const help = await loadHelp('en');
  const described = (name: string) => [0, 1, 2, 3, 4, 5].map(at => describedArgument(help(name)!, at));
  expect(described('SUMPRODUCT')).toEqual([0, 0, 0, 0, 0, 0]);
  expect(described('SUMIFS')).toEqual([0, 1, 2, 1, 2, 1]);
  expect(described('IF')).toEqual([0, 1, 2, undefined, undefined, undefined]);
});

test('every function has a line in English and in German, without links or marks', async () => {
  const help = await loadHelp('en');
  expect(functionNames.filter(name => !help(name)?.line)).toEqual([]);
  expect(help('constructor')).toBeUndefined();
  const german = await loadHelp('de');
  expect(functionNames.filter(name => !(name in germanHelp))).toEqual([]);
  expect(german('SUM')!.line).toBe('Addiert Zahlen.');
  expect(german('BIN2DEC')!.arguments[0].line).toBe('Eine Binärzahl, bis zu 10 Stellen, als Text.');
  const lines = functionNames.flatMap(name => [help, german].flatMap(of => [of(name)!, ...of(name)!.arguments]));
  expect(lines.filter(({ line }) => line === '' || /\]\(|<br>|`|nullDate/.test(line))).toEqual([]);
});

test('the German help describes arguments that there are', () => {
  for (const [name, { arguments: own }] of Object.entries(germanHelp)) {
    const { arguments: all } = functionHelp[name as keyof typeof functionHelp];
    expect(own.length, localName(name, ENGLISH)).toBe(all.length);
  }
});
