import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { english } from '../../../shared/messages/render.ts';
import { correct } from './corrections.ts';
import { folderOf, GREY, read, removePictures, sentenceOf } from './testing/pictures.ts';

afterAll(removePictures);

/** Two classes of three images each. */
function pets(): string {
  const paths = ['cat', 'dog'].flatMap(name => [1, 2, 3].map(number => `pets/${name}/${number}.png`));
  return join(folderOf(Object.fromEntries(paths.map(path => [path, GREY]))), 'pets');
}

test('an image is relabelled or left out by a list beside the data, and taken back; splits stay', async () => {
  const path = pets();
  const source = { kind: 'folders', path } as const;
  const before = await read(source, { validation: 0.34 });
  const changed = before.changed!(new AbortController().signal);
  expect(await changed).toBe(false);
  const [first, second] = Array.from(before.split.training, index => before.nameOf(index));

  expect(await correct(source, first, ['dog'])).toBeUndefined();
  expect(await correct(source, second, [])).toBeUndefined();
  expect(readFileSync(`${path}.corrections.csv`, 'utf8')).toBe(`image,labels\r\n${first},dog\r\n${second},\r\n`);
  expect(await before.changed!(new AbortController().signal)).toBe(true);
  const after = await read(source, { validation: 0.34 });
  expect(after.split.validation).toEqual(before.split.validation);
  expect(Array.from(after.split.training)).toEqual(Array.from(before.split.training).filter((_, i) => i !== 1));
  expect(after.classes[after.labels[before.split.training[0]]]).toBe('dog');
  expect(after.notes!.understood.map(note => english(note)).at(-1)).toBe(
    'pets.corrections.csv corrects 1 label and leaves out 1 image.',
  );

  expect(await correct(source, second, undefined)).toEqual([]);
  expect(await correct(source, first, undefined)).toEqual(['dog']);
  expect(existsSync(`${path}.corrections.csv`)).toBe(false);
  expect((await read(source, { validation: 0.34 })).labels).toEqual(before.labels);
});

test('corrections that come at the same time are all kept', async () => {
  const path = pets();
  const names = [1, 2, 3].map(number => `cat/${number}.png`);
  await Promise.all(names.map(name => correct({ kind: 'folders', path }, name, ['dog'])));
  expect(readFileSync(`${path}.corrections.csv`, 'utf8')).toBe(
    ['image,labels', ...names.map(name => `${name},dog`), ''].join('\r\n'),
  );
});

test('corrections of other images and to other classes are told and not used', async () => {
  const path = pets();
  writeFileSync(`${path}.corrections.csv`, 'cat/9.png,dog\ncat/1.png,lion\n');
  const { notes, classes } = await read({ kind: 'folders', path });
  expect(classes).toEqual(['cat', 'dog']);
  expect(notes!.warnings.map(warning => english(warning))).toEqual([
    'pets.corrections.csv has corrections that name no image or no class here, and are not used: “cat/9.png” and ' +
      '“cat/1.png”.',
  ]);
  expect(await sentenceOf(correct({ kind: 'named', name: 'digits' }, 'image 1', []))).toContain('your own data');
});
