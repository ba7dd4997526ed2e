/** Tables as people have them, and how each is read. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { english } from '../../../shared/messages/render.ts';
import type { DataReading } from '../../../shared/data.ts';
import { UserError } from '../../../shared/errors.ts';
import { counted, folderWith, read, removeFolders } from './testing/data-folder.ts';

afterAll(removeFolders);

const letters = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'];
const images = letters.map(letter => `${letter}.png`);
const readTable = (csv: string | Uint8Array, reading?: DataReading, names: readonly string[] = images) => {
  const folder = folderWith(names, { 'labels.csv': csv });
  return read({ kind: 'csv', images: folder, labels: `${folder}/labels.csv` }, reading);
};
/** A table "file,label" with one of these labels for each image. */
const labelled = (labels: readonly string[], title = 'label') =>
  `file,${title}\n${labels.map((label, i) => `${letters[i]}.png,${label}\n`).join('')}`;
const xy = 'training x 2, y 1';

describe('a label is one label unless the table shows that it is several (fault 4)', () => {
  const suits = ['clubs', 'hearts', 'spades'];
  const cards = ['ace', 'two', 'three'].flatMap(rank => suits.map(suit => `${rank} of ${suit}`));
  const cases: [title: string, csv: string, several: boolean, classes: string[]][] = [
    ['names of cards', labelled(cards), false, cards.toSorted()],
    [
      'quoted commas',
      labelled(['"tench, Tinca tinca"', '"great white shark, white shark"']),
      false,
      ['great white shark, white shark', 'tench, Tinca tinca'],
    ],
    [
      'names in a column "labels"',
      labelled(['ABBOTTS BABBLER', 'ABBOTTS BOOBY', 'CROW'], 'labels'),
      false,
      ['ABBOTTS BABBLER', 'ABBOTTS BOOBY', 'CROW'],
    ],
    [
      'kinds of crows',
      labelled(['CROW', 'HOODED CROW', 'PARROT', 'HOODED PARROT', 'CARRION CROW'], 'labels'),
      false,
      ['CARRION CROW', 'CROW', 'HOODED CROW', 'HOODED PARROT', 'PARROT'],
    ],
    [
      'colours of fruit',
      labelled(['red apple', 'green apple', 'apple', 'red pepper', 'green pepper', 'pepper']),
      false,
      ['apple', 'green apple', 'green pepper', 'pepper', 'red apple', 'red pepper'],
    ],
    [
      'towns with their countries',
      labelled(['"Paris, France"', '"Lyon, France"', '"Berlin, Germany"']),
      false,
      ['Berlin, Germany', 'Lyon, France', 'Paris, France'],
    ],
    ['one quoted semicolon', labelled(['"b;c"', 'Zürich See']), false, ['Zürich See', 'b;c'].toSorted()],
    ['numbers of classes', labelled(['16 0', '7 1 2 0', '5', '1'], 'Target'), true, ['0', '1', '2', '5', '7', '16']],
    ['tags', labelled(['clear road', 'road', 'water clear'], 'tags'), true, ['clear', 'road', 'water']],
    ['few tags', labelled(['clear', 'cloudy', 'clear road'], 'tags'), true, ['clear', 'cloudy', 'road']],
    ['bars', labelled(['Edema|Mass', 'Mass', 'Edema']), true, ['Edema', 'Mass']],
    [
      'quoted commas between tags',
      labelled(['"red, blue"', 'blue', '"blue, green"', 'green']),
      true,
      ['blue', 'green', 'red'],
    ],
    [
      'always two of them, in any order',
      labelled(['red;blue', 'blue;green', 'green;red']),
      true,
      ['blue', 'green', 'red'],
    ],
  ];
  test.each(cases)('%s', async (_title, csv, several, classes) => {
    const set = await readTable(csv);
    expect(set.classes).toEqual(classes);
    expect(set.severalLabels).toBe(several);
    // The reading always says which one it was.
    expect(set.notes?.understood.some(note => /separate/.test(english(note)))).toBe(true);
  });

  test('either can be chosen instead', async () => {
    const three = cards.slice(0, 3);
    const words = await readTable(labelled(three), { separator: 'space' });
    expect(words).toMatchObject({ severalLabels: true, classes: ['ace', 'clubs', 'hearts', 'of', 'spades'] });
    const whole = await readTable(labelled(['red|blue', 'red', 'blue']), { separator: 'none' });
    expect(whole).toMatchObject({ severalLabels: false, classes: ['blue', 'red', 'red|blue'] });
    expect(whole.notes?.understood.length).toBe(1);
    const rows = await readTable('file,label\na,x\na,y\nb,y\n', { separator: 'rows' });
    expect(counted(rows)).toBe('training x+y 1, y 1');
    const one = await readTable('file,label\na,x\na,y\nb,y\nb,x\n', { separator: 'none' });
    expect(counted(one)).toBe('training x 1, y 1');
  });
});

