import {
  type DataChoice,
  type DataSummary,
  DIGIT_NAMES,
  type Fit,
  imageShape,
  LETTER_NAMES,
} from '../../shared/data.ts';
import type { NetworkSpec } from '../../shared/network.ts';
import type { Client } from '../core/client.ts';
import type { State, Store } from '../core/store.ts';

/** The shape of the digits. */
const DIGIT_SHAPE = '28,28,1';

/** The shape of the input in words. It need not be that of an image. */
export function inputSize({ layers: [input] }: NetworkSpec): string {
  return input?.kind === 'input' ? input.shape.join('×') : '';
}

/** The default way to fit images: as the training images were, else as for the chosen data set. */
export function trainedFit({ workbook, dataChoice }: Pick<State, 'workbook' | 'dataChoice'>): Fit {
  return workbook.fit ?? dataChoice?.fit ?? 'stretch';
}

/** The data set where nobody has chosen any: the digits. */
export const firstChoice: DataChoice = {
  source: { kind: 'named', name: 'digits' },
  shape: [28, 28, 1],
  fit: 'stretch',
  validation: 0.1,
  test: 0.1,
  seed: 1,
};

/** The default data set for a network: that of its training. Otherwise the digits or letters for a network of these,
 *  and the last used one for others. Images are fitted to the network's input as its training images were. */
export function choiceFor(
  network: NetworkSpec,
  classes: readonly string[],
  trained: DataChoice | undefined,
  used: DataChoice | undefined,
  fit?: Fit,
): DataChoice | undefined {
  const shape = imageShape(network);
  if (!shape) return undefined;
  const isKnown = (names: readonly string[]) => shape.join() === DIGIT_SHAPE && classes.join() === names.join();
  const [ofDigits, ofLetters] = [isKnown(DIGIT_NAMES), isKnown(LETTER_NAMES)];
  const own: DataChoice = { ...firstChoice, source: { kind: 'named', name: ofLetters ? 'letters' : 'digits' } };
  const choice = trained ?? (ofDigits || ofLetters ? undefined : used) ?? own;
  return { ...choice, fit: fit ?? choice.fit, shape };
}

/** Whether the digits panel shows this data set. It only knows the test digits in their own size. */
export function showsDigits({ layers: [input] }: NetworkSpec, choice: DataChoice | undefined): boolean {
  if (input?.kind !== 'input' || input.shape.join() !== DIGIT_SHAPE) return false;
  return choice?.source.kind === 'named' && choice.source.name === 'digits';
}

/** Chooses this data set for training, evaluation and browsing, and remembers it for the next start. */
export async function chooseData(
  store: Store,
  client: Client,
  dataChoice: DataChoice,
  dataSummary: DataSummary,
): Promise<void> {
  store.set({ dataChoice, dataSummary });
  await client.send('setSettings', { data: dataChoice });
}
