import { existsSync } from 'node:fs';
import { UserError } from '../../shared/errors.ts';
import { buildSheet } from '../../shared/layout/sheet.ts';
import { messages } from '../../shared/messages.ts';
import { sentences } from '../../shared/messages/sentences.ts';
import { readByHand } from '../../shared/network-by-hand.ts';
import { workbookOf } from '../../shared/new-workbook.ts';
import type { Workbook } from '../../shared/workbook.ts';
import { standingAt, writeFileAtomically } from '../files/atomic.ts';
import { workbookPieces } from '../files/convsheet.ts';
import { parseModestJson } from '../files/modest-json.ts';
import { readFileWithin } from '../files/open.ts';
import { readTemplate } from '../files/templates.ts';
import { oneOperand, type Options, readArguments, UsageError } from './arguments.ts';
import type { Output } from './output.ts';
import { toNumber } from './values.ts';

const options = {
  output: { type: 'string', short: 'o' },
  spec: { type: 'string' },
  seed: { type: 'string' },
  force: { type: 'boolean' },
  json: { type: 'boolean' },
} as const satisfies Options;

/** `new TEMPLATE -o FILE` or `new --spec FILE.json -o FILE`: makes a workbook file from a template, or around a network
 *  that was written by hand. */
export async function newWorkbook(args: string[], output: Output): Promise<void> {
  const { options: chosen, operands } = readArguments('new', args, options);
  const { spec } = chosen;
  if (spec === undefined && chosen.seed !== undefined)
    throw new UsageError(messages.commandLine.optionNeedsOption('--seed', '--spec'));
  if (spec !== undefined && operands.length > 0)
    throw new UsageError(messages.commandLine.argumentTooMany('new', operands[0]));
  const template = spec === undefined ? oneOperand('new', operands, messages.commandLine.template) : '';
  const path = chosen.output;
  if (path === undefined) throw new UsageError(messages.commandLine.optionMissing('new', '-o FILE'));
  if (!path.toLowerCase().endsWith('.convsheet')) throw new UserError(messages.commandLine.notConvsheet(path));
  const standing = await standingAt(path);
  const workbook = spec === undefined ? await readTemplate(template) : await readSpec(spec, seedOf(chosen.seed));
  const pieces = workbookPieces(workbook);
  if (!chosen.force && existsSync(path)) throw new UserError(messages.commandLine.exists(path));
  const { size } = await writeFileAtomically(path, pieces, standing);
  const line = chosen.json ? JSON.stringify({ path, bytes: size }) : messages.commandLine.made(path, size);
  await output.write(`${line}\n`);
}

/** The largest network that can be written by hand. A network of a thousand layers takes a tenth of this. */
const MOST = { bytes: 4 * 2 ** 20, values: 200_000 };

/** The workbook around a network that was written by hand. Throws UserError that names the file. */
async function readSpec(file: string, seed: number): Promise<Workbook> {
  const json = parseModestJson(await readFileWithin(file, MOST.bytes), MOST.values);
  if (json === undefined) throw new UserError(sentences.byHand.notJson(file));
  try {
    const { network, ...rest } = readByHand(json);
    buildSheet(network);
    return workbookOf(network, { ...rest, seed });
  } catch (error) {
    if (error instanceof UserError) throw new UserError(sentences.byHand.inFile(file, error.sentence));
    throw error;
  }
}

function seedOf(text = '1'): number {
  const seed = toNumber(text);
  if (Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32) return seed;
  throw new UsageError(messages.trainCommand.badValue('--seed', text, messages.training.expected.seed));
}