describe('columns that say what images are for are found, or named (fault 8)', () => {
  const both = 'training x 1, y 1; validation x 1; test y 1';
  const table = (title: string, values: readonly string[]) =>
    `file,label,${title}\na.png,x,${values[0]}\nb.png,y,${values[1]}\nc.png,x,${values[2]}\nd.png,y,${values[3]}\n`;
  const named = ['train', 'train', 'valid', 'test'];
  const cases: [title: string, csv: string, expected: string][] = [
    ...[
      'split',
      'set',
      'data set',
      'dataset',
      'Data_Split',
      'subset',
      'Usage',
      'fold',
      'partition',
      'train_test_split',
      'phase',
      'Mode',
    ].map((title): [string, string, string] => [`"${title}"`, table(title, named), both]),
    ['values with more to them', table('split', ['Training', 'train_set', 'val', 'PrivateTest']), both],
    ['is_valid', table('is_valid', ['False', 'False', 'True', 'True']), 'training x 1, y 1; validation x 1, y 1'],
    ['is_train', table('is_training_image', ['1', '1', '0', '0']), 'training x 1, y 1; test x 1, y 1'],
    ['isTest', table('isTest', ['no', 'no', 'yes', 'yes']), 'training x 1, y 1; test x 1, y 1'],
    ['numbers 0, 1 and 2', table('partition', ['0', '0', '1', '2']), both],
    ['folds', table('fold', ['0', '1', '2', '3']), 'training x 2, y 2'],
  ];
  test.each(cases)('%s', async (_title, csv, expected) => {
    const set = await readTable(csv);
    expect(counted(set)).toBe(expected);
  });

  test('one that is not clear is named, and another column can be chosen or none', async () => {
    const set = await readTable(table('fold', ['0', '1', '2', '3']));
    expect(set.notes?.warnings).toEqual([
      'The column "fold" is not used: which of its values (“0”, “1”, “2” and “3”) is training, validation or test is ' +
        'not clear.',
    ]);
    expect(counted(await readTable(table('split', named), { splitColumn: 'none' }))).toBe('training x 2, y 2');
    const chosen = 'file,label,part,split\na,x,train,0\nb,y,train,1\nc,x,test,0\n';
    expect(counted(await readTable(chosen, { splitColumn: 'part' }))).toBe('training x 1, y 1; test x 1');
  });
});

const paths = (prefix: string, extension = '.png') =>
  `file,label\n${prefix}a${extension},x\n${prefix}b${extension},y\n${prefix}c${extension},x\n`;
const utf16 = (text: string, bom: string) => Buffer.from(bom + text, 'utf16le');

