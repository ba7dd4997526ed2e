/** The commands by their names: finds the one that is asked for, gives it its arguments, and says what went wrong. */
import { readFileSync } from 'node:fs';
import { UserError } from '../../shared/errors.ts';
import { messages, say } from '../../shared/messages.ts';
import { benchmarks } from '../bench/benchmarks.ts';
import { UsageError } from './arguments.ts';
import { bench } from './bench.ts';
import { calc } from './calc.ts';
import { evaluate } from './evaluate.ts';
import { exportStoryboard } from './export.ts';
import { newWorkbook } from './new.ts';
import type { Output } from './output.ts';
import { predict } from './predict.ts';
import { suggest } from './suggest.ts';
import { formatTable, printable } from './table.ts';
import { train } from './train.ts';
import { templates } from '../files/templates.ts';

type Command = { run(args: string[], output: Output): Promise<void>; line: string; help(): string };

const { help } = messages.commandLine;
const { help: trainHelp } = messages.trainCommand;
const { help: filmHelp } = messages.filmExport.command;
const indent = (lines: readonly (readonly string[])[]) =>
  formatTable(
    lines.map(line => ['', ...line]),
    'left',
  ).trimEnd();

const commands: ReadonlyMap<string, Command> = new Map([
  ['calc', { run: calc, line: help.calc.line, help: () => help.calc.text }],
  [
    'new',
    {
      run: newWorkbook,
      line: help.new.line,
      help: () => help.new.text(indent(templates.map(({ name, about }) => [name, say(about)]))),
    },
  ],
  ['train', { run: train, line: trainHelp.train.line, help: () => trainHelp.train.text }],
  ['export', { run: exportStoryboard, line: filmHelp.line, help: () => filmHelp.text }],
  ['evaluate', { run: evaluate, line: trainHelp.evaluate.line, help: () => trainHelp.evaluate.text }],
  ['predict', { run: predict, line: trainHelp.predict.line, help: () => trainHelp.predict.text }],
  [
    'bench',
    {
      run: bench,
      line: help.bench.line,
      help: () => help.bench.text(indent([...benchmarks.keys()].map(name => [name]))),
    },
  ],
]);

/** Runs the command that the first word names. Throws what is to be told as a UserError. */
export async function runCommand([word, ...args]: readonly string[], output: Output): Promise<void> {
  if (word === '--version') {
    await output.write(`${version()}\n`);
  } else if (word === undefined || word === '--help' || word === '-h' || word === 'help') {
    await output.write(args.length > 0 ? find(args[0]).help() : overview());
  } else {
    const command = find(word);
    const wantsHelp = args.includes('--help') || args.includes('-h');
    await (wantsHelp ? output.write(command.help()) : command.run(args, output));
  }
}

/** What is told of an error of `runCommand`: a line for stderr, and the exit status. */
export function failureOf(error: unknown): { line: string; status: number } {
  const message = error instanceof Error ? error.message : String(error);
  const sentence = error instanceof UserError ? say(error.sentence) : messages.commandLine.defect(message);
  return { line: printable(sentence), status: error instanceof UsageError ? 2 : 1 };
}

function find(word: string): Command {
  const command = commands.get(word);
  if (command) return command;
  const names = [...commands.keys(), 'help'];
  throw new UsageError(messages.commandLine.unknownCommand(word, suggest(word, names), names.join(', ')));
}

function overview(): string {
  const lines = [...commands.values()].map(({ line }) => line.split(/ {3}/));
  return help.main(indent(lines));
}

/** package.json stands two folders up: from .build/main, in a checkout and in the packaged app, and from here. */
function version(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
