/** Sentences about submissions: predictions in the form of a sample file. */
import { whole } from '../format.ts';
import { counted, named, plural, shortPath } from './words.ts';

export const submissionMessages = {
  empty: (file: string) =>
    `${shortPath(file)} is no sample of a submission: it needs a row of titles and rows below it, with an id and at ` +
    'least one more column.',
  ragged: (file: string, line: number, columns: number) =>
    `${shortPath(file)}, line ${whole(line)}: other than ${whole(columns)} fields, as the titles have. Get it again.`,
  noIds: (file: string, id: string, image: string) =>
    `No id in ${shortPath(file)}, such as "${shortPath(id)}", is the name of an image, such as ` +
    `"${shortPath(image)}". Choose the test images that belong to the sample.`,
  missing: (file: string, id: string, count: number) =>
    `${shortPath(file)} asks for ${counted(count, 'image that is', 'images that are')} not there or can't be read, ` +
    `such as "${shortPath(id)}". A submission needs all of them: choose the folder or table with all test images.`,
  leftOut: (file: string, count: number) =>
    `${counted(count, 'image is', 'images are')} not in ${shortPath(file)} and ${plural(count, 'is', 'are')} left out.`,
  lost: (image: string) =>
    `There is a #NUM! on the way to the scores of "${shortPath(image)}", so there is nothing to hand in for it.`,
  columns: (file: string, unknown: readonly string[], absent: readonly string[]) =>
    `The columns of ${shortPath(file)} are not the classes of the network: ` +
    [
      ...(unknown.length > 0 ? [`it doesn't know ${named(unknown, 4)}`] : []),
      ...(absent.length > 0 ? [`${named(absent, 4)} ${plural(absent.length, 'is', 'are')} missing`] : []),
    ].join('; ') +
    '. Train it on the classes that the competition names.',
  labels: (file: string, label: string, classes: readonly string[]) =>
    `${shortPath(file)} has labels such as "${shortPath(label)}", and the network's classes are ` +
    `${named(classes, 4)}. Name the classes of the training images as the sample does.`,
  oneProbability: (file: string, title: string, classes: readonly string[]) =>
    `${shortPath(file)} has one column of probabilities, "${shortPath(title)}". Of which class, ` +
    `${named(classes, 2)}, is not clear: name that class of the training images so, or 1.`,
};