describe('names, columns and dialects that are clear are read (fault 9)', () => {
  const cases: [title: string, csv: string | Uint8Array, expected: string, names?: string[]][] = [
    ['no header', 'a.png,x\nb.png,y\nc.png,x\n', xy],
    ['no header and no extensions', 'a,x\nb,y\nc,x\n', xy],
    ['no header, the label first', 'x,a.png\ny,b.png\nx,c.png\n', xy],
    ['no header, tabs', 'a.png\tx\nb.png\ty\nc.png\tx\n', xy],
    ['a list with blanks', 'a.png x\nb.png y\nc.png x\n', xy],
    ['absolute paths', paths('/home/me/photos/'), xy],
    ['paths of Windows', paths('C:\\Users\\me\\photos\\'), xy],
    ['paths from the folder above', paths('photos/'), xy],
    ['paths with ../', paths('../photos/'), xy],
    ['addresses', paths('https://example.org/img/'), xy],
    ['addresses with a query', paths('https://example.org/img/', '.png?size=2'), xy],
    ['paths beginning with ~', paths('~/photos/'), xy],
    ['file addresses', paths('file:///C:/photos/'), xy],
    ['names in capitals', paths('', '.PNG'), xy],
    ['another extension', paths('', '.jpg'), xy],
    ['another folder and extension', paths('/data/', '.JPEG'), xy],
    ['images in a folder below', paths(''), xy, ['images/a.png', 'images/b.png', 'images/c.png']],
    ['images in one of two folders', paths(''), xy, ['train/a.png', 'train/b.png', 'train/c.png', 'test/d.png']],
    ['the label first', 'label,filename\nx,a.png\ny,b.png\nx,c.png\n', xy],
    ['class_name, img_path', 'class_name,img_path\nx,a.png\ny,b.png\nx,c.png\n', xy],
    ['titles nobody knows', 'what,where\nx,a.png\ny,b.png\nx,c.png\n', xy],
    ['names of classes beside their numbers', 'filename,class_id,class_name\na,0,x\nb,1,y\nc,0,x\n', xy],
    ['bird columns', 'class id,filepaths,labels,scientific name\n0.0,a,x,L\n1.0,b,y,L\n0.0,c,x,L\n', xy],
    ['numbers that are names too', 'id,label\n1,0\n2,1\n0,0\n', 'training 0 2, 1 1', ['0.png', '1.png', '2.png']],
    ['one word of a title', 'file,width,bird_species\na,3,x\nb,3,y\nc,4,x\n', xy],
    ['a row for each label', 'ImageID,LabelName\na,x\na,y\nb,y\nc,x\nc,z\n', 'training x+y 1, x+z 1, y 1'],
    ['labels in numbered columns', 'file,label1,label2\na,x,y\nb,y,\nc,x,\n', 'training x 1, x+y 1, y 1'],
    ['rows twice', 'file,label\na,x\nb,y\nc,x\na,x\nb,y\n', xy],
    ['TRUE and FALSE', 'file,x,y\na,TRUE,FALSE\nb,FALSE,TRUE\nc,TRUE,FALSE\n', xy],
    ['yes and no', 'file,x,y\na,yes,no\nb,no,yes\nc,yes,no\n', xy],
    ['1 and −1', 'file,x,y\na,1,-1\nb,-1,1\nc,1,-1\n', xy],
    ['probabilities', 'file,x,y\na,0.9,0.1\nb,0.2,0.8\nc,0.6,0.4\n', xy],
    ['a class called other_class', 'file,x,other_class\na,1,0\nb,0,1\nc,1,0\n', 'training other_class 1, x 2'],
    ['bars between fields', 'file|label\na.png|x\nb.png|y\nc.png|x\n', xy],
    ['semicolons with quotes', '\ufefffile;label\r\na.png;"x"\r\nb.png;"y"\r\nc.png;"x"\r\n', xy],
    ['blanks before quotes', 'file, label\na.png, x\nb.png, y\nc.png, "x"\n', xy],
    ['empty cells behind', 'file,label\na.png,x,\nb.png,y,,\nc.png,x\n', xy],
    ['remarks above', '# mine\n# file; label\nfile,label\na,x\nb,y\nc,x\n', xy],
    ['a title above', 'My labels\nfile;label\na;x\nb;y\nc;x\n', xy],
    ['titles behind a #', '#file,label\na,x\nb,y\nc,x\n', xy],
    ['UTF-16 with a mark', utf16('file,label\na,caf\u00e9\nb,y\n', '\ufeff'), 'training caf\u00e9 1, y 1'],
    ['UTF-16 without', utf16('file,label\na,x\nb,y\nc,x\n', ''), xy],
    ['UTF-16, the other way', utf16('file,label\na,x\nb,y\nc,x\n', '\ufeff').swap16(), xy],
    ['Windows-1252', Buffer.from('file,label\na,caf\xe9\nb,\x80uro\n', 'latin1'), 'training caf\u00e9 1, \u20acuro 1'],
    ['a line end in a label', 'file,label\na,"x\nx"\nb,y\n', 'training x x 1, y 1'],
    ['NaN for no label', 'file,label\na,x\nb,y\nc,NaN\n', 'training x 1, y 1'],
    ['labels of images that are not there', 'file,label\na,x\nb,y\nz1,beagle\nz2,boxer\n', 'training x 1, y 1'],
    [
      'classes called as parts of JavaScript',
      'file,label\na,__proto__\nb,constructor\n',
      'training __proto__ 1, constructor 1',
    ],
    ['decimals in their order', 'file,label\na,10.0\nb,2.0\n', 'training 10.0 1, 2.0 1'],
  ];
  test.each(cases)('%s', async (_title, csv, expected, names) => {
    const set = await readTable(csv, undefined, names);
    expect(counted(set)).toBe(expected);
    expect(set.classes.every(name => expected.includes(name))).toBe(true);
  });

  test('the reading says which columns have what, and how names are looked up', async () => {
    const { notes, reading } = await readTable(
      'class,where,split\nx,/p/a.png,train\ny,/p/b.png,test\nx,/p/c.png,train\n',
    );
    expect(notes).toEqual({
      understood: [
        'File names are in the column "where", labels in "class", splits in "split".',
        'File names are looked up without "p/".',
      ],
      warnings: [],
    });
    expect(reading).toEqual({
      header: true,
      fileColumn: 'where',
      labelColumn: 'class',
      splitColumn: 'split',
      separator: 'none',
    });
  });

  test('columns and header can be chosen, by title or number', async () => {
    const table = 'file,width,kind,colour\na,1,x,red\nb,2,y,red\nc,3,x,blue\n';
    expect(counted(await readTable(table, { labelColumn: 'kind' }))).toBe(xy);
    expect(counted(await readTable(table, { labelColumn: '4' }))).toBe('training blue 1, red 2');
    const flags = 'file,width,x,y\na,5,1,0\nb,6,0,1\nc,7,1,0\n';
    expect(counted(await readTable(flags, { labelColumn: 'x, y' }))).toBe(xy);
    const twoNames = 'file,copy,label\na,d,x\nb,e,y\n';
    const copies = await readTable(twoNames, { fileColumn: 'copy' });
    expect([copies.nameOf(0), copies.nameOf(1)]).toEqual(['d.png', 'e.png']);
    expect(counted(await readTable('a,x\nb,y\nc,x\n', { header: true }))).toBe('training x 1, y 1');
    expect(
      counted(await readTable('image,label\nb,y\nlabel,x\n', { header: false }, ['image.png', 'b.png', 'label.png'])),
    ).toBe('training label 1, x 1, y 1');
  });

  test('what is not clear gives a short sentence that names the columns and the choice', async () => {
    const wide = Array.from({ length: 2000 }, (_, i) => `a rather long title ${i}`);
    const cases: [csv: string, reading: DataReading | undefined, parts: string[]][] = [
      ['file,width,height\na,4,4\n', undefined, ['“file”, “width” and “height”', '--label-column']],
      [
        `file,${wide.join(',')}\na,${wide.map((_, i) => i).join(',')}\n`,
        undefined,
        ['and 1,997 more', '--label-column'],
      ],
      ['a.png,1.5,cat,red\nb.png,2.5,dog,blue\n', undefined, ['“1: a.png”, “2: 1.5”, “3: cat”', '--label-column']],
      [
        'file,label\na,x\nb,y\n',
        { labelColumn: 'lable' },
        ['no column "lable"', '“file” and “label”', '--label-column'],
      ],
      ['file,label\na,x\nb,y\n', { splitColumn: '3' }, ['no column "3"', '--split-column']],
      ['file,label\nz1.png,x\nz2.png,y\n', undefined, ['such as "z1.png"', 'Choose the folder']],
      ['file,label\na.png,x\n', undefined, ['only one label, "x"']],
    ];
    for (const [csv, reading, parts] of cases) {
      const error: unknown = await readTable(csv, reading).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(UserError);
      const { message } = error as UserError;
      for (const part of parts) expect(message).toContain(part);
      expect(message.length).toBeLessThan(300);
    }
  });

  test('the same name in two folders below is no image rather than a wrong one', async () => {
    const names = ['train/a.png', 'train/b.png', 'test/a.png', 'test/b.png'];
    await expect(readTable(paths(''), undefined, names)).rejects.toThrow('None of the images named in labels.csv');
  });
});

