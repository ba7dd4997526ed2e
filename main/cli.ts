/** The program of the command line: runs a command in the language that is asked for. Whatever goes wrong becomes one
 *  line on stderr and an exit status. */
import { asked } from './commands/language.ts';
import { languages } from '../shared/messages/languages.ts';
import { messages } from '../shared/messages.ts';
import { UsageError } from './commands/arguments.ts';
import { failureOf, runCommand } from './commands/command-line.ts';
import { createOutput } from './commands/output.ts';

const output = createOutput(process.stdout, error => {
  // `convsheet calc … | head` closes the pipe early; that is no failure.
  if (error.code !== 'EPIPE')
    process.stderr.write(`${messages.commandLine.stdoutFailed(error.code ?? error.message)}\n`);
  process.exit(error.code === 'EPIPE' ? 0 : 1);
});
// Where the terminal is gone there is nobody to tell, and what is under way matters more.
process.stderr.on('error', () => {});
try {
  if (asked.unknown !== undefined)
    throw new UsageError(messages.commandLine.unknownLanguage(asked.unknown, languages.join(', ')));
  await runCommand(asked.args, output);
  await output.flush();
} catch (error) {
  const { line, status } = failureOf(error);
  process.stderr.write(`${line}\n`);
  process.exitCode = status;
}
