/** Sentences about the user's own image files, dropped on the window or opened as the input. */
import { whole } from '../format.ts';
import { plural } from './words.ts';

const others = (count: number) => plural(count, 'the other file', `the other ${whole(count)} files`);

export const ownImages = {
  menu: 'Open an image as input…',
  dropHere: 'Drop an image for the input, a folder or a CSV file of images, or a .convsheet file',
  title: (name: string) => `Fit ${name} to the input`,
  /** Sizes as "80×40": rows, then columns, as shapes are written. */
  sizes: (own: string, input: string) => `The image is ${own} pixels (height×width), the network’s input ${input}.`,
  use: 'Put into the input',
  shown: (name: string) => `${name} stands in the input now. Undo takes it back.`,
  /** `left`: how many other files were dropped. */
  shownFirst: (name: string, left: number) =>
    `${name} stands in the input now; ${others(left)} can’t stand there too. Train > Predict image files takes a ` +
    'whole folder.',
  unreadable: (name: string, reason: string) => `${name} can’t be read: ${reason}. Choose another image.`,
  tooLarge: (name: string, limit: string) => `${name} is larger than ${limit}, the most an image may have.`,
  special: (path: string) => `${path} is no ordinary file. Choose an image file.`,
  chooseFolder: (name: string) =>
    `Where the folder ${name} lies, a drop doesn’t tell. Choose it here once more to make it the data set.`,
  chooseTable: (name: string) =>
    `Where ${name} lies, a drop doesn’t tell. Choose it here once more to make it the data set.`,
  nothing: 'Only files can be dropped here: an image, a folder or a CSV file of images, or a .convsheet file.',
  unknown: (name: string) =>
    `${name} is neither an image nor a data set nor a workbook. Drop a PNG, JPEG, WebP, GIF, TIFF or AVIF image, a ` +
    'folder or a CSV file of images, or a .convsheet file.',
};
