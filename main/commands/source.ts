import { existsSync } from 'node:fs';
import { UserError } from '../../shared/errors.ts';
import { messages } from '../../shared/messages.ts';
import type { Workbook } from '../../shared/workbook.ts';
import { openWorkbook } from '../files/open.ts';
import { readTemplate, templates } from '../files/templates.ts';
import { suggest } from './suggest.ts';

export type SourcePlace = { template: string } | { file: string };

/** Where the workbook of a FILE|TEMPLATE operand is. A template's name means the template; ./lesson3 means a file of
 *  that name. */
export function findSource(source: string): SourcePlace {
  const names = templates.map(({ name }) => name);
  if (names.includes(source)) return { template: source };
  // For a word that looks like a path, the error of the file says more.
  if (!existsSync(source) && !/[./\\]/.test(source)) {
    const { noFileOrTemplate } = messages.commandLine;
    throw new UserError(noFileOrTemplate(source, suggest(source, names), names.join(', ')));
  }
  return { file: source };
}

/** The workbook of a FILE|TEMPLATE operand. */
export async function loadSource(source: string): Promise<Workbook> {
  const found = findSource(source);
  return 'template' in found ? readTemplate(found.template) : openWorkbook(found.file);
}
