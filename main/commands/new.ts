import { existsSync } from 'node:fs';
import { UserError } from '../../shared/errors.ts';
import { messages } from '../../shared/messages.ts';
import { standingAt, writeFileAtomically } from '../files/atomic.ts';
import { workbookPieces } from '../files/convsheet.ts';
import { readTemplate } from '../files/templates.ts';
import { oneOperand, type Options, readArguments, UsageError } from './arguments.ts';
import type { Output } from './output.ts';

const options = {
  output: { type: 'string', short: 'o' },
  force: { type: 'boolean' },
  json: { type: 'boolean' },
} as const satisfies Options;

/** `new TEMPLATE -o FILE`: makes a workbook file from a template. */
export async function newWorkbook(args: string[], output: Output): Promise<void> {
  const { options: chosen, operands } = readArguments('new', args, options);
  const template = oneOperand('new', operands, messages.commandLine.template);
  const path = chosen.output;
  if (path === undefined) throw new UsageError(messages.commandLine.optionMissing('new', '-o FILE'));
  if (!path.toLowerCase().endsWith('.convsheet')) throw new UserError(messages.commandLine.notConvsheet(path));
  const standing = await standingAt(path);
  const pieces = workbookPieces(await readTemplate(template));
  if (!chosen.force && existsSync(path)) throw new UserError(messages.commandLine.exists(path));
  const { size } = await writeFileAtomically(path, pieces, standing);
  const line = chosen.json ? JSON.stringify({ path, bytes: size }) : messages.commandLine.made(path, size);
  await output.write(`${line}\n`);
}
