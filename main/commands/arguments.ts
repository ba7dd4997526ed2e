import { parseArgs } from 'node:util';
import { UserError } from '../../shared/errors.ts';
import { messages } from '../../shared/messages.ts';
import { suggest } from './suggest.ts';

/** A command line that makes no sense. (A command line that asks for something impossible gives a plain UserError.) */
export class UsageError extends UserError {
  override name = 'UsageError';
}

type Option = { type: 'string' | 'boolean'; short?: string; multiple?: boolean };
export type Options = Record<string, Option>;
type ValueOf<O extends Option> = O extends { type: 'boolean' }
  ? boolean
  : O extends { multiple: true }
    ? string[]
    : string | undefined;

/** The arguments of a command: `options` by their long names, and `operands`, the words that belong to no option. */
export type Arguments<O extends Options> = { options: { [K in keyof O]: ValueOf<O[K]> }; operands: string[] };

/** Reads a command's arguments. Throws UsageError naming the option. */
export function readArguments<O extends Options>(command: string, args: string[], options: O): Arguments<O> {
  const { tokens, positionals } = parseArgs({ args, options, strict: false, allowPositionals: true, tokens: true });
  const values: Record<string, boolean | string | string[] | undefined> = {};
  for (const [name, { type, multiple }] of Object.entries(options)) {
    values[name] = type === 'boolean' ? false : multiple ? [] : undefined;
  }
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const { name, rawName, value } = token;
    if (!Object.hasOwn(options, name)) {
      const all = Object.keys(options).map(option => `--${option}`);
      throw new UsageError(messages.commandLine.unknownOption(command, rawName, suggest(rawName, all)));
    }
    const { type, multiple } = options[name];
    if (type === 'boolean') {
      if (value !== undefined) throw new UsageError(messages.commandLine.optionTakesNoValue(rawName));
      values[name] = true;
      continue;
    }
    // In `--cells --json` the range is missing. A negative number is a value, even if the option later refuses it.
    const swallowed = !token.inlineValue && value !== undefined && /^-(?!$|[\d.]|inf)/i.test(value);
    if (value === undefined || value === '' || swallowed)
      throw new UsageError(messages.commandLine.optionNeedsValue(rawName));
    if (multiple) (values[name] as string[]).push(value);
    else if (values[name] !== undefined) throw new UsageError(messages.commandLine.optionTwice(rawName));
    else values[name] = value;
  }
  return { options: values as Arguments<O>['options'], operands: positionals };
}

/** The only operand of a command. Throws UsageError if there is none or more than one. */
export function oneOperand(command: string, operands: string[], what: string): string {
  if (operands.length === 0) throw new UsageError(messages.commandLine.argumentMissing(command, what));
  if (operands.length > 1) throw new UsageError(messages.commandLine.argumentTooMany(command, operands[1]));
  return operands[0];
}
