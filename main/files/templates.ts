import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { UserError } from '../../shared/errors.ts';
import { templateNames } from '../../shared/menu.ts';
import { messages } from '../../shared/messages.ts';
import { describeTensors } from '../../shared/network.ts';
import { createRandom } from '../../shared/random.ts';
import { DIGIT_SHAPE, networkTemplates, type TemplateName, templateParameters } from '../../shared/templates.ts';
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

/** A fresh copy of a starter network, with trained weights where the app comes with such. Throws UserError where there is none of that name. */
export async function readTemplate(name: string): Promise<Workbook> {
  if (!isTemplate(name)) {
    const names = templates.map(template => template.name).join(', ');
    throw new UserError(messages.files.unknownTemplate(name, names));
  }
  return existsSync(fileOf(name)) ? readStarter(name) : untrained(name);
}

export const isTemplate = (name: string): name is TemplateName => templates.some(template => template.name === name);
const fileOf = (name: TemplateName) => new URL(`${name}.convsheet`, networks);
const readStarter = async (name: TemplateName) => readWorkbook(await readFile(fileOf(name)), `${name}.convsheet`);

/** As training begins it, with the lesson's digit to look at. */
async function untrained(name: TemplateName): Promise<Workbook> {
  const { classes, source, values: lesson } = await readStarter('lesson3');
  const network = networkTemplates[name](DIGIT_SHAPE, classes.length);
  const values = templateParameters(name, network, createRandom(1));
  // The input and the expected class are those of every template.
  for (const { id, role } of describeTensors(network))
    if (role === 'pixels' || role === 'actual') values.set(id, lesson.get(id)!);
  return { network, classes, source, values };
}