describe('a table with pixels in it (fault 9)', () => {
  const row = (label: string, grey: number, count = 16) => [label, ...Array<number>(count).fill(grey)].join(',');
  const titles = (title: (i: number) => string, count = 16) =>
    Array.from({ length: count }, (_, i) => title(i)).join(',');
  const readPixels = (csv: string, reading?: DataReading, shape: [number, number, 1 | 3] = [4, 4, 1]) => {
    const folder = folderWith([], { 'train.csv': csv });
    return read({ kind: 'csv', images: folder, labels: `${folder}/train.csv` }, reading, shape);
  };
  const rows = `${row('seven', 200)}\n${row('two', 100)}\n${row('seven', 0)}\n`;

  test('is read, with or without titles, grey or in colours', async () => {
    const cases: [csv: string, expected: string][] = [
      [`label,${titles(i => `pixel${i}`)}\n${rows}`, 'training seven 2, two 1'],
      [`label,${titles(i => `${Math.floor(i / 4) + 1}x${(i % 4) + 1}`)}\n${rows}`, 'training seven 2, two 1'],
      [
        `class,${titles(i => `p${i + 1}`)},Usage\n` +
          rows.replaceAll('\n', ',Training\n').replace('0,Training\n', '0,PublicTest\n'),
        'training seven 1, two 1; test seven 1',
      ],
      [`${row('7', 200)}\n${row('2', 100)}\n`, 'training 2 1, 7 1'],
      [
        `emotion,pixels,Usage\n3,${'5 '.repeat(16).trim()},Training\n0,${'9 '.repeat(16).trim()},Training\n`,
        'training 0 1, 3 1',
      ],
    ];
    for (const [csv, expected] of cases) expect(counted(await readPixels(csv))).toBe(expected);
    const set = await readPixels(`label,${titles(i => `pixel${i}`)}\n${rows}`);
    expect(Array.from(set.bytes)).toEqual([...Array(16).fill(200), ...Array(16).fill(100), ...Array(16).fill(0)]);
    expect([set.nameOf(0), set.nameOf(2)]).toEqual(['line 2', 'line 4']);
    expect(set.notes?.understood).toEqual([
      'Images of 4×4×1 are in the table itself: 16 numbers a row, from "pixel0" to "pixel15".',
      'Labels are in the column "label".',
    ]);
    const [counting, nines] = [[...Array(48).keys()], Array(48).fill(9)];
    const colours = `${titles(i => `pixel${i}`, 48)},label\n${counting.join(',')},x\n${nines.join(',')},y\n`;
    const coloured = await readPixels(colours, undefined, [4, 4, 3]);
    expect(Array.from(coloured.bytes.subarray(0, 48))).toEqual([...Array(48).keys()]);
  });

  test('lists rows that are no images, and says so where there is no label', async () => {
    const set = await readPixels(
      `label,${titles(i => `pixel${i}`)}\n${rows}${row('two', 300)}\n${row('two', 1, 15)}\n${row('', 7)}\n`,
    );
    expect(set.problems).toEqual([
      { name: 'line 5', reason: 'a pixel is no whole number from 0 to 255' },
      { name: 'line 6', reason: 'line 6 of the CSV file has another number of fields than the header' },
      { name: 'line 7', reason: 'its row has no label' },
    ]);
    await expect(readPixels(`${titles(i => `pixel${i}`)}\n${rows.replaceAll(/^\w+,/gm, '')}`)).rejects.toThrow(
      'Which column of train.csv has the labels is not clear',
    );
  });

  test('lists rows of no known split, as a table with names does, rather than train on them', async () => {
    const used = [`${row('a', 10)},train`, `${row('b', 20)},junk`, `${row('b', 30)},train`, `${row('a', 40)},test`];
    const set = await readPixels(`label,${titles(i => `pixel${i}`)},split\n${used.join('\n')}\n`);
    expect(counted(set)).toBe('training a 1, b 1; test a 1');
    expect([0, 1, 2].map(image => set.bytes[16 * image])).toEqual([10, 30, 40]);
    expect([set.nameOf(1), set.problems]).toEqual([
      'line 4',
      [{ name: 'line 3', reason: 'its row has "junk" where training, validation or test belongs' }],
    ]);
  });

  test('is none where its columns are classes', async () => {
    const flags = `file,${titles(i => `c${i}`)}\na,1,${titles(() => '0', 15)}\nb,0,1,${titles(() => '0', 14)}\n`;
    expect(counted(await readTable(flags))).toBe('training c0 1, c1 1');
  });
});

