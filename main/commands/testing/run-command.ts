/** Commands that tests run in their own process. That takes a fraction of the time that a process of its own takes.
 *  What belongs to a process (signals, pipes, its start) is tested with the built program. */
import { Writable } from 'node:stream';
import { vi } from 'vitest';
import { failureOf, runCommand } from '../command-line.ts';
import { createOutput } from '../output.ts';

/** What a command printed, and its exit status. */
export type Ended = { status: number; stdout: string; stderr: string };

/** Runs a command in a folder, as the command line does. One at a time. */
export async function runCommandIn(folder: string, words: readonly string[]): Promise<Ended> {
  const [stdout, stderr]: [string[], string[]] = [[], []];
  const printed = new Writable({
    write(text, _encoding, done) {
      stdout.push(String(text));
      done();
    },
  });
  const output = createOutput(printed, error => {
    throw error;
  });
  const told = vi.spyOn(process.stderr, 'write').mockImplementation(text => stderr.push(String(text)) > 0);
  const before = { folder: process.cwd(), status: process.exitCode };
  process.exitCode = undefined;
  process.chdir(folder);
  try {
    await runCommand(words, output);
    await output.flush();
  } catch (error) {
    const { line, status } = failureOf(error);
    stderr.push(`${line}\n`);
    process.exitCode = status;
  } finally {
    process.chdir(before.folder);
    told.mockRestore();
  }
  const status = process.exitCode ?? 0;
  process.exitCode = before.status;
  return { status, stdout: stdout.join(''), stderr: stderr.join('') };
}
