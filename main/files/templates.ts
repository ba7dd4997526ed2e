import { readFile } from 'node:fs/promises';
import { UserError } from '../../shared/errors.ts';
import { createRandom } from '../../shared/random.ts';
import {
  type ImageShape,
  networkTemplates,
  templateNames,
  type TemplateName,
  templateParameters,
  templateSize,
} from '../../shared/templates.ts';
import { sentences } from '../../shared/messages/sentences.ts';
import type { Sentence } from '../../shared/messages/sentence.ts';
import type { Workbook } from '../../shared/workbook.ts';
import { assets } from './assets.ts';
import { readWorkbook } from './convsheet.ts';

type Template = { name: string; about: Sentence };

/** The starter networks, in the order of the menus. */
export const templates: readonly Template[] = templateNames.map(name => ({
  name,
  about: sentences.templates.about[name],
}));

/** The templates whose weights are drawn when they are opened, always the same. */
export const drawnTemplates: ReadonlySet<TemplateName> = new Set(['vgg16']);
const SEED = 16;

const networks = new URL('networks/', assets);

/** A fresh copy of a starter network, with trained weights where they come along. Throws UserError if there is none of
 *  this name. */
export async function readTemplate(name: string): Promise<Workbook> {
  if (!isTemplate(name)) {
    const names = templates.map(template => template.name).join(', ');
    throw new UserError(sentences.files.unknownTemplate(name, names));
  }
  if (drawnTemplates.has(name)) return drawnTemplate(name);
  const file = `${name}.convsheet`;
  return readWorkbook(await readFile(new URL(file, networks)), file);
}

export const isTemplate = (name: string): name is TemplateName => templates.some(template => template.name === name);

function drawnTemplate(name: TemplateName): Workbook {
  const { images, classes } = templateSize(name);
  const network = networkTemplates[name](images, classes);
  const values = templateParameters(name, network, createRandom(SEED));
  values.set(`${network.layers[0].id}/output`, pictureOf(images));
  values.set('softmax/actual', new Float32Array(classes).fill(Number.NaN));
  return { network, classes: [], source: { kind: 'typed' }, values };
}

/** A picture to look at: a bright disc over colours that change from left to right and from top to bottom. All numbers
 *  are multiples of 1/256. */
function pictureOf([height, width, channels]: ImageShape): Float32Array {
  const pixels = new Float32Array(height * width * channels);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const [down, across] = [(y + 0.5) / height, (x + 0.5) / width];
      const inDisc = Math.hypot(down - 0.5, across - 0.5) < 0.3;
      for (let channel = 0; channel < channels; channel++) {
        const colour = [across, down, 1 - across][channel % 3];
        pixels[(y * width + x) * channels + channel] = Math.floor(256 * (inDisc ? 1 - colour / 4 : colour / 2)) / 256;
      }
    }
  return pixels;
}
