import { messages } from '../../shared/messages.ts';
import { UsageError } from './arguments.ts';
import { suggest } from './suggest.ts';

/** Reads the values of options. All functions but `toNumber` throw UsageError naming the option and what it takes. */

/** The number of a text, or NaN if it is none. The caller checks the range. */
export function toNumber(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text);
}

/** One of the known words. Case and hyphens don't matter. */
export function choose<K extends string>(option: string, text: string, known: readonly K[]): K {
  const plain = (word: string) => word.replaceAll('-', '').toLowerCase();
  const found = known.find(word => plain(word) === plain(text));
  if (found !== undefined) return found;
  throw new UsageError(messages.trainCommand.choose(option, text, suggest(text, known), known.join(', ')));
}

type Settings = Readonly<Record<string, unknown>>;

/** Reads settings such as "shift=0.1,flip" over the settings of `base`, which also give the types. A flag needs no
 *  value. */
export function settings<S extends Settings>(option: string, text: string, base: S, of: string): S {
  const { unknownSetting, settingWithoutValue, badValue, expectedFlag, expectedNumber } = messages.trainCommand;
  const changed: Record<string, unknown> = { ...base };
  for (const part of text.split(',').filter(each => each.trim() !== '')) {
    const [name, value] = splitAt(part, '=');
    if (!Object.hasOwn(base, name) || name === 'kind') {
      const known = Object.keys(base).filter(key => key !== 'kind');
      throw new UsageError(unknownSetting(option, name, of, known.join(', ')));
    }
    if (typeof base[name] === 'boolean') {
      if (value !== undefined && value !== 'true' && value !== 'false')
        throw new UsageError(badValue(option, `${name}=${value}`, expectedFlag));
      changed[name] = value !== 'false';
    } else {
      if (value === undefined) throw new UsageError(settingWithoutValue(option, name));
      const number = toNumber(value);
      if (Number.isNaN(number)) throw new UsageError(badValue(option, `${name}=${value}`, expectedNumber));
      changed[name] = number;
    }
  }
  return changed as S;
}

/** Reads a name with settings, such as "momentum,momentum=0.9,nesterov=true". */
export function namedSettings<K extends string, S extends Settings & { kind: K }>(
  option: string,
  text: string,
  defaults: Readonly<Record<K, S>>,
): S {
  const [name, rest = ''] = splitAt(text, ',');
  const kind = choose(option, name, Object.keys(defaults) as K[]);
  return settings(option, rest, defaults[kind], kind);
}

/** The text before and after the first separator, trimmed. `after` is undefined without a separator. */
export function splitAt(text: string, separator: string): [before: string, after: string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text.trim(), undefined] : [text.slice(0, at).trim(), text.slice(at + 1).trim()];
}
