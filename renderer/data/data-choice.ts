import { type DataChoice, type DataSummary, DIGIT_NAMES, type Fit } from '../../shared/data.ts';
import type { NetworkSpec } from '../../shared/network.ts';
import type { Client } from '../core/client.ts';
import type { State, Store } from '../core/store.ts';

/** Most pixels a side of an image may have. */
const MOST_SIDE = 1024;
/** The digits' images and classes. */
const DIGIT_SHAPE = '28,28,1';

/** The shape [height, width, channels] that images have to have for this network; undefined where its input is no
 *  image: of other channels than grey, RGB or RGBA, or larger than any image is made. */
export function imageShape({ layers }: NetworkSpec): DataChoice['shape'] | undefined {
  const [input] = layers;
  if (input?.kind !== 'input') return undefined;
  const [height, width, channels] = input.shape;
  if (height > MOST_SIDE || width > MOST_SIDE) return undefined;
  return channels === 1 || channels === 3 || channels === 4 ? [height, width, channels] : undefined;
}

/** The input's shape in words, where it may be no image's. */
export function inputSize({ layers: [input] }: NetworkSpec): string {
  return input?.kind === 'input' ? input.shape.join('×') : '';
}

/** How images are fitted where nobody chose: as those the network was trained with, or the chosen data set's. */
export function trainedFit({ workbook, dataChoice }: Pick<State, 'workbook' | 'dataChoice'>): Fit {
  return workbook.fit ?? dataChoice?.fit ?? 'stretch';
}

/** What is chosen for a network before anybody chooses: what it was trained on; else for a network of digits the
 *  digits, for others what was used last. Made for the network's input, with images fitted as those it was trained
 *  with. */
export function choiceFor(
  network: NetworkSpec,
  classes: readonly string[],
  trained: DataChoice | undefined,
  used: DataChoice | undefined,
  fit?: Fit,
): DataChoice | undefined {
  const shape = imageShape(network);
  if (!shape) return undefined;
  const digits: DataChoice = {
    source: { kind: 'named', name: 'digits' },
    shape,
    fit: 'stretch',
    validation: 0.1,
    test: 0.1,
    seed: 1,
  };
  const ofDigits = shape.join() === DIGIT_SHAPE && classes.join() === DIGIT_NAMES.join();
  const choice = trained ?? (ofDigits ? undefined : used) ?? digits;
  return { ...choice, fit: fit ?? choice.fit, shape };
}

/** Whether the digits panel, which knows the test digits as they come, shows what is chosen. */
export function showsDigits({ layers: [input] }: NetworkSpec, choice: DataChoice | undefined): boolean {
  if (input?.kind !== 'input' || input.shape.join() !== DIGIT_SHAPE) return false;
  return choice?.source.kind === 'named' && choice.source.name === 'digits';
}

/** Makes this data set the one that is trained on, evaluated and browsed, and remembers it for the next start. */
export async function chooseData(
  store: Store,
  client: Client,
  dataChoice: DataChoice,
  dataSummary: DataSummary,
): Promise<void> {
  store.set({ dataChoice, dataSummary });
  await client.send('setSettings', { data: dataChoice });
}
