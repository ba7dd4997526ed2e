/** Whether the files of a data set have changed since they were read. */
import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import type { DataSource } from '../../../shared/data.ts';
import { listImages } from './list-images.ts';

/** A text that differs where a file of the source was added, taken away, renamed or written to (by names, sizes and times, not by what is in them), or can no longer be looked at. Undefined for what comes by name. */
export async function stampOf(source: DataSource): Promise<string | undefined> {
  if (source.kind === 'named') return undefined;
  try {
    if (source.kind === 'folders') return await stampOfFolder(source.path);
    const images = source.kind === 'idx' ? stampOfFile(source.images) : stampOfFolder(source.images);
    return `${await images} ${await stampOfFile(source.labels)}`;
  } catch {
    return 'unreadable';
  }
}

async function stampOfFile(path: string): Promise<string> {
  const { size, mtimeMs } = await stat(path);
  return `${size} ${mtimeMs}`;
}

async function stampOfFolder(path: string): Promise<string> {
  const hash = createHash('sha256');
  const { files, problems } = await listImages(path, new AbortController().signal);
  for (const { name, bytes, modified } of files) hash.update(`${name}\0${bytes}\0${modified}\0`);
  for (const { name, reason } of problems) hash.update(`${name}\0${reason}\0`);
  return hash.digest('hex');
}
