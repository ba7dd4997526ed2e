import { readFile } from 'node:fs/promises';
import { UserError } from '../../shared/errors.ts';
import { templateNames, type TemplateName } from '../../shared/templates.ts';
import { messages } from '../../shared/messages.ts';
import type { Workbook } from '../../shared/workbook.ts';
import { assets } from './assets.ts';
import { readWorkbook } from './convsheet.ts';

export type Template = { name: string; title: string };

/** The starter networks, in the order menus show them. */
export const templates: readonly Template[] = templateNames.map(name => ({
  name,
  title: messages.menu.templates[name],
}));

const networks = new URL('networks/', assets);

/** A fresh copy of a starter network with trained weights. Throws UserError where there is none of that name. */
export async function readTemplate(name: string): Promise<Workbook> {
  if (!isTemplate(name)) {
    const names = templates.map(template => template.name).join(', ');
    throw new UserError(messages.files.unknownTemplate(name, names));
  }
  const file = `${name}.convsheet`;
  return readWorkbook(await readFile(new URL(file, networks)), file);
}

export const isTemplate = (name: string): name is TemplateName => templates.some(template => template.name === name);
