import { afterAll, expect, test } from 'vitest';
import { folderWith, removeFolders } from '../files/data/testing/data-folder.ts';
import { readArguments } from './arguments.ts';
import { checkChoice, choiceOf, dataOptions, imagesOf, readData } from './data.ts';

afterAll(removeFolders);

/** What `train` prints on stderr about the images of these options, and their classes. */
async function told(
  ...args: string[]
): Promise<{ classes: readonly string[]; lines: string[]; severalLabels: boolean }> {
  const { options } = readArguments('train', args, dataOptions);
  const choice = choiceOf(imagesOf('train', options, undefined), options, [2, 2, 1], {});
  checkChoice(choice, options);
  const lines: string[] = [];
  const progress = { show: () => {}, clear: () => {}, say: (line: string) => void lines.push(line) };
  const { classes, severalLabels } = await readData(choice, progress, new AbortController().signal);
  return { classes, severalLabels, lines };
}

test('before training, train says how it read folders, and what it left out (faults 5 and 8)', async () => {
  const folder = folderWith([
    'training_set/cat/1.png',
    'training_set/cat/2.png',
    'training_set/dog/1.png',
    'test_set/cat/1.png',
    'test_set/fox/1.png',
    '@eaDir/1.png',
    'single/1.png',
  ]);
  expect((await told('--data', folder)).lines).toEqual([
    'Folders are splits: "training_set" for training, "test_set" for test.',
    'warning: Passed over, as a program made it: “@eaDir”.',
    'Classes: cat (3), dog (1), fox (1, none for training)',
    'skipped single/1.png: it lies in no folder of a class',
  ]);
  const { lines } = await told('--data', folder, '--split-folders', 'no');
  expect(lines.slice(1)).toEqual(['Classes: single (1), test_set (2), training_set (3)']);
});

test('train says which columns of a table it read, and each can be chosen (faults 4 and 8)', async () => {
  const table = 'file,kind,colour,data set\na,red ace,x,train\nb,black ace,y,train\nc,red two,x,test\n';
  const folder = folderWith(['a.png', 'b.png', 'c.png'], { 'table.csv': table });
  const data = ['--data', folder, '--labels', `${folder}/table.csv`];
  await expect(told(...data)).rejects.toThrow(
    'Its columns: “file”, “kind”, “colour” and “data set”. Choose it ("Column of labels" under "How it is read", or ' +
      '--label-column)',
  );
  expect((await told(...data, '--label-column', 'kind')).lines).toEqual([
    'File names are in the column "file", labels in "kind", splits in "data set".',
    'Each label is taken whole, such as "red ace". If spaces separate several labels, choose that ("Several labels" ' +
      'under "How it is read", or --labels-separator space).',
    'Classes: black ace (1), red ace (1), red two (1, none for training)',
  ]);
  const several = await told(...data, '--label-column', '2', '--labels-separator', 'space', '--split-column', 'none');
  expect(several).toMatchObject({ severalLabels: true, classes: ['ace', 'black', 'red', 'two'] });
  // A table beside its images is enough.
  expect((await told('--data', `${folder}/table.csv`, '--label-column', 'colour')).classes).toEqual(['x', 'y']);
  const bare = folderWith(['a.png', 'b.png'], { 't.csv': 'x,a\ny,b\n' });
  const chosen = ['--data', `${bare}/t.csv`, '--header', 'no', '--file-column', '2'];
  expect((await told(...chosen)).classes).toEqual(['x', 'y']);
});

test('options with an unknown choice, or for another kind of data, are refused by name', async () => {
  const folder = folderWith(['a/1.png', 'b/1.png']);
  for (const [args, sentence] of [
    [['--split-folders', 'maybe'], '--split-folders maybe: choose among yes, no.'],
    [['--labels-separator', 'comma'], '--labels-separator is for a CSV file of labels.'],
    [['--header', 'no'], '--header is for a CSV file of labels.'],
  ] as const)
    await expect(told('--data', folder, ...args)).rejects.toThrow(sentence);
  await expect(told('--data', 'digits', '--split-folders', 'no')).rejects.toThrow(
    '--split-folders is for a folder of folders.',
  );
  const table = folderWith(['a.png'], { 't.csv': 'file,label\na,x\n' });
  const data = ['--data', `${table}/t.csv`];
  await expect(told(...data, '--labels-separator', 'dot')).rejects.toThrow(
    'choose among none, comma, semicolon, bar, space, rows',
  );
  await expect(told(...data, '--label-column', 'x'.repeat(5000))).rejects.toThrow('--label-column xxx');
});
