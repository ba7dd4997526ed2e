/** The names that people give to training, validation and test images. */
import type { Split } from '../../../shared/data.ts';

const SPLIT_WORDS: Readonly<Record<string, Split>> = {
  train: 'training',
  training: 'training',
  valid: 'validation',
  validation: 'validation',
  validate: 'validation',
  val: 'validation',
  dev: 'validation',
  test: 'test',
  testing: 'test',
};
const words = Object.keys(SPLIT_WORDS).sort((a, b) => b.length - a.length);
/** Words that can be beside such a name: "training_set", "testdata", "val images". */
const BESIDE =
  'datasets|dataset|data|sets|set|images|image|imgs|img|pictures|photos|' +
  'split|folder|dir|files|samples|public|private|final|new|all';
const NAME = new RegExp(`^(?:${BESIDE})?(${words.join('|')})(?:${BESIDE})?$`);

/** The split that a folder's or column's name means: "train", "Training_Set", "test1", "val2017", "PrivateTest".
 *  `prefixes`: any other words may stand before or after it, as in "seg_train". */
export function splitNamed(name: string, prefixes = false): Split | undefined {
  const parts = name
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+|(?<=\p{L})(?=\d)|(?<=\d)(?=\p{L})/u)
    .filter(part => part !== '');
  const named = parts.map(part => NAME.exec(part)?.[1]).filter(word => word !== undefined);
  if (named.length !== 1) return undefined;
  const rest = parts.filter(part => !NAME.test(part));
  const plain = rest.every(part => /^\d+$/.test(part) || BESIDE.split('|').includes(part));
  return plain || prefixes ? SPLIT_WORDS[named[0]] : undefined;
}
