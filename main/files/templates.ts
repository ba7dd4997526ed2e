import { readFile } from 'node:fs/promises';
import { UserError } from '../../shared/errors.ts';
import { templateNames, type TemplateName } from '../../shared/templates.ts';
import { sentences } from '../../shared/messages/sentences.ts';
import type { Sentence } from '../../shared/messages/sentence.ts';
import type { Workbook } from '../../shared/workbook.ts';
import { assets } from './assets.ts';
import { readWorkbook } from './convsheet.ts';

export type Template = { name: string; title: Sentence };

/** The starter networks, in the order of the menus. */
export const templates: readonly Template[] = templateNames.map(name => ({
  name,
  title: sentences.menu.templates[name],
}));

const networks = new URL('networks/', assets);

/** A fresh copy of a starter network with trained weights. Throws UserError if there is none of this name. */
export async function readTemplate(name: string): Promise<Workbook> {
  if (!isTemplate(name)) {
    const names = templates.map(template => template.name).join(', ');
    throw new UserError(sentences.files.unknownTemplate(name, names));
  }
  const file = `${name}.convsheet`;
  return readWorkbook(await readFile(new URL(file, networks)), file);
}

export const isTemplate = (name: string): name is TemplateName => templates.some(template => template.name === name);
