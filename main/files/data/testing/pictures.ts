/** Makes folders of pictures for tests, and reads them as data sets. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import type { DataChoice, DataSet, DataSource } from '../../../../shared/data.ts';
import { UserError } from '../../../../shared/errors.ts';
import { readDataSet } from '../read.ts';

const folders: string[] = [];

type Colour = string | { r: number; g: number; b: number; alpha: number };
/** A picture of one colour. */
export const plain = (background: Colour, width = 8, height = 8) =>
  sharp({ create: { width, height, channels: typeof background === 'string' ? 3 : 4, background } });
export const png = (background: Colour, width?: number, height?: number) =>
  plain(background, width, height).png().toBuffer();
export const [BLACK, GREY, WHITE] = await Promise.all(['#000000', '#808080', '#ffffff'].map(colour => png(colour)));

/** A new folder with these files in it, by their names below it. */
export function folderOf(files: Record<string, Uint8Array | string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'convsheet-data-'));
  folders.push(folder);
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

/** Reads a data set as images of 4×4 grey pixels, unless `changes` say otherwise. */
export function read(
  source: DataSource,
  changes: Partial<DataChoice> = {},
  signal: AbortSignal = new AbortController().signal,
): Promise<DataSet> {
  const choice: DataChoice = { source, shape: [4, 4, 1], fit: 'stretch', validation: 0, test: 0, seed: 1, ...changes };
  return readDataSet(choice, { progress: () => {}, signal });
}
export const readFolders = (files: Record<string, Uint8Array | string>, changes?: Partial<DataChoice>) =>
  read({ kind: 'folders', path: folderOf(files) }, changes);
export const names = ({ count, nameOf }: DataSet) => Array.from({ length: count }, (_, index) => nameOf(index));
export const imageOf = ({ bytes, shape }: DataSet, index: number) => {
  const size = shape[0] * shape[1] * shape[2];
  return Array.from(bytes.subarray(index * size, (index + 1) * size));
};

/** Removes every folder that was made. */
export const removePictures = () => folders.splice(0).forEach(folder => rmSync(folder, { recursive: true }));

/** The sentence with which reading is refused. Throws if it isn't refused with a UserError. */
export async function sentenceOf(reading: Promise<unknown>): Promise<string> {
  const error: unknown = await reading.then(
    () => 'nothing was refused',
    (refused: unknown) => refused,
  );
  if (!(error instanceof UserError)) throw error;
  return error.message;
}
