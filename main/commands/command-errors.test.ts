/** The sentence and the exit status of commands that can't do what they were asked. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTrainingFolder } from './testing/training-folder.ts';

const photos = createTrainingFolder();
const { run } = photos;
beforeAll(photos.addPhotos);
afterAll(photos.remove);

describe('a command that fails prints one line, and has an exit status:', () => {
  test.each<[command: string, status: number, sentence: string | RegExp]>([
    ['train lesson3 --data photos', 2, 'train needs -o FILE. "help train" shows how.'],
    ['train lesson3 -o x.convsheet', 2, 'train needs --data. "help train" shows how.'],
    ['train lesson3 --data photos -o x.csv', 1, /^x\.csv doesn't end in \.convsheet/],
    ['train lesson3 --data photos -o none/x.convsheet', 1, /^none\/x\.convsheet can't be written: there is no folder/],
    ['train lesson3 --data photos -o old.convsheet', 1, /^old\.convsheet exists already\./],
    [
      'train lesson3 --data fotos -o x.convsheet',
      1,
      '--data: there is no data set, folder or file fotos. Data sets by name: digits, letters, fashion.',
    ],
    [
      'train lesson3 --data old.convsheet -o x.convsheet',
      2,
      /^--data old\.convsheet is a file of images\. Name the file of its labels with --labels/,
    ],
    ['train lesson3 --data digits --labels labels.csv -o x.convsheet', 2, /^--labels: digits has its own labels\./],
    [
      'train lesson3 --data photos --epochs five -o x.convsheet',
      2,
      '--epochs five: give a whole number from 1 to 10,000.',
    ],
    [
      'train lesson3 --data photos --batch-size 0 -o x.convsheet',
      2,
      '--batch-size 0: give a whole number from 1 to 4,096.',
    ],
    [
      'train lesson3 --data photos --learning-rate 0 -o x.convsheet',
      2,
      '--learning-rate 0: give a number above 0, up to 100.',
    ],
    [
      'train lesson3 --data photos --optimizer adm -o x.convsheet',
      2,
      '--optimizer adm: there is no such choice. Did you mean adam?',
    ],
    [
      'train lesson3 --data photos --optimizer adam,beta3=1 -o x.convsheet',
      2,
      '--optimizer: adam has no setting beta3. Choose among beta1, beta2, epsilon.',
    ],
    [
      'train lesson3 --data photos --optimizer adam,beta1=1 -o x.convsheet',
      2,
      '--optimizer beta1=1: give a number from 0 to below 1.',
    ],
    [
      'train lesson3 --data photos --schedule one-cycle,rise=2 -o x.convsheet',
      2,
      /^--schedule rise=2: give a number above 0, up to 0\.9\.$/,
    ],
    [
      'train lesson3 --data photos --augment shift=0.9 -o x.convsheet',
      2,
      '--augment shift=0.9: give a share from 0 to 0.5.',
    ],
    [
      'train lesson3 --data photos --augment shift -o x.convsheet',
      2,
      '--augment: shift needs a value, as in shift=0.1.',
    ],
    [
      'train lesson3 --data photos --class-weights 1,0,1 -o x.convsheet',
      2,
      /^--class-weights 1,0,1: give a list of numbers above 0/,
    ],
    [
      'train lesson3 --data photos --freeze conv9 -o x.convsheet',
      1,
      '--freeze: the network has no layer conv9. Choose among conv1, conv2, dense.',
    ],
    ['train lesson3 --data photos --layer-rate conv1 -o x.convsheet', 2, /^--layer-rate conv1 has no factor\./],
    [
      'train lesson3 --data photos --layer-rate conv1=x -o x.convsheet',
      2,
      '--layer-rate conv1=x: give a number from 0 to 1,000.',
    ],
    [
      'train lesson3 --data photos --recipe quick --phase epochs=1 -o x.convsheet',
      2,
      '--recipe makes the phases, so --phase can’t be given with it. Give one of the two.',
    ],
    ['train lesson3 --data photos --recipe slow -o x.convsheet', 2, /^--recipe slow: choose among quick, fineTune/],
    [
      'train lesson3 --data photos --phase epochs=1 --epochs 2 -o x.convsheet',
      2,
      /^--epochs: a run in phases has them/,
    ],
    ['train lesson3 --data photos --groups dense -o x.convsheet', 2, /^--groups is for the phases of --phase\./],
    [
      'train lesson3 --data photos --groups no --phase epochs=1 -o x.convsheet',
      1,
      /^--groups: the network has no layer no/,
    ],
    [
      'train lesson3 --data photos --phase rate=0.1 -o x.convsheet',
      2,
      /^--phase rate=0\.1: give epochs: a whole number/,
    ],
    ['train lesson3 --data photos --phase epochs=1,speed=3 -o x.convsheet', 2, /^--phase has no setting speed\./],
    [
      'train lesson3 --data photos --phase epochs=1,size=8 -o x.convsheet',
      1,
      /^Phase 1 makes the images 8×8, but the weights of dense depend on the size/,
    ],
    ['train lesson3 --data photos --phase epochs=1,groups=0 -o x.convsheet', 1, /^Every layer is frozen in Phase 1/],
    ['train lesson3 --data photos --backend gpu -o x.convsheet', 2, '--backend gpu: choose among wasm, tensorflow.'],
    ['train lesson3 --data photos --validation 1 -o x.convsheet', 2, '--validation 1: give a share from 0 to 0.9.'],
    ['train lesson3 --data photos --split-seed -1 -o x.convsheet', 2, /^--split-seed -1: give a whole number/],
    ['train lesson3 --data photos --size 0x4 -o x.convsheet', 2, /^--size 0x4: give height and width from 1/],
    ['train lesson3 --data photos --size big -o x.convsheet', 2, /^--size big: give height and width/],
    ['train lesson3 --data photos --every 0 -o x.convsheet', 2, '--every 0: give a whole number from 1 up.'],
    [
      'train lesson3 --data photos --start anywhere -o x.convsheet',
      2,
      '--start anywhere: choose among initial, here, continue.',
    ],
    [
      'train lesson3 --data photos --start continue -o x.convsheet',
      1,
      /^--start continue goes on with a run of a file\./,
    ],
    ['train lesson3 --data photos --start here -o x.convsheet', 1, /^--start here: the weights that come with lesson3/],
    [
      'train lesson3 --data photos --keep-best -o x.convsheet',
      1,
      /^Early stopping and keeping the best weights go by validation images, and photos has none\./,
    ],
    // The share is too small for even one image (fault 48).
    [
      'train lesson3 --data photos --patience 3 --validation 0.001 -o x.convsheet',
      1,
      /a share of 0\.001 of the images of photos is not even one\. Set a larger share aside/,
    ],
    ['train old.convsheet --start continue -o old.convsheet', 1, /^There is no earlier run to go on from/],
    [
      'train old.convsheet --data photos --size 9x9 -o old.convsheet',
      1,
      '--size 9x9: the network of the file takes images of 28×28×1. Leave the option out, or start from a template.',
    ],
    ['evaluate old.convsheet', 2, 'evaluate needs --data. "help evaluate" shows how.'],
    ['evaluate lesson3 --data digits -o x.zip', 1, /^-o x\.zip: the file of a workbook ends in \.convsheet\./],
    ['evaluate lesson3 --data digits --beta 0', 2, /^--beta 0: give a number above 0/],
    ['evaluate lesson3 --data digits --metric =SUM(A1)', 2, /^--metric: A metric reads no cells of the sheet/],
    ['evaluate lesson3 --data digits --thresholds 0.5', 2, /^--thresholds is for networks that give several labels/],
    ['predict lesson3 --images . --thresholds 0.5', 2, /^--thresholds is for networks that give several labels/],
    ['evaluate lesson3 --data digits --split validation', 1, /^--split validation: MNIST digits has no such images\./],
    ['evaluate lesson3 --data photos', 1, /^The network knows none of the classes of photos/],
    ['predict lesson3', 2, 'predict needs --images. "help predict" shows how.'],
    ['predict lesson3 --images nowhere', 1, /^There is no file nowhere\./],
    ['predict lesson3 --images photos --csv out.txt', 1, '--csv out.txt: the file has to end in .csv. Add the ending.'],
    [
      'predict lesson3 --images photos/zero/broken.png',
      1,
      /^The only image in photos\/zero\/broken\.png can't be used: broken\.png: it is no image/,
    ],
  ])('convsheet %s', async (command, status, sentence) => {
    const result = await run(...command.split(' '));
    expect(result).toMatchObject({ status, stdout: '' });
    const line = result.stderr.trimEnd().split('\n').at(-1)!;
    if (typeof sentence === 'string') expect(line).toBe(sentence);
    else expect(line).toMatch(sentence);
  });
});
