import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { MOST_LESSON } from '../../shared/lessons/limits.ts';
import { lessonHandlers } from './lesson-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'convsheet-lessons-'));
afterAll(() => rmSync(folder, { recursive: true }));
let changes = 0;
const lessons = lessonHandlers(folder, () => void changes++);

test('the lessons that come along are listed, and own ones beside them until they are dropped', async () => {
  const { lessons: coming } = await lessons.listLessons({});
  expect(coming.length).toBeGreaterThan(12);
  expect(coming.filter(({ own, name }) => own || name === 'README')).toEqual([]);
  await lessons.keepLesson({ name: 'mine', text: 'first' });
  await lessons.keepLesson({ name: 'mine', text: 'ä second' });
  const own = async () => (await lessons.listLessons({})).lessons.filter(each => each.own);
  expect(await own()).toEqual([{ name: 'mine', text: 'ä second', own: true }]);
  await lessons.dropLesson({ name: 'mine' });
  expect(await own()).toEqual([]);
  expect(changes).toBe(3);
});

test('a lesson is written to a file and read from it; another file is only replaced if that is asked for', async () => {
  const path = join(folder, 'shared.md');
  expect(await lessons.saveLesson({ path, text: 'one' })).toEqual({ path });
  await expect(lessons.saveLesson({ path, text: 'two' })).rejects.toThrow('shared.md exists already.');
  await lessons.saveLesson({ path, text: 'two', overwrite: true });
  expect(await lessons.openLesson({ path })).toEqual({ name: 'shared.md', text: 'two' });
  expect(readFileSync(path, 'utf8')).toBe('two');
});

test('what is no lesson is refused with a sentence', async () => {
  const refused = (name: string) => lessons.openLesson({ path: join(folder, name) });
  writeFileSync(join(folder, 'large.md'), ' '.repeat(4 * MOST_LESSON + 1));
  writeFileSync(join(folder, 'bytes.md'), Uint8Array.of(0xff, 0xfe, 0xfd));
  await expect(refused('large.md')).rejects.toThrow('large.md is larger than a lesson may be (100,000 characters).');
  await expect(refused('bytes.md')).rejects.toThrow('bytes.md is no text in UTF-8.');
  await expect(refused('gone.md')).rejects.toThrow('gone.md');
  await expect(refused('a.txt')).rejects.toThrow('a.txt is no lesson: its name must end in .md.');
  await expect(lessons.openLesson({ path: 'a.md' })).rejects.toThrow('a.md is not a whole path.');
});
