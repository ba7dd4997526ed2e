/** Workbooks around networks that nobody has trained yet. */
import { initialValues } from './initial-values.ts';
import { describeTensors, type NetworkSpec, parseNetwork } from './network.ts';
import { createRandom } from './random.ts';
import { type ImageShape, networkTemplates, type TemplateName, templateParameters } from './templates.ts';
import type { LayerId } from './tensor.ts';
import type { Workbook } from './workbook.ts';

/** The rate of a dropout layer that nobody has set. */
const RATE = 0.5;

type Options = { classes?: readonly string[]; rates?: ReadonlyMap<LayerId, number>; seed?: number };

/** A workbook with the usual initial values. Its image is black. The same seed gives the same weights. */
export function workbookOf(network: NetworkSpec, { classes = [], rates, seed = 1 }: Options = {}): Workbook {
  const values = initialValues(network, createRandom(seed));
  for (const { id, layer, role, name, size } of describeTensors(network)) {
    if (name === 'rate') values.set(id, Float32Array.of(rates?.get(layer) ?? RATE));
    else if (role === 'pixels') values.set(id, new Float32Array(size));
    else if (role === 'actual') values.set(id, new Float32Array(size).fill(Number.NaN));
  }
  return { network, classes, source: { kind: 'typed' }, values };
}

/** A network that is only an input. */
export function emptyNetwork(images: ImageShape): NetworkSpec {
  const layers = [{ id: 'input', name: 'input', inputs: [], kind: 'input', shape: images }];
  return parseNetwork({ version: 1, layers });
}

/** A workbook around a network that is only an input. */
export const emptyWorkbook = (images: ImageShape): Workbook => workbookOf(emptyNetwork(images));

/** A workbook around a template for images of this shape and these classes, with fresh weights. Throws UserError that
 *  names the layer if the images are too small for it. */
export function templateWorkbook(name: TemplateName, images: ImageShape, classes: readonly string[]): Workbook {
  const network = networkTemplates[name](images, classes.length);
  const { values, ...workbook } = workbookOf(network, { classes });
  return { ...workbook, values: new Map([...values, ...templateParameters(name, network, createRandom(1))]) };
}
