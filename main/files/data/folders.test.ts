import { afterAll, describe, expect, test } from 'vitest';
import { UserError } from '../../../shared/errors.ts';
import { counted, folderWith, read, removeFolders } from './testing/data-folder.ts';

afterAll(removeFolders);

/** Names of images: "train/cat 2" gives train/cat/0.png and train/cat/1.png. */
const imagesOf = (folders: readonly string[]) =>
  folders.flatMap(folder => {
    const [, name, count] = /^(.*) (\d+)$/.exec(folder)!;
    return Array.from({ length: Number(count) }, (_, i) => `${name}/${i}.png`.replace(/^\.\//, ''));
  });
const readFolders = (folders: readonly string[], splitFolders?: boolean) =>
  read(
    { kind: 'folders', path: folderWith(imagesOf(folders)) },
    splitFolders === undefined ? undefined : { splitFolders },
  );

describe('folders named as splits are splits, whatever stands beside the name (fault 5)', () => {
  const both = 'training cat 2, dog 1; test cat 1, dog 1';
  const withBoth = (train: string, test: string, below = '') => [
    `${train}/${below}cat 2`,
    `${train}/${below}dog 1`,
    `${test}/${below}cat 1`,
    `${test}/${below}dog 1`,
  ];
  const cases: [title: string, folders: string[], expected: string][] = [
    ['training_set and test_set', withBoth('training_set', 'test_set'), both],
    ['seg_train and seg_test', withBoth('seg_train', 'seg_test'), both],
    ['seg_train/seg_train', [...withBoth('seg_train/seg_train', 'seg_test/seg_test'), 'seg_pred/seg_pred 3'], both],
    ['training_set/training_set', withBoth('training_set/training_set', 'test_set/test_set'), both],
    ['dataset/training_set', withBoth('dataset/training_set', 'dataset/test_set'), both],
    ['TRAIN and Test', withBoth('TRAIN', 'Test'), both],
    ['train1 and test1', withBoth('train1', 'test1'), both],
    ['train_images and test_images', withBoth('train_images', 'test_images'), both],
    ['trainset and testset', withBoth('trainset', 'testset'), both],
    ['TrainData and TestData', withBoth('TrainData', 'TestData'), both],
    ['train2017 and test2017', withBoth('train2017', 'test2017'), both],
    ['01-train and 02-test', withBoth('01-train', '02-test'), both],
    ['flowers_train and flowers_test', withBoth('flowers_train', 'flowers_test'), both],
    ['images/train and images/test', withBoth('images/train', 'images/test'), both],
    ['train/images and test/images', withBoth('train', 'test', 'images/'), both],
    ['a folder of classes with folders of splits', ['cat/train 2', 'cat/test 1', 'dog/train 1', 'dog/test 1'], both],
    ['single_prediction beside them', [...withBoth('training_set', 'test_set'), 'single_prediction 2'], both],
    [
      'two folders of one split',
      ['train/A 1', 'train/B 1', 'val/A 1', 'validation/B 1'],
      'training A 1, B 1; validation A 1, B 1',
    ],
    ['train alone', ['train/cat 1', 'train/dog 1'], 'training cat 1, dog 1'],
    ['test alone, whose classes are known', ['test/cat 1', 'test/dog 1'], 'training cat 1, dog 1'],
    // Not splits:
    ['train beside other vehicles', ['train 1', 'bus 1', 'car 2'], 'training bus 1, car 2, train 1'],
    ['train station and bus stop', ['train station/a 1', 'bus stop/a 1'], 'training bus stop 1, train station 1'],
    [
      'express train and test tube',
      ['express train 1', 'bus 1', 'test tube 1'],
      'training bus 1, express train 1, test tube 1',
    ],
    ['a folder that holds all the others', ['photos/cat 1', 'photos/dog 1', '. 1'], 'training cat 1, dog 1'],
  ];
  test.each(cases)('%s', async (_title, folders, expected) => {
    expect(counted(await readFolders(folders))).toBe(expected);
  });

  test('the reading says which folders are splits, and that can be chosen otherwise', async () => {
    const folders = ['training_set/cat 1', 'training_set/dog 1', 'test_set/cat 1', 'test_set/dog 1'];
    const set = await readFolders(folders);
    expect(set.notes?.understood).toEqual(['Folders are splits: "training_set" for training, "test_set" for test.']);
    expect(set.reading).toEqual({ splitFolders: true });
    expect(counted(await readFolders(folders, false))).toBe('training test_set 2, training_set 2');
    const unclear = ['test/cat 1', 'test/dog 1', 'more/cat 1', 'more/dog 1'];
    await expect(readFolders(unclear, true)).rejects.toThrow('has no image for training');
    await expect(readFolders(['a 1', 'b 1'], true)).rejects.toThrow('No folders of ');
  });

  test('without folders of classes in them they are refused with the choice there is', async () => {
    for (const folders of [
      ['train 3', 'test1 2'],
      ['train 3', 'val 1', 'test 1'],
      ['images/train 2', 'images/val 2'],
    ]) {
      const error: unknown = await readFolders(folders).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(UserError);
      const { message } = error as UserError;
      expect(message).toContain('“train”');
      expect(message).toContain('--split-folders no');
      expect(message.length).toBeLessThan(300);
    }
    expect(counted(await readFolders(['train 2', 'test1 1'], false))).toBe('training test1 1, train 2');
  });
});

describe('classes are those that occur in the files (faults 7 and 8)', () => {
  test('images of a test folder without classes are left out, not a class of their own', async () => {
    const tiny = ['train/n01/images 2', 'train/n02/images 2', 'val/images 3', 'test/images 4'];
    const set = await readFolders(tiny);
    expect(counted(set)).toBe('training n01 2, n02 2');
    expect(set.problems.length).toBe(7);
    expect(set.problems[0]).toEqual({ name: 'test/images/0.png', reason: 'it lies in no folder of a class' });
    expect(set.notes?.understood).toEqual(['Folders are splits: "train" for training.']);
    const unknown = ['train/cat 2', 'train/dog 2', 'valid/cat 1', 'valid/dog 1', 'test/unknown 3'];
    expect(counted(await readFolders(unknown))).toBe('training cat 2, dog 2; validation cat 1, dog 1');
  });

  test('folders of a class that differ in case or blanks only are one class, which is told', async () => {
    const set = await readFolders(['train/Cat 2', 'train/Dog 2', 'test/cat 1', 'test/dog  1']);
    expect(counted(set)).toBe('training Cat 2, Dog 2; test Cat 1, Dog 1');
    expect(set.notes?.warnings).toEqual(['The folders "cat" and "Cat" are taken as one class, and so is 1 more pair.']);
    expect(counted(await readFolders(['A 1', 'a 1']))).toBe('training A 1, a 1');
  });

  test('a class without training images stays one where others of that split are known', async () => {
    const set = await readFolders(['train/cat 2', 'train/dog 2', 'test/cat 1', 'test/fox 1']);
    expect(counted(set)).toBe('training cat 2, dog 2; test cat 1, fox 1');
  });

  test('a class of which no image can be read is left out and named', async () => {
    const path = folderWith(['a/0.png', 'b/0.png'], { 'c/0.png': '', 'c/1.png': '' });
    const set = await read({ kind: 'folders', path });
    expect(set.classes).toEqual(['a', 'b']);
    expect(set.notes?.warnings).toEqual(['A class without an image that can be read is left out: “c”.']);
    const left = folderWith(['a/0.png'], { 'b/0.png': '' });
    await expect(read({ kind: 'folders', path: left })).rejects.toThrow(
      'only images of the class "a" can be used; at least two classes are needed. 1 image can\'t be; the first, ' +
        'b/0.png: it is damaged.',
    );
  });

  test('numbers below 0 are in their order too', async () => {
    expect((await readFolders(['10 1', '-1 1', '2 1', '0 1'])).classes).toEqual(['-1', '0', '2', '10']);
  });
});

test('folders that machines make are no classes, and are named (fault 48)', async () => {
  const machines = ['@eaDir', '__pycache__', 'lost+found', '$RECYCLE.BIN', '#recycle', 'Thumbs', '@Recycle'];
  const own = [...machines.map(name => `${name}/cat 1`), '.thumbnails 1', '.ipynb_checkpoints 1', 'cat/@eaDir 1'];
  const set = await readFolders(['cat 1', 'dog 1', ...own]);
  expect(counted(set)).toBe('training cat 1, dog 1');
  expect(set.problems).toEqual([]);
  expect(set.notes?.warnings).toEqual([
    'Passed over, as a program made them: “#recycle”, “$RECYCLE.BIN”, “@Recycle”, “@eaDir”, “Thumbs” and 2 more.',
  ]);
});

test('image files keep being images with what browsers write behind their extension', async () => {
  const path = folderWith(['a/x.jpg_large', 'a/y.jpg?itok=1', 'b/z.png:large', 'b/1.png', 'b/notes.pngs']);
  expect(counted(await read({ kind: 'folders', path }))).toBe('training a 2, b 2');
});