const shared = fileURLToPath(new URL('../../../../shared/cases/data', import.meta.url));

describe.skipIf(!existsSync(shared))('files of ../shared/cases/data, where that folder is there', () => {
  const table = (images: string, labels: string) =>
    ({ kind: 'csv', images: `${shared}/${images}`, labels: `${shared}/${labels}` }) as const;
  const six = 'training x 3, y 3';
  const tables: [images: string, labels: string, expected: string][] = [
    ...['abs', 'dup', 'noheader', 'noheader_noext', 'parentrel', 'upper', 'winabs', 'wrongext'].map(
      (name): [string, string, string] => ['csv/img', `csv/${name}.csv`, six],
    ),
    ['csv/img', 'csv/bomcrlfsemi.csv', 'training Zürich See 3, b;c 3'],
    ['csv/img', 'csv/longform.csv', 'training x+y 1, x+z 1, y 1, z 1'],
    ['csv/img', 'csv/isvalid.csv', 'training x 1, y 1; validation x 1, y 1'],
    ['csv/img', 'csv/dataset2.csv', 'training x 1, y 1; test x 1, y 1'],
    ['csv/img', 'csv/labelfirst.csv', 'training x 2, y 2'],
    ['csv/img', 'csv/partial.csv', 'training dingo 1, pug 2'],
    ['csv/img', 'csv/utf16.csv', 'training café 3, thé 3'],
    ['csv/img', 'csv/w1252.csv', 'training café 3, thé 3'],
    ['digitrec', 'digitrec/train.csv', 'training 0 4, 1 4, 2 4'],
    [
      'commas/img',
      'commas/labels.csv',
      'training goldfish, Carassius auratus 4, great white shark, white shark 4, tench, Tinca tinca 4',
    ],
  ];
  test.each(tables.filter(([, labels]) => !labels.includes('target')))(
    '%s with %s',
    async (images, labels, expected) => {
      expect(counted(await read(table(images, labels)))).toBe(expected);
    },
  );

  test('names of cards and birds are whole, and birds have the splits of their column', async () => {
    expect((await read(table('cards/img', 'cards/cards.csv'))).classes.length).toBe(9);
    for (const file of ['birds/birds.csv', 'birds/birds_short.csv']) {
      const set = await read(table('birds', file));
      expect(set.classes).toEqual(['ABBOTTS BABBLER', 'ABBOTTS BOOBY', 'ABYSSINIAN GROUND HORNBILL']);
      expect([set.split.training.length, set.split.validation.length, set.split.test.length]).toEqual([12, 3, 3]);
    }
    expect((await read(table('csv/img', 'csv/target.csv'))).severalLabels).toBe(true);
  });

  const folders: [name: string, expected: string][] = [
    ['catdog', 'training cats 3, dogs 3; test cats 3, dogs 3'],
    ['sds', 'training cats 3, dogs 3; test cats 3, dogs 3'],
    ['sds2', 'training cats 3, dogs 3; test cats 3, dogs 3'],
    ['hidden', 'training cat 3, dog 3'],
    ['casediff', 'training Cat 3, Dog 3; test Cat 2, Dog 2'],
    ['space', 'training cat 3, dog 3; test cat 2, dog 2'],
    ['tiny', 'training n01443537 3, n01629819 3'],
    ['unknown', 'training cat 3, dog 3; validation cat 3, dog 3'],
    ['testflat', 'training cat 3, dog 3; validation cat 3, dog 3'],
    ['onlytest', 'training cat 3, dog 3; test cat 2, fox 2'],
    ['broken', 'training a 3, b 3'],
    ['annot', 'training a 3, b 3'],
    ['ab', 'training A 2, B 2; validation A 2, B 2'],
    ['nums', 'training -1 2, 0 2, 1 2, 10 2, 2 2'],
  ];
  test.each(folders)('the folder %s', async (name, expected) => {
    expect(counted(await read({ kind: 'folders', path: `${shared}/lay/${name}` }))).toBe(expected);
  });

  test('labels of IDX files are what they are, and train beside test1 is refused', async () => {
    const idx = (labels: string) =>
      read({ kind: 'idx', images: `${shared}/idx/img`, labels: `${shared}/idx/${labels}` });
    expect((await idx('lab1')).classes).toEqual(['1', '2', '3']);
    expect((await idx('labgap')).classes).toEqual(['3', '17', '120']);
    expect((await idx('lab255')).classes).toEqual(['0', '255']);
    await expect(read({ kind: 'folders', path: `${shared}/lay/dvc` })).rejects.toThrow('--split-folders no');
  });
});
