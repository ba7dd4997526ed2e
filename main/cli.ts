/** The command line: finds the command, gives it its arguments, and turns whatever goes wrong into one line on stderr
 *  and an exit status. */
import { asked } from './commands/language.ts';
import { readFileSync } from 'node:fs';
import { UserError } from '../shared/errors.ts';
import { languages } from '../shared/messages/languages.ts';
import { messages, say } from '../shared/messages.ts';
import { benchmarks } from './bench/benchmarks.ts';
import { UsageError } from './commands/arguments.ts';
import { bench } from './commands/bench.ts';
import { calc } from './commands/calc.ts';
import { evaluate } from './commands/evaluate.ts';
import { newWorkbook } from './commands/new.ts';
import { createOutput, type Output } from './commands/output.ts';
import { predict } from './commands/predict.ts';
import { suggest } from './commands/suggest.ts';
import { formatTable, printable } from './commands/table.ts';
import { train } from './commands/train.ts';
import { templates } from './files/templates.ts';

type Command = { run(args: string[], output: Output): Promise<void>; line: string; help(): string };

const { help } = messages.commandLine;
const { help: trainHelp } = messages.trainCommand;
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
      help: () => help.new.text(indent(templates.map(({ name, title }) => [name, say(title)]))),
    },
  ],
  ['train', { run: train, line: trainHelp.train.line, help: () => trainHelp.train.text }],
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

async function run([word, ...args]: string[], output: Output): Promise<void> {
  if (asked.unknown !== undefined) {
    throw new UsageError(messages.commandLine.unknownLanguage(asked.unknown, languages.join(', ')));
  } else if (word === '--version') {
    await output.write(`${version()}\n`);
  } else if (word === undefined || word === '--help' || word === '-h' || word === 'help') {
    await output.write(args.length > 0 ? find(args[0]).help() : overview());
  } else {
    const command = find(word);
    const wantsHelp = args.includes('--help') || args.includes('-h');
    await (wantsHelp ? output.write(command.help()) : command.run(args, output));
  }
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

/** package.json stands two folders up from .build/main, in a checkout and in the packaged app. */
function version(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

const output = createOutput(process.stdout, error => {
  // `convsheet calc … | head` closes the pipe early; that is no failure.
  if (error.code !== 'EPIPE')
    process.stderr.write(`${messages.commandLine.stdoutFailed(error.code ?? error.message)}\n`);
  process.exit(error.code === 'EPIPE' ? 0 : 1);
});
// Where the terminal is gone there is nobody to tell, and what is under way matters more.
process.stderr.on('error', () => {});
try {
  await run(asked.args, output);
  await output.flush();
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  const sentence = error instanceof UserError ? say(error.sentence) : messages.commandLine.defect(message);
  process.stderr.write(`${printable(sentence)}\n`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
