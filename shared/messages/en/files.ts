import { whole } from '../format.ts';

/** Sentences about reading and writing files. */
export const fileMessages = {
  empty: (name: string) => `${name} is empty. Open another copy of it.`,
  foreign: (name: string, what: string) =>
    `${name} is ${what}, not a ConvSheet workbook. Choose a file that ConvSheet has saved.`,
  kinds: {
    archive: 'another kind of archive',
    spreadsheet: 'an Excel workbook',
    picture: 'a picture',
    pdf: 'a PDF document',
    text: 'a text file',
    unknown: 'a file of an unknown kind',
  },
  damaged: (name: string, what: string) =>
    `${name} is damaged or incomplete: ${what}. Open another copy of it, or make the workbook again.`,
  damage: {
    end: 'its end is missing',
    directory: 'its table of contents makes no sense',
    duplicate: (entry: string) => `it holds ${entry} twice`,
    missing: (entry: string) => `${entry} is missing from it`,
    content: (entry: string) => `${entry} in it can't be read`,
    size: (entry: string, found: number, wanted: number) => `${entry} in it has ${found} bytes instead of ${wanted}`,
    json: 'its workbook.json is not the JSON of a workbook',
    fieldMissing: (field: string) => `${field} is missing from its workbook.json`,
    field: (field: string, expected: string) => `${field} in its workbook.json should be ${expected}`,
    tensorMissing: (tensor: string) => `its workbook.json doesn't name ${tensor}`,
    tensorUnknown: (tensor: string) => `its network has no place for ${tensor}`,
    tensorTwice: (what: string) => `its workbook.json names ${what} twice`,
    shape: (tensor: string, found: string, wanted: string) => `${tensor} has the shape ${found} instead of ${wanted}`,
    value: (tensor: string, index: number, value: string) =>
      `number ${index + 1} of ${tensor} is ${value}, which no cell can hold`,
    versionNumber: 'a whole number from 1',
    listOfRuns: 'a list of at most 1,000 runs',
    cells: 'its cells.json is not what it should be',
    cellsField: (field: string) => `its cells.json has something else where ${field} belongs`,
    cellsRefused: (problem: string) => `its cells.json can't be: ${problem}`,
    storyboard: (field: string) => `its film/storyboard.json has something else where ${field} belongs`,
    storyboardRefused: (problem: string) => `its film/storyboard.json can't be: ${problem}`,
    runs: (field: string) => `its runs.json has something else where ${field} belongs`,
    classes: (found: number, wanted: number) => `it names ${found} classes, but its network ends in ${wanted} scores`,
  },
  unsafe: (name: string, entry: string) =>
    `${name} was refused: it holds an entry called ${entry}, which points outside the file. Open a copy from a ` +
    'source you trust.',
  unsupported: (name: string) =>
    `${name} was packed in a way ConvSheet doesn't read (encrypted, split or compressed by another method). Save it ` +
    'again in ConvSheet.',
  newer: (name: string, version: number) =>
    `${name} was made by a newer ConvSheet (file version ${version}). Install the newest version to open it.`,
  memoryLeftOut:
    'The file has no room for what the optimizer remembers of the last run: that run can’t be continued from it. ' +
    'The weights are all there.',
  bomb: (name: string, bytes: number) =>
    `${name} would unpack to ${whole(bytes)} bytes, far more than any workbook of its size. Nothing of it was opened.`,
  tooLarge: (name: string, what: string, limit: string) =>
    `${name} was refused: ${what} is larger than the ${limit} ConvSheet opens. Open a smaller workbook.`,
  large: {
    file: 'the file',
    content: 'what it unpacks to',
    header: 'its workbook.json',
    cells: 'its cells.json',
    storyboard: 'its film/storyboard.json',
  },
  tooManyEntries: (name: string, count: number, limit: number) =>
    `${name} was refused: it holds ${count} entries, more than the ${limit} ConvSheet opens. Choose a file that ` +
    'ConvSheet has saved.',
  network: (name: string, sentence: string) => `${name} can't be opened. ${sentence}`,
  writtenSince: (path: string) =>
    `${path} was written after it was opened here. Changes made here before that can’t be restored: they are in the ` +
    'file where they were saved to it.',
  notWhole: (path: string) => `${path} isn’t the file that was written there: it was cut off or changed.`,
  workbookTooLarge: (limit: string) =>
    `The workbook has more numbers than a .convsheet file can hold (${limit}). Use fewer filters or units.`,
  cellsTooLarge: (limit: string) =>
    `The cells and formulas of the workbook take more room than a .convsheet file has (${limit}). Delete some.`,
  unknownTemplate: (name: string, names: string) => `There is no template called ${name}. Choose among ${names}.`,
  /** Why a disk refuses. */
  refusals: {
    full: 'no space left on device',
    permission: 'permission denied',
    readOnly: 'read-only file system',
  },
  reading: {
    missing: (path: string) => `There is no file ${path}. Check the spelling, or choose another file.`,
    folder: (path: string) => `${path} is a folder. Choose a file in it.`,
    special: (path: string) => `${path} is no ordinary file. Choose a file that ends in .convsheet.`,
    permission: (path: string) =>
      `${path} can't be read: you don't have permission. Change that, or choose another file.`,
    other: (path: string, reason: string) => `${path} can't be read (${reason}). Try again, or choose another file.`,
  },
  writing: {
    folderMissing: (path: string, folder: string) =>
      `${path} can't be written: there is no folder ${folder}. Create it, or choose another one.`,
    folder: (path: string) => `${path} can't be written: it is a folder. Choose another name.`,
    special: (path: string) => `${path} can't be written: it is no ordinary file. Choose another name.`,
    noFolder: (path: string) => `${path} can't be written: it is a file, not a folder. Choose another name.`,
    permission: (path: string) =>
      `${path} can't be written: you don't have permission. Choose another folder, or change the permission.`,
    readOnly: (path: string) =>
      `${path} can't be written: its disk is read-only, so no permission helps. Choose a folder on another disk.`,
    full: (path: string) =>
      `${path} can't be written: there is no room for it. Free some space, or choose another disk. Nothing was ` +
      'replaced.',
    name: (path: string) => `${path} can't be written: the name is too long. Choose a shorter one.`,
    taken: (path: string) => `${path} was written by another program meanwhile, so it was left as it is.`,
    other: (path: string, reason: string) =>
      `${path} can't be written (${reason}). Try again, or choose another folder.`,
  },
} as const;
