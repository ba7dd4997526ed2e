/** Makes folders of small images and tables for tests, and describes what the reader finds in them. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import type { DataChoice, DataReading, DataSet } from '../../../../shared/data.ts';
import { splits } from '../../../../shared/data.ts';
import { readDataSet } from '../read.ts';

const image = await sharp({ create: { width: 4, height: 4, channels: 3, background: '#808080' } })
  .png()
  .toBuffer();
const folders: string[] = [];

/** Makes a new folder with these files: images by name, other files with their contents. */
export function folderWith(
  images: readonly string[],
  others: Readonly<Record<string, string | Uint8Array>> = {},
): string {
  const folder = mkdtempSync(join(tmpdir(), 'convsheet-data-'));
  folders.push(folder);
  const all = [...images.map(name => [name, image] as const), ...Object.entries(others)];
  for (const [name, content] of all) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

export function removeFolders(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
}

export function read(
  source: DataChoice['source'],
  reading?: DataReading,
  shape: DataChoice['shape'] = [2, 2, 1],
): Promise<DataSet> {
  const choice = { source, reading, shape, fit: 'stretch', validation: 0, test: 0, seed: 1 } as const;
  return readDataSet(choice, { progress: () => {}, signal: new AbortController().signal });
}

/** The images of each split by label: "training cat 2, dog 1; test cat 1". Several labels are joined: "cat+dog". */
export function counted(set: DataSet): string {
  const { classes, labels, severalLabels, split } = set;
  const wordsOf = (index: number) =>
    severalLabels
      ? classes.filter((_, label) => labels[index * classes.length + label] === 1).join('+')
      : classes[labels[index]];
  const parts = splits.map(name => {
    const counts = new Map<string, number>();
    for (const words of Array.from(split[name], wordsOf)) counts.set(words, (counts.get(words) ?? 0) + 1);
    const told = [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([words, count]) => `${words} ${count}`);
    return told.length > 0 && `${name} ${told.join(', ')}`;
  });
  return parts.filter(Boolean).join('; ');
}
